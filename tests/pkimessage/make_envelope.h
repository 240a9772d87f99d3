/* SPDX-License-Identifier: BSD-2-Clause */
/* EnvelopedData put together by hand, so that each part can be wrong. Failures end the test. */
#ifndef TEST_MAKE_ENVELOPE_H
#define TEST_MAKE_ENVELOPE_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "lib/fixture.h"

/* NULL and zero mean what a good message has; byte strings are complete encodings. */
struct envelope_parts {
	const char *outer_type; /* ContentInfo's contentType; "": no ContentInfo */
	const char *before;     /* hex, in place of the originatorInfo; none */
	const gnutls_datum_t *recipients;
	size_t recipient_count;
	const char *inner_type; /* data */
	const char *cipher;     /* AES-128-CBC */
	const char *parameters; /* hex; an OCTET STRING of 16 bytes, "" for none */
	const char *content;    /* hex; [0] with 16 bytes, "" for none */
	const char *after;      /* hex, in place of the unprotectedAttrs; none */
	const char *trailing;   /* hex, behind the EnvelopedData in its wrapping; none */
};

gnutls_datum_t make_envelope(const struct envelope_parts *parts);

/* What a KeyTransRecipientInfo has; NULL means issuerAndSerialNumber, rsaEncryption, NULL ("0500"). */
struct recipient_parts {
	const struct fixture *certificate; /* the one to name; NULL names nobody */
	bool key_id;                       /* by subjectKeyIdentifier */
	const char *serial;                /* hex of other contents octets for the serial number */
	const char *transport;
	const char *parameters; /* hex; "" for none */
	gnutls_datum_t encrypted_key;
};

gnutls_datum_t make_recipient(const struct recipient_parts *parts);

/* KEY encrypted to CERTIFICATE by RSAES-PKCS1-v1_5. */
gnutls_datum_t encrypt_key(const struct fixture *certificate, const void *key, size_t size);

/* CONTENT encrypted by CIPHER as it is, without padding. */
gnutls_datum_t encrypt_raw(gnutls_cipher_algorithm_t cipher, const void *key, const void *iv,
			   const void *content, size_t size);

#endif
