/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that an operator has to approve: what one that is held means to the next, and putting on hold. */
#include "enrol/private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"

enum enrol_reason enrol_held(const struct store_look *look)
{
	if (!look->held.same_message)
		return ENROL_SUCCESS;
	switch (look->held.state) {
	case STORE_REQUEST_WAITING: return ENROL_PENDING;
	case STORE_REQUEST_DENIED: return ENROL_DENIED;
	default: return ENROL_SUCCESS;
	}
}

static void log_waiting(const char *message, const struct attempt *attempt, uint64_t id)
{
	char number[24];
	char command[64];

	(void)snprintf(number, sizeof number, "%" PRIu64, id);
	(void)snprintf(command, sizeof command, "certctl-fcgi request approve %" PRIu64, id);
	log_info(message, "action", attempt->enrolment->origin.action, "request", number, "subject",
		 attempt->csr == NULL ? NULL : attempt->csr->names.subject_text, "client",
		 attempt->enrolment->origin.client_address, "to_approve", command);
}

enum enrol_reason approval_answer(struct attempt *attempt)
{
	const struct store_held *held = &attempt->look->held;

	switch (held->state) {
	case STORE_REQUEST_WAITING:
		log_waiting("request still waits for approval", attempt, held->id);
		return ENROL_PENDING;
	case STORE_REQUEST_DENIED: return ENROL_DENIED;
	case STORE_REQUEST_APPROVED: attempt->approval = held->id; return ENROL_SUCCESS;
	default: return ENROL_SUCCESS;
	}
}

/* Only what has not ended holds the transactionID (DESIGN 4.8). */
static bool is_held_by_another(const struct store_held *held)
{
	return held->state == STORE_REQUEST_WAITING || held->state == STORE_REQUEST_APPROVED;
}

/*
 * The challenge alone is forgiven: it was asked when the request came, and may have been changed since. Who
 * asks the same with the same key asks nothing new.
 */
enum enrol_reason approval_judge(struct attempt *attempt, enum enrol_reason reason)
{
	const struct store_held *held = &attempt->look->held;

	if (reason != ENROL_SUCCESS && reason != ENROL_CHALLENGE_MISSING && reason != ENROL_CHALLENGE_INVALID)
		return reason;
	if (!remake_digest(attempt))
		return ENROL_INTERNAL;
	if (held->state == STORE_REQUEST_NONE || held->state == STORE_REQUEST_ISSUED)
		return reason;
	if (held->same_signer && memcmp(held->remake_sha256, attempt->remake, sizeof attempt->remake) == 0)
		return approval_answer(attempt);
	return reason == ENROL_SUCCESS && is_held_by_another(held) ? ENROL_TRANSACTION_CONFLICT : reason;
}

static enum enrol_reason hold(struct attempt *attempt, struct store_waiting *waiting)
{
	uint64_t id = 0;

	switch (store_request_wait(attempt->store, waiting, &id)) {
	case ERR_OK: log_waiting("request waits for approval", attempt, id); return ENROL_PENDING;
	case ERR_EXISTS: return ENROL_TRANSACTION_CONFLICT;
	default: return ENROL_UNAVAILABLE;
	}
}

/*
 * A raw request is not encrypted, so its challenge would lie open in the database: nothing of it is kept, and
 * once approved it is answered when it comes again, which is how such a client polls.
 */
enum enrol_reason approval_wait(struct attempt *attempt)
{
	const struct enrolment *enrolment = attempt->enrolment;
	const struct pki_csr *csr = attempt->csr;
	CLEANUP(text_free) char *sans = pki_sans_json(&csr->names);
	CLEANUP(text_free) char *details = audit_details(attempt, NULL);
	const struct enrol_client *client = enrolment->origin.client;
	CLEANUP(text_free) char *described = client == NULL ? NULL : audit_client(client);
	char key_text[32];
	struct store_waiting waiting;

	if (sans == NULL || details == NULL || (client != NULL && described == NULL))
		return ENROL_INTERNAL;
	(void)snprintf(key_text, sizeof key_text, "%s %u", policy_key_name(csr), csr->key_bits);
	waiting = (struct store_waiting){
		.key = enrolment->key,
		.remake_sha256 = attempt->remake,
		.message = enrolment->signer == NULL ? (gnutls_datum_t){NULL, 0} : enrolment->message,
		.subject = csr->names.subject_text,
		.sans = sans,
		.key_text = key_text,
		.key_sha256 = csr->key_sha256,
		.client_certificate = described,
		.audit = audit_row(attempt, ENROL_PENDING, details),
	};
	return hold(attempt, &waiting);
}
