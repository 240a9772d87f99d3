/* SPDX-License-Identifier: BSD-2-Clause */
/* The issuing CA: loading it, and recognising what it issued. */
#include <string.h>

#include "base/text.h"
#include "pki/certificate_private.h"
#include "pkimessage/pkimessage.h"

void pki_issuer_free(struct pki_issuer **issuer)
{
	if (*issuer == NULL)
		return;
	free((*issuer)->id);
	pki_pair_free(&(*issuer)->pair);
	bytes_free(&(*issuer)->subject);
	bytes_free(&(*issuer)->key_id);
	free(*issuer);
	*issuer = NULL;
}

enum err pki_issuer_digest(gnutls_pubkey_t key, const char *name, gnutls_digest_algorithm_t *digest,
			   char *reason)
{
	static const struct {
		gnutls_ecc_curve_t curve;
		gnutls_digest_algorithm_t digest;
	} curves[] = {
		{GNUTLS_ECC_CURVE_SECP256R1, GNUTLS_DIG_SHA256},
		{GNUTLS_ECC_CURVE_SECP384R1, GNUTLS_DIG_SHA384},
		{GNUTLS_ECC_CURVE_SECP521R1, GNUTLS_DIG_SHA512},
	};
	unsigned bits = 0;
	int algorithm = gnutls_pubkey_get_pk_algorithm(key, &bits);
	gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;

	*digest = GNUTLS_DIG_SHA256;
	if (algorithm == GNUTLS_PK_RSA && bits >= 2048)
		return ERR_OK;
	if (algorithm == GNUTLS_PK_ECDSA &&
	    gnutls_pubkey_export_ecc_raw2(key, &curve, NULL, NULL, 0) == GNUTLS_E_SUCCESS)
		for (size_t i = 0; i < sizeof curves / sizeof *curves; i++)
			if (curves[i].curve == curve) {
				*digest = curves[i].digest;
				return ERR_OK;
			}
	return pki_refuse(reason, ERR_UNSUPPORTED,
			  "%s has a key of another kind than RSA from 2048 bits, P-256, P-384 or P-521",
			  name);
}

static enum err check_ca(gnutls_x509_crt_t certificate, const char *name, char *reason)
{
	unsigned usage = 0;

	if (gnutls_x509_crt_get_basic_constraints(certificate, NULL, NULL, NULL) <= 0)
		return pki_refuse(reason, ERR_MISMATCH,
				  "%s is no CA certificate: its basicConstraints do not say CA:TRUE", name);
	if (gnutls_x509_crt_get_key_usage(certificate, &usage, NULL) < 0 ||
	    (usage & GNUTLS_KEY_KEY_CERT_SIGN) == 0)
		return pki_refuse(reason, ERR_MISMATCH,
				  "%s may not issue certificates: its keyUsage lacks keyCertSign", name);
	return ERR_OK;
}

/* The CA's own subjectKeyIdentifier, or where it has none what method 1 gives. */
static enum err take_key_id(struct pki_issuer *issuer, gnutls_pubkey_t key)
{
	CLEANUP(bytes_free) gnutls_datum_t public_key = {NULL, 0};
	uint8_t id[64];
	size_t size = sizeof id;
	gnutls_datum_t view;
	int code = gnutls_x509_crt_get_subject_key_id(issuer->pair.chain.certificates[0], id, &size, NULL);

	if (code < 0 && code != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return ERR_SYNTAX;
	if (code < 0) {
		if (gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &public_key) < 0 ||
		    pki_key_id(&public_key, id) != ERR_OK)
			return ERR_CRYPTO;
		size = PKI_KEY_ID_SIZE;
	}
	view = bytes_view(id, size);
	return bytes_copy(&view, &issuer->key_id) ? ERR_OK : ERR_MEMORY;
}

