/* SPDX-License-Identifier: BSD-2-Clause */
/* The answer to GetNextCACert, both ways (RFC 8894 section 4.7). */
#include "base/cleanup.h"
#include "pkimessage/build.h"

CLEANUP_DEFINE(message_free, struct pkimessage *, pkimessage_free)

/* The certificates of those who may sign, in DER. */
struct signers {
	gnutls_datum_t der[LIMIT_CMS_CERTIFICATES];
	size_t count;
};

static void signers_free(struct signers *signers)
{
	while (signers->count > 0)
		bytes_free(&signers->der[--signers->count]);
}

static int export_signers(const gnutls_x509_crt_t *certificates, size_t count, struct signers *signers)
{
	for (size_t i = 0; i < count; i++) {
		int code = gnutls_x509_crt_export2(certificates[i], GNUTLS_X509_FMT_DER, &signers->der[i]);

		if (code < 0)
			return msg_gnutls_error(code, PKIMESSAGE_E_ARGUMENT);
		signers->count++;
	}
	return PKIMESSAGE_OK;
}

int pkimessage_next_ca_parse(const gnutls_datum_t *input, const gnutls_x509_crt_t *signers, size_t count,
			     unsigned legacy, struct pkimessage_certs **certs)
{
	CLEANUP(signers_free) struct signers trusted = {.count = 0};
	CLEANUP(message_free) struct pkimessage *message = NULL;
	int error;

	*certs = NULL;
	if (input == NULL || signers == NULL || count == 0 || count > LIMIT_CMS_CERTIFICATES)
		return PKIMESSAGE_E_ARGUMENT;
	error = export_signers(signers, count, &trusted);
	if (error == PKIMESSAGE_OK)
		error = msg_message_read(input, MSG_PLAIN, &message);
	if (error == PKIMESSAGE_OK)
		error = msg_message_find_signer(trusted.der, trusted.count, message);
	if (error == PKIMESSAGE_OK)
		error = pkimessage_verify(message, legacy);
	return error == PKIMESSAGE_OK ? pkimessage_certs_parse(pkimessage_content(message), certs) : error;
}

int pkimessage_build_next_ca(const gnutls_datum_t *certificates, size_t count,
			     const struct pkimessage_signing *signing, gnutls_datum_t *out)
{
	CLEANUP(bytes_free) gnutls_datum_t certs = {NULL, 0};
	int error;

	*out = MSG_EMPTY;
	error = pkimessage_build_certs_only(certificates, count, &certs);
	return error == PKIMESSAGE_OK ? msg_build(NULL, &certs, signing, out) : error;
}
