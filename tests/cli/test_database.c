/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands that need a database, run as a user runs them. */
#include <criterion/criterion.h>
#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/bytes.h"
#include "base/text.h"
#include "cli/command.h"
#include "lib/files.h"
#include "lib/mariadb.h"

#define SQL "'" TEST_SOURCE_DIR "/sql'"

static void use(const char *url)
{
	cr_assert_eq(setenv("CERTCTL_DATABASE_URL", url, 1), 0);
	cr_assert_eq(setenv("CERTCTL_CONFIG", "/dev/null", 1), 0);
}

Test(migrate, without_a_database_or_migrations)
{
	(void)unsetenv("CERTCTL_DATABASE_URL");
	cr_assert_eq(setenv("CERTCTL_CONFIG", "/dev/null", 1), 0);
	expect(command("migrate --sql " SQL), 1, "CERTCTL_DATABASE_URL");
	use("mariadb:///certctl?socket=/nowhere/at/all");
	expect(command("migrate --sql " SQL), 1, "cannot be reached");
	use(test_database_empty());
	expect(command("migrate --sql /nowhere/at/all"), 1, "migrate: ");
}

Test(migrate, applies_everything_once_and_says_so)
{
	use(test_database_empty());
	expect(command("migrate --sql " SQL), 0, "applied  0001-");
	expect(command("migrate --sql " SQL), 0, "nothing to do");
}

Test(profile, one_that_is_not_there)
{
	use(test_database());
	expect(command("profile show none"), 1, "none");
	expect(command("profile set bad --eku frobAuth"), 1, "'frobAuth' does not fit");
	expect(command("profile set bad --key rsa:1024"), 1, "'rsa:1024' does not fit");
	expect(command("profile set bad --copy-extension 2.5.29.19"), 1, "'2.5.29.19' does not fit");
	expect(command("profile set bad --eku 1..2"), 1, "'1..2' does not fit");
	expect(command("profile show bad"), 1, "bad");
	expect(command("profile set ''"), 2, "an ID has");
}

Test(profile, set_makes_a_row_and_changes_what_is_named_alone)
{
	const char *url = test_database();

	use(url);
	expect(command("profile set printers --max-ttl 90d --eku clientAuth,1.3.6.1.5.5.7.3.17 --key "
		       "rsa:2048,ed25519"),
	       0, "made profile printers");
	expect(command("profile set printers --must-staple --copy-extension 1.2.3 --copy-extension 1.2.4"), 0,
	       "changed profile printers");
	cr_expect_str_eq(
		test_sql(url,
			 "SELECT CONCAT_WS(' ', name, max_ttl_seconds, allowed_ekus, must_staple, enabled,"
			 " copied_extensions, allowed_key_algorithms) FROM certificate_profiles"),
		"printers 7776000 [\"clientAuth\",\"1.3.6.1.5.5.7.3.17\"] 1 1 [\"1.2.3\",\"1.2.4\"] "
		"[{\"algorithm\":\"RSA\",\"min_size\":2048},{\"algorithm\":\"Ed25519\"}]");
	expect(command("profile set printers --disable --max-ttl 0 --eku none --no-must-staple"), 0,
	       "changed");
	cr_expect_str_eq(test_sql(url,
				  "SELECT CONCAT_WS(' ', max_ttl_seconds, allowed_ekus, must_staple, enabled)"
				  " FROM certificate_profiles"),
			 "0 [] 0 0");
	expect(command("profile list"), 0, "disabled  printers");
	expect(command("profile show printers"), 0, "no cap of its own");
	expect(command("profile set others --name printers"), 1, "another profile is called 'printers'");
}

/* The keys of one profile, in the test's folder. */
static void make_keys(void)
{
	const char *directory = test_directory();

	cr_assert_eq(command("ca init --subject CN=CA --cert %s/ca.pem --key %s/ca.key --key-type ecdsa:256",
			     directory, directory)
			     ->status,
		     0);
	cr_assert_eq(command("ra init --subject CN=RA --cert %s/ra.pem --key %s/ra.key --ca-cert %s/ca.pem"
			     " --ca-key %s/ca.key --days 20",
			     directory, directory, directory, directory)
			     ->status,
		     0);
}

/* A configuration with that profile, and MORE lines. Returns its path. */
static const char *write_settings(const char *url, const char *more)
{
	static char path[512];
	const char *directory = test_directory();
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/env", directory);
	file = fopen(path, "w");
	cr_assert_not_null(file);
	(void)fprintf(file,
		      "CERTCTL_DATABASE_URL='%s'\nCERTCTL_SCEP_ENABLED=true\nCERTCTL_SCEP_PROFILES=corp\n"
		      "CERTCTL_SCEP_PROFILE_CORP_ISSUER_ID=iss-local\n"
		      "CERTCTL_SCEP_PROFILE_CORP_CHALLENGE_PASSWORD=a-long-enough-challenge\n"
		      "CERTCTL_SCEP_PROFILE_CORP_RA_CERT_PATH=%s/"
		      "ra.pem\nCERTCTL_SCEP_PROFILE_CORP_RA_KEY_PATH=%s/ra.key\n"
		      "CERTCTL_CA_CERT_PATH=%s/ca.pem\nCERTCTL_CA_KEY_PATH=%s/ca.key\n%s",
		      url, directory, directory, directory, directory, more);
	cr_assert_eq(fclose(file), 0);
	(void)unsetenv("CERTCTL_DATABASE_URL");
	cr_assert_eq(chmod(path, 0600), 0);
	return path;
}

