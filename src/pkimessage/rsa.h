/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RSA without padding, by nettle: GnuTLS has no way to it. Blocks are as long as the modulus, big endian.
 *
 * It is here for RSAES-OAEP, and for speed. GnuTLS blinds every private-key operation anew, with an inverse
 * that takes as long as the operation itself; decryption and signature here keep what they blind with
 * (rsa_blind.h).
 *
 * GnuTLS's own RSAES-OAEP (3.8.4 and later) does not replace this: it knows neither SHA-1, which is the
 * default and what Windows sends, nor a mask of another hash, which is what Java sends. Nor does it reach a
 * key in a token: gnutls_privkey_set_spki refuses such a key, whose decryption is RSAES-PKCS1-v1_5 whatever
 * was asked for (seen in 3.8.9).
 *
 * What keeps the time of a decryption, and the memory it looks at, from telling anything (CWE-208):
 * - The root is rsa_compute_root, which in nettle 3.7 and later, built with GMP, is made of GMP's mpn_sec
 *   functions. It leaves leading zero limbs away at its ends, but what goes in and what comes out is blinded.
 * - Blinding, unblinding and conversion to bytes work on all limbs and bytes of the modulus, whatever they
 *   hold (rsa_modular.h). That a short result took less time is what broke others here ("Marvin", 2023).
 * - The paddings (pkcs1.c, oaep.c) are looked at whole and without a branch, at places that the length of the
 *   key asked for decides.
 *
 * A signature is made by the same operation, though what goes in and what comes out is known then: the key is
 * blinded all the same.
 *
 * The root is raised to the public exponent again and compared before it is unblinded: after a fault of the
 * machine in one half of it, the block would give the factors away (Boneh, DeMillo, Lipton 1997), and a
 * signature would give it to everybody. That costs about 4 % of the operation.
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

/* A private key in nettle's form, with what it is blinded with: one thread at a time. */
struct msg_rsa;

/*
 * Takes KEY out of GnuTLS. PKIMESSAGE_E_KEY: not RSA, or it lies in a token that does not give it away, or it
 * is longer than LIMIT_RSA_BYTES, or nettle refuses it; _E_MEMORY. Freed with msg_rsa_free, which wipes it.
 */
int msg_rsa_load(gnutls_privkey_t key, struct msg_rsa **rsa);
void msg_rsa_free(struct msg_rsa *rsa);

/* Bytes of the modulus, at most LIMIT_RSA_BYTES. */
size_t msg_rsa_length(const struct msg_rsa *rsa);

/*
 * The private key's operation on INPUT, a ciphertext or an encoded message, into BLOCK of msg_rsa_length
 * bytes (RFC 8017 sections 5.1.2 and 5.2.1); of a ciphertext it is secret. False when there is no result:
 * INPUT is not of that length, is zero or not less than the modulus, or the machine failed; then BLOCK is
 * zeros.
 */
bool msg_rsa_private(struct msg_rsa *rsa, const gnutls_datum_t *input, unsigned char *block);

#endif
