/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decrypts under valgrind's memcheck with what is secret marked as undefined, so that memcheck reports every
 * branch and every address that depends on it. silent.sh runs this.
 *
 *	silent pkcs1|oaep good|bad	a decryption whose padding is good or bad
 *	silent planted			a branch on the secret, which must be reported
 *	silent nothing			nothing: whether it can be run at all
 *
 * What is marked is the inverse by which the root is unblinded: from there on all is secret. The root itself
 *is blinded, and nettle may look how many limbs it has.
 */
#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "base/bytes.h"
#include "lib/fixture.h"
#include "pkimessage/oaep.h"
#include "pkimessage/pkcs1.h"
#include "pkimessage/rsa_key.h"

#define BLOCK 256

static const struct msg_oaep oaep = {GNUTLS_DIG_SHA256, GNUTLS_DIG_SHA256};
static unsigned char key[16] = "sixteen bytes ok";

static void give_up(const char *what)
{
	(void)fprintf(stderr, "silent: %s\n", what);
	exit(2);
}

static gnutls_datum_t encrypt(bool is_oaep, bool good)
{
	const gnutls_datum_t plain = bytes_view(key, sizeof key);
	gnutls_datum_t encrypted;
	gnutls_pubkey_t public_key;

	if (gnutls_pubkey_init(&public_key) < 0 ||
	    gnutls_pubkey_import_privkey(public_key, fixture_key(FIXTURE_RSA_RA), 0, 0) < 0)
		give_up("no key");
	if (is_oaep && msg_oaep_encrypt(&oaep, public_key, &plain, &encrypted) != PKIMESSAGE_OK)
		give_up("cannot encrypt");
	if (!is_oaep && gnutls_pubkey_encrypt_data(public_key, 0, &plain, &encrypted) < 0)
		give_up("cannot encrypt");
	gnutls_pubkey_deinit(public_key);
	if (!good)
		encrypted.data[BLOCK - 1] ^= 1;
	return encrypted;
}

static void decrypt(struct msg_rsa *rsa, bool is_oaep, const gnutls_datum_t *encrypted, unsigned char *out)
{
	if (is_oaep)
		msg_oaep_decrypt(&oaep, rsa, encrypted, out, sizeof key);
	else
		msg_pkcs1_decrypt(rsa, encrypted, out, sizeof key);
}

/* True when each of the 16 bytes at OUT is marked, which only memcheck can tell. */
static bool is_secret(const unsigned char *out)
{
	unsigned char marks[sizeof key];
	size_t count = 0;

	memset(marks, 0xff, sizeof marks);
	(void)VALGRIND_GET_VBITS(out, marks, sizeof marks);
	for (size_t i = 0; i < sizeof marks; i++)
		count += marks[i] != 0;
	return count == sizeof marks;
}

int main(int argc, char **argv)
{
	bool planted = argc == 2 && strcmp(argv[1], "planted") == 0;
	bool is_oaep = argc == 3 && strcmp(argv[1], "oaep") == 0;
	bool good = planted || (argc == 3 && strcmp(argv[2], "good") == 0);
	gnutls_datum_t encrypted;
	unsigned char out[sizeof key] = {0};
	struct msg_rsa *rsa;
	bool decrypted;

	if (argc == 2 && strcmp(argv[1], "nothing") == 0)
		return 0;
	if (!planted && argc != 3)
		give_up("silent pkcs1|oaep good|bad, or silent planted|nothing");
	encrypted = encrypt(is_oaep, good);
	if (msg_rsa_load(fixture_key(FIXTURE_RSA_RA), &rsa) != PKIMESSAGE_OK)
		give_up("no key");
	decrypt(rsa, is_oaep, &encrypted, out);
	memset(out, 0, sizeof out);
	(void)VALGRIND_MAKE_MEM_UNDEFINED(rsa->blinding.back, rsa->blinding.limbs * sizeof(mp_limb_t));
	decrypt(rsa, is_oaep, &encrypted, out);
	if (!is_secret(out))
		give_up("what was decrypted does not depend on what was marked");
	if (planted && out[0] == key[0])
		(void)puts("planted");
	(void)VALGRIND_MAKE_MEM_DEFINED(out, sizeof out);
	decrypted = memcmp(out, key, sizeof out) == 0;
	msg_rsa_free(rsa);
	bytes_free(&encrypted);
	if (decrypted != good)
		give_up("decrypted what is bad, or not what is good");
	return 0;
}
