/* SPDX-License-Identifier: BSD-2-Clause */
/* A certificate with its private key, and what an RA needs of both. */
#include <string.h>

#include "base/clock.h"
#include "pki/key.h"
#include "pki/pki_private.h"

void pki_pair_free(struct pki_pair *pair)
{
	pki_chain_free(&pair->chain);
	privkey_free(&pair->key);
}

/* The public keys themselves are compared: their SubjectPublicKeyInfo in DER. */
static enum err compare_keys(const struct pki_pair *pair, bool *same)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t certified = NULL;
	CLEANUP(pubkey_free) gnutls_pubkey_t own = NULL;
	CLEANUP(bytes_free) gnutls_datum_t certified_der = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t own_der = {NULL, 0};

	*same = false;
	if (gnutls_pubkey_init(&certified) < 0 || gnutls_pubkey_init(&own) < 0)
		return ERR_MEMORY;
	if (gnutls_pubkey_import_x509(certified, pair->chain.certificates[0], 0) < 0 ||
	    gnutls_pubkey_export2(certified, GNUTLS_X509_FMT_DER, &certified_der) < 0 ||
	    gnutls_pubkey_import_privkey(own, pair->key, 0, 0) < 0 ||
	    gnutls_pubkey_export2(own, GNUTLS_X509_FMT_DER, &own_der) < 0)
		return ERR_CRYPTO;
	*same = bytes_equal(&certified_der, &own_der);
	return ERR_OK;
}

static enum err check_keys(const struct pki_pair *pair, const char *certificate, const char *key,
			   char *reason)
{
	bool same = false;
	enum err error = compare_keys(pair, &same);

	if (error != ERR_OK)
		return pki_refuse(reason, error, "the public keys of %s and %s cannot be compared",
				  certificate, key);
	if (!same)
		return pki_refuse(reason, ERR_MISMATCH,
				  "the first certificate of %s does not belong to the private key %s",
				  certificate, key);
	return ERR_OK;
}

enum err pki_pair_dates(const struct pki_pair *pair, const char *certificate_path, time_t now, char *reason)
{
	time_t not_before = gnutls_x509_crt_get_activation_time(pair->chain.certificates[0]);
	time_t not_after = gnutls_x509_crt_get_expiration_time(pair->chain.certificates[0]);
	char when[CLOCK_TEXT_SIZE];
	char name[PKI_DISPLAY_SIZE];

	(void)pki_display_path(certificate_path, name);
	if (not_before == (time_t)-1 || not_after == (time_t)-1)
		return pki_refuse(reason, ERR_SYNTAX, "%s has a validity period that cannot be read", name);
	if (now < not_before) {
		clock_format(not_before, when);
		return pki_refuse(reason, ERR_EXPIRED, "%s is not valid before %s", name, when);
	}
	if (now > not_after) {
		clock_format(not_after, when);
		return pki_refuse(reason, ERR_EXPIRED, "%s expired at %s", name, when);
	}
	return ERR_OK;
}

enum err pki_pair_load(const char *certificate_path, const char *key_path, time_t now, struct pki_pair *pair,
		       char *reason)
{
	char certificate[PKI_DISPLAY_SIZE];
	char key[PKI_DISPLAY_SIZE];
	enum err error;

	*pair = (struct pki_pair){0};
	(void)pki_display_path(certificate_path, certificate);
	(void)pki_display_path(key_path, key);
	error = pki_chain_load(certificate_path, &pair->chain, reason);
	if (error == ERR_OK)
		error = pki_key_load(key_path, &pair->key, reason);
	if (error == ERR_OK)
		error = check_keys(pair, certificate, key, reason);
	if (error == ERR_OK && now != PKI_ANY_TIME)
		error = pki_pair_dates(pair, certificate_path, now, reason);
	if (error != ERR_OK)
		pki_pair_free(pair);
	return error;
}

static enum err check_ra_key(gnutls_x509_crt_t certificate, const char *name, char *reason)
{
	unsigned bits = 0;

	if (gnutls_x509_crt_get_pk_algorithm(certificate, &bits) != GNUTLS_PK_RSA)
		return pki_refuse(
			reason, ERR_UNSUPPORTED,
			"%s: SCEP clients encrypt their requests to the RA's key, and only an RSA key can "
			"decrypt them (RFC 8894 section 3.2.2)",
			name);
	if (bits < 2048)
		return pki_refuse(reason, ERR_UNSUPPORTED, "%s has an RSA key of %u bits; 2048 are the least",
				  name, bits);
	return ERR_OK;
}

/* Clients refuse to encrypt to, or to believe, a certificate whose keyUsage says otherwise. */
static enum err check_ra_usage(gnutls_x509_crt_t certificate, const char *name, char *reason)
{
	const unsigned needed = GNUTLS_KEY_KEY_ENCIPHERMENT | GNUTLS_KEY_DIGITAL_SIGNATURE;
	unsigned usage = 0;
	int code = gnutls_x509_crt_get_key_usage(certificate, &usage, NULL);

	if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return ERR_OK;
	if (code < 0)
		return pki_refuse(reason, ERR_SYNTAX, "%s has a keyUsage that cannot be read", name);
	if ((usage & needed) != needed)
		return pki_refuse(
			reason, ERR_UNSUPPORTED,
			"%s must allow keyEncipherment and digitalSignature in its keyUsage: the RA decrypts "
			"requests and signs replies",
			name);
	return ERR_OK;
}

enum err pki_ra_load(const char *certificate_path, const char *key_path, time_t now, struct pki_pair *pair,
		     char *reason)
{
	char name[PKI_DISPLAY_SIZE];
	enum err error = pki_pair_load(certificate_path, key_path, now, pair, reason);

	(void)pki_display_path(certificate_path, name);
	if (error == ERR_OK)
		error = check_ra_key(pair->chain.certificates[0], name, reason);
	if (error == ERR_OK)
		error = check_ra_usage(pair->chain.certificates[0], name, reason);
	if (error != ERR_OK)
		pki_pair_free(pair);
	return error;
}
