/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this room share: the steps of one decision. */
#ifndef ENROL_PRIVATE_H
#define ENROL_PRIVATE_H

#include "base/digest.h"
#include "base/limits.h"
#include "base/text.h"
#include "enrol/enrol.h"
#include "store/requests.h"

/* What we know of the certificate that signed the message. */
struct signer {
	bool issued;                      /* our issuer signed it */
	uint8_t serial[LIMIT_SERIAL + 1]; /* then, its serial number: contents octets, one over the limit to
					   * notice longer ones */
	size_t serial_size;
	/* What the record says of it, dates aside: ENROL_SUCCESS, ENROL_RENEWAL_UNKNOWN (not issued by us, or
	 * not this very one), _REVOKED, _PROFILE (of another profile), or ENROL_UNAVAILABLE, ENROL_INTERNAL.
	 */
	enum enrol_reason standing;
	struct store_certificate recorded; /* where it was found */
};

/* One decision under way. */
struct attempt {
	struct store *store;
	const struct enrolment *enrolment;
	const struct store_look *look;
	time_t now;
	struct pki_csr *csr;
	struct signer signer;
	bool renewal;                 /* what it turned out to be ... */
	bool agent;                   /* ... or signed for another's key, where the profile allows it */
	bool repeated;                /* answered with the certificate that is there already */
	uint64_t approval;            /* the approved request that this answers; 0: none */
	uint8_t remake[DIGEST_SIZE];  /* see remake_digest */
	char detail[PKI_REASON_SIZE]; /* the reason in words, for the log and the audit row; never a secret */
};

/* --- who asks, and may they? --- */

/* Answers that; sets attempt->renewal and attempt->agent. The challenge is asked last: who is refused for it
 * alone passed everything else. */
enum enrol_reason authenticate(struct attempt *attempt);

/* The same for a poll that fetches what was approved: is who asked for another's key an agent still? Sets
 * attempt->agent. */
enum enrol_reason authenticate_poll(struct attempt *attempt);

/* Does the CSR carry the profile's challenge? Constant time (CWE-208); the length alone may show. */
enum enrol_reason challenge_check(const struct attempt *attempt);

/* Finds out who signed: fills attempt->signer, once for a request. What it holds is freed with
 * store_certificate_free. */
void signer_look(struct attempt *attempt);

/* Contents octets of CERTIFICATE's serial number; *SIZE, the room for them, becomes how many there are. False
 * when they do not fit. */
bool signer_serial(gnutls_x509_crt_t certificate, uint8_t *serial, size_t *size);

/* CERTIFICATE's serial number in hex, "" when it cannot be read. TEXT has ENROL_SERIAL_TEXT bytes. */
const char *signer_serial_text(gnutls_x509_crt_t certificate, char *text);

/* May the signer's certificate be renewed with this CSR: of good standing, within its dates and those of the
 * profile's window and grace, and with the names it has? */
enum enrol_reason renewal_check(struct attempt *attempt);

/*
 * Fills attempt->remake: the digest of what is asked and by whom, whatever message asks it (remake.c says
 * what goes in). Whether it is a renewal must be known. False when GnuTLS fails.
 */
bool remake_digest(struct attempt *attempt);

/* --- does it wait for approval? --- */

/*
 * What the request that holds the transactionID means for ATTEMPT, about which authentication said REASON:
 * the same that waits or was denied answers it (ENROL_PENDING, ENROL_DENIED), the same that was approved lets
 * it pass (ENROL_SUCCESS, attempt->approval), another that has not ended is ENROL_TRANSACTION_CONFLICT;
 * otherwise REASON. Fills attempt->remake.
 */
enum enrol_reason approval_judge(struct attempt *attempt, enum enrol_reason reason);

/* The answer that the held request gives when ATTEMPT asks about it: as above. */
enum enrol_reason approval_answer(struct attempt *attempt);

/* Puts ATTEMPT on hold, with its audit row. ENROL_PENDING, ENROL_TRANSACTION_CONFLICT, ENROL_UNAVAILABLE,
 * ENROL_INTERNAL. */
enum enrol_reason approval_wait(struct attempt *attempt);

/*
 * Where the profile binds them: is the subject that ATTEMPT asks for that of its client certificate?
 * ENROL_SUCCESS, ENROL_CLIENT_SUBJECT, ENROL_INTERNAL. A poll whose request was not kept fetches a
 * certificate that was issued before: that one's subject counts.
 */
enum enrol_reason client_subject_check(struct attempt *attempt);

/* --- under which policy? --- */

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

/* The type of the CSR's key as policy names it: "RSA", "ECDSA", "Ed25519"; "unknown". */
const char *policy_key_name(const struct pki_csr *csr);

/* --- granted --- */

/* Answers ATTEMPT, which may have what it asks: with the certificate it got before, or else, policy and
 * approval permitting, with a new one that is recorded. ENROL_SUCCESS with *REPLY, ENROL_PENDING, or a
 * refusal. */
enum enrol_reason grant(struct attempt *attempt, gnutls_datum_t *reply);

/* Commits CERTIFICATE and REPLY with their audit row. ENROL_SUCCESS, ENROL_RENEWAL_REVOKED, or
 * ENROL_UNAVAILABLE; when the same was recorded meanwhile, *REPLY is replaced by that answer. */
enum enrol_reason record_issued(struct attempt *attempt, const struct pki_certificate *certificate,
				gnutls_datum_t *reply);

/* From when on a certificate counts as the answer to the same request made anew. */
time_t repeat_since(const struct enrol_profile *profile, time_t now);

/* The same once CERTIFICATE is made, by its own dates: what was recorded before is history. */
time_t repeat_history(const struct attempt *attempt, const struct pki_certificate *certificate);

/* Whether the transaction has a certificate that is still of use; and whether it got it for the same request.
 */
bool repeat_has(const struct attempt *attempt);
bool repeat_is(const struct attempt *attempt);

/* Seals CERTIFICATE, recorded before, as the answer to ATTEMPT; nothing is recorded but an audit row. */
enum enrol_reason repeat_certificate(struct attempt *attempt, const struct store_certificate *certificate,
				     gnutls_datum_t *reply);

/* The same when recording ATTEMPT found that somebody else had recorded it meanwhile: their answer to this
 * very message, or their certificate. Replaces *REPLY. */
enum enrol_reason repeat_recorded(struct attempt *attempt, gnutls_datum_t *reply);

/* --- what is written down --- */

/* The audit row's details as JSON; NULL when memory is out. The caller frees it. SERIAL may be NULL. */
char *audit_details(const struct attempt *attempt, const char *serial);

/* CLIENT as the same JSON has it, for the record; NULL when memory is out. The caller frees it. */
char *audit_client(const struct enrol_client *client);

/* The row for ATTEMPT, which ended with REASON; all strings stay their owners'. */
struct store_audit audit_row(const struct attempt *attempt, enum enrol_reason reason, const char *details);

/* Writes the row for a refusal where there is no attempt; false when it could not be written. DETAIL may be
 * NULL. */
bool audit_refused(struct store *store, const struct enrol_profile *profile,
		   const struct enrol_origin *origin, enum enrol_reason reason, const char *detail);

/* Writes the row for a certificate that was issued before and is given out; false when it could not be
 * written. */
bool audit_served(struct store *store, const struct enrol_profile *profile, const struct enrol_origin *origin,
		  const char *serial);

/* Logs and audits the refusal of ATTEMPT. */
void refuse_attempt(const struct attempt *attempt, enum enrol_reason reason);

#endif
