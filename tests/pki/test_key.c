/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "lib/files.h"
#include "lib/fixture.h"
#include "pki/key.h"

static char reason[PKI_REASON_SIZE];

#define RSA_KEY TEST_BUILD_DIR "/tests/keys/rsa-ra.pem"
#define EC_KEY  TEST_BUILD_DIR "/tests/keys/ec-ca.pem"

static enum err load(const char *path)
{
	gnutls_privkey_t key = NULL;
	enum err error = pki_key_load(path, &key, reason);

	cr_expect_eq(key != NULL, error == ERR_OK, "a key exactly when all is well");
	privkey_free(&key);
	return error;
}

static enum err load_text(const char *text)
{
	gnutls_datum_t content = bytes_view_text(text);

	return load(test_write("text.pem", &content, 0600));
}

static const struct {
	mode_t mode;
	enum err error;
	const char *octal;
} modes[] = {
	{0644, ERR_PERMISSION, "0644"}, {0640, ERR_PERMISSION, "0640"}, {0604, ERR_PERMISSION, "0604"},
	{0610, ERR_PERMISSION, "0610"}, {0602, ERR_PERMISSION, "0602"}, {0777, ERR_PERMISSION, "0777"},
	{0600, ERR_OK, NULL},           {0400, ERR_OK, NULL},           {0700, ERR_OK, NULL},
};

Test(key, nothing_for_group_or_others)
{
	CLEANUP(bytes_wipe) gnutls_datum_t pem = test_read(RSA_KEY);

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
		const char *path = test_write("mode.pem", &pem, modes[i].mode);
		char advice[300];

		(void)snprintf(advice, sizeof advice, "chmod 0600 %s", path);
		cr_expect_eq(load(path), modes[i].error, "mode %04o: %s", (unsigned)modes[i].mode, reason);
		if (modes[i].octal != NULL)
			cr_expect(strstr(reason, modes[i].octal) != NULL && strstr(reason, advice) != NULL,
				  "%s", reason);
	}
}

Test(key, what_is_no_file_of_a_key)
{
	char fifo[300];
	char missing[300];

	(void)snprintf(fifo, sizeof fifo, "%s/fifo", test_directory());
	(void)snprintf(missing, sizeof missing, "%s/missing", test_directory());
	cr_assert_eq(mkfifo(fifo, 0600), 0);
	cr_expect_eq(load(missing), ERR_NOT_FOUND);
	cr_expect(strstr(reason, missing) != NULL, "the reason names the file: %s", reason);
	cr_expect_eq(load(fifo), ERR_SYNTAX, "a FIFO is refused, not waited for");
	cr_expect_eq(load(test_directory()), ERR_SYNTAX, "a directory");
	cr_expect_eq(load("/dev/null"), ERR_SYNTAX, "a device");
	cr_expect_eq(load_text(""), ERR_SYNTAX, "an empty file");
	cr_expect_eq(load_text("garbage"), ERR_SYNTAX, "no PEM");
	cr_expect_eq(load_text("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), ERR_SYNTAX,
		     "PEM around nothing");
	cr_expect_eq(load_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), ERR_SYNTAX,
		     "another kind of PEM");
}

Test(key, larger_than_the_limit)
{
	char path[300];
	const gnutls_datum_t nothing = {NULL, 0};

	(void)snprintf(path, sizeof path, "%s", test_write("large.pem", &nothing, 0600));
	cr_assert_eq(truncate(path, LIMIT_FILE + 1), 0);
	cr_expect_eq(load(path), ERR_LIMIT);
}

static void write_key(const char *source, const char *password, unsigned flags, char *path, size_t size)
{
	CLEANUP(bytes_wipe) gnutls_datum_t pem = test_read(source);
	CLEANUP(bytes_wipe) gnutls_datum_t out = {NULL, 0};
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t key = NULL;

	cr_assert_eq(gnutls_x509_privkey_init(&key), 0);
	cr_assert_eq(gnutls_x509_privkey_import2(key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0), 0);
	if (password == NULL && flags == 0)
		cr_assert_eq(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &out), 0);
	else
		cr_assert_eq(
			gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, password, flags, &out),
			0);
	(void)snprintf(path, size, "%s", test_write("form.pem", &out, 0600));
}

