/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/rsa.h"

#include "base/cleanup.h"

#include <nettle/rsa.h>
#include <string.h>

/*
 * nettle returns the result as a number of GMP, whose count of limbs tells whether its highest limb is zero:
 * the one thing that its time may depend on. Of a full limb of 64 bits that is of no use to anybody. Were
 * there but a few bits in it, it would be Manger's oracle (CRYPTO 2001). So of the highest limb no more than
 * this may be missing; all usual sizes (1024, 2048, 3072, 4096 bits) fill theirs.
 */
#define MISSING_BITS_MAX 16

/* Bytes of an RSA public exponent, as in key.c. */
#define EXPONENT_MAX 33

struct msg_rsa {
	struct rsa_public_key public_key;
	struct rsa_private_key private_key;
};

static size_t limbs_of(const struct rsa_public_key *key)
{
	return mpz_size(key->n);
}

/* Reads the modulus and exponent into KEY, which is initialised. False when nettle refuses them. */
static bool set_public(struct rsa_public_key *key, const gnutls_datum_t *modulus,
		       const gnutls_datum_t *exponent)
{
	if (modulus->size > LIMIT_RSA_BYTES + 1 || exponent->size > EXPONENT_MAX)
		return false;
	nettle_mpz_set_str_256_u(key->n, modulus->size, modulus->data);
	nettle_mpz_set_str_256_u(key->e, exponent->size, exponent->data);
	return mpz_sgn(key->e) > 0 && rsa_public_key_prepare(key) == 1;
}

size_t msg_rsa_size(gnutls_pubkey_t key)
{
	unsigned bits = 0;

	if (gnutls_pubkey_get_pk_algorithm(key, &bits) != GNUTLS_PK_RSA)
		return 0;
	return (bits + 7) / 8;
}

/* Overwrites what NUMBER holds, and frees it. */
static void number_wipe(mpz_t number)
{
	size_t limbs = mpz_size(number);

	if (limbs > 0)
		gnutls_memset(mpz_limbs_modify(number, (mp_size_t)limbs), 0, limbs * sizeof(mp_limb_t));
	mpz_limbs_finish(number, 0);
	mpz_clear(number);
}

int msg_rsa_public(gnutls_pubkey_t key, unsigned char *block, size_t size)
{
	CLEANUP(bytes_free) gnutls_datum_t modulus = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t exponent = {NULL, 0};
	struct rsa_public_key public_key;
	mpz_t number;
	bool ready;
	int code = gnutls_pubkey_export_rsa_raw2(key, &modulus, &exponent, 0);

	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_KEY);
	rsa_public_key_init(&public_key);
	nettle_mpz_init_set_str_256_u(number, size, block);
	ready = set_public(&public_key, &modulus, &exponent) && public_key.size == size;
	if (ready) {
		mpz_powm_sec(number, number, public_key.e, public_key.n);
		nettle_mpz_get_str_256(size, block, number);
	}
	number_wipe(number);
	rsa_public_key_clear(&public_key);
	return ready ? PKIMESSAGE_OK : PKIMESSAGE_E_KEY;
}

/* What GnuTLS exports of a private key, in its order. */
enum part { MODULUS, EXPONENT, PRIVATE, P, Q, COEFFICIENT, EXPONENT_P, EXPONENT_Q, PARTS };

static void parts_wipe(gnutls_datum_t (*parts)[PARTS])
{
	for (size_t i = 0; i < PARTS; i++)
		bytes_wipe(&(*parts)[i]);
}

/* True when the size of the modulus is one that time tells nothing about. */
static bool fills_its_limbs(const struct rsa_public_key *key)
{
	return limbs_of(key) * GMP_NUMB_BITS - mpz_sizeinbase(key->n, 2) <= MISSING_BITS_MAX;
}

