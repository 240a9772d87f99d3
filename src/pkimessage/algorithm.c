/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/algorithm.h"

#define SIGNS(rsa_, ecdsa_) .sign[MSG_RSA] = (rsa_), .sign[MSG_ECDSA] = (ecdsa_)

/* GnuTLS has RSASSA-PSS with these digests alone; Ed25519 goes with SHA-512 (RFC 8419 section 2.3). */
static const struct msg_digest digests[] = {
	{GNUTLS_DIG_MD5, "1.2.840.113549.2.5", PKIMESSAGE_LEGACY_MD5,
	 SIGNS(GNUTLS_SIGN_RSA_MD5, GNUTLS_SIGN_UNKNOWN)},
	{GNUTLS_DIG_SHA1, "1.3.14.3.2.26", PKIMESSAGE_LEGACY_SHA1,
	 SIGNS(GNUTLS_SIGN_RSA_SHA1, GNUTLS_SIGN_ECDSA_SHA1)},
	{GNUTLS_DIG_SHA224, "2.16.840.1.101.3.4.2.4", 0,
	 SIGNS(GNUTLS_SIGN_RSA_SHA224, GNUTLS_SIGN_ECDSA_SHA224)},
	{GNUTLS_DIG_SHA256, "2.16.840.1.101.3.4.2.1", 0,
	 SIGNS(GNUTLS_SIGN_RSA_SHA256, GNUTLS_SIGN_ECDSA_SHA256),
	 .sign[MSG_PSS] = GNUTLS_SIGN_RSA_PSS_SHA256},
	{GNUTLS_DIG_SHA384, "2.16.840.1.101.3.4.2.2", 0,
	 SIGNS(GNUTLS_SIGN_RSA_SHA384, GNUTLS_SIGN_ECDSA_SHA384),
	 .sign[MSG_PSS] = GNUTLS_SIGN_RSA_PSS_SHA384},
	{GNUTLS_DIG_SHA512, "2.16.840.1.101.3.4.2.3", 0,
	 SIGNS(GNUTLS_SIGN_RSA_SHA512, GNUTLS_SIGN_ECDSA_SHA512), .sign[MSG_PSS] = GNUTLS_SIGN_RSA_PSS_SHA512,
	 .sign[MSG_ED25519] = GNUTLS_SIGN_EDDSA_ED25519},
};

/* rsaEncryption and id-ecPublicKey name a key, not a signature; clients write them, and digestAlgorithm tells
 * the rest. For RSASSA-PSS the parameters do. */
static const struct msg_signature signatures[] = {
	{MSG_OID_RSA, MSG_RSA, GNUTLS_DIG_UNKNOWN},
	{"1.2.840.113549.1.1.4", MSG_RSA, GNUTLS_DIG_MD5},
	{"1.2.840.113549.1.1.5", MSG_RSA, GNUTLS_DIG_SHA1},
	{"1.3.14.3.2.29", MSG_RSA,
	 GNUTLS_DIG_SHA1}, /* OIW's sha1WithRSASignature, in old Microsoft software */
	{"1.2.840.113549.1.1.14", MSG_RSA, GNUTLS_DIG_SHA224},
	{"1.2.840.113549.1.1.11", MSG_RSA, GNUTLS_DIG_SHA256},
	{"1.2.840.113549.1.1.12", MSG_RSA, GNUTLS_DIG_SHA384},
	{"1.2.840.113549.1.1.13", MSG_RSA, GNUTLS_DIG_SHA512},
	{"1.2.840.113549.1.1.10", MSG_PSS, GNUTLS_DIG_UNKNOWN},
	{"1.2.840.10045.2.1", MSG_ECDSA, GNUTLS_DIG_UNKNOWN},
	{"1.2.840.10045.4.1", MSG_ECDSA, GNUTLS_DIG_SHA1},
	{"1.2.840.10045.4.3.1", MSG_ECDSA, GNUTLS_DIG_SHA224},
	{"1.2.840.10045.4.3.2", MSG_ECDSA, GNUTLS_DIG_SHA256},
	{"1.2.840.10045.4.3.3", MSG_ECDSA, GNUTLS_DIG_SHA384},
	{"1.2.840.10045.4.3.4", MSG_ECDSA, GNUTLS_DIG_SHA512},
	{"1.3.101.112", MSG_ED25519, GNUTLS_DIG_SHA512},
};

/* Which keys a scheme is for. A key signs by the first; RSASSA-PSS is only read. */
static const struct {
	gnutls_pk_algorithm_t key;
	enum msg_scheme scheme;
	bool signs;
} uses[] = {
	{GNUTLS_PK_RSA, MSG_RSA, true},
	{GNUTLS_PK_ECDSA, MSG_ECDSA, true},
	{GNUTLS_PK_EDDSA_ED25519, MSG_ED25519, true},
	{GNUTLS_PK_RSA, MSG_PSS, false},
	{GNUTLS_PK_RSA_PSS, MSG_PSS, false},
};

