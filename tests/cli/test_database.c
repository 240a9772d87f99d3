/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands that need a database, run as a user runs them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/command.h"
#include "lib/files.h"
#include "lib/mariadb.h"

#define SQL "'" TEST_SOURCE_DIR "/sql'"

static void use(const char *url)
{
	cr_assert_eq(setenv("CERTCTL_DATABASE_URL", url, 1), 0);
	cr_assert_eq(setenv("CERTCTL_CONFIG", "/dev/null", 1), 0);
}

/* The command ended with STATUS and said TEXT. */
static void expect(const struct said *said, int status, const char *text)
{
	cr_expect_eq(said->status, status, "exit status %d, not %d: %s", said->status, status, said->out);
	cr_expect_not_null(strstr(said->out, text), "no '%s' in: %s", text, said->out);
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

/* A configuration with one profile whose keys were just made; NAME is a file in the test's folder. */
static const char *write_configuration(const char *url, const char *more)
{
	static char path[512];
	const char *directory = test_directory();
	FILE *file;

	cr_assert_eq(command("ca init --subject CN=CA --cert %s/ca.pem --key %s/ca.key --key-type ecdsa:256",
			     directory, directory)
			     ->status,
		     0);
	cr_assert_eq(command("ra init --subject CN=RA --cert %s/ra.pem --key %s/ra.key --ca-cert %s/ca.pem"
			     " --ca-key %s/ca.key --days 20",
			     directory, directory, directory, directory)
			     ->status,
		     0);
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

Test(check, passes_with_notes_alone)
{
	const char *path = write_configuration(test_database(), "");

	expect(command("--config %s check", path), 0, "note  scep/corp RA expiry");
	expect(command("--config %s check", path), 0, "SHA-384");
	expect(command("--config %s check", path), 0, "ok    crypto");
}
