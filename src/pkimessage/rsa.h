/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RSA without padding, by nettle: GnuTLS has no way to it, and RSAES-OAEP needs it. Blocks are as long as the
 * modulus, big endian.
 *
 * GnuTLS's own RSAES-OAEP (3.8.4 and later) does not replace this: it knows neither SHA-1, which is the
 * default and what Windows sends, nor a mask of another hash, which is what Java sends. Nor does it reach a
 * key in a token: gnutls_privkey_set_spki refuses such a key, whose decryption is RSAES-PKCS1-v1_5 whatever
 * was asked for (seen in 3.8.9).
 */
#ifndef PKIMESSAGE_RSA_H
#define PKIMESSAGE_RSA_H

#include "base/limits.h"
#include "pkimessage/private.h"

/* BLOCK to the public exponent, in place (RFC 8017 section 5.1.1). It must be less than the modulus.
 * PKIMESSAGE_E_KEY: not an RSA key, or one that nettle refuses. */
int msg_rsa_public(gnutls_pubkey_t key, unsigned char *block, size_t size);

/* Bytes of the modulus of KEY; 0 when it is no RSA key. */
size_t msg_rsa_size(gnutls_pubkey_t key);

/* A private key in nettle's form. */
struct msg_rsa;

/*
 * Takes KEY out of GnuTLS. PKIMESSAGE_E_KEY: not RSA, or it lies in a token that does not give it away, or
 * its size would let time tell something about what is decrypted (rsa.c says how); _E_MEMORY. Freed with
 * msg_rsa_free, which wipes it.
 */
int msg_rsa_load(gnutls_privkey_t key, struct msg_rsa **rsa);
void msg_rsa_free(struct msg_rsa *rsa);

/* Bytes of the modulus, at most LIMIT_RSA_BYTES. */
size_t msg_rsa_length(const struct msg_rsa *rsa);

/*
 * Decrypts CIPHERTEXT into BLOCK of msg_rsa_length bytes (RFC 8017 section 5.1.2): blinded, in time that says
 * nothing about key or result, and checked, so that a fault of the machine does not give the key away.
 * Secret. False when there is no result; then BLOCK is zeros.
 */
bool msg_rsa_private(const struct msg_rsa *rsa, const gnutls_datum_t *ciphertext, unsigned char *block);

#endif
