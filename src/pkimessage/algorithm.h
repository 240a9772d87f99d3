/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The digest and signature algorithms of CMS and PKCS#10 that we know (RFC 3370, RFC 5754, RFC 5753, RFC 8894
 * section 3.5, RFC 8419), in two tables.
 */
#ifndef PKIMESSAGE_ALGORITHM_H
#define PKIMESSAGE_ALGORITHM_H

#include "base/der.h"
#include "pkimessage/private.h"

/* The ways of signing. */
enum msg_scheme {
	MSG_RSA,     /* RSASSA-PKCS1-v1_5 */
	MSG_PSS,     /* RSASSA-PSS (RFC 4056) */
	MSG_ECDSA,   /* RFC 5753 */
	MSG_ED25519, /* RFC 8419 */
	MSG_SCHEMES,
};

/* A digest, the bit of enum pkimessage_legacy that must allow it (0: always allowed) and how each scheme
 * signs with it: GNUTLS_SIGN_UNKNOWN where it does not. */
struct msg_digest {
	gnutls_digest_algorithm_t id;
	const char *oid;
	unsigned legacy;
	gnutls_sign_algorithm_t sign[MSG_SCHEMES];
};

/* A signature algorithm: by which scheme, and with which digest; GNUTLS_DIG_UNKNOWN where its identifier does
 * not say. */
struct msg_signature {
	const char *oid;
	enum msg_scheme scheme;
	gnutls_digest_algorithm_t digest;
};

/* An AlgorithmIdentifier as it was read: views. */
struct msg_algorithm {
	gnutls_datum_t oid;        /* contents octets of the OBJECT IDENTIFIER */
	gnutls_datum_t parameters; /* a complete encoding; size 0 when absent */
};

/* MGF1 (RFC 8017 appendix B.2.1), the mask of RSAES-OAEP and RSASSA-PSS. */
#define MSG_OID_MGF1 "1.2.840.113549.1.1.8"

/* Bits of enum pkimessage_legacy that mean anything. */
#define MSG_LEGACY_ALL                                                                                       \
	(PKIMESSAGE_LEGACY_MD5 | PKIMESSAGE_LEGACY_SHA1 | PKIMESSAGE_LEGACY_DES | PKIMESSAGE_LEGACY_3DES)

/* Looks an algorithm up by the contents octets of its OBJECT IDENTIFIER or by GnuTLS's number; NULL when
 * unknown. */
const struct msg_digest *msg_digest_by_oid(const gnutls_datum_t *oid);
const struct msg_digest *msg_digest_by_id(gnutls_digest_algorithm_t id);
const struct msg_signature *msg_signature_by_oid(const gnutls_datum_t *oid);

/* What a signature by SCHEME with DIGEST is written as, NULL when there is no such; for RSA it is
 * rsaEncryption.
 */
const struct msg_signature *msg_signature_written(enum msg_scheme scheme, gnutls_digest_algorithm_t digest);

/* True when SCHEME is for keys of the type KEY, a gnutls_pk_algorithm_t. */
bool msg_scheme_fits(enum msg_scheme scheme, int key);

/* The scheme that a key of the type KEY signs by; false when it cannot. */
bool msg_scheme_of(int key, enum msg_scheme *scheme);

/* True when DIGEST may be used under LEGACY. */
bool msg_digest_allowed(const struct msg_digest *digest, unsigned legacy);

/*
 * Reads an AlgorithmIdentifier: the contents octets of its OBJECT IDENTIFIER, and its parameters as a
 * complete encoding (size 0 when they are absent). Fails the cursor when there is more.
 */
void msg_read_algorithm(struct der *der, gnutls_datum_t *oid, gnutls_datum_t *parameters);

/*
 * Reads [0] HashAlgorithm and [1] MaskGenAlgorithm (MGF1 alone), with which the parameters of RSAES-OAEP and
 * RSASSA-PSS begin (RFC 4055 sections 3.1 and 4.1); SHA-1 where one is absent, GNUTLS_DIG_UNKNOWN where it is
 * none we know. Fails the cursor when they are malformed.
 */
void msg_read_hashes(struct der *der, gnutls_digest_algorithm_t *hash, gnutls_digest_algorithm_t *mask);

/* True when PARAMETERS are absent or NULL, which mean the same here (clients write either). */
bool msg_no_parameters(const gnutls_datum_t *parameters);

#endif
