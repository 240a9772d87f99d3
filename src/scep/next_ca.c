/* SPDX-License-Identifier: BSD-2-Clause */
/* GetNextCACert (RFC 8894 section 4.7): the CA that will follow, vouched for by the one there is. */
#include "scep/private.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/cleanup.h"
#include "base/log.h"

#define TYPE "application/x-x509-next-ca-cert"

static enum err sign(const struct pki_issuer *issuer, const struct pki_chain *next, gnutls_datum_t *answer)
{
	const struct pki_pair *ca = &issuer->pair;
	const struct pkimessage_signing signing = {
		.signer = {ca->chain.certificates[0], ca->key},
		.digest = issuer->digest,
		.enclosed = &ca->chain.certificates[0],
		.enclosed_count = 1,
	};

	return pkimessage_build_next_ca(next->der, next->count, &signing, answer) == PKIMESSAGE_OK
		       ? ERR_OK
		       : ERR_CRYPTO;
}

enum err scep_next_ca_prepare(const char *path, struct scep_issuer *issuer, char *reason)
{
	CLEANUP(pki_chain_free) struct pki_chain next = {0};
	enum err error = pki_chain_load(path, &next, reason);

	if (error != ERR_OK)
		return error;
	if (next.count > LIMIT_CMS_CERTIFICATES) {
		(void)snprintf(reason, PKI_REASON_SIZE, "the next CA's file holds more than %d certificates",
			       LIMIT_CMS_CERTIFICATES);
		return ERR_LIMIT;
	}
	if (gnutls_x509_crt_get_basic_constraints(next.certificates[0], NULL, NULL, NULL) <= 0) {
		(void)snprintf(reason, PKI_REASON_SIZE, "the next CA's certificate is no CA certificate");
		return ERR_MISMATCH;
	}
	if (gnutls_x509_crt_get_expiration_time(next.certificates[0]) < clock_now()) {
		(void)snprintf(reason, PKI_REASON_SIZE, "the next CA's certificate has expired");
		return ERR_EXPIRED;
	}
	error = sign(issuer->ca, &next, &issuer->next_ca);
	if (error != ERR_OK)
		(void)snprintf(reason, PKI_REASON_SIZE,
			       "the CA's key does not sign the next CA's certificate");
	return error;
}

/* Some clients ask every day (RouterOS), so that there is none costs a line, and no row. */
void scep_get_next_ca_cert(struct exchange *exchange)
{
	CLEANUP(bytes_free) gnutls_datum_t body = {NULL, 0};
	const gnutls_datum_t *answer = exchange->profile->next_ca;

	if (answer == NULL) {
		log_info("GetNextCACert, and no next CA is configured", "client",
			 exchange->request->client_address);
		scep_reply_verdict(exchange, NULL, ENROL_NO_NEXT_CA);
	} else if (bytes_copy(answer, &body)) {
		scep_reply(exchange, TYPE, &body);
	} else {
		response_text(exchange->response, 500, "out of memory");
	}
}
