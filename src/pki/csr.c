/* SPDX-License-Identifier: BSD-2-Clause */
/* A certification request under our rules. */
#include "pki/csr.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "base/limits.h"
#include "pki/pki_private.h"

#define OID_SAN "2.5.29.17"

void pki_csr_free(struct pki_csr **csr)
{
	if (*csr == NULL)
		return;
	pki_names_free(&(*csr)->names);
	pubkey_free(&(*csr)->key);
	pkimessage_csr_free((*csr)->message);
	free(*csr);
	*csr = NULL;
}

/* What libpkimessage says, in our words. */
static enum err translate(int code, const char *what, char *reason)
{
	static const struct {
		int code;
		enum err error;
	} known[] = {
		{PKIMESSAGE_E_MEMORY, ERR_MEMORY},         {PKIMESSAGE_E_LIMIT, ERR_LIMIT},
		{PKIMESSAGE_E_ALGORITHM, ERR_UNSUPPORTED}, {PKIMESSAGE_E_ALGORITHM_MISMATCH, ERR_SIGNATURE},
		{PKIMESSAGE_E_KEY, ERR_UNSUPPORTED},       {PKIMESSAGE_E_SIGNATURE, ERR_SIGNATURE},
		{PKIMESSAGE_E_DIGEST, ERR_SIGNATURE},      {PKIMESSAGE_E_CRYPTO, ERR_CRYPTO},
	};
	enum err error = ERR_SYNTAX;

	if (code == PKIMESSAGE_OK)
		return ERR_OK;
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].code == code)
			error = known[i].error;
	return pki_refuse(reason, error, "%s: %s", what, pkimessage_strerror(code));
}

static enum err check_rsa(struct pki_csr *csr, char *reason)
{
	CLEANUP(bytes_free) gnutls_datum_t modulus = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t exponent = {NULL, 0};
	bool sane;

	if (csr->key_bits < 1024 || csr->key_bits > LIMIT_RSA_BYTES * 8)
		return pki_refuse(reason, ERR_UNSUPPORTED,
				  "the request has an RSA key of %u bits; 1024 to %u are usable",
				  csr->key_bits, LIMIT_RSA_BYTES * 8u);
	if (gnutls_pubkey_export_rsa_raw2(csr->key, &modulus, &exponent, GNUTLS_EXPORT_FLAG_NO_LZ) < 0)
		return pki_refuse(reason, ERR_CRYPTO, "the request's RSA key cannot be read");
	/* With exponent 1 anybody signs for anybody; an even modulus or exponent is no RSA key. */
	sane = exponent.size > 0 && exponent.size <= 8 && (exponent.data[exponent.size - 1] & 1) == 1 &&
	       (exponent.size > 1 || exponent.data[0] > 1) && modulus.size > 0 &&
	       (modulus.data[modulus.size - 1] & 1) == 1;
	return sane ? ERR_OK
		    : pki_refuse(reason, ERR_UNSUPPORTED, "the request has an RSA key that is no key");
}

static enum err check_curve(struct pki_csr *csr, char *reason)
{
	/* GnuTLS rounds P-521 up to whole octets, so the sizes are said here. */
	static const struct {
		gnutls_ecc_curve_t curve;
		unsigned bits;
	} curves[] = {
		{GNUTLS_ECC_CURVE_SECP256R1, 256},
		{GNUTLS_ECC_CURVE_SECP384R1, 384},
		{GNUTLS_ECC_CURVE_SECP521R1, 521},
	};
	gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;

	if (gnutls_pubkey_export_ecc_raw2(csr->key, &curve, NULL, NULL, 0) < 0)
		return pki_refuse(reason, ERR_CRYPTO, "the request's EC key cannot be read");
	for (size_t i = 0; i < sizeof curves / sizeof *curves; i++) {
		if (curves[i].curve == curve) {
			csr->key_bits = curves[i].bits;
			return ERR_OK;
		}
	}
	return pki_refuse(reason, ERR_UNSUPPORTED,
			  "the request has an EC key on another curve than P-256, P-384 or P-521");
}

static enum err check_nothing(struct pki_csr *csr, char *reason)
{
	(void)csr;
	(void)reason;
	return ERR_OK;
}

static enum err check_key(struct pki_csr *csr, char *reason)
{
	static const struct {
		gnutls_pk_algorithm_t algorithm;
		enum err (*check)(struct pki_csr *, char *);
	} kinds[] = {
		{GNUTLS_PK_RSA, check_rsa},
		{GNUTLS_PK_ECDSA, check_curve},
		{GNUTLS_PK_EDDSA_ED25519, check_nothing},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].algorithm == csr->key_algorithm)
			return kinds[i].check(csr, reason);
	return pki_refuse(reason, ERR_UNSUPPORTED,
			  "the request has a key of another type than RSA, EC or Ed25519");
}

