/* SPDX-License-Identifier: BSD-2-Clause */
/* The private-key operation itself, and what it is blinded with. */
#include <criterion/criterion.h>
#include <gnutls/crypto.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/cleanup.h"
#include "lib/fixture.h"
#include "pkimessage/rsa_key.h"

#define BLOCK      256
#define LIMBS      (BLOCK / sizeof(mp_limb_t))
#define OPERATIONS (2 * LIMIT_RSA_BLINDINGS + 3)

CLEANUP_DEFINE(rsa_free, struct msg_rsa *, msg_rsa_free)

/* --- the operation --- */

/* What GnuTLS exports, in its order: n e d p q u e1 e2. */
enum part { MODULUS, EXPONENT, PRIVATE, P, Q, COEFFICIENT, EXPONENT_P, EXPONENT_Q, PARTS };

static void export(gnutls_datum_t parts[static PARTS])
{
	cr_assert_geq(gnutls_privkey_export_rsa_raw2(fixture_key(FIXTURE_RSA_RA), &parts[MODULUS],
						     &parts[EXPONENT], &parts[PRIVATE], &parts[P], &parts[Q],
						     &parts[COEFFICIENT], &parts[EXPONENT_P],
						     &parts[EXPONENT_Q], 0),
		      0);
}

static void wipe(gnutls_datum_t parts[static PARTS])
{
	for (size_t i = 0; i < PARTS; i++)
		bytes_wipe(&parts[i]);
}

static void set(mpz_t number, const gnutls_datum_t *part)
{
	mpz_init(number);
	mpz_import(number, part->size, 1, 1, 1, 0, part->data);
}

/* BLOCK as the textbook has it: to the power of d, modulo n. */
static void textbook(const gnutls_datum_t parts[static PARTS], const unsigned char *input,
		     unsigned char output[static BLOCK])
{
	unsigned char digits[BLOCK];
	size_t count = 0;
	mpz_t number, exponent, modulus;

	set(number, &(gnutls_datum_t){(unsigned char *)(uintptr_t)input, BLOCK});
	set(exponent, &parts[PRIVATE]);
	set(modulus, &parts[MODULUS]);
	mpz_powm(number, number, exponent, modulus);
	memset(output, 0, BLOCK);
	mpz_export(digits, &count, 1, 1, 1, 0, number);
	memcpy(output + BLOCK - count, digits, count);
	mpz_clears(number, exponent, modulus, NULL);
}

static gnutls_pubkey_t public_of(gnutls_privkey_t private_key)
{
	gnutls_pubkey_t public_key;

	cr_assert_geq(gnutls_pubkey_init(&public_key), 0);
	cr_assert_geq(gnutls_pubkey_import_privkey(public_key, private_key, 0, 0), 0);
	return public_key;
}

/* More operations than a random number blinds, each checked against an operation that is not blinded. */
Test(rsa, gives_what_the_textbook_gives)
{
	CLEANUP(rsa_free) struct msg_rsa *rsa = NULL;
	gnutls_datum_t parts[PARTS];
	unsigned char input[BLOCK] = {0};

	export(parts);
	cr_assert_eq(msg_rsa_load(fixture_key(FIXTURE_RSA_RA), &rsa), PKIMESSAGE_OK);
	cr_assert_eq(msg_rsa_length(rsa), BLOCK);
	for (size_t i = 0; i < OPERATIONS; i++) {
		gnutls_datum_t view = bytes_view(input, BLOCK);
		unsigned char expected[BLOCK];
		unsigned char block[BLOCK];

		cr_assert_geq(gnutls_rnd(GNUTLS_RND_NONCE, input + 1, BLOCK - 1), 0);
		textbook(parts, input, expected);
		cr_expect(msg_rsa_private(rsa, &view, block), "operation %zu", i);
		cr_expect_arr_eq(block, expected, BLOCK, "operation %zu", i);
	}
	wipe(parts);
}

