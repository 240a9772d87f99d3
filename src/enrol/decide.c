/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/private.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "pkimessage/pkimessage.h"

enum enrol_reason enrol_look(struct store *store, const struct enrol_profile *profile,
			     const struct store_request_key *key, struct store_look *look)
{
	return store_enrolment_look(store, key, profile->policy_id, 0, look) == ERR_OK ? ENROL_SUCCESS
										       : ENROL_UNAVAILABLE;
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

/* Signs, seals, records: in this order, so that what cannot be delivered is never recorded, and what is not
 * recorded never delivered. */
static enum enrol_reason issue(struct attempt *attempt, const struct pki_template *template,
			       gnutls_datum_t *reply)
{
	const struct enrolment *enrolment = attempt->enrolment;
	CLEANUP(pki_certificate_free) struct pki_certificate certificate = {0};
	enum enrol_reason reason;

	if (pki_issue(enrolment->profile->issuer, attempt->csr, template, &certificate, attempt->detail) !=
	    ERR_OK)
		return ENROL_ISSUER_FAILED;
	reason = enrolment->seal(enrolment->context, &certificate.der, attempt->csr, reply);
	return reason == ENROL_SUCCESS ? record_issued(attempt, &certificate, reply) : reason;
}

static enum enrol_reason decide(struct attempt *attempt, gnutls_datum_t *reply)
{
	const struct enrolment *enrolment = attempt->enrolment;
	CLEANUP(policy_free) struct policy policy = {0};
	enum enrol_reason reason;

	reason = csr_reason(
		pki_csr_parse(enrolment->csr, enrolment->profile->legacy, &attempt->csr, attempt->detail),
		enrolment->csr);
	if (reason == ENROL_UNREADABLE)
		attempt->detail[0] = '\0';
	if (reason == ENROL_SUCCESS)
		reason = authenticate(attempt);
	if (reason == ENROL_SUCCESS)
		reason = policy_apply(attempt, attempt->now, &policy);
	if (reason == ENROL_SUCCESS && enrolment->deliverable != NULL)
		reason = enrolment->deliverable(enrolment->context, attempt->csr);
	if (reason == ENROL_SUCCESS)
		reason = issue(attempt, &policy.template, reply);
	return reason;
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

	*verdict = (struct verdict){0};
	verdict->reason = decide(&attempt, &verdict->reply);
	if (verdict->reason != ENROL_SUCCESS) {
		bytes_free(&verdict->reply);
		refuse_attempt(&attempt, verdict->reason);
	}
	store_certificate_free(&attempt.signer.recorded);
	pki_csr_free(&attempt.csr);
}

void verdict_free(struct verdict *verdict)
{
	bytes_free(&verdict->reply);
}
