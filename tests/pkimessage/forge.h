/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pkiMessage written by hand, in which anything may be wrong and the signature still right. Failures end
 * the test.
 */
#ifndef TEST_FORGE_H
#define TEST_FORGE_H

#include "lib/fixture.h"
#include "pkimessage/pkimessage.h"

#define OID_CONTENT_TYPE    "1.2.840.113549.1.9.3"
#define OID_MESSAGE_DIGEST  "1.2.840.113549.1.9.4"
#define OID_SIGNING_TIME    "1.2.840.113549.1.9.5"
#define OID_MESSAGE_TYPE    "2.16.840.1.113733.1.9.2"
#define OID_PKI_STATUS      "2.16.840.1.113733.1.9.3"
#define OID_FAIL_INFO       "2.16.840.1.113733.1.9.4"
#define OID_SENDER_NONCE    "2.16.840.1.113733.1.9.5"
#define OID_RECIPIENT_NONCE "2.16.840.1.113733.1.9.6"
#define OID_TRANSACTION_ID  "2.16.840.1.113733.1.9.7"
#define OID_FAIL_INFO_TEXT  "1.3.6.1.5.5.7.24.1"

#define FORGE_ATTRIBUTES 80

struct forge {
	const struct fixture *signer;       /* whose key signs and whose certificate sid names */
	const gnutls_datum_t *certificates; /* enclosed, in DER; the signer's alone when NULL */
	size_t certificate_count;
	gnutls_digest_algorithm_t digest; /* of messageDigest and the signature */
	const char *digest_oid;           /* as written; digest's own when NULL */
	const char *signature_oid;        /* as written; rsaEncryption or ecdsa-with-SHA256 when NULL */
	const char *signature_parameters; /* hex; NULL ("0500") when NULL */
	gnutls_sign_algorithm_t sign;     /* as made; RSA or ECDSA with digest when 0 */
	const char *outer_type;           /* ContentInfo's; id-signedData when NULL */
	const char *content_type;         /* eContentType; id-data when NULL */
	gnutls_datum_t content;           /* eContent */
	gnutls_datum_t swapped;           /* written in place of content when its size is not 0 */
	bool no_content;                  /* no eContent at all */
	bool key_id;                      /* sid is subjectKeyIdentifier */
	gnutls_datum_t sid;               /* a whole encoding in place of sid when its size is not 0 */
	size_t signers;                   /* SignerInfos, all the same */
	bool no_attributes;               /* no signedAttrs */
	bool sign_sorted;                 /* the signature is over the DER order, whatever is sent */
	gnutls_datum_t trailer;           /* after the ContentInfo */
	gnutls_datum_t attributes[FORGE_ATTRIBUTES]; /* encodings, owned, as sent in this order */
	size_t attribute_count;
};

/* A good PKCSReq by SIGNER: SHA-256, transactionID "t-1", a nonce of 16 bytes, content "content". */
struct forge forge_begin(const struct fixture *signer);

/* Adds an attribute with one value; takes all attributes of a type away; both after another. */
void forge_add(struct forge *forge, const char *oid, unsigned tag, const void *value, size_t size);
void forge_drop(struct forge *forge, const char *oid);
void forge_replace(struct forge *forge, const char *oid, unsigned tag, const void *value, size_t size);

/* Adds an attribute whose SET has COUNT times the same value. */
void forge_add_values(struct forge *forge, const char *oid, unsigned tag, const void *value, size_t size,
		      size_t count);

/* Replaces messageDigest by that of CONTENT with the forge's digest. */
void forge_digest(struct forge *forge);

/* The message; freed with bytes_free. Frees the attributes of FORGE as well. */
gnutls_datum_t forge_end(struct forge *forge);

#endif
