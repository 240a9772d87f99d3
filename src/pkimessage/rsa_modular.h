/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arithmetic modulo an RSA modulus whose time and memory accesses say nothing about the numbers: GMP's
 * mpn_sec functions, on numbers that always have all limbs of the modulus. GMP's mpz functions leave leading
 * limbs of zeros away, and so tell of them; that is enough to decrypt by (Manger, CRYPTO 2001).
 */
#ifndef PKIMESSAGE_RSA_MODULAR_H
#define PKIMESSAGE_RSA_MODULAR_H

#include "pkimessage/private.h"

#include <nettle/rsa.h>

struct msg_modulus {
	const struct rsa_public_key *key; /* stays the caller's */
	size_t limbs;                     /* of each number below */
	size_t room;                      /* limbs at PRODUCT in all */
	mp_limb_t *product;               /* 2 * LIMBS + 1, and then what GMP works with */
};

/* Makes ready to calculate modulo KEY, which rsa_public_key_prepare has accepted. PKIMESSAGE_E_MEMORY. */
int msg_modulus_init(struct msg_modulus *modulus, const struct rsa_public_key *key);

/* Overwrites what was calculated. msg_modulus_free does so too, and frees what msg_modulus_init made. */
void msg_modulus_wipe(const struct msg_modulus *modulus);
void msg_modulus_free(struct msg_modulus *modulus);

/* OUT = A * B. They may be the same. */
void msg_modular_multiply(const struct msg_modulus *modulus, mp_limb_t *out, const mp_limb_t *a,
			  const mp_limb_t *b);

/* OUT = A to the public exponent; they may be the same. */
void msg_modular_raise(const struct msg_modulus *modulus, mp_limb_t *out, const mp_limb_t *a);

/* OUT = a random number, each as likely as any other. PKIMESSAGE_E_CRYPTO. */
int msg_modular_random(const struct msg_modulus *modulus, mp_limb_t *out);

/*
 * OUT = 1 / A, for a random secret A. PKIMESSAGE_E_CRYPTO: there is none, which does not happen. A is
 * multiplied by a random number first, and the inverse by it afterwards. What is inverted is then any number
 * with the same likelihood, whatever A is, so this may take GMP's mpz_invert, of thirty times the speed of
 * mpn_sec_invert.
 */
int msg_modular_invert(const struct msg_modulus *modulus, mp_limb_t *out, const mp_limb_t *a);

/* NUMBER of limbs out of VALUE, which has at most as many; this looks how many, as mpz functions do. */
void msg_limbs_get(const struct msg_modulus *modulus, const mpz_t value, mp_limb_t *number);

/* NUMBER of limbs to and from SIZE bytes, big endian; SIZE is that of the modulus. */
void msg_limbs_read(const struct msg_modulus *modulus, const unsigned char *bytes, mp_limb_t *number);
void msg_limbs_write(const struct msg_modulus *modulus, const mp_limb_t *number, unsigned char *bytes);

/* Overwrites the limbs VALUE has, and frees it. */
void msg_number_wipe(mpz_t value);

#endif