/* Another number in the pair, and another result comes out: both are used. */
Test(rsa, is_blinded)
{
	CLEANUP(rsa_free) struct msg_rsa *rsa = NULL;
	unsigned char input[BLOCK] = {0, 1, 2, 3};
	unsigned char expected[BLOCK];
	gnutls_datum_t view = bytes_view(input, BLOCK);

	cr_assert_eq(msg_rsa_load(fixture_key(FIXTURE_RSA_RA), &rsa), PKIMESSAGE_OK);
	cr_assert(msg_rsa_private(rsa, &view, expected));
	for (size_t i = 0; i < 2; i++) {
		mp_limb_t *number = i == 0 ? rsa->blinding.forward : rsa->blinding.back;
		unsigned char block[BLOCK];

		number[0] ^= 1;
		cr_expect(msg_rsa_private(rsa, &view, block), "number %zu", i);
		cr_expect_arr_neq(block, expected, BLOCK, "number %zu", i);
		rsa->blinding.uses = LIMIT_RSA_BLINDINGS;
		cr_expect(msg_rsa_private(rsa, &view, block), "number %zu", i);
		cr_expect_arr_eq(block, expected, BLOCK, "a new pair is good again");
	}
}

/* Results whose leading bytes are zeros, up to all but one. */
Test(rsa, short_results)
{
	CLEANUP(rsa_free) struct msg_rsa *rsa = NULL;
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = public_of(fixture_key(FIXTURE_RSA_RA));

	cr_assert_eq(msg_rsa_load(fixture_key(FIXTURE_RSA_RA), &rsa), PKIMESSAGE_OK);
	for (size_t size = 1; size < BLOCK; size += 6) {
		unsigned char input[BLOCK] = {0};
		unsigned char block[BLOCK];
		unsigned char expected[BLOCK] = {0};
		gnutls_datum_t view = bytes_view(input, BLOCK);

		memset(expected + BLOCK - size, 0x81, size);
		memcpy(input, expected, BLOCK);
		cr_assert_eq(msg_rsa_public(public_key, input, BLOCK), PKIMESSAGE_OK);
		cr_expect(msg_rsa_private(rsa, &view, block), "%zu bytes", size);
		cr_expect_arr_eq(block, expected, BLOCK, "%zu bytes", size);
	}
}

/* Moduli that do not fill their limbs or bytes, and primes of different lengths. */
Test(rsa, odd_sizes)
{
	const unsigned sizes[] = {1024, 1025, 1030, 1033, 1071, 1087, 1088, 1089};

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		CLEANUP(privkey_free) gnutls_privkey_t odd = NULL;
		CLEANUP(pubkey_free) gnutls_pubkey_t public_key = NULL;
		CLEANUP(rsa_free) struct msg_rsa *rsa = NULL;
		unsigned char input[BLOCK];
		unsigned char block[BLOCK];
		size_t size = (sizes[i] + 7) / 8;
		gnutls_datum_t view = bytes_view(input, size);

		cr_assert_geq(gnutls_privkey_init(&odd), 0);
		cr_assert_geq(gnutls_privkey_generate(odd, GNUTLS_PK_RSA, sizes[i], 0), 0);
		public_key = public_of(odd);
		cr_assert_eq(msg_rsa_load(odd, &rsa), PKIMESSAGE_OK, "%u bits", sizes[i]);
		cr_assert_eq(msg_rsa_length(rsa), size, "%u bits", sizes[i]);
		memset(input, 0x5a, size);
		input[0] = 0;
		cr_assert_eq(msg_rsa_public(public_key, input, size), PKIMESSAGE_OK);
		cr_expect(msg_rsa_private(rsa, &view, block), "%u bits", sizes[i]);
		cr_expect_eq(block[0], 0, "%u bits", sizes[i]);
		for (size_t j = 1; j < size; j++)
			cr_expect_eq(block[j], 0x5a, "%u bits, byte %zu", sizes[i], j);
	}
}

