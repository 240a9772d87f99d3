/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/key.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "pkimessage/pss.h"

/* Bytes of an RSA public exponent; FIPS 186 allows 256 bits, and 65537 has three. */
#define EXPONENT_MAX 33

/* Refuses RSA keys made to keep the verifier busy. */
static int check_cost(gnutls_pubkey_t key)
{
	CLEANUP(bytes_free) gnutls_datum_t modulus = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t exponent = {NULL, 0};
	int code;

	if (!msg_scheme_fits(MSG_PSS, gnutls_pubkey_get_pk_algorithm(key, NULL)))
		return PKIMESSAGE_OK;
	code = gnutls_pubkey_export_rsa_raw2(key, &modulus, &exponent, 0);
	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_KEY);
	/* GnuTLS puts a zero byte first when the top bit is set. */
	return modulus.size > LIMIT_RSA_BYTES + 1 || exponent.size > EXPONENT_MAX ? PKIMESSAGE_E_LIMIT
										  : PKIMESSAGE_OK;
}

int msg_key_import(const gnutls_datum_t *public_key, gnutls_pubkey_t *key)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t fresh = NULL;
	int code;
	int error;

	*key = NULL;
	code = gnutls_pubkey_init(&fresh);
	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
	code = gnutls_pubkey_import(fresh, public_key, GNUTLS_X509_FMT_DER);
	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_KEY);
	error = check_cost(fresh);
	if (error == PKIMESSAGE_OK)
		*key = TAKE(fresh);
	return error;
}

/* A signature to verify: all that is known about it before the key is looked at. */
struct check {
	const struct msg_signature *signature;
	const struct msg_digest *digest;
	struct msg_pss pss; /* with MSG_PSS */
};

/* Finds the one digest that ALGORITHM and, where it is known, NAMED agree on. */
static int prepare(const struct msg_algorithm *algorithm, gnutls_digest_algorithm_t named,
		   struct check *check)
{
	gnutls_digest_algorithm_t digest;

	check->signature = msg_signature_by_oid(&algorithm->oid);
	if (check->signature == NULL)
		return PKIMESSAGE_E_ALGORITHM;
	if (check->signature->scheme == MSG_PSS && !msg_pss_read(&algorithm->parameters, &check->pss))
		return PKIMESSAGE_E_ALGORITHM;
	digest = check->signature->scheme == MSG_PSS ? check->pss.digest : check->signature->digest;
	if (digest == GNUTLS_DIG_UNKNOWN)
		digest = named;
	else if (named != GNUTLS_DIG_UNKNOWN && named != digest)
		return PKIMESSAGE_E_ALGORITHM_MISMATCH;
	check->digest = msg_digest_by_id(digest);
	return check->digest == NULL ? PKIMESSAGE_E_ALGORITHM : PKIMESSAGE_OK;
}

/* What GnuTLS must be told to verify with a digest it calls broken; LEGACY was asked before. */
static unsigned verify_flags(const struct msg_digest *digest)
{
	return digest->legacy == 0 ? 0 : GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1;
}

/* A system's policy may refuse what LEGACY allows: then the algorithm is at fault, not the signature. */
static int verify_error(int code)
{
	if (code == GNUTLS_E_INSUFFICIENT_SECURITY || code == GNUTLS_E_UNWANTED_ALGORITHM ||
	    code == GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM)
		return PKIMESSAGE_E_ALGORITHM;
	return msg_gnutls_error(code, PKIMESSAGE_E_SIGNATURE);
}

/* Imports PUBLIC_KEY for the scheme of CHECK. */
static int import_for(const struct check *check, const gnutls_datum_t *public_key, gnutls_pubkey_t *key)
{
	int error = msg_key_import(public_key, key);

	if (error != PKIMESSAGE_OK)
		return error;
	if (!msg_scheme_fits(check->signature->scheme, gnutls_pubkey_get_pk_algorithm(*key, NULL)))
		return PKIMESSAGE_E_ALGORITHM_MISMATCH;
	return check->signature->scheme == MSG_PSS ? msg_pss_set(&check->pss, *key) : PKIMESSAGE_OK;
}

int msg_key_verify(const gnutls_datum_t *public_key, const struct msg_algorithm *algorithm,
		   gnutls_digest_algorithm_t digest, unsigned legacy, const gnutls_datum_t *data,
		   const gnutls_datum_t *signature)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t key = NULL;
	struct check check;
	gnutls_sign_algorithm_t sign;
	int error = prepare(algorithm, digest, &check);

	if (error == PKIMESSAGE_OK && !msg_digest_allowed(check.digest, legacy))
		error = PKIMESSAGE_E_ALGORITHM;
	if (error == PKIMESSAGE_OK)
		error = import_for(&check, public_key, &key);
	if (error != PKIMESSAGE_OK)
		return error;
	sign = check.digest->sign[check.signature->scheme];
	if (sign == GNUTLS_SIGN_UNKNOWN)
		return PKIMESSAGE_E_ALGORITHM;
	return verify_error(
		gnutls_pubkey_verify_data2(key, sign, verify_flags(check.digest), data, signature));
}
