/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi check: one line per finding. */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "cli/cli.h"
#include "scep/scep.h"

enum check_level { CHECK_OK, CHECK_NOTE, CHECK_FAIL };

struct check_report {
	bool failed;
};

/* Prints "ok|note|FAIL  WHAT  detail" and remembers a failure. */
void check_line(struct check_report *report, enum check_level level, const char *what, const char *format,
		...) __attribute__((format(printf, 4, 5)));

/* The name people know a profile by. */
const char *check_profile_name(const struct config_scep_profile *profile);

/*
 * How long the certificates of each profile last, and which ones GetCACert gives, with the fingerprints that
 * people paste into devices (field.md W22). SERVICE is loaded: what cannot serve was said before.
 */
void check_certificates(struct check_report *report, const struct config *config,
			struct scep_service *service);

/* Who is believed about where requests come from (DESIGN 4.1), and whether this host knows them. */
void check_trust(struct check_report *report, const struct config *config);

/*
 * Whether this host's GnuTLS policy lets us do what the profiles allow (field.md 65): a request is built,
 * verified and decrypted with today's algorithms, then with each legacy one that a profile accepts.
 */
void check_crypto(struct check_report *report, const struct config *config);

#endif