/* What is no number below the modulus, and not zero, has no result. */
Test(rsa, numbers_out_of_range)
{
	CLEANUP(rsa_free) struct msg_rsa *rsa = NULL;
	gnutls_datum_t parts[PARTS];
	unsigned char numbers[6][BLOCK + 1] = {{0}};
	const struct {
		size_t size;
		bool expected;
		const char *why;
	} cases[] = {
		{BLOCK, false, "zero"},
		{BLOCK, false, "the modulus"},
		{BLOCK, false, "the largest"},
		{BLOCK - 1, false, "a byte too short"},
		{BLOCK + 1, false, "a byte too long"},
		{BLOCK, true, "one less than the modulus"},
	};

	export(parts);
	cr_assert_eq(parts[MODULUS].size, BLOCK + 1);
	memcpy(numbers[1], parts[MODULUS].data + 1, BLOCK);
	memset(numbers[2], 0xff, BLOCK);
	numbers[3][0] = 1;
	numbers[4][BLOCK] = 1;
	memcpy(numbers[5], parts[MODULUS].data + 1, BLOCK);
	numbers[5][BLOCK - 1]--;
	cr_assert_eq(msg_rsa_load(fixture_key(FIXTURE_RSA_RA), &rsa), PKIMESSAGE_OK);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const unsigned char nothing[BLOCK] = {0};
		unsigned char block[BLOCK];
		gnutls_datum_t view = bytes_view(numbers[i], cases[i].size);

		memset(block, 1, sizeof block);
		cr_expect_eq(msg_rsa_private(rsa, &view, block), cases[i].expected, "%s", cases[i].why);
		cr_expect_eq(memcmp(block, nothing, BLOCK) == 0, !cases[i].expected, "%s", cases[i].why);
	}
	wipe(parts);
}

/* --- faults --- */

enum half { FIRST_EXPONENT, SECOND_EXPONENT, JOINT, FIRST_PRIME, SECOND_PRIME };

static const struct {
	enum half half;
	const char *why;
} faults[] = {
	{FIRST_EXPONENT, "the exponent of the first prime: what a fault in that half of the root is like"},
	{SECOND_EXPONENT, "the exponent of the second"},
	{JOINT, "what joins the halves"},
	{FIRST_PRIME, "the first prime"},
	{SECOND_PRIME, "the second prime"},
};

static void spoil(struct rsa_private_key *private_key, enum half half)
{
	mpz_ptr const numbers[] = {private_key->a, private_key->b, private_key->c, private_key->p,
				   private_key->q};

	mpz_combit(numbers[half], 5);
}

/* One half of the root wrong, the other right: the result would give the factors away. */
Test(rsa, a_fault_gives_no_result)
{
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
		CLEANUP(rsa_free) struct msg_rsa *rsa = NULL;
		unsigned char input[BLOCK] = {0, 1, 2, 3};
		unsigned char block[BLOCK];
		const unsigned char nothing[BLOCK] = {0};
		gnutls_datum_t view = bytes_view(input, BLOCK);

		cr_assert_eq(msg_rsa_load(fixture_key(FIXTURE_RSA_RA), &rsa), PKIMESSAGE_OK);
		cr_expect(msg_rsa_private(rsa, &view, block), "unspoilt");
		spoil(&rsa->private_key, faults[i].half);
		memset(block, 1, sizeof block);
		cr_expect_not(msg_rsa_private(rsa, &view, block), "%s", faults[i].why);
		cr_expect_arr_eq(block, nothing, BLOCK, "%s", faults[i].why);
		spoil(&rsa->private_key, faults[i].half);
		cr_expect(msg_rsa_private(rsa, &view, block), "the next has one again");
	}
}

/* --- blinding --- */

static struct rsa_public_key public_key;
static struct msg_modulus modulus;
static struct msg_blinding blinding;

static void open_blinding(void)
{
	gnutls_datum_t parts[PARTS];

	export(parts);
	rsa_public_key_init(&public_key);
	nettle_mpz_set_str_256_u(public_key.n, parts[MODULUS].size, parts[MODULUS].data);
	nettle_mpz_set_str_256_u(public_key.e, parts[EXPONENT].size, parts[EXPONENT].data);
	cr_assert_eq(rsa_public_key_prepare(&public_key), 1);
	wipe(parts);
	cr_assert_eq(msg_modulus_init(&modulus, &public_key), PKIMESSAGE_OK);
	cr_assert_eq(modulus.limbs, LIMBS);
	cr_assert_eq(msg_blinding_init(&blinding, &modulus), PKIMESSAGE_OK);
}

static void close_blinding(void)
{
	msg_blinding_free(&blinding);
	msg_modulus_free(&modulus);
	rsa_public_key_clear(&public_key);
}

