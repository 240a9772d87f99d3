/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/rsa_key.h"

#include "base/cleanup.h"

#include <string.h>

/* Bytes of an RSA public exponent, as in key.c. */
#define EXPONENT_MAX 33

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
	msg_number_wipe(number);
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
	       key->size <= LIMIT_RSA_BYTES;
}

/* Room to work in. */
static int make_room(struct msg_rsa *rsa)
{
	int error = msg_modulus_init(&rsa->modulus, &rsa->public_key);

	if (error == PKIMESSAGE_OK)
		error = msg_blinding_init(&rsa->blinding, &rsa->modulus);
	if (error != PKIMESSAGE_OK)
		return error;
	rsa->input = gnutls_calloc(3 * rsa->modulus.limbs, sizeof *rsa->input);
	if (rsa->input == NULL)
		return PKIMESSAGE_E_MEMORY;
	rsa->root = rsa->input + rsa->modulus.limbs;
	rsa->raised = rsa->root + rsa->modulus.limbs;
	return PKIMESSAGE_OK;
}

int msg_rsa_load(gnutls_privkey_t key, struct msg_rsa **rsa)
{
	CLEANUP(parts_wipe) gnutls_datum_t parts[PARTS] = {{NULL, 0}};
	int code = gnutls_privkey_export_rsa_raw2(key, &parts[MODULUS], &parts[EXPONENT], &parts[PRIVATE],
						  &parts[P], &parts[Q], &parts[COEFFICIENT],
						  &parts[EXPONENT_P], &parts[EXPONENT_Q], 0);
	int error;

	*rsa = NULL;
	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_KEY);
	*rsa = gnutls_calloc(1, sizeof **rsa);
	if (*rsa == NULL)
		return PKIMESSAGE_E_MEMORY;
	rsa_public_key_init(&(*rsa)->public_key);
	rsa_private_key_init(&(*rsa)->private_key);
	error = set_private(*rsa, parts) ? make_room(*rsa) : PKIMESSAGE_E_KEY;
	if (error == PKIMESSAGE_OK)
		return PKIMESSAGE_OK;
	msg_rsa_free(*rsa);
	*rsa = NULL;
	return error;
}

/* Overwrites what an operation leaves. */
static void wipe_work(const struct msg_rsa *rsa)
{
	gnutls_memset(rsa->input, 0, 3 * rsa->modulus.limbs * sizeof *rsa->input);
	msg_modulus_wipe(&rsa->modulus);
}

void msg_rsa_free(struct msg_rsa *rsa)
{
	if (rsa == NULL)
		return;
	gnutls_free(rsa->input); /* zeros between operations */
	msg_blinding_free(&rsa->blinding);
	msg_modulus_free(&rsa->modulus);
	rsa_public_key_clear(&rsa->public_key);
	msg_number_wipe(rsa->private_key.d);
	msg_number_wipe(rsa->private_key.p);
	msg_number_wipe(rsa->private_key.q);
	msg_number_wipe(rsa->private_key.a);
	msg_number_wipe(rsa->private_key.b);
	msg_number_wipe(rsa->private_key.c);
	gnutls_free(rsa);
}

size_t msg_rsa_length(const struct msg_rsa *rsa)
{
	return rsa->public_key.size;
}

/* Reads INPUT, which is no secret. False when it is out of range. */
static bool read_input(const struct msg_rsa *rsa, const gnutls_datum_t *input)
{
	mp_size_t limbs = (mp_size_t)rsa->modulus.limbs;

	if (input->size != rsa->public_key.size)
		return false;
	msg_limbs_read(&rsa->modulus, input->data, rsa->input);
	/* Of zero nothing is blinded. */
	return !mpn_zero_p(rsa->input, limbs) &&
	       mpn_cmp(rsa->input, mpz_limbs_read(rsa->public_key.n), limbs) < 0;
}

static void take_root(const struct msg_rsa *rsa)
{
	mp_size_t limbs = (mp_size_t)rsa->modulus.limbs;
	mpz_t root;
	mpz_t view;

	mpz_init2(root, (mp_bitcnt_t)limbs * GMP_NUMB_BITS);
	rsa_compute_root(&rsa->private_key, root, mpz_roinit_n(view, rsa->input, limbs));
	msg_limbs_get(&rsa->modulus, root, rsa->root);
	msg_number_wipe(root);
}

/* True when the root is one; it always is, unless the machine or the key is wrong. */
static bool check_root(const struct msg_rsa *rsa)
{
	mp_limb_t wrong = 0;

	msg_modular_raise(&rsa->modulus, rsa->raised, rsa->root);
	for (size_t i = 0; i < rsa->modulus.limbs; i++)
		wrong |= rsa->raised[i] ^ rsa->input[i];
	return wrong == 0;
}

bool msg_rsa_private(struct msg_rsa *rsa, const gnutls_datum_t *input, unsigned char *block)
{
	const struct msg_modulus *modulus = &rsa->modulus;
	struct msg_blinding *blinding = &rsa->blinding;
	bool ready = read_input(rsa, input) && msg_blinding_next(blinding, modulus) == PKIMESSAGE_OK;

	memset(block, 0, rsa->public_key.size);
	if (ready) {
		msg_modular_multiply(modulus, rsa->input, rsa->input, blinding->forward);
		take_root(rsa);
		ready = check_root(rsa);
	}
	if (ready) {
		msg_modular_multiply(modulus, rsa->root, rsa->root, blinding->back);
		msg_limbs_write(modulus, rsa->root, block);
	}
	wipe_work(rsa);
	return ready;
}