static enum err fill(struct pki_issuer *issuer, const char *name, char *reason)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t key = NULL;
	gnutls_x509_crt_t certificate = issuer->pair.chain.certificates[0];
	enum err error = check_ca(certificate, name, reason);

	if (error != ERR_OK)
		return error;
	if (gnutls_pubkey_init(&key) < 0)
		return pki_no_memory(reason);
	if (gnutls_pubkey_import_x509(key, certificate, 0) < 0 ||
	    gnutls_x509_crt_get_raw_dn(certificate, &issuer->subject) < 0 || issuer->subject.size <= 2)
		return pki_refuse(reason, ERR_SYNTAX, "%s has no subject or no usable key", name);
	error = pki_issuer_digest(key, name, &issuer->digest, reason);
	if (error != ERR_OK)
		return error;
	error = take_key_id(issuer, key);
	return error == ERR_OK ? ERR_OK
			       : pki_refuse(reason, error, "%s has no readable subjectKeyIdentifier", name);
}

enum err pki_issuer_load(const char *id, const char *certificate_path, const char *key_path, time_t now,
			 struct pki_issuer **issuer, char *reason)
{
	CLEANUP(pki_issuer_free) struct pki_issuer *made = calloc(1, sizeof *made);
	char name[PKI_DISPLAY_SIZE];
	enum err error;

	*issuer = NULL;
	if (made == NULL || (made->id = strdup(id)) == NULL)
		return pki_no_memory(reason);
	error = pki_pair_load(certificate_path, key_path, now, &made->pair, reason);
	if (error == ERR_OK)
		error = fill(made, pki_display_path(certificate_path, name), reason);
	if (error == ERR_OK)
		*issuer = TAKE(made);
	return error;
}

/* To the letter first: that is the usual case, and costs nothing. */
static bool is_issuer_name(const struct pki_issuer *issuer, gnutls_x509_crt_t certificate)
{
	CLEANUP(bytes_free) gnutls_datum_t name = {NULL, 0};

	if (gnutls_x509_crt_get_raw_issuer_dn(certificate, &name) < 0)
		return false;
	return bytes_equal(&name, &issuer->subject) || pkimessage_names_equal(&name, &issuer->subject);
}

/* The digests we sign with: what is signed with another was not signed by us, or not in this century. */
static bool is_our_algorithm(int algorithm, gnutls_pubkey_t key)
{
	gnutls_digest_algorithm_t digest;

	if (algorithm < 0 || (int)gnutls_sign_get_pk_algorithm((gnutls_sign_algorithm_t)algorithm) !=
				     gnutls_pubkey_get_pk_algorithm(key, NULL))
		return false;
	digest = gnutls_sign_get_hash_algorithm((gnutls_sign_algorithm_t)algorithm);
	return digest == GNUTLS_DIG_SHA256 || digest == GNUTLS_DIG_SHA384 || digest == GNUTLS_DIG_SHA512;
}

static enum err check_signature(const struct pki_issuer *issuer, gnutls_x509_crt_t certificate)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t key = NULL;
	CLEANUP(bytes_free) gnutls_datum_t whole = {NULL, 0};
	int algorithm = gnutls_x509_crt_get_signature_algorithm(certificate);
	struct der outer;
	struct der fields;
	gnutls_datum_t tbs;
	gnutls_datum_t signature;

	if (gnutls_pubkey_init(&key) < 0 ||
	    gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, &whole) < 0)
		return ERR_MEMORY;
	outer = der_open(&whole);
	fields = der_enter(&outer, DER_SEQUENCE);
	tbs = der_raw(&fields, DER_SEQUENCE);
	(void)der_raw(&fields, DER_SEQUENCE);
	signature = der_contents(&fields, DER_BIT_STRING);
	if (!der_done(&fields) || !der_done(&outer) || signature.size < 2 || signature.data[0] != 0)
		return ERR_SYNTAX;
	signature = bytes_view(signature.data + 1, signature.size - 1);
	if (gnutls_pubkey_import_x509(key, issuer->pair.chain.certificates[0], 0) < 0)
		return ERR_CRYPTO;
	if (!is_our_algorithm(algorithm, key) ||
	    gnutls_pubkey_verify_data2(key, (gnutls_sign_algorithm_t)algorithm, 0, &tbs, &signature) < 0)
		return ERR_SIGNATURE;
	return ERR_OK;
}

enum err pki_issued_by(const struct pki_issuer *issuer, gnutls_x509_crt_t certificate)
{
	return is_issuer_name(issuer, certificate) ? check_signature(issuer, certificate) : ERR_MISMATCH;
}