TestSuite(blinding, .init = open_blinding, .fini = close_blinding);

struct pair {
	mp_limb_t forward[LIMBS], back[LIMBS];
};

static struct pair next_pair(void)
{
	struct pair pair;

	cr_assert_eq(msg_blinding_next(&blinding, &modulus), PKIMESSAGE_OK);
	memcpy(pair.forward, blinding.forward, sizeof pair.forward);
	memcpy(pair.back, blinding.back, sizeof pair.back);
	return pair;
}

static bool same(const mp_limb_t *a, const mp_limb_t *b)
{
	return memcmp(a, b, LIMBS * sizeof *a) == 0;
}

/* True when the one takes away what the other has put on: r^e * (1/r)^e = 1. */
static bool undoes(const struct pair *pair)
{
	const mp_limb_t one[LIMBS] = {1};
	mp_limb_t product[LIMBS];

	msg_modular_raise(&modulus, product, pair->back);
	msg_modular_multiply(&modulus, product, product, pair->forward);
	return same(product, one);
}

/* True when B is A squared. */
static bool follows(const struct pair *a, const struct pair *b)
{
	mp_limb_t forward[LIMBS], back[LIMBS];

	msg_modular_multiply(&modulus, forward, a->forward, a->forward);
	msg_modular_multiply(&modulus, back, a->back, a->back);
	return same(forward, b->forward) && same(back, b->back);
}

Test(blinding, another_pair_for_every_use_and_a_new_one_in_time)
{
	struct pair pairs[OPERATIONS];
	const mp_limb_t one[LIMBS] = {1};

	for (size_t i = 0; i < OPERATIONS; i++) {
		pairs[i] = next_pair();
		cr_expect(undoes(&pairs[i]), "use %zu", i);
		cr_expect_not(same(pairs[i].forward, one), "use %zu is blinded by nothing", i);
		cr_expect_not(same(pairs[i].back, one), "use %zu is blinded by nothing", i);
		for (size_t j = 0; j < i; j++)
			cr_expect_not(same(pairs[i].forward, pairs[j].forward), "uses %zu and %zu", j, i);
		if (i > 0)
			cr_expect_eq(follows(&pairs[i - 1], &pairs[i]), i % LIMIT_RSA_BLINDINGS != 0,
				     "use %zu: a new number after %d uses, and not before", i,
				     LIMIT_RSA_BLINDINGS);
	}
}

/* Parent and child, who begin with the same memory. */
Test(blinding, another_process_takes_its_own)
{
	struct pair before = next_pair();
	struct pair *child =
		mmap(NULL, sizeof *child, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct pair own;
	pid_t process;
	int status = -1;

	cr_assert_neq(child, MAP_FAILED);
	process = fork();
	cr_assert_geq(process, 0);
	if (process == 0) {
		if (msg_blinding_next(&blinding, &modulus) != PKIMESSAGE_OK)
			_exit(1);
		memcpy(child->forward, blinding.forward, sizeof child->forward);
		memcpy(child->back, blinding.back, sizeof child->back);
		_exit(0);
	}
	cr_assert_eq(waitpid(process, &status, 0), process);
	cr_assert_eq(status, 0);
	own = next_pair();
	cr_expect(undoes(child), "the child's pair is one");
	cr_expect_not(same(child->forward, own.forward), "the parent's next is not the child's");
	cr_expect_not(follows(&before, child), "the child does not go on where the parent was");
	cr_expect(follows(&before, &own), "the parent does");
	(void)munmap(child, sizeof *child);
}

/* The inverse of numbers with leading zeros too. */
Test(blinding, inverses)
{
	const mp_limb_t one[LIMBS] = {1};

	for (size_t i = 0; i < LIMBS; i += 5) {
		mp_limb_t number[LIMBS] = {0};
		mp_limb_t inverse[LIMBS];

		number[i] = 3;
		cr_assert_eq(msg_modular_invert(&modulus, inverse, number), PKIMESSAGE_OK);
		msg_modular_multiply(&modulus, inverse, inverse, number);
		cr_expect(same(inverse, one), "limb %zu", i);
	}
}
