/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Content keys under a password: PasswordRecipientInfo (RFC 5652 section 6.2.4) with PBKDF2 (RFC 8018 section
 * 5.2) and the key wrap of RFC 3211, which is what RFC 8894 section 3.1 wants for keys that cannot receive.
 */
#ifndef PKIMESSAGE_PASSWORD_H
#define PKIMESSAGE_PASSWORD_H

#include "base/der.h"
#include "pkimessage/cipher.h"

/* Byte strings are views into the message. */
struct msg_password {
	gnutls_mac_algorithm_t prf; /* GNUTLS_MAC_UNKNOWN: PBKDF2 with one we do not know, or no PBKDF2 */
	unsigned iterations;
	gnutls_datum_t salt;
	const struct msg_cipher *cipher; /* of the key encryption key; NULL: none we know, or another wrap */
	gnutls_datum_t iv;               /* of the cipher's block size */
};

/*
 * Reads keyDerivationAlgorithm and keyEncryptionAlgorithm. What is well formed but unknown shows in PRF and
 * CIPHER; bounds are left to msg_password_unwrap. Fails the cursor when they are malformed.
 */
void msg_password_read(struct der *der, struct msg_password *password);

/* True when everything it names is known. */
bool msg_password_known(const struct msg_password *password);

/*
 * Writes the SIZE bytes of the content key in WRAPPED to KEY, or, when the password is wrong or whatever
 * else, leaves KEY as it is, without a branch on which. PKIMESSAGE_E_LIMIT: more than LIMIT_PBKDF2_ITERATIONS
 * or LIMIT_PBKDF2_SALT; _E_CRYPTO.
 */
int msg_password_unwrap(const struct msg_password *password, const gnutls_datum_t *secret,
			const gnutls_datum_t *wrapped, unsigned char *key, size_t size);

/* Appends a PasswordRecipientInfo that wraps KEY under SECRET with CIPHER. PKIMESSAGE_E_CRYPTO. */
int msg_password_put(struct buffer *out, const struct msg_cipher *cipher, const gnutls_datum_t *secret,
		     const gnutls_datum_t *key);

#endif
