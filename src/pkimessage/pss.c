/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/pss.h"

#include "base/cleanup.h"
#include "base/limits.h"

/* The salt where parameters do not say. */
#define SALT_DEFAULT 20

CLEANUP_DEFINE(spki_free, gnutls_x509_spki_t, gnutls_x509_spki_deinit)

/* Reads [NUMBER] INTEGER; OTHERWISE when it is absent. */
static int tagged_integer(struct der *der, unsigned number, int otherwise)
{
	struct der inside;
	int value;

	if (!der_next_is(der, DER_CONTEXT_CONSTRUCTED(number)))
		return otherwise;
	inside = der_enter(der, DER_CONTEXT_CONSTRUCTED(number));
	value = der_small_integer(&inside);
	if (!der_done(&inside))
		der->failed = true;
	return value;
}

bool msg_pss_read(const gnutls_datum_t *parameters, struct msg_pss *pss)
{
	struct der all = der_open(parameters);
	struct der inside = der_enter(&all, DER_SEQUENCE);
	gnutls_digest_algorithm_t mask;
	int trailer;

	msg_read_hashes(&inside, &pss->digest, &mask);
	pss->salt = (unsigned)tagged_integer(&inside, 2, SALT_DEFAULT);
	trailer = tagged_integer(&inside, 3, 1);
	return der_done(&inside) && der_done(&all) && mask == pss->digest && trailer == 1 &&
	       pss->salt <= LIMIT_RSA_BYTES;
}

/* An RSASSA-PSS key may say what it is to be used with (RFC 4055 section 1.2); GnuTLS has no parameters of
 * one that does not. */
static int check_own(const struct msg_pss *pss, gnutls_pubkey_t key, gnutls_x509_spki_t spki)
{
	gnutls_digest_algorithm_t digest = GNUTLS_DIG_UNKNOWN;
	unsigned salt = 0;

	if (gnutls_pubkey_get_pk_algorithm(key, NULL) != GNUTLS_PK_RSA_PSS ||
	    gnutls_pubkey_get_spki(key, spki, 0) < 0 ||
	    gnutls_x509_spki_get_rsa_pss_params(spki, &digest, &salt) < 0 || digest == GNUTLS_DIG_UNKNOWN)
		return PKIMESSAGE_OK;
	return digest == pss->digest && pss->salt >= salt ? PKIMESSAGE_OK : PKIMESSAGE_E_ALGORITHM_MISMATCH;
}

int msg_pss_set(const struct msg_pss *pss, gnutls_pubkey_t key)
{
	CLEANUP(spki_free) gnutls_x509_spki_t spki = NULL;
	int code = gnutls_x509_spki_init(&spki);
	int error;

	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
	error = check_own(pss, key, spki);
	if (error != PKIMESSAGE_OK)
		return error;
	gnutls_x509_spki_set_rsa_pss_params(spki, pss->digest, pss->salt);
	return msg_gnutls_error(gnutls_pubkey_set_spki(key, spki, 0), PKIMESSAGE_E_KEY);
}
