/* SPDX-License-Identifier: BSD-2-Clause */
/* The two questions a protocol asks, a request and a poll, and how each goes from step to step. */
#include "enrol/private.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "pkimessage/pkimessage.h"

enum enrol_reason enrol_look(struct store *store, const struct enrol_profile *profile,
			     const struct store_request_key *key, struct store_look *look)
{
	enum err error = store_enrolment_look(store, key, profile->policy_id,
					      repeat_since(profile, clock_now()), look);

	return error == ERR_OK ? ENROL_SUCCESS : ENROL_UNAVAILABLE;
}

CLEANUP_DEFINE(request_free, struct pkimessage_csr *, pkimessage_csr_free)

/* True when the request's own signature holds, whatever we think of its key and algorithms. */
static bool is_proven(const gnutls_datum_t *csr)
{
	CLEANUP(request_free) struct pkimessage_csr *request = NULL;

	return pkimessage_csr_parse(csr, &request) == PKIMESSAGE_OK &&
	       pkimessage_csr_verify(request, ~0u) == PKIMESSAGE_OK;
}

/*
 * What a refused CSR means. Until its own signature has proven that somebody means it, it may be an
 * intercepted one that was changed under its encryption to see how we answer, so the client is told nothing
 * about what we saw (CWE-203): the two reasons for that differ in the audit trail only.
 */
static enum enrol_reason csr_reason(enum err error, const gnutls_datum_t *csr)
{
	switch (error) {
	case ERR_OK: return ENROL_SUCCESS;
	case ERR_SIGNATURE: return ENROL_CSR_SIGNATURE;
	case ERR_UNSUPPORTED: return is_proven(csr) ? ENROL_CSR_KEY : ENROL_CSR_SIGNATURE;
	case ERR_PERMISSION: return ENROL_CSR_NAMES;
	case ERR_MEMORY: return ENROL_INTERNAL;
	default: return ENROL_UNREADABLE;
	}
}

static enum enrol_reason parse_request(struct attempt *attempt)
{
	const struct enrolment *enrolment = attempt->enrolment;
	enum err error =
		pki_csr_parse(enrolment->csr, enrolment->profile->legacy, &attempt->csr, attempt->detail);
	enum enrol_reason reason = csr_reason(error, enrolment->csr);

	if (reason == ENROL_UNREADABLE)
		attempt->detail[0] = '\0';
	return reason;
}

/* A request: who asks, whether it waits or waited for approval, and then what it asks. */
static enum enrol_reason decide(struct attempt *attempt, gnutls_datum_t *reply)
{
	enum enrol_reason reason = parse_request(attempt);

	if (reason == ENROL_SUCCESS)
		reason = client_subject_check(attempt);
	if (reason == ENROL_SUCCESS)
		reason = approval_judge(attempt, authenticate(attempt));
	return reason == ENROL_SUCCESS ? grant(attempt, reply) : reason;
}

/*
 * A poll: about a request of the same signer, whose challenge was asked when it came. What is granted is what
 * was kept and approved, so its digest is the one kept with it.
 */
static enum enrol_reason poll(struct attempt *attempt, gnutls_datum_t *reply)
{
	const struct store_look *look = attempt->look;
	enum enrol_reason reason = look->held.same_signer ? approval_answer(attempt) : ENROL_SUCCESS;
	bool approved = attempt->approval != 0;

	if (reason == ENROL_SUCCESS && !approved && !repeat_has(attempt))
		reason = ENROL_NOT_PENDING;
	if (reason == ENROL_SUCCESS && attempt->enrolment->csr != NULL)
		reason = parse_request(attempt);
	if (reason == ENROL_SUCCESS)
		reason = client_subject_check(attempt);
	if (reason != ENROL_SUCCESS)
		return reason;
	if (!approved)
		return repeat_certificate(attempt, &look->certificate, reply);
	if (attempt->csr == NULL)
		return ENROL_NOT_PENDING;
	memcpy(attempt->remake, look->held.remake_sha256, sizeof attempt->remake);
	reason = authenticate_poll(attempt);
	return reason == ENROL_SUCCESS ? grant(attempt, reply) : reason;
}

/* Takes the steps of ONE question, and logs and audits what was refused. */
static void take_steps(struct attempt *attempt,
		       enum enrol_reason (*question)(struct attempt *attempt, gnutls_datum_t *reply),
		       struct verdict *verdict)
{
	*verdict = (struct verdict){0};
	verdict->reason = question(attempt, &verdict->reply);
	if (verdict->reason != ENROL_SUCCESS)
		bytes_free(&verdict->reply);
	if (verdict->reason != ENROL_SUCCESS && verdict->reason != ENROL_PENDING)
		refuse_attempt(attempt, verdict->reason);
	store_certificate_free(&attempt->signer.recorded);
	pki_csr_free(&attempt->csr);
}

void enrol_decide(struct store *store, const struct enrolment *enrolment, const struct store_look *look,
		  struct verdict *verdict)
{
	/* A refusal before authentication is audited as what the protocol called it. */
	struct attempt attempt = {
		.store = store,
		.enrolment = enrolment,
		.look = look,
		.now = clock_now(),
		.renewal = enrolment->renewal,
	};

	take_steps(&attempt, decide, verdict);
}

void enrol_poll(struct store *store, const struct enrolment *enrolment, const struct store_look *look,
		struct verdict *verdict)
{
	struct attempt attempt = {.store = store, .enrolment = enrolment, .look = look, .now = clock_now()};

	take_steps(&attempt, poll, verdict);
}

void verdict_free(struct verdict *verdict)
{
	bytes_free(&verdict->reply);
}