const struct msg_digest *msg_digest_by_oid(const gnutls_datum_t *oid)
{
	for (size_t i = 0; i < sizeof digests / sizeof *digests; i++)
		if (der_oid_is(oid, digests[i].oid))
			return &digests[i];
	return NULL;
}

const struct msg_digest *msg_digest_by_id(gnutls_digest_algorithm_t id)
{
	for (size_t i = 0; i < sizeof digests / sizeof *digests; i++)
		if (digests[i].id == id)
			return &digests[i];
	return NULL;
}

const struct msg_signature *msg_signature_by_oid(const gnutls_datum_t *oid)
{
	for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
		if (der_oid_is(oid, signatures[i].oid))
			return &signatures[i];
	return NULL;
}

const struct msg_signature *msg_signature_written(enum msg_scheme scheme, gnutls_digest_algorithm_t digest)
{
	/* strongSwan 5.9.8 takes no other from RSA keys. */
	gnutls_digest_algorithm_t wanted = scheme == MSG_RSA ? GNUTLS_DIG_UNKNOWN : digest;

	for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++)
		if (signatures[i].scheme == scheme && signatures[i].digest == wanted)
			return &signatures[i];
	return NULL;
}

bool msg_scheme_fits(enum msg_scheme scheme, int key)
{
	for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
		if (uses[i].scheme == scheme && (int)uses[i].key == key)
			return true;
	return false;
}

bool msg_scheme_of(int key, enum msg_scheme *scheme)
{
	for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
		if (uses[i].signs && (int)uses[i].key == key) {
			*scheme = uses[i].scheme;
			return true;
		}
	return false;
}

bool msg_digest_allowed(const struct msg_digest *digest, unsigned legacy)
{
	return (digest->legacy & ~legacy) == 0;
}

void msg_read_algorithm(struct der *der, gnutls_datum_t *oid, gnutls_datum_t *parameters)
{
	struct der inside = der_enter(der, DER_SEQUENCE);

	*oid = der_contents(&inside, DER_OID);
	*parameters = der_more(&inside) ? der_any(&inside) : MSG_EMPTY;
	if (der_done(&inside))
		return;
	*oid = *parameters = MSG_EMPTY;
	der->failed = true;
}

bool msg_no_parameters(const gnutls_datum_t *parameters)
{
	gnutls_datum_t null = BYTES_LITERAL("\x05\x00");

	return parameters->size == 0 || bytes_equal(parameters, &null);
}

/* The digest that an AlgorithmIdentifier names: its own parameters are absent or NULL. */
static gnutls_digest_algorithm_t digest_named(const gnutls_datum_t *oid, const gnutls_datum_t *parameters)
{
	const struct msg_digest *digest = msg_digest_by_oid(oid);

	return digest == NULL || !msg_no_parameters(parameters) ? GNUTLS_DIG_UNKNOWN : digest->id;
}

static gnutls_digest_algorithm_t read_digest(struct der *der)
{
	gnutls_datum_t oid;
	gnutls_datum_t parameters;

	msg_read_algorithm(der, &oid, &parameters);
	return digest_named(&oid, &parameters);
}

/* MGF1, whose parameters are the digest it uses. */
static gnutls_digest_algorithm_t read_mask(struct der *der)
{
	gnutls_datum_t oid;
	gnutls_datum_t parameters;
	struct der inside;
	gnutls_digest_algorithm_t digest;

	msg_read_algorithm(der, &oid, &parameters);
	inside = der_open(&parameters);
	digest = read_digest(&inside);
	return der_oid_is(&oid, MSG_OID_MGF1) && der_done(&inside) ? digest : GNUTLS_DIG_UNKNOWN;
}

/* Reads [NUMBER] by READ where it is next, and otherwise leaves *DIGEST. */
static void read_tagged(struct der *der, unsigned number, gnutls_digest_algorithm_t (*read)(struct der *),
			gnutls_digest_algorithm_t *digest)
{
	struct der inside;

	if (!der_next_is(der, DER_CONTEXT_CONSTRUCTED(number)))
		return;
	inside = der_enter(der, DER_CONTEXT_CONSTRUCTED(number));
	*digest = read(&inside);
	if (!der_done(&inside))
		der->failed = true;
}

void msg_read_hashes(struct der *der, gnutls_digest_algorithm_t *hash, gnutls_digest_algorithm_t *mask)
{
	*hash = *mask = GNUTLS_DIG_SHA1;
	read_tagged(der, 0, read_digest, hash);
	read_tagged(der, 1, read_mask, mask);
}