static enum err hash_key(struct pki_csr *csr, char *reason)
{
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};

	if (gnutls_pubkey_export2(csr->key, GNUTLS_X509_FMT_DER, &der) < 0 ||
	    gnutls_hash_fast(GNUTLS_DIG_SHA256, der.data, der.size, csr->key_sha256) < 0)
		return pki_refuse(reason, ERR_CRYPTO, "the request's key cannot be hashed");
	return ERR_OK;
}

static enum err take_key(struct pki_csr *csr, char *reason)
{
	enum err error;
	int algorithm;

	if (gnutls_pubkey_init(&csr->key) < 0)
		return pki_no_memory(reason);
	if (gnutls_pubkey_import(csr->key, pkimessage_csr_public_key(csr->message), GNUTLS_X509_FMT_DER) < 0)
		return pki_refuse(reason, ERR_UNSUPPORTED,
				  "the request has a public key that cannot be read");
	algorithm = gnutls_pubkey_get_pk_algorithm(csr->key, &csr->key_bits);
	csr->key_algorithm = algorithm < 0 ? GNUTLS_PK_UNKNOWN : (gnutls_pk_algorithm_t)algorithm;
	error = check_key(csr, reason);
	return error == ERR_OK ? hash_key(csr, reason) : error;
}

/* Finds the SAN; the parser has seen to it that no extension comes twice (RFC 5280 section 4.2). */
static enum err find_san(struct pki_csr *csr, char *reason)
{
	size_t count = pkimessage_csr_extension_count(csr->message);

	for (size_t i = 0; i < count; i++) {
		const struct pkimessage_extension *extension = pkimessage_csr_extension(csr->message, i);

		if (strcmp(extension->oid, OID_SAN) != 0)
			continue;
		if (extension->value.size == 0)
			return pki_refuse(reason, ERR_PERMISSION, "the request's subjectAltName is empty");
		csr->san = extension->value;
	}
	return ERR_OK;
}

static enum err take_names(struct pki_csr *csr, char *reason)
{
	enum err error = find_san(csr, reason);

	if (error == ERR_OK)
		error = pki_names_parse(pkimessage_csr_subject(csr->message), &csr->san, &csr->names, reason);
	/* The signature has shown that somebody means what it says: it is not garbage, it is against the
	 * rules. */
	if (error != ERR_OK)
		return error == ERR_MEMORY ? ERR_MEMORY : ERR_PERMISSION;
	if (csr->names.subject_text[0] == '\0' && csr->names.san_count == 0)
		return pki_refuse(reason, ERR_PERMISSION,
				  "the request names nobody: neither a subject nor a subjectAltName");
	return ERR_OK;
}

enum err pki_csr_parse(const gnutls_datum_t *der, unsigned legacy, struct pki_csr **csr, char *reason)
{
	CLEANUP(pki_csr_free) struct pki_csr *made = calloc(1, sizeof *made);
	enum err error;

	*csr = NULL;
	if (made == NULL)
		return pki_no_memory(reason);
	if (der->size > LIMIT_CSR)
		return pki_refuse(reason, ERR_LIMIT, "the request is longer than %d bytes", LIMIT_CSR);
	error = translate(pkimessage_csr_parse(der, &made->message), "the request does not parse", reason);
	/* The key first: a signature by a key that is none proves nothing. */
	if (error == ERR_OK)
		error = take_key(made, reason);
	if (error == ERR_OK)
		error = translate(pkimessage_csr_verify(made->message, legacy), "the request's own signature",
				  reason);
	if (error == ERR_OK)
		error = take_names(made, reason);
	if (error == ERR_OK)
		*csr = TAKE(made);
	return error;
}

bool pki_csr_has_key_of(const struct pki_csr *csr, gnutls_x509_crt_t certificate)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t other = NULL;
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	uint8_t hash[sizeof csr->key_sha256];

	if (gnutls_pubkey_init(&other) < 0 || gnutls_pubkey_import_x509(other, certificate, 0) < 0 ||
	    gnutls_pubkey_export2(other, GNUTLS_X509_FMT_DER, &der) < 0 ||
	    gnutls_hash_fast(GNUTLS_DIG_SHA256, der.data, der.size, hash) < 0)
		return false;
	return memcmp(hash, csr->key_sha256, sizeof hash) == 0;
}
