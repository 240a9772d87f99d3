/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/rsa_modular.h"

#include <gnutls/crypto.h>
#include <nettle/version.h>
#include <string.h>

/* nettle with its own small GMP has no mpn_sec functions, and its RSA is not silent. */
#if NETTLE_USE_MINI_GMP
#error "nettle must be built with GMP"
#endif

#define LIMB_BITS GMP_NUMB_BITS

static size_t larger(mp_size_t a, size_t b)
{
	return (size_t)a > b ? (size_t)a : b;
}

/* What GMP needs to work with, of the functions used below. */
static size_t scratch_limbs(const struct rsa_public_key *key, mp_size_t limbs)
{
	size_t most = larger(mpn_sec_powm_itch(limbs, mpz_sizeinbase(key->e, 2), limbs), 0);

	most = larger(mpn_sec_mul_itch(limbs, limbs), most);
	return larger(mpn_sec_div_r_itch(2 * limbs + 1, limbs), most);
}

int msg_modulus_init(struct msg_modulus *modulus, const struct rsa_public_key *key)
{
	size_t limbs = mpz_size(key->n);

	*modulus = (struct msg_modulus){.key = key, .limbs = limbs};
	modulus->room = 2 * limbs + 1 + scratch_limbs(key, (mp_size_t)limbs);
	modulus->product = gnutls_calloc(modulus->room, sizeof *modulus->product);
	return modulus->product == NULL ? PKIMESSAGE_E_MEMORY : PKIMESSAGE_OK;
}

void msg_modulus_wipe(const struct msg_modulus *modulus)
{
	gnutls_memset(modulus->product, 0, modulus->room * sizeof *modulus->product);
}

void msg_modulus_free(struct msg_modulus *modulus)
{
	if (modulus->product != NULL)
		msg_modulus_wipe(modulus);
	gnutls_free(modulus->product);
	*modulus = (struct msg_modulus){.key = NULL};
}

static mp_limb_t *scratch_of(const struct msg_modulus *modulus)
{
	return modulus->product + 2 * modulus->limbs + 1;
}

/* OUT = the SIZE limbs at product. */
static void reduce(const struct msg_modulus *modulus, mp_limb_t *out, size_t size)
{
	mpn_sec_div_r(modulus->product, (mp_size_t)size, mpz_limbs_read(modulus->key->n),
		      (mp_size_t)modulus->limbs, scratch_of(modulus));
	mpn_copyi(out, modulus->product, (mp_size_t)modulus->limbs);
}

void msg_modular_multiply(const struct msg_modulus *modulus, mp_limb_t *out, const mp_limb_t *a,
			  const mp_limb_t *b)
{
	mp_size_t limbs = (mp_size_t)modulus->limbs;

	mpn_sec_mul(modulus->product, a, limbs, b, limbs, scratch_of(modulus));
	reduce(modulus, out, 2 * modulus->limbs);
}

void msg_modular_raise(const struct msg_modulus *modulus, mp_limb_t *out, const mp_limb_t *a)
{
	const struct rsa_public_key *key = modulus->key;
	mp_size_t limbs = (mp_size_t)modulus->limbs;

	mpn_sec_powm(modulus->product, a, limbs, mpz_limbs_read(key->e), mpz_sizeinbase(key->e, 2),
		     mpz_limbs_read(key->n), limbs, scratch_of(modulus));
	mpn_copyi(out, modulus->product, limbs);
}

/* A limb more than the modulus has makes the remainder even. */
int msg_modular_random(const struct msg_modulus *modulus, mp_limb_t *out)
{
	size_t size = modulus->limbs + 1;
	int code = gnutls_rnd(GNUTLS_RND_RANDOM, modulus->product, size * sizeof *modulus->product);

	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
	reduce(modulus, out, size);
	return PKIMESSAGE_OK;
}

/* OUT = 1 / A, in a time that depends on A. */
static int invert_openly(const struct msg_modulus *modulus, mp_limb_t *out, const mp_limb_t *a)
{
	mpz_t inverse;
	mpz_t view;
	bool exists;

	mpz_init2(inverse, (modulus->limbs + 1) * LIMB_BITS);
	exists = mpz_invert(inverse, mpz_roinit_n(view, a, (mp_size_t)modulus->limbs), modulus->key->n) != 0;
	if (exists)
		msg_limbs_get(modulus, inverse, out);
	msg_number_wipe(inverse);
	return exists ? PKIMESSAGE_OK : PKIMESSAGE_E_CRYPTO;
}

int msg_modular_invert(const struct msg_modulus *modulus, mp_limb_t *out, const mp_limb_t *a)
{
	size_t size = modulus->limbs * sizeof *out;
	mp_limb_t *mask = gnutls_malloc(size);
	int error;

	if (mask == NULL)
		return PKIMESSAGE_E_MEMORY;
	error = msg_modular_random(modulus, mask);
	if (error == PKIMESSAGE_OK) {
		msg_modular_multiply(modulus, out, a, mask);
		error = invert_openly(modulus, out, out);
	}
	if (error == PKIMESSAGE_OK)
		msg_modular_multiply(modulus, out, out, mask);
	gnutls_memset(mask, 0, size);
	gnutls_free(mask);
	return error;
}

/* --- numbers --- */

void msg_limbs_get(const struct msg_modulus *modulus, const mpz_t value, mp_limb_t *number)
{
	size_t size = mpz_size(value);

	memset(number, 0, modulus->limbs * sizeof *number);
	mpn_copyi(number, mpz_limbs_read(value), (mp_size_t)size);
}

void msg_limbs_read(const struct msg_modulus *modulus, const unsigned char *bytes, mp_limb_t *number)
{
	size_t size = modulus->key->size;

	memset(number, 0, modulus->limbs * sizeof *number);
	for (size_t i = 0; i < size; i++)
		number[i / sizeof *number] |= (mp_limb_t)bytes[size - 1 - i] << i % sizeof *number * 8;
}

void msg_limbs_write(const struct msg_modulus *modulus, const mp_limb_t *number, unsigned char *bytes)
{
	size_t size = modulus->key->size;

	for (size_t i = 0; i < size; i++)
		bytes[size - 1 - i] =
			(unsigned char)(number[i / sizeof *number] >> i % sizeof *number * 8 & 0xff);
}

void msg_number_wipe(mpz_t value)
{
	size_t limbs = mpz_size(value);

	if (limbs > 0)
		gnutls_memset(mpz_limbs_modify(value, (mp_size_t)limbs), 0, limbs * sizeof(mp_limb_t));
	mpz_limbs_finish(value, 0);
	mpz_clear(value);
}
