/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The fields of a certificate that CMS needs, read straight from its DER (RFC 5280 section 4.1): clients sign
 * with self-made certificates (X.509 v1, expired, odd serial numbers) of which only the key and the names
 * matter. Also the identifiers that point to certificates: SignerIdentifier and RecipientIdentifier (RFC 5652
 * sections 5.3 and 6.2.1).
 */
#ifndef PKIMESSAGE_CERTIFICATE_H
#define PKIMESSAGE_CERTIFICATE_H

#include "base/der.h"
#include "pkimessage/private.h"

/* Views into the certificate's DER, which must outlive them. */
struct msg_certificate {
	gnutls_datum_t serial;     /* contents octets of the INTEGER */
	gnutls_datum_t issuer;     /* Name, complete encoding */
	gnutls_datum_t subject;    /* Name, complete encoding */
	gnutls_datum_t public_key; /* SubjectPublicKeyInfo, complete encoding */
	gnutls_datum_t key_id;     /* subjectKeyIdentifier, size 0 when there is none */
};

/* Issuer and serial number, or a key identifier; the other is empty. Views into what was read. */
struct msg_identifier {
	gnutls_datum_t issuer; /* Name, complete encoding */
	gnutls_datum_t serial; /* contents octets of the INTEGER */
	gnutls_datum_t key_id; /* from [0] SubjectKeyIdentifier */
};

/* Reads the fields of the certificate DER. PKIMESSAGE_E_SYNTAX, PKIMESSAGE_E_LIMIT. */
int msg_certificate_read(const gnutls_datum_t *der, struct msg_certificate *certificate);

/* Reads an issuerAndSerialNumber or a [0] subjectKeyIdentifier; anything else fails the cursor. */
void msg_identifier_read(struct der *der, struct msg_identifier *identifier);

/* True when IDENTIFIER names CERTIFICATE: names compared as names, serials as integers, key identifiers as
 * bytes. */
bool msg_identifier_matches(const struct msg_identifier *identifier,
			    const struct msg_certificate *certificate);

/* Appends issuerAndSerialNumber of CERTIFICATE, both as they stand there. */
void msg_identifier_put(struct buffer *out, const struct msg_certificate *certificate);

#endif
