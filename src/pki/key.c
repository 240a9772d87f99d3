/* SPDX-License-Identifier: BSD-2-Clause */
/* Private keys: PEM files and new ones. */
#include "pki/key.h"

#include <string.h>

#include "pki/pki_private.h"

static bool contains(const gnutls_datum_t *text, const char *word)
{
	return memmem(text->data, text->size, word, strlen(word)) != NULL;
}

/* PKCS#8's own encryption, and the older one of the PEM header. */
static bool is_encrypted(const gnutls_datum_t *pem)
{
	return contains(pem, "-----BEGIN ENCRYPTED PRIVATE KEY-----") ||
	       contains(pem, "Proc-Type: 4,ENCRYPTED");
}

static enum err import_pem(const gnutls_datum_t *pem, const char *path, gnutls_privkey_t *key, char *reason)
{
	CLEANUP(privkey_free) gnutls_privkey_t made = NULL;
	int code;

	if (is_encrypted(pem))
		return pki_refuse(
			reason, ERR_UNSUPPORTED,
			"%s is encrypted, and there is nobody to ask for the passphrase: decrypt it (openssl "
			"pkey) or keep it in a PKCS#11 token",
			path);
	if (!contains(pem, "PRIVATE KEY-----"))
		return pki_refuse(reason, ERR_SYNTAX, "%s holds no private key in PEM", path);
	if (gnutls_privkey_init(&made) != GNUTLS_E_SUCCESS)
		return pki_no_memory(reason);
	code = gnutls_privkey_import_x509_raw(made, pem, GNUTLS_X509_FMT_PEM, NULL, 0);
	if (code != GNUTLS_E_SUCCESS)
		return pki_refuse(reason, ERR_SYNTAX, "%s holds no readable private key: %s", path,
				  gnutls_strerror(code));
	/* Damage shows here rather than at the first signature. */
	code = gnutls_privkey_verify_params(made);
	if (code != GNUTLS_E_SUCCESS)
		return pki_refuse(reason, ERR_SYNTAX, "%s holds a private key whose numbers do not agree: %s",
				  path, gnutls_strerror(code));
	*key = TAKE(made);
	return ERR_OK;
}

enum err pki_key_load(const char *path, gnutls_privkey_t *key, char *reason)
{
	CLEANUP(bytes_wipe) gnutls_datum_t pem = {NULL, 0};
	char name[PKI_DISPLAY_SIZE];
	enum err error;

	*key = NULL;
	if (pki_is_token(path))
		return pki_token_key(path, key, reason);
	error = pki_file_read(path, PKI_FILE_PRIVATE, &pem, reason);
	if (error != ERR_OK)
		return error;
	return import_pem(&pem, pki_display_path(path, name), key, reason);
}

static bool curve_bits(unsigned bits, unsigned *gnutls_bits)
{
	static const struct {
		unsigned bits;
		gnutls_ecc_curve_t curve;
	} curves[] = {
		{256, GNUTLS_ECC_CURVE_SECP256R1},
		{384, GNUTLS_ECC_CURVE_SECP384R1},
		{521, GNUTLS_ECC_CURVE_SECP521R1},
	};

	for (size_t i = 0; i < sizeof curves / sizeof *curves; i++) {
		if (curves[i].bits == bits) {
			*gnutls_bits = GNUTLS_CURVE_TO_BITS(curves[i].curve);
			return true;
		}
	}
	return false;
}

enum err pki_key_generate(gnutls_pk_algorithm_t algorithm, unsigned bits, gnutls_x509_privkey_t *key)
{
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t made = NULL;
	unsigned size = bits;

	*key = NULL;
	if (algorithm == GNUTLS_PK_RSA ? bits < 2048 || bits > 8192
				       : algorithm != GNUTLS_PK_ECDSA || !curve_bits(bits, &size))
		return ERR_UNSUPPORTED;
	if (gnutls_x509_privkey_init(&made) != GNUTLS_E_SUCCESS)
		return ERR_MEMORY;
	if (gnutls_x509_privkey_generate(made, algorithm, size, 0) != GNUTLS_E_SUCCESS)
		return ERR_CRYPTO;
	*key = TAKE(made);
	return ERR_OK;
}
