/* SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

Test(config, environment_wins_over_the_file)
{
	static const char *const environment[] = {"CERTCTL_WORKERS=9", "CERTCTL_MAX_REQUESTS=", NULL};
	struct loaded loaded = load("CERTCTL_WORKERS=8\nCERTCTL_MAX_REQUESTS=5\n", environment);

	cr_assert_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
	cr_expect_eq(loaded.config->workers, 9);
	cr_expect_eq(loaded.config->max_requests, 5, "an empty variable is as good as none");
	unload(&loaded);
}

Test(config, a_value_of_the_file_that_does_not_count_is_not_checked)
{
	static const char *const environment[] = {"CERTCTL_WORKERS=9", NULL};
	struct loaded loaded = load("CERTCTL_WORKERS=many\n", environment);

	cr_expect_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
	unload(&loaded);
}

Test(config, a_variable_twice_is_fatal)
{
	static const char *const environment[] = {"CERTCTL_WORKERS=1", "CERTCTL_WORKERS=2", NULL};
	struct loaded loaded = load(NULL, environment);

	cr_expect_eq(loaded.error, ERR_CONFIG);
	cr_expect_not_null(problem_with(&loaded, "environment: CERTCTL_WORKERS is there twice"));
	unload(&loaded);
}

Test(config, the_environment_names_the_file)
{
	char variable[600];
	const char *environment[] = {variable, NULL};
	struct loaded loaded = {.error = ERR_OK};

	(void)snprintf(variable, sizeof variable, "CERTCTL_CONFIG=%s",
		       write_file("other.env", "CERTCTL_WORKERS=3\n", 18, 0644));
	loaded.error =
		config_load(NULL, (char *const *)(uintptr_t)environment, &loaded.config, &loaded.problems);
	cr_assert_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
	cr_expect_eq(loaded.config->workers, 3);
	unload(&loaded);
}

static void expect_unreadable(const char *path, const char *variable, const char *says)
{
	const char *environment[] = {variable, NULL};
	struct loaded loaded = {.error = ERR_OK};

	loaded.error =
		config_load(path, (char *const *)(uintptr_t)environment, &loaded.config, &loaded.problems);
	cr_expect_eq(loaded.error, ERR_CONFIG);
	cr_expect_not_null(problem_with(&loaded, says), "%s", all_problems(&loaded));
	unload(&loaded);
}

Test(config, a_file_that_was_named_must_be_there)
{
	expect_unreadable("/nowhere/a.env", NULL,
			  "/nowhere/a.env: cannot read the configuration file: No such file");
	expect_unreadable(NULL, "CERTCTL_CONFIG=/nowhere/b.env", "/nowhere/b.env: cannot read");
	expect_unreadable("/", NULL, "/: cannot read");
}

static const struct {
	const char *file;
	size_t size;
	const char *secret; /* NULL: fatal */
	const char *says;
} secret_files[] = {
	{"", 0, NULL, "is empty"},
	{"\n", 1, NULL, "is empty"},
	{"a\0b", 3, NULL, "holds a NUL byte"},
	{"a\nb\n", 4, NULL, "control characters"},
	{"hush", 4, "hush", NULL},
	{"hush\n", 5, "hush", NULL},
	{"hush\r\n", 6, "hush", NULL},
	{"hush \n", 6, "hush ", NULL},
};

Test(config, secrets_from_files)
{
	for (size_t i = 0; i < COUNT(secret_files); i++) {
		char variable[600];
		const char *environment[] = {variable, NULL};
		struct loaded loaded;

		(void)snprintf(variable, sizeof variable, "CERTCTL_DATABASE_PASSWORD_FILE=%s",
			       write_file("secret", secret_files[i].file, secret_files[i].size, 0600));
		loaded = load(NULL, environment);
		if (secret_files[i].secret != NULL) {
			cr_assert_eq(loaded.error, ERR_OK, "%zu%s", i, all_problems(&loaded));
			cr_expect_str_eq(loaded.config->database_password, secret_files[i].secret);
		} else {
			cr_expect_eq(loaded.error, ERR_CONFIG, "%zu", i);
			cr_expect_not_null(problem_with(&loaded, secret_files[i].says), "%zu%s", i,
					   all_problems(&loaded));
			cr_expect_not_null(
				problem_with(&loaded, "environment: CERTCTL_DATABASE_PASSWORD_FILE"));
		}
		unload(&loaded);
	}
}

