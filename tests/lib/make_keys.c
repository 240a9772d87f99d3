/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Makes the tests' private keys in a directory: no key is ever kept in the tree. RSA keys come from fixed
 * seeds by the provable method of FIPS 186-4, so that they are the same everywhere and the messages in
 * tests/vectors that are encrypted to them can be opened; EC keys are fresh.
 *
 *	make_keys DIRECTORY
 */
#include <errno.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/cleanup.h"

/* FIPS 186-4: a seed has twice the security strength, 112 bits for RSA-2048. */
#define SEED_SIZE 28

static const struct {
	const char *name;
	gnutls_pk_algorithm_t algorithm;
} keys[] = {
	{"rsa-ca", GNUTLS_PK_RSA},    {"rsa-ra", GNUTLS_PK_RSA},  {"rsa-client", GNUTLS_PK_RSA},
	{"rsa-other", GNUTLS_PK_RSA}, {"ec-ca", GNUTLS_PK_ECDSA}, {"ec-client", GNUTLS_PK_ECDSA},
};

/* The seed of an RSA key is its name, padded: public on purpose. */
static int generate(const char *name, gnutls_pk_algorithm_t algorithm, gnutls_x509_privkey_t key)
{
	unsigned char seed[SEED_SIZE] = "certctl-fcgi test: ";
	gnutls_keygen_data_st data = {GNUTLS_KEYGEN_SEED, seed, sizeof seed};

	if (algorithm != GNUTLS_PK_RSA)
		return gnutls_x509_privkey_generate2(
			key, algorithm, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0, NULL, 0);
	(void)snprintf((char *)seed + strlen((char *)seed), SEED_SIZE - strlen((char *)seed), "%s", name + 4);
	return gnutls_x509_privkey_generate2(key, algorithm, 2048, GNUTLS_PRIVKEY_FLAG_PROVABLE, &data, 1);
}

static int write_key(const char *directory, const char *name, gnutls_x509_privkey_t key)
{
	CLEANUP(bytes_wipe) gnutls_datum_t pem = {NULL, 0};
	CLEANUP(file_close) FILE *file = NULL;
	char path[4096];

	if (gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem) < 0)
		return -1;
	(void)snprintf(path, sizeof path, "%s/%s.pem", directory, name);
	file = fopen(path, "w");
	if (file == NULL || chmod(path, 0600) != 0)
		return -1;
	return fwrite(pem.data, 1, pem.size, file) == pem.size ? 0 : -1;
}

static int make_key(const char *directory, size_t i)
{
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t key = NULL;
	int code = gnutls_x509_privkey_init(&key);

	if (code >= 0)
		code = generate(keys[i].name, keys[i].algorithm, key);
	if (code >= 0)
		return write_key(directory, keys[i].name, key);
	(void)fprintf(stderr, "make_keys: %s: %s\n", keys[i].name, gnutls_strerror(code));
	return -1;
}

int main(int argc, char **argv)
{
	if (argc != 2 || (mkdir(argv[1], 0700) != 0 && errno != EEXIST))
		return EXIT_FAILURE;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (make_key(argv[1], i) != 0)
			return EXIT_FAILURE;
	return EXIT_SUCCESS;
}