static const char *write_configuration(const char *url, const char *more)
{
	make_keys();
	return write_settings(url, more);
}

Test(check, says_what_is_wrong_and_fails)
{
	const char *path =
		write_configuration(test_database_empty(), "CERTCTL_SCEP_PROFILE_CORP_PROFILE_ID=gone\n");
	char other[600];

	expect(command("--config %s check", path), 1, "FAIL  schema");
	expect(command("--config %s migrate --sql " SQL, path), 0, "applied");
	expect(command("--config %s check", path), 1, "no certificate profile is called gone");
	expect(command("--config %s profile set gone --disable", path), 0, "made");
	expect(command("--config %s check", path), 1, "certificate profile gone is disabled");
	(void)snprintf(other, sizeof(other), "%s/ra.key", test_directory());
	cr_assert_eq(remove(other), 0);
	expect(command("--config %s check", path), 1, "FAIL  scep/corp RA pair");
	expect(command("check --config %s/nowhere", test_directory()), 1, "FAIL  config");
}

static const char *const shown[] = {
	"ok    scep/corp RA                  CN=RA: 20 days left",
	"ok    scep/corp old RA              CN=OLD: 5 days left",
	"ok    scep/corp issuer              CN=CA: ",
	"ok    scep/corp next CA             CN=NEXT: 100 days left",
	"ok    scep/corp GetCACert           CN=RA, SHA-1 ",
	"ok    scep/corp GetCACert           CN=CA, SHA-1 ",
};

static const struct {
	const char *settings;
	int status;
	const char *line;
} trusting[] = {
	{"CERTCTL_TRUSTED_PROXY_CIDRS=unix\nCERTCTL_TRUST_PROXY_CLIENT_CERT=true\n"
	 "CERTCTL_TRUSTED_PROXY_USERS=0,nobody-like-that\n",
	 1, "FAIL  trusted proxies               nobody-like-that: there is no such user"},
	{"", 0, "ok    trusted proxies               none: nothing that is forwarded counts"},
	{"CERTCTL_TRUSTED_PROXY_CIDRS=unix,10.0.0.0/8\nCERTCTL_TRUST_PROXY_CLIENT_CERT=false\n", 0,
	 "ok    trusted proxies               unix, 10.0.0.0/8, but not for client certificates"},
	{"CERTCTL_TRUSTED_PROXY_CIDRS=unix\nCERTCTL_TRUST_PROXY_CLIENT_CERT=true\n"
	 "CERTCTL_TRUSTED_PROXY_USERS=0,1\n",
	 0,
	 "ok    trusted proxies               unix of user 0, 1, also in what they say of client "
	 "certificates"},
};

Test(check, says_who_is_believed)
{
	const char *url = test_database();

	make_keys();
	for (size_t i = 0; i < sizeof trusting / sizeof *trusting; i++)
		expect(command("--config %s check", write_settings(url, trusting[i].settings)),
		       trusting[i].status, trusting[i].line);
}

Test(check, passes_with_notes_alone)
{
	const char *path = write_configuration(test_database(), "");

	expect(command("--config %s check", path), 0, "note  scep/corp RA expiry");
	expect(command("--config %s check", path), 0, "SHA-384");
	expect(command("--config %s check", path), 0, "ok    crypto");
	cr_expect_null(strstr(command("--config %s check", path)->out, "a certificate ends soon"),
		       "what a check says is said once");
}

/* The fingerprint of the certificate NAME in the test's folder, as GnuTLS makes it. */
static const char *fingerprint(const char *name, gnutls_digest_algorithm_t digest)
{
	static char text[TEXT_HEX_SIZE(64)];
	gnutls_datum_t pem, der = {NULL, 0}, bytes;
	unsigned char value[64];
	char path[600];

	(void)snprintf(path, sizeof(path), "%s/%s", test_directory(), name);
	pem = test_read(path);
	cr_assert_eq(gnutls_pem_base64_decode2("CERTIFICATE", &pem, &der), 0);
	cr_assert_eq(gnutls_hash_fast(digest, der.data, der.size, value), 0);
	bytes = bytes_view(value, gnutls_hash_get_len(digest));
	text_hex(&bytes, text);
	bytes_free(&pem);
	bytes_free(&der);
	return text;
}

Test(check, shows_what_lasts_how_long_and_what_devices_get)
{
	const char *directory = test_directory();
	const char *path;
	char more[2400];

	(void)snprintf(more, sizeof(more),
		       "CERTCTL_SCEP_PROFILE_CORP_RA_OLD_CERT_PATHS=%s/old.pem\n"
		       "CERTCTL_SCEP_PROFILE_CORP_RA_OLD_KEY_PATHS=%s/old.key\n"
		       "CERTCTL_CA_NEXT_CERTIFICATE_PATH=%s/next.pem\n",
		       directory, directory, directory);
	path = write_configuration(test_database(), more);
	expect(command("ra init --subject CN=OLD --cert %s/old.pem --key %s/old.key --ca-cert %s/ca.pem"
		       " --ca-key %s/ca.key --days 5",
		       directory, directory, directory, directory),
	       0, "");
	expect(command("--config %s check", path), 1, "next.pem");
	expect(command("ca init --subject CN=NEXT --cert %s/next.pem --key %s/next.key --days 100", directory,
		       directory),
	       0, "");
	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		expect(command("--config %s check", path), 0, shown[i]);
	expect(command("--config %s check", path), 0, fingerprint("ra.pem", GNUTLS_DIG_SHA1));
	expect(command("--config %s check", path), 0, fingerprint("ca.pem", GNUTLS_DIG_SHA256));
}