Test(config, a_secret_file_that_is_not_there_or_too_big_is_fatal)
{
	static const char *const environment[] = {"CERTCTL_DATABASE_PASSWORD_FILE=/nowhere/secret", NULL};
	static char big[16385];
	char variable[600];
	const char *with_big[] = {variable, NULL};
	struct loaded loaded = load(NULL, environment);

	cr_expect_eq(loaded.error, ERR_CONFIG);
	cr_expect_not_null(problem_with(&loaded, "cannot read '/nowhere/secret': No such file"));
	unload(&loaded);
	memset(big, 'x', sizeof big);
	(void)snprintf(variable, sizeof variable, "CERTCTL_DATABASE_PASSWORD_FILE=%s",
		       write_file("secret", big, sizeof big, 0600));
	loaded = load(NULL, with_big);
	cr_expect_eq(loaded.error, ERR_CONFIG);
	cr_expect_not_null(problem_with(&loaded, "over a limit"), "%s", all_problems(&loaded));
	unload(&loaded);
}

Test(config, a_secret_and_its_file_are_fatal)
{
	static const char *const environment[] = {"CERTCTL_DATABASE_PASSWORD_FILE=/nowhere", NULL};
	struct loaded loaded = load("CERTCTL_DATABASE_PASSWORD=hush-hush\n", environment);

	cr_expect_eq(loaded.error, ERR_CONFIG);
	cr_expect_not_null(problem_with(
		&loaded, "CERTCTL_DATABASE_PASSWORD and CERTCTL_DATABASE_PASSWORD_FILE are both"));
	unload(&loaded);
}

Test(config, no_message_has_a_secret)
{
	static const char *const environment[] = {"CERTCTL_DATABASE_URL=postgres://u:hush-hush@h/d",
						  "CERTCTL_DATABASE_PASSWORD=hush-hush\x01",
						  "CERTCTL_SCEP_CHALLENGE_PASSWORD=hush-hush\xff", NULL};
	struct loaded loaded =
		load("CERTCTL_SCEP_ENABLED=true\nCERTCTL_SCEP_CHALLENGE_PASSWORD=hush-hush x\n", environment);

	cr_expect_eq(loaded.error, ERR_CONFIG);
	cr_expect_geq(loaded.problems.count, 4, "%s", all_problems(&loaded));
	cr_expect_null(problem_with(&loaded, "hush"), "%s", all_problems(&loaded));
	unload(&loaded);
}

Test(config, a_file_with_secrets_is_not_for_everybody)
{
	struct loaded loaded = load_mode(MINIMAL, 0644, NULL);

	cr_expect_eq(loaded.error, ERR_CONFIG);
	cr_expect_not_null(problem_with(&loaded, "mode 0644 lets everybody read the secrets"), "%s",
			   all_problems(&loaded));
	unload(&loaded);
	loaded = load_mode("CERTCTL_WORKERS=1\nCERTCTL_DATABASE_URL=mariadb://u@h/d\n", 0644, NULL);
	cr_expect_eq(loaded.error, ERR_OK, "one without may be%s", all_problems(&loaded));
	unload(&loaded);
	loaded = load_mode("CERTCTL_DATABASE_URL=mariadb://u:p@h/d\n", 0644, NULL);
	cr_expect_eq(loaded.error, ERR_CONFIG, "a password in a URL is one");
	unload(&loaded);
}

static const struct {
	const char *text;
	const char *says;
	const char *why;
} issuers[] = {
	{"CERTCTL_CA_CERT_PATH=/a\n", "CERTCTL_CA_CERT_PATH and CERTCTL_CA_KEY_PATH must both be set",
	 "half of iss-local"},
	{"CERTCTL_ISSUERS=east\n", "CERTCTL_ISSUER_EAST_CERT_PATH and CERTCTL_ISSUER_EAST_KEY_PATH",
	 "nothing of another"},
	{"CERTCTL_ISSUERS=iss-local\n", "'iss-local' is the name of the issuer of CERTCTL_CA_CERT_PATH",
	 "iss-local"},
	{"CERTCTL_ISSUERS=a.b\n", "CERTCTL_ISSUERS: 'a.b' is not a name", "a dot"},
};

Test(config, issuers_are_whole)
{
	for (size_t i = 0; i < COUNT(issuers); i++) {
		struct loaded loaded = load(issuers[i].text, NULL);

		cr_expect_eq(loaded.error, ERR_CONFIG, "%s", issuers[i].why);
		cr_expect_not_null(problem_with(&loaded, issuers[i].says), "%s%s", issuers[i].why,
				   all_problems(&loaded));
		cr_expect_eq(loaded.problems.count, 1, "%s%s", issuers[i].why, all_problems(&loaded));
		unload(&loaded);
	}
}

Test(config, an_empty_configuration_is_one)
{
	struct loaded loaded = load(NULL, NULL);

	cr_assert_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
	cr_expect_eq(loaded.config->issuer_count, 0);
	cr_expect_eq(loaded.config->scep_profile_count, 0);
	cr_expect_not(loaded.config->scep_enabled);
	unload(&loaded);
	config_free(&loaded.config);
}
