/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi check: one line per finding. */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "cli/cli.h"

enum check_level { CHECK_OK, CHECK_NOTE, CHECK_FAIL };

struct check_report {
	bool failed;
};

/* Prints "ok|note|FAIL  WHAT  detail" and remembers a failure. */
void check_line(struct check_report *report, enum check_level level, const char *what, const char *format,
		...) __attribute__((format(printf, 4, 5)));

/*
 * Whether this host's GnuTLS policy lets us do what the profiles allow (field.md 65): a request is built,
 * verified and decrypted with today's algorithms, then with each legacy one that a profile accepts.
 */
void check_crypto(struct check_report *report, const struct config *config);

#endif
