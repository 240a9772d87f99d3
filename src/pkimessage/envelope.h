/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A parsed EnvelopedData (RFC 5652 section 6), shared by the files that parse and decrypt it.
 */
#ifndef PKIMESSAGE_ENVELOPE_H
#define PKIMESSAGE_ENVELOPE_H

#include "base/limits.h"
#include "pkimessage/certificate.h"
#include "pkimessage/cipher.h"
#include "pkimessage/oaep.h"
#include "pkimessage/password.h"

/* rsaEncryption, which stands for RSAES-PKCS1-v1_5 (RFC 3370 section 4.2.1). */
#define MSG_OID_RSA_ENCRYPTION "1.2.840.113549.1.1.1"

/* Which of the RecipientInfos it is (RFC 5652 section 6.2). */
enum msg_recipient_kind {
	MSG_RECIPIENT_OTHER, /* key agreement, a key shared beforehand, others */
	MSG_RECIPIENT_KEY_TRANSPORT,
	MSG_RECIPIENT_PASSWORD,
};

/* One RecipientInfo; of the other kinds nothing below is filled. */
struct msg_recipient {
	enum msg_recipient_kind kind;
	int transport;                    /* how its key travels: enum pkimessage_transport */
	struct msg_identifier identifier; /* of key transport */
	struct msg_oaep oaep;             /* with the transports of OAEP */
	struct msg_password password;     /* of passwords */
	gnutls_datum_t encrypted_key;
};

/* Byte strings are views into DER, but CONTENT may be one into JOINED. */
struct pkimessage_envelope {
	gnutls_datum_t der;
	gnutls_datum_t joined; /* encryptedContent that came in segments */
	struct msg_recipient recipients[LIMIT_CMS_RECIPIENTS];
	size_t recipient_count;
	const struct msg_cipher *cipher; /* NULL when it is none we know */
	gnutls_datum_t iv;               /* of the cipher's block size; empty when there is no cipher */
	gnutls_datum_t content;          /* encryptedContent, size 0 when absent */
};

/* Reads one RecipientInfo into the empty RECIPIENT. PKIMESSAGE_E_SYNTAX, _E_LIMIT. */
int msg_recipient_read(struct der *der, struct msg_recipient *recipient);

/* Appends the RecipientInfos for COUNT RECIPIENTS in DER order, KEY being the content key. PKIMESSAGE_E_KEY,
 * _E_ALGORITHM (TRANSPORT is none of RSA's), _E_CRYPTO, _E_MEMORY. */
int msg_recipients_put(struct buffer *out, const gnutls_x509_crt_t *recipients, size_t count, int transport,
		       const gnutls_datum_t *key);

#endif
