/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two paddings of PKCS #1 v1.5, by a key in nettle's form. RSAES-PKCS1-v1_5 (RFC 8017 section 7.2) is for
 * content keys whose length is known, which the content cipher tells: nothing has to be searched for (RFC
 * 3218 section 2.3.2). RSASSA-PKCS1-v1_5 (RFC 8017 section 8.2) has one signature of a text, which is
 * GnuTLS's as well.
 */
#ifndef PKIMESSAGE_PKCS1_H
#define PKIMESSAGE_PKCS1_H

#include "pkimessage/rsa.h"

/* Writes the SIZE bytes of the content key in ENCRYPTED to KEY, or, whatever is wrong with it (padding,
 * length), leaves KEY as it is, without a branch on which. */
void msg_pkcs1_decrypt(struct msg_rsa *rsa, const gnutls_datum_t *encrypted, unsigned char *key, size_t size);

/*
 * Signs DATA with DIGEST (RFC 8017 section 8.2.1). Whether DIGEST is good enough is the caller's question.
 * PKIMESSAGE_E_KEY: the modulus is too short for DIGEST; _E_CRYPTO: the machine failed, or DIGEST is none;
 * _E_MEMORY. SIGNATURE, as long as the modulus, is freed with gnutls_free; after an error it is empty.
 */
int msg_pkcs1_sign(struct msg_rsa *rsa, gnutls_digest_algorithm_t digest, const gnutls_datum_t *data,
		   gnutls_datum_t *signature);

#endif