static bool set_private(struct msg_rsa *rsa, const gnutls_datum_t *parts)
{
	struct rsa_private_key *key = &rsa->private_key;

	if (!set_public(&rsa->public_key, &parts[MODULUS], &parts[EXPONENT]))
		return false;
	nettle_mpz_set_str_256_u(key->p, parts[P].size, parts[P].data);
	nettle_mpz_set_str_256_u(key->q, parts[Q].size, parts[Q].data);
	nettle_mpz_set_str_256_u(key->a, parts[EXPONENT_P].size, parts[EXPONENT_P].data);
	nettle_mpz_set_str_256_u(key->b, parts[EXPONENT_Q].size, parts[EXPONENT_Q].data);
	nettle_mpz_set_str_256_u(key->c, parts[COEFFICIENT].size, parts[COEFFICIENT].data);
	return rsa_private_key_prepare(key) == 1 && key->size == rsa->public_key.size &&
	       key->size <= LIMIT_RSA_BYTES && fills_its_limbs(&rsa->public_key);
}

int msg_rsa_load(gnutls_privkey_t key, struct msg_rsa **rsa)
{
	CLEANUP(parts_wipe) gnutls_datum_t parts[PARTS] = {{NULL, 0}};
	int code = gnutls_privkey_export_rsa_raw2(key, &parts[MODULUS], &parts[EXPONENT], &parts[PRIVATE],
						  &parts[P], &parts[Q], &parts[COEFFICIENT],
						  &parts[EXPONENT_P], &parts[EXPONENT_Q], 0);

	*rsa = NULL;
	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_KEY);
	*rsa = gnutls_calloc(1, sizeof **rsa);
	if (*rsa == NULL)
		return PKIMESSAGE_E_MEMORY;
	rsa_public_key_init(&(*rsa)->public_key);
	rsa_private_key_init(&(*rsa)->private_key);
	if (set_private(*rsa, parts))
		return PKIMESSAGE_OK;
	msg_rsa_free(*rsa);
	*rsa = NULL;
	return PKIMESSAGE_E_KEY;
}

void msg_rsa_free(struct msg_rsa *rsa)
{
	if (rsa == NULL)
		return;
	rsa_public_key_clear(&rsa->public_key);
	number_wipe(rsa->private_key.d);
	number_wipe(rsa->private_key.p);
	number_wipe(rsa->private_key.q);
	number_wipe(rsa->private_key.a);
	number_wipe(rsa->private_key.b);
	number_wipe(rsa->private_key.c);
	gnutls_free(rsa);
}

size_t msg_rsa_length(const struct msg_rsa *rsa)
{
	return rsa->public_key.size;
}

/* nettle's source of random bytes, which cannot fail; *CONTEXT notes when ours did. Zeros would make nettle
 * try for ever. */
static void random_bytes(void *context, size_t size, uint8_t *bytes)
{
	bool *failed = context;

	if (gnutls_rnd(GNUTLS_RND_RANDOM, bytes, size) >= 0)
		return;
	*failed = true;
	memset(bytes, 1, size);
}

/* Writes NUMBER, which has all LIMBS, as SIZE bytes. Reads limb by limb: GMP's own export looks how many
 * bytes there are. */
static void write_block(const mpz_t number, unsigned char *block, size_t size)
{
	const mp_limb_t *limbs = mpz_limbs_read(number);

	for (size_t i = 0; i < size; i++)
		block[size - 1 - i] =
			(unsigned char)(limbs[i / sizeof *limbs] >> (i % sizeof *limbs * 8) & 0xff);
}

bool msg_rsa_private(const struct msg_rsa *rsa, const gnutls_datum_t *ciphertext, unsigned char *block)
{
	bool failed = false;
	bool ready = false;
	mpz_t input;
	mpz_t root;

	memset(block, 0, rsa->public_key.size);
	nettle_mpz_init_set_str_256_u(input, ciphertext->size, ciphertext->data);
	mpz_init2(root, limbs_of(&rsa->public_key) * GMP_NUMB_BITS);
	/* nettle before 3.7.3 did not stand inputs out of this range. */
	if (mpz_sgn(input) > 0 && mpz_cmp(input, rsa->public_key.n) < 0)
		ready = rsa_compute_root_tr(&rsa->public_key, &rsa->private_key, &failed, random_bytes, root,
					    input) == 1;
	ready = ready && !failed && mpz_size(root) == limbs_of(&rsa->public_key);
	if (ready)
		write_block(root, block, rsa->public_key.size);
	number_wipe(root);
	mpz_clear(input);
	return ready;
}
