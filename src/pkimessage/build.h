/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pieces of a SignedData to build (RFC 5652 section 5).
 */
#ifndef PKIMESSAGE_BUILD_H
#define PKIMESSAGE_BUILD_H

#include "pkimessage/attributes.h"
#include "pkimessage/signed.h"

/* Appends ContentInfo of SignedData around INSIDE (the fields of SignedData), and frees INSIDE. */
void msg_put_signed_data(struct buffer *out, struct buffer *inside);

/* Appends EncapsulatedContentInfo: id-data, and CONTENT in its OCTET STRING; without one when CONTENT is
 * NULL. */
void msg_put_content(struct buffer *out, const gnutls_datum_t *content);

/* Appends [0] CertificateSet of COUNT certificates in DER, in the order given. Nothing when COUNT is 0. */
void msg_put_certificates(struct buffer *out, const gnutls_datum_t *certificates, size_t count);

/*
 * Checks ATTRIBUTES (NULL: none of SCEP) and encodes them for a message whose content has DIGEST: each
 * attribute a complete encoding of its own in ENCODINGS (room for MSG_ATTRIBUTES), all of them inside *STORE,
 * which the caller frees. PKIMESSAGE_E_ARGUMENT for what a parser would refuse, _E_MEMORY, _E_CRYPTO (no
 * random bytes).
 */
int msg_attributes_encode(const struct pkimessage_attributes *attributes, const gnutls_datum_t *digest,
			  gnutls_datum_t *store, gnutls_datum_t *encodings, size_t *count);

/* pkimessage_build, but ATTRIBUTES may be NULL: the SignedData then has contentType and messageDigest alone.
 */
int msg_build(const struct pkimessage_attributes *attributes, const gnutls_datum_t *content,
	      const struct pkimessage_signing *signing, gnutls_datum_t *out);

#endif
