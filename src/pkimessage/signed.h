/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SignedData in memory (RFC 5652 section 5): its outer half, which certs-only messages share, its SignerInfo,
 * and the SCEP attributes (RFC 8894 section 3.2.1).
 */
#ifndef PKIMESSAGE_SIGNED_H
#define PKIMESSAGE_SIGNED_H

#include "base/limits.h"
#include "pkimessage/algorithm.h"
#include "pkimessage/attributes.h"
#include "pkimessage/certificate.h"

/* SignedData without its SignerInfos; views into DER. */
struct msg_signed_data {
	gnutls_datum_t der;          /* the whole message in DER; owned */
	gnutls_datum_t content_type; /* contents octets of eContentType */
	gnutls_datum_t content;      /* contents octets of eContent; size 0 when absent or empty */
	gnutls_datum_t certificates[LIMIT_CMS_CERTIFICATES];
	size_t certificate_count;
	struct der signers; /* contents of SET OF SignerInfo */
};

/*
 * Reads ContentInfo and SignedData from INPUT (BER or DER): everything but the SignerInfos, whose number is
 * left to the caller. DATA is {0} before; free it with msg_signed_data_free on error, too.
 * PKIMESSAGE_E_SYNTAX, _E_LIMIT, _E_CONTENT_TYPE (not SignedData, or it is not over id-data), _E_MEMORY.
 */
int msg_signed_data_read(const gnutls_datum_t *input, struct msg_signed_data *data);
void msg_signed_data_free(struct msg_signed_data *data);

struct pkimessage {
	struct msg_signed_data data;
	const gnutls_datum_t *signer;         /* the signer's certificate; NULL until it is found */
	struct msg_certificate signer_fields; /* and its fields */
	const struct msg_digest *digest;      /* digestAlgorithm; NULL when unknown */
	struct msg_identifier sid;            /* of the SignerInfo; a view into data */
	struct msg_algorithm signature_algorithm;
	gnutls_datum_t signature;
	gnutls_datum_t signed_attributes; /* [0] SignedAttributes as sent, complete encoding */
	struct msg_attributes attributes;
};

/*
 * Reads INPUT, a SignedData with one SignerInfo whose attributes fit PURPOSE, into *MESSAGE; the signer's
 * certificate is not looked for. Errors as pkimessage_parse; *MESSAGE is NULL then. Freed with
 * pkimessage_free.
 */
int msg_message_read(const gnutls_datum_t *input, enum msg_purpose purpose, struct pkimessage **message);

/* Finds the certificate that MESSAGE's sid names among COUNT CERTIFICATES in DER, wherever it stands there.
 * They must outlive MESSAGE, or the use that is made of it. PKIMESSAGE_E_SIGNER when it is none of them. */
int msg_message_find_signer(const gnutls_datum_t *certificates, size_t count, struct pkimessage *message);

#endif
