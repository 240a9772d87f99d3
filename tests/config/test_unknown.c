/* SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

static const struct {
	const char *line;
	bool fatal;
	const char *says;
	const char *why;
} cases[] = {
	{"CERTCTL_SCEP_ENABELD=true", true, "did you mean CERTCTL_SCEP_ENABLED?", "letters swapped"},
	{"CERTCTL_WORKER=1", true, "did you mean CERTCTL_WORKERS?", "a letter missing"},
	{"CERTCTL_SCEP_CHALENGE_PASSWORD=x", true, "did you mean CERTCTL_SCEP_CHALLENGE_PASSWORD?",
	 "in a root setting"},
	{"CERTCTL_DATABASE_PASSWORD_FIEL=/x", true, "did you mean CERTCTL_DATABASE_PASSWORD_FILE?",
	 "in a secret's file"},
	{"CERTCTL_DATABASE_URI=x", true, "did you mean CERTCTL_DATABASE_URL?", "beside a foreign name"},
	{"CERTCL_SCEP_RENEWAL_CHALLENGE=true", true, "did you mean CERTCTL_SCEP_RENEWAL_CHALLENGE?",
	 "the prefix itself"},
	{"CERTCTL_FLUX_CAPACITOR=1", true, "not a setting; 'certctl-fcgi settings' lists", "nothing like it"},
	{"CERTCTL_SCEP_PROFILE_CROP_RA_KEY_PATH=/x", true,
	 "belongs to 'CROP', which CERTCTL_SCEP_PROFILES does not list", "a profile that is not listed"},
	{"CERTCTL_SCEP_PROFILE_CROP_CHALLENGE_PASSWORD_FILE=/x", true, "belongs to 'CROP'",
	 "the same for a secret's file"},
	{"CERTCTL_ISSUER_OTHER_KEY_PATH=/x", true, "belongs to 'OTHER', which CERTCTL_ISSUERS does not list",
	 "an issuer that is not listed"},
	{"CERTCTL_SCEP_MTLS_ENABLED=true", true,
	 "alone: list one in CERTCTL_SCEP_PROFILES, and say CERTCTL_SCEP_PROFILE_<NAME>_MTLS_ENABLED",
	 "mTLS for the root profile"},
	{"CERTCTL_CONFIG=/x", true, "belongs in the environment", "the file naming itself"},
	{"CERTCTL_SERVER_HOST=127.0.0.1", false, "has no effect here: the web server", "a listener"},
	{"CERTCTL_AUTH_SECRET=hush-hush", false, "has no effect here", "certctl's own secret"},
	{"CERTCTL_EST_ENABLED=true", false, "EST is not in this version", "EST"},
	{"CERTCTL_EST_PROFILE_CORP_ENROLLMENT_PASSWORD=hush-hush", false, "EST is not in this version",
	 "an EST profile"},
	{"CERTCTL_CRL_GENERATION_INTERVAL=1h", false, "has no effect here", "CRLs"},
	{"CERTCTL_RATE_LIMIT_RPS=nonsense", false, "has no effect here", "whatever its value"},
	{"CERTCTL_TRUSTED_PROXIES=10.0.0.0/8", false, "has no effect here: CERTCTL_TRUSTED_PROXY_CIDRS lists",
	 "certctl's proxies"},
	{"CERTCTL_TRUSTED_PROXY_CIDR=10.0.0.0/8", true, "did you mean CERTCTL_TRUSTED_PROXY_CIDRS?",
	 "proxies, a letter missing"},
	{"POSTGRES_PASSWORD=hush-hush", false, "POSTGRES_PASSWORD is not a setting and has no effect",
	 "not ours at all"},
};

Test(unknown, names_in_the_file)
{
	for (size_t i = 0; i < COUNT(cases); i++) {
		char text[256];
		struct loaded loaded;
		const struct config_problem *problem;

		(void)snprintf(text, sizeof text, "\n\n%s\n", cases[i].line);
		loaded = load(text, NULL);
		problem = problem_with(&loaded, cases[i].says);
		cr_expect_eq(loaded.error, cases[i].fatal ? ERR_CONFIG : ERR_OK, "%s", cases[i].why);
		cr_assert_not_null(problem, "%s%s", cases[i].why, all_problems(&loaded));
		cr_expect_eq(problem->fatal, cases[i].fatal, "%s", cases[i].why);
		cr_expect_not_null(strstr(problem->text, "certctl.env:3: "), "%s: %s", cases[i].why,
				   problem->text);
		cr_expect_null(strstr(problem->text, "hush"), "%s: no value in a message", cases[i].why);
		cr_expect_eq(loaded.problems.count, 1, "%s%s", cases[i].why, all_problems(&loaded));
		unload(&loaded);
	}
}

Test(unknown, names_in_the_environment)
{
	static const char *const environment[] = {"PATH=/bin", "CERTCTL_WORKRES=1",        "CERTCL_WORKERS=1",
						  "HOME",      "CERTCTL_SERVER_PORT=8443", NULL};
	struct loaded loaded = load(NULL, environment);

	cr_expect_eq(loaded.error, ERR_CONFIG);
	cr_expect_not_null(
		problem_with(&loaded, "environment: CERTCTL_WORKRES is not a setting; did you mean"));
	cr_expect_not_null(problem_with(&loaded, "environment: CERTCTL_SERVER_PORT has no effect here"));
	cr_expect_eq(loaded.problems.count, 2, "what does not begin with CERTCTL_ is nobody's business%s",
		     all_problems(&loaded));
	unload(&loaded);
}

Test(unknown, names_from_a_listed_profile_are_suggested)
{
	struct loaded loaded =
		load(CORP "CERTCTL_SCEP_PROFILES=corp\nCERTCTL_SCEP_PROFILE_CORP_ALOW_HTTP=true\n", NULL);

	cr_expect_not_null(problem_with(&loaded, "did you mean CERTCTL_SCEP_PROFILE_CORP_ALLOW_HTTP?"), "%s",
			   all_problems(&loaded));
	unload(&loaded);
}

Test(unknown, strange_names_are_shown_harmlessly)
{
	static const char *const environment[] = {"CERTCTL_\x1b[2J\xff=1", NULL};
	struct loaded loaded = load(NULL, environment);

	cr_expect_eq(loaded.error, ERR_CONFIG);
	cr_expect_not_null(problem_with(&loaded, "CERTCTL_?[2J?"), "%s", all_problems(&loaded));
	unload(&loaded);
}

Test(unknown, many_are_not_all_listed)
{
	static char text[40 * 1000];
	struct loaded loaded;
	size_t used = 0;

	for (int i = 0; i < 1000; i++)
		used += (size_t)snprintf(text + used, sizeof text - used, "CERTCTL_NOTHING_LIKE_IT_%d=\n", i);
	loaded = load(text, NULL);
	cr_expect_eq(loaded.error, ERR_CONFIG);
	cr_expect_leq(loaded.problems.count, 60);
	unload(&loaded);
}
