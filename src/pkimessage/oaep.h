/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RSAES-OAEP (RFC 8017 section 7.1) for content keys: its parameters as CMS writes them (RFC 4055
 * section 4.1, RFC 3560) and its padding. The label is always empty.
 */
#ifndef PKIMESSAGE_OAEP_H
#define PKIMESSAGE_OAEP_H

#include "pkimessage/algorithm.h"
#include "pkimessage/rsa.h"

#define MSG_OID_OAEP "1.2.840.113549.1.1.7"

/* The hash of the label, and the one inside MGF1. */
struct msg_oaep {
	gnutls_digest_algorithm_t hash;
	gnutls_digest_algorithm_t mask;
};

/*
 * Reads RSAES-OAEP-params, a complete encoding; absent or NULL means all defaults: SHA-1. Each of the two
 * hashes may be SHA-1 or SHA-256: Java writes SHA-256 with MGF1 of SHA-1. False when PARAMETERS are anything
 * else, or name a label.
 */
bool msg_oaep_read(const gnutls_datum_t *parameters, struct msg_oaep *oaep);

/* The enum pkimessage_transport to answer with: with SHA-256 in both places the same; else SHA-1 in both,
 * which everybody who knows OAEP reads. */
int msg_oaep_transport(const struct msg_oaep *oaep);

/* What TRANSPORT writes; false when it is not one of OAEP. */
bool msg_oaep_of(int transport, struct msg_oaep *oaep);

/* Appends the AlgorithmIdentifier. */
void msg_oaep_put(struct buffer *out, const struct msg_oaep *oaep);

/* Encrypts the content key KEY to PUBLIC_KEY. PKIMESSAGE_E_KEY: not RSA, or too short for it; _E_CRYPTO. */
int msg_oaep_encrypt(const struct msg_oaep *oaep, gnutls_pubkey_t public_key, const gnutls_datum_t *key,
		     gnutls_datum_t *encrypted);

/* Writes the SIZE bytes of the content key in ENCRYPTED to KEY, or, whatever is wrong with it (padding,
 * label, length), leaves KEY as it is, without a branch on which. */
void msg_oaep_decrypt(const struct msg_oaep *oaep, struct msg_rsa *rsa, const gnutls_datum_t *encrypted,
		      unsigned char *key, size_t size);

#endif
