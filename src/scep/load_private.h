/* SPDX-License-Identifier: BSD-2-Clause */
/* One load of a service under way, shared by the files that load. */
#ifndef SCEP_LOAD_PRIVATE_H
#define SCEP_LOAD_PRIVATE_H

#include "scep/private.h"

/* What is being made, and who wants to hear of it. */
struct loading {
	const struct config *config;
	struct scep_service *service;
	scep_preflight_seen *seen;
	void *context;
	enum err first_error;
};

/* Says that CHECK of the profile went as ERROR says, with REASON in words. */
void scep_report(struct loading *loading, const struct config_scep_profile *profile, const char *check,
		 enum err error, const char *reason);

/* Says something that is worth knowing and keeps nobody from serving. */
void scep_report_note(struct loading *loading, const struct config_scep_profile *profile, const char *check,
		      const char *reason);

/* Loads PROFILE's issuer with its next CA, or takes the one that another profile has loaded. */
enum err scep_issuer_load(struct loading *loading, struct scep_profile *profile);

/* Loads the RA pairs of PROFILE. An error keeps the profile from being served: a pair that cannot be used, or
 * none in date. A pair that is out of date beside one that is not is a note. */
enum err scep_ra_load(struct loading *loading, struct scep_profile *profile);

/* SCEP_MTLS: loads PROFILE's bundle of client CAs, and the names of all issuers, once. Does nothing
 * otherwise. */
enum err scep_gate_load(struct loading *loading, struct scep_profile *profile);

void scep_issuer_names_free(struct scep_service *service);

#endif
