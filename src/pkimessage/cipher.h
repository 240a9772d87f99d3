/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The content ciphers of EnvelopedData, all in CBC mode (RFC 3370 section 5, RFC 3565, RFC 8894 section 3.5),
 * and their use.
 */
#ifndef PKIMESSAGE_CIPHER_H
#define PKIMESSAGE_CIPHER_H

#include "base/der.h"
#include "pkimessage/private.h"

/* The largest key and block among them. */
#define MSG_CIPHER_KEY_MAX   32
#define MSG_CIPHER_BLOCK_MAX 16

struct msg_cipher {
	gnutls_cipher_algorithm_t id;
	const char *oid;
	unsigned legacy; /* the bit of enum pkimessage_legacy that must allow it; 0: always allowed */
	size_t key;      /* bytes of its key */
	size_t block;    /* bytes of its block, and so of its initialisation vector */
};

/* Looks a cipher up by the contents octets of its OBJECT IDENTIFIER or by GnuTLS's number; NULL when unknown.
 */
const struct msg_cipher *msg_cipher_by_oid(const gnutls_datum_t *oid);
const struct msg_cipher *msg_cipher_by_id(gnutls_cipher_algorithm_t id);

/*
 * Reads an AlgorithmIdentifier: *CIPHER is NULL when it is none we know, and otherwise *IV the vector, of its
 * block size. False when it is malformed.
 */
bool msg_cipher_read(struct der *der, const struct msg_cipher **cipher, gnutls_datum_t *iv);

/* Appends the AlgorithmIdentifier of CIPHER with the vector IV. */
void msg_cipher_put(struct buffer *out, const struct msg_cipher *cipher, const unsigned char *iv);

/* Encrypts or decrypts SIZE bytes, whole blocks, in place and without padding. PKIMESSAGE_E_MEMORY,
 * _E_CRYPTO.
 */
int msg_cipher_unpadded(const struct msg_cipher *cipher, bool encrypt, const unsigned char *key,
			const unsigned char *iv, unsigned char *data, size_t size);

/*
 * Encrypts CONTENT with KEY and IV (of CIPHER's sizes), padded as RFC 5652 section 6.3 wants.
 * PKIMESSAGE_E_MEMORY, PKIMESSAGE_E_LIMIT, PKIMESSAGE_E_CRYPTO.
 */
int msg_cipher_encrypt(const struct msg_cipher *cipher, const unsigned char *key, const unsigned char *iv,
		       const gnutls_datum_t *content, gnutls_datum_t *out);

/*
 * The reverse; PKIMESSAGE_E_DECRYPT whatever is wrong (CWE-203), the padding looked at in constant time.
 * PLAINTEXT is secret.
 */
int msg_cipher_decrypt(const struct msg_cipher *cipher, const unsigned char *key, const unsigned char *iv,
		       const gnutls_datum_t *content, gnutls_datum_t *plaintext);

#endif
