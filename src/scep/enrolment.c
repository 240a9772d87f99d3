/* SPDX-License-Identifier: BSD-2-Clause */
/* PKCSReq and RenewalReq (RFC 8894 section 3.3.1), and what a poll shares with them. */
#include "scep/operation_private.h"

#include "base/cleanup.h"
#include "base/log.h"

/*
 * How the reply is encrypted: to the signer's key where that can receive, as the request was (field.md W45);
 * else under the challenge, which both know (RFC 8894 section 3.1). CSR may be NULL.
 */
static const gnutls_datum_t *password_of(const struct operation *operation, const struct pki_csr *csr)
{
	static const gnutls_datum_t none = {NULL, 0};

	if (csr == NULL || pkimessage_can_receive(operation->signer))
		return &none;
	return pkimessage_csr_challenge(csr->message);
}

/* Asked before a certificate is signed, so that none is lost: can its receiver open the reply? */
static enum enrol_reason deliverable(void *context, const struct pki_csr *csr)
{
	const struct operation *operation = context;

	return pkimessage_can_receive(operation->signer) || password_of(operation, csr)->size > 0
		       ? ENROL_SUCCESS
		       : ENROL_UNDELIVERABLE;
}

static enum enrol_reason seal(void *context, const gnutls_datum_t *certificate, const struct pki_csr *csr,
			      gnutls_datum_t *reply)
{
	const struct operation *operation = context;

	return scep_seal(operation, certificate, password_of(operation, csr), reply);
}

void scep_decide(struct operation *operation, const gnutls_datum_t *csr, scep_decision *decision)
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

	decision(operation->exchange->store, &enrolment, &operation->look, &verdict);
	scep_tell(operation, &verdict);
}

enum enrol_reason scep_answer_request(struct operation *operation)
{
	CLEANUP(bytes_wipe) gnutls_datum_t csr = {NULL, 0};
	enum enrol_reason reason = scep_operation_look(operation);

	if (reason != ENROL_SUCCESS || scep_answered_before(operation))
		return reason;
	reason = scep_open(operation, &csr);
	if (reason == ENROL_SUCCESS)
		scep_decide(operation, &csr, enrol_decide);
	return reason;
}
