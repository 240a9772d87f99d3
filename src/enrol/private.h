/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this room share: the steps of one decision. */
#ifndef ENROL_PRIVATE_H
#define ENROL_PRIVATE_H

#include "enrol/enrol.h"

/* One decision under way. */
struct attempt {
	struct store *store;
	const struct enrolment *enrolment;
	const struct store_look *look;
	struct pki_csr *csr;
	bool renewal;                 /* what it turned out to be */
	char detail[PKI_REASON_SIZE]; /* the reason in words, for the log and the audit row; never a secret */
};

/* Who asks, and may they? Sets attempt->renewal. */
enum enrol_reason authenticate(struct attempt *attempt);

/* Does the CSR carry the profile's challenge? Constant time (CWE-208); the length alone may show. */
enum enrol_reason challenge_check(const struct attempt *attempt);

/* Is the signer a certificate this issuer issued and recorded, in date, unrevoked, of this profile, with the
 * CSR's subject and SANs? */
enum enrol_reason renewal_check(struct attempt *attempt);

/* A certificate profile made ready: what pki_issue needs, with the memory it points into. Freed with
 * policy_free. */
struct policy {
	struct pki_template template;
	void *parsed[2]; /* cJSON documents that hold the strings */
	const char **ekus;
	const char **copied;
};

/* Reads the profile's policy row (or the defaults where it names none) and checks the CSR's key against it.
 * Whatever cannot be read or is disabled refuses (fail closed). */
enum enrol_reason policy_apply(struct attempt *attempt, time_t now, struct policy *policy);
void policy_free(struct policy *policy);

/* Commits CERTIFICATE and REPLY with their audit row. ENROL_SUCCESS, or ENROL_UNAVAILABLE; when this very
 * request was recorded meanwhile, *REPLY is replaced by that answer. */
enum enrol_reason record_issued(struct attempt *attempt, const struct pki_certificate *certificate,
				gnutls_datum_t *reply);

/* The audit row's details as JSON; NULL when memory is out. The caller frees it. SERIAL may be NULL. */
char *audit_details(const struct attempt *attempt, const char *serial);

/* The row for ATTEMPT, which ended with REASON; all strings stay their owners'. */
struct store_audit audit_row(const struct attempt *attempt, enum enrol_reason reason, const char *details);

/* Writes the row for a refusal where there is no attempt; false when it could not be written. DETAIL may be
 * NULL. */
bool audit_refused(struct store *store, const struct enrol_profile *profile,
		   const struct enrol_origin *origin, enum enrol_reason reason, const char *detail);

/* Logs and audits the refusal of ATTEMPT. */
void refuse_attempt(const struct attempt *attempt, enum enrol_reason reason);

#endif