Test(key, encrypted_keys_are_refused_with_a_way_out)
{
	char path[300];

	write_key(RSA_KEY, "secret", GNUTLS_PKCS_PBES2_AES_256, path, sizeof path);
	cr_expect_eq(load(path), ERR_UNSUPPORTED);
	cr_expect(strstr(reason, "encrypted") != NULL && strstr(reason, path) != NULL, "%s", reason);
	cr_expect_eq(load_text("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: "
			       "AES-128-CBC,00\n\n"
			       "AAAA\n-----END RSA PRIVATE KEY-----\n"),
		     ERR_UNSUPPORTED, "the old form");
}

Test(key, every_form_of_plain_pem)
{
	static const char *const sources[] = {RSA_KEY, EC_KEY};

	for (size_t i = 0; i < 2; i++) {
		char path[300];

		write_key(sources[i], NULL, 0, path, sizeof path);
		cr_expect_eq(load(path), ERR_OK, "PKCS#1 or SEC1: %s", reason);
		write_key(sources[i], NULL, GNUTLS_PKCS_PLAIN, path, sizeof path);
		cr_expect_eq(load(path), ERR_OK, "PKCS#8: %s", reason);
	}
}

/* One bit of p: found at loading, not at the first signature. */
Test(key, numbers_that_do_not_agree)
{
	CLEANUP(bytes_wipe) gnutls_datum_t pem = test_read(RSA_KEY);
	CLEANUP(bytes_wipe) gnutls_datum_t der = {NULL, 0};
	CLEANUP(bytes_wipe) gnutls_datum_t damaged = {NULL, 0};
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t key = NULL;

	cr_assert_eq(gnutls_x509_privkey_init(&key), 0);
	cr_assert_eq(gnutls_x509_privkey_import2(key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0), 0);
	cr_assert_eq(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_DER, &der), 0);
	der.data[der.size / 2 + 5] ^= 0x02;
	cr_assert_eq(gnutls_pem_base64_encode2("RSA PRIVATE KEY", &der, &damaged), 0);
	cr_expect_eq(load(test_write("damaged.pem", &damaged, 0600)), ERR_SYNTAX, "%s", reason);
}

static const struct {
	gnutls_pk_algorithm_t algorithm;
	unsigned bits;
	enum err error;
} sizes[] = {
	{GNUTLS_PK_RSA, 1024, ERR_UNSUPPORTED},  {GNUTLS_PK_RSA, 16384, ERR_UNSUPPORTED},
	{GNUTLS_PK_RSA, 0, ERR_UNSUPPORTED},     {GNUTLS_PK_ECDSA, 192, ERR_UNSUPPORTED},
	{GNUTLS_PK_ECDSA, 255, ERR_UNSUPPORTED}, {GNUTLS_PK_DSA, 2048, ERR_UNSUPPORTED},
	{GNUTLS_PK_RSA, 2048, ERR_OK},           {GNUTLS_PK_ECDSA, 256, ERR_OK},
	{GNUTLS_PK_ECDSA, 384, ERR_OK},          {GNUTLS_PK_ECDSA, 521, ERR_OK},
};

Test(key, generated_in_the_sizes_we_serve)
{
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		CLEANUP(x509_privkey_free) gnutls_x509_privkey_t key = NULL;
		unsigned bits = 0;

		cr_expect_eq(pki_key_generate(sizes[i].algorithm, sizes[i].bits, &key), sizes[i].error,
			     "%u bits", sizes[i].bits);
		cr_expect_eq(key != NULL, sizes[i].error == ERR_OK);
		if (key == NULL)
			continue;
		cr_expect_eq(gnutls_x509_privkey_get_pk_algorithm2(key, &bits), (int)sizes[i].algorithm);
		/* GnuTLS counts whole octets of a P-521 coordinate. */
		cr_expect_eq(bits, sizes[i].bits == 521 ? 528 : sizes[i].bits);
	}
}
