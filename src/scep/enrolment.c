/* SPDX-License-Identifier: BSD-2-Clause */
/* PKCSReq and RenewalReq (RFC 8894 section 3.3.1). */
#include "scep/operation_private.h"

#include "base/cleanup.h"

/* Before a certificate is signed, so that none is lost: can its receiver open the reply? */
static enum enrol_reason deliverable(void *context, const struct pki_csr *csr)
{
	const struct operation *operation = context;

	(void)csr;
	return pkimessage_can_receive(operation->signer) ? ENROL_SUCCESS : ENROL_UNDELIVERABLE;
}

static enum enrol_reason seal(void *context, const gnutls_datum_t *certificate, const struct pki_csr *csr,
			      gnutls_datum_t *reply)
{
	(void)csr;
	return scep_seal(context, certificate, 1, reply);
}

static void decide(struct operation *operation, const gnutls_datum_t *csr)
{
	CLEANUP(verdict_free) struct verdict verdict = {0};
	const struct enrolment enrolment = {
		.profile = &operation->exchange->profile->enrol,
		.origin = scep_origin(operation),
		.key = operation->key,
		.message = operation->bytes,
		.csr = csr,
		.signer = operation->signer,
		.renewal = operation->type->type == PKIMESSAGE_RENEWAL_REQ,
		.deliverable = deliverable,
		.seal = seal,
		.context = operation,
	};

	enrol_decide(operation->exchange->store, &enrolment, &operation->look, &verdict);
	scep_tell(operation, &verdict);
}

enum enrol_reason scep_answer_request(struct operation *operation)
{
	CLEANUP(bytes_wipe) gnutls_datum_t csr = {NULL, 0};
	enum enrol_reason reason =
		pkimessage_can_receive(operation->signer) ? ENROL_SUCCESS : ENROL_UNDELIVERABLE;

	if (reason == ENROL_SUCCESS)
		reason = scep_operation_look(operation);
	if (reason != ENROL_SUCCESS || scep_answered_before(operation))
		return reason;
	reason = scep_open(operation, &csr);
	if (reason == ENROL_SUCCESS)
		decide(operation, &csr);
	return reason;
}
