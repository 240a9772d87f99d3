/* SPDX-License-Identifier: BSD-2-Clause */
/* From a request that may be granted to its certificate. */
#include "enrol/private.h"

#include "base/cleanup.h"

/* A renewal shows that somebody approved its device before. */
static bool needs_approval(const struct attempt *attempt)
{
	return attempt->enrolment->profile->approval && !attempt->renewal && attempt->approval == 0;
}

static enum enrol_reason check_deliverable(const struct attempt *attempt)
{
	const struct enrolment *enrolment = attempt->enrolment;

	return enrolment->deliverable == NULL ? ENROL_SUCCESS
					      : enrolment->deliverable(enrolment->context, attempt->csr);
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

enum enrol_reason grant(struct attempt *attempt, gnutls_datum_t *reply)
{
	CLEANUP(policy_free) struct policy policy = {0};
	enum enrol_reason reason;

	if (repeat_is(attempt))
		return repeat_certificate(attempt, &attempt->look->certificate, reply);
	reason = policy_apply(attempt, attempt->now, &policy);
	if (reason == ENROL_SUCCESS)
		reason = check_deliverable(attempt);
	if (reason != ENROL_SUCCESS)
		return reason;
	return needs_approval(attempt) ? approval_wait(attempt) : issue(attempt, &policy.template, reply);
}
