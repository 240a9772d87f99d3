/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests of clients older than SCEP's own form: a PKCS#10, bare or in a SignedData, with the challenge in
 * the clear. Answered as they expect, certificates without a CertRep, and refused in HTTP's words; never a
 * renewal, since nobody's signature is looked at but the request's own.
 */
#include "scep/operation_private.h"

#include <ctype.h>
#include <gnutls/crypto.h>

#include "base/cleanup.h"

CLEANUP_DEFINE(request_free, struct pkimessage_csr *, pkimessage_csr_free)

static const struct scep_type raw_type = {-1, "scep_raw_pkcsreq", NULL};

bool scep_raw_parse(struct operation *operation, int error)
{
	/* What is too large is refused as that, whatever it may be. */
	if (!operation->exchange->profile->config->raw_csr || error == PKIMESSAGE_E_LIMIT ||
	    error == PKIMESSAGE_E_MEMORY)
		return false;
	if (pkimessage_raw_csr(&operation->bytes, &operation->raw) != PKIMESSAGE_OK)
		return false;
	operation->type = &raw_type;
	return true;
}

static bool sha256_of(const gnutls_datum_t *bytes, uint8_t *out)
{
	return gnutls_hash_fast(GNUTLS_DIG_SHA256, bytes->data, bytes->size, out) == GNUTLS_E_SUCCESS;
}

/*
 * A raw request names no transaction: the key it asks for stands for one. Its signer is nobody, in 32 zero
 * bytes, so that no pkiMessage ever has the same key.
 */
static enum enrol_reason name_transaction(struct operation *operation)
{
	CLEANUP(request_free) struct pkimessage_csr *csr = NULL;
	uint8_t sha256[32];
	const gnutls_datum_t digest = bytes_view(sha256, sizeof sha256);
	int error = pkimessage_csr_parse(&operation->raw, &csr);

	if (error != PKIMESSAGE_OK) {
		operation->detail = pkimessage_strerror(error);
		return error == PKIMESSAGE_E_LIMIT ? ENROL_TOO_LARGE : ENROL_MALFORMED;
	}
	if (!sha256_of(pkimessage_csr_public_key(csr), sha256) ||
	    !sha256_of(&operation->raw, operation->key.request_sha256))
		return ENROL_INTERNAL;
	text_hex(&digest, operation->transaction);
	for (char *c = operation->transaction; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	operation->key.transaction_id = bytes_view_text(operation->transaction);
	return ENROL_SUCCESS;
}

/* The certificate and the issuing chain, as its file has it. The check at start has shown that they fit. */
static enum enrol_reason seal(void *context, const gnutls_datum_t *certificate, const struct pki_csr *csr,
			      gnutls_datum_t *reply)
{
	const struct operation *operation = context;
	const struct pki_chain *chain = &operation->exchange->profile->enrol.issuer->pair.chain;
	gnutls_datum_t list[LIMIT_CMS_CERTIFICATES] = {*certificate};
	size_t count = 1;

	(void)csr;
	for (size_t i = 0; i < chain->count && count < LIMIT_CMS_CERTIFICATES; i++)
		list[count++] = chain->der[i];
	return scep_reason_of(pkimessage_build_certs_only(list, count, reply));
}

static void decide(struct operation *operation)
{
	CLEANUP(verdict_free) struct verdict verdict = {0};
	const struct enrolment enrolment = {
		.profile = &operation->exchange->profile->enrol,
		.origin = scep_origin(operation),
		.key = operation->key,
		/* The message is not kept while it waits: its challenge would lie open in the database, and
		 * its client asks again with all of it. */
		.csr = &operation->raw,
		.seal = seal,
		.context = operation,
	};

	enrol_decide(operation->exchange->store, &enrolment, &operation->look, &verdict);
	scep_tell(operation, &verdict);
}

enum enrol_reason scep_raw_answer(struct operation *operation)
{
	enum enrol_reason reason = scep_apply_rules(operation);

	if (reason == ENROL_SUCCESS)
		reason = name_transaction(operation);
	if (reason == ENROL_SUCCESS)
		reason = scep_operation_look(operation);
	if (reason != ENROL_SUCCESS || scep_answered_before(operation))
		return reason;
	decide(operation);
	return ENROL_SUCCESS;
}
