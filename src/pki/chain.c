/* SPDX-License-Identifier: BSD-2-Clause */
/* Certificates from a PEM file or a token, in the order found. */
#include <string.h>

#include "base/limits.h"
#include "pki/key.h"
#include "pki/pki_private.h"

void pki_chain_free(struct pki_chain *chain)
{
	for (size_t i = 0; i < chain->count; i++) {
		if (chain->certificates != NULL)
			x509_crt_free(&chain->certificates[i]);
		if (chain->der != NULL)
			bytes_free(&chain->der[i]);
	}
	gnutls_free(chain->certificates);
	gnutls_free(chain->der);
	*chain = (struct pki_chain){0};
}

static enum err import_pem(const char *path, gnutls_x509_crt_t **certificates, unsigned *count, char *reason)
{
	CLEANUP(bytes_free) gnutls_datum_t pem = {NULL, 0};
	char name[PKI_DISPLAY_SIZE];
	enum err error = pki_file_read(path, PKI_FILE_PUBLIC, &pem, reason);
	int code;

	if (error != ERR_OK)
		return error;
	(void)pki_display_path(path, name);
	if (memmem(pem.data, pem.size, "-----BEGIN CERTIFICATE-----", 27) == NULL)
		return pki_refuse(reason, ERR_SYNTAX, "%s holds no CERTIFICATE block", name);
	code = gnutls_x509_crt_list_import2(certificates, count, &pem, GNUTLS_X509_FMT_PEM, 0);
	if (code < 0) {
		*certificates = NULL;
		*count = 0;
		return pki_refuse(reason, ERR_SYNTAX, "%s holds a CERTIFICATE block that does not parse: %s",
				  name, gnutls_strerror(code));
	}
	return ERR_OK;
}

/* Takes the DER of every certificate. */
static enum err keep_der(struct pki_chain *chain, const char *path, char *reason)
{
	char name[PKI_DISPLAY_SIZE];

	chain->der = gnutls_calloc(chain->count, sizeof *chain->der);
	if (chain->der == NULL)
		return pki_no_memory(reason);
	for (size_t i = 0; i < chain->count; i++)
		if (gnutls_x509_crt_export2(chain->certificates[i], GNUTLS_X509_FMT_DER, &chain->der[i]) < 0)
			return pki_refuse(reason, ERR_CRYPTO, "%s: certificate %zu cannot be written as DER",
					  pki_display_path(path, name), i + 1);
	return ERR_OK;
}

static enum err import_any(const char *path, struct pki_chain *chain, char *reason)
{
	char name[PKI_DISPLAY_SIZE];
	unsigned count = 0;
	enum err error = pki_is_token(path)
				 ? pki_token_certificates(path, &chain->certificates, &count, reason)
				 : import_pem(path, &chain->certificates, &count, reason);

	chain->count = count;
	if (error != ERR_OK)
		return error;
	if (count == 0)
		return pki_refuse(reason, ERR_SYNTAX, "%s holds no certificate",
				  pki_display_path(path, name));
	if (count > LIMIT_PEM_CERTIFICATES)
		return pki_refuse(reason, ERR_LIMIT, "%s holds more than %d certificates",
				  pki_display_path(path, name), LIMIT_PEM_CERTIFICATES);
	return keep_der(chain, path, reason);
}

enum err pki_chain_load(const char *path, struct pki_chain *chain, char *reason)
{
	enum err error;

	*chain = (struct pki_chain){0};
	error = import_any(path, chain, reason);
	if (error != ERR_OK)
		pki_chain_free(chain);
	return error;
}
