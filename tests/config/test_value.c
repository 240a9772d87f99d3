/* SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

static const struct {
	const char *line;
	const char *says;
	const char *why;
} refused[] = {
	{"CERTCTL_SCEP_ENABLED=TRUE", "must be true, 1, yes, false, 0 or no (it is 'TRUE')",
	 "a boolean in upper case"},
	{"CERTCTL_SCEP_ENABLED=on", "CERTCTL_SCEP_ENABLED must be", "a boolean certctl would take for false"},
	{"CERTCTL_WORKERS=four", "whole number from 0 to 256", "a word for a number"},
	{"CERTCTL_WORKERS=257", "whole number from 0 to 256 (it is '257')", "more workers than allowed"},
	{"CERTCTL_WORKERS=-1", "whole number from 0", "a negative number"},
	{"CERTCTL_WORKERS=+1", "whole number from 0", "a sign"},
	{"CERTCTL_WORKERS=0x10", "whole number from 0", "hexadecimal"},
	{"CERTCTL_WORKERS=4294967297", "whole number from 0", "one that wraps to 1 in 32 bits"},
	{"CERTCTL_WORKERS=18446744073709551617", "whole number from 0", "one that wraps to 1 in 64 bits"},
	{"CERTCTL_MAX_BODY_SIZE=1MB", "whole number from 1024 to 67108864", "a unit"},
	{"CERTCTL_MAX_BODY_SIZE=0", "whole number from 1024", "a size of nothing"},
	{"CERTCTL_CA_BACKDATE=10", "such as 90s", "a duration without unit"},
	{"CERTCTL_CA_BACKDATE=49h", "from 0s to 172800s", "a duration beyond its limit"},
	{"CERTCTL_CA_VALIDITY_DAYS=0", "from 1 to", "no validity at all"},
	{"CERTCTL_LOG_LEVEL=warning", "must be one of: debug, info, warn, error (it is 'warning')",
	 "a wrong word"},
	{"CERTCTL_LOG_LEVEL=WARN", "must be one of", "a word in upper case"},
	{"CERTCTL_LOG_TARGET=file", "must be one of: auto, stderr, syslog", "a wrong target"},
	{"CERTCTL_LOG_FORMAT=text", "JSON lines", "a format there is not"},
	{"CERTCTL_LOG_FORMAT=xml", "must be one of: json", "a format nobody knows"},
	{"CERTCTL_DATABASE_URL=postgres://localhost/certctl", "MariaDB", "certctl's database"},
	{"CERTCTL_CA_CRL_URLS=http://a/x,nonsense", "http://", "one wrong item of a list"},
	{"CERTCTL_CA_OCSP_URL=ocsp.example.com", "http://", "a URL without scheme"},
	{"CERTCTL_SCEP_LEGACY_ALGORITHMS=sha1,rc4", "'none' or a list of: sha1, 3des, md5, des",
	 "an unknown algorithm"},
	{"CERTCTL_SCEP_LEGACY_ALGORITHMS=sha1,none", "'none' or a list of", "none and something"},
	{"CERTCTL_SCEP_EXTRA_CAPS='SHA-384,A B'", "one word", "a blank inside a capability"},
	{"CERTCTL_SCEP_ISSUER_ID=Local", "must be a name", "an issuer that cannot be"},
	{"CERTCTL_SCEP_AGENTS=all", "must be one of: none, issued, any", "agents of an unknown kind"},
	{"CERTCTL_SCEP_GETCACERT_CHAIN=full", "must be one of: issuer, chain, root", "an unknown chain"},
	{"CERTCTL_SCEP_NONCE_LENGTH=16", "must be one of: lenient, warn, strict", "a number for a rule"},
	{"CERTCTL_SCEP_RENEWAL_GRACE=8761h", "from 0s to 31536000s", "more than a year of grace"},
	{"CERTCTL_SCEP_RENEWAL_WINDOW=30d", "such as 90s", "days, which durations do not have"},
	{"CERTCTL_SCEP_RA_OLD_CERT_PATHS=/1,/2,/3,/4,/5,/6,/7,/8", "has more than 7 items",
	 "more old RA pairs than are looked through"},
	{"CERTCTL_SCEP_RA_OLD_KEY_PATHS=/1,/2,/3,/4,/5,/6,/7,/8", "has more than 7 items", "and their keys"},
	{"CERTCTL_TRANSACTION_LIFETIME=59m", "from 3600s",
	 "an answer forgotten before it is asked for again"},
	{"CERTCTL_APPROVAL_LIFETIME=0", "from 3600s", "no time for an operator"},
};

Test(value, that_does_not_parse_is_fatal_and_says_where)
{
	for (size_t i = 0; i < COUNT(refused); i++) {
		char text[256];
		char place[300];
		struct loaded loaded;
		const struct config_problem *problem;

		(void)snprintf(text, sizeof text, "\n%s\n", refused[i].line);
		(void)snprintf(place, sizeof place, "certctl.env:2: %.*s", (int)strcspn(refused[i].line, "="),
			       refused[i].line);
		loaded = load(text, NULL);
		problem = problem_with(&loaded, refused[i].says);
		cr_expect_eq(loaded.error, ERR_CONFIG, "%s", refused[i].why);
		cr_expect_null(loaded.config);
		cr_assert_not_null(problem, "%s%s", refused[i].why, all_problems(&loaded));
		cr_expect(problem->fatal, "%s", refused[i].why);
		cr_expect_not_null(strstr(problem->text, place), "%s: %s", refused[i].why, problem->text);
		unload(&loaded);
	}
}

Test(value, from_the_environment_is_said_to_be)
{
	static const char *const environment[] = {"CERTCTL_WORKERS=999", NULL};
	struct loaded loaded = load(NULL, environment);

	cr_expect_not_null(problem_with(&loaded, "environment: CERTCTL_WORKERS must be"), "%s",
			   all_problems(&loaded));
	unload(&loaded);
}

Test(value, of_environment_is_text)
{
	static const char *const variables[] = {"CERTCTL_CA_CERT_PATH=/a\xff", "CERTCTL_CA_CERT_PATH=/a\nb",
						"CERTCTL_SCEP_CHALLENGE_PASSWORD=\x80",
						"CERTCTL_WORKERS=1\t"};

	for (size_t i = 0; i < COUNT(variables); i++) {
		const char *const environment[] = {variables[i], NULL};
		struct loaded loaded = load(NULL, environment);

		cr_expect_eq(loaded.error, ERR_CONFIG);
		cr_expect_not_null(problem_with(&loaded, "UTF-8 text without control characters"), "%zu%s", i,
				   all_problems(&loaded));
		unload(&loaded);
	}
}

static const struct {
	const char *text;
	bool expected;
} booleans[] = {{"true", true}, {"1", true},   {"yes", true}, {"false", false},
		{"0", false},   {"no", false}, {"", false}};

Test(value, booleans)
{
	for (size_t i = 0; i < COUNT(booleans); i++) {
		char text[1024];
		struct loaded loaded;

		(void)snprintf(text, sizeof text, MINIMAL "CERTCTL_SCEP_ALLOW_HTTP=%s\n", booleans[i].text);
		loaded = load(text, NULL);
		cr_assert_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
		cr_expect_eq(loaded.config->scep_profiles[0].allow_http, booleans[i].expected, "'%s'",
			     booleans[i].text);
		unload(&loaded);
	}
}

static const struct {
	const char *text;
	unsigned expected;
	const char *why;
} algorithms[] = {
	{"", 0, "nothing is none, not the default"},
	{"none", 0, "none"},
	{"sha1,des", 2 | 4, "what scepclient needs"},
	{"' sha1 ,, 3des '", 2 | 8, "blanks and empty items"},
	{"md5,sha1,des,3des", 15, "all"},
};

Test(value, algorithms)
{
	for (size_t i = 0; i < COUNT(algorithms); i++) {
		char text[1024];
		struct loaded loaded;

		(void)snprintf(text, sizeof text, MINIMAL "CERTCTL_SCEP_LEGACY_ALGORITHMS=%s\n",
			       algorithms[i].text);
		loaded = load(text, NULL);
		cr_assert_eq(loaded.error, ERR_OK, "%s%s", algorithms[i].why, all_problems(&loaded));
		cr_expect_eq(loaded.config->scep_profiles[0].legacy, algorithms[i].expected, "%s",
			     algorithms[i].why);
		unload(&loaded);
	}
}

Test(value, list_items_are_trimmed_and_never_empty)
{
	struct loaded loaded = load(MINIMAL "CERTCTL_SCEP_EXTRA_CAPS=' SHA-384 ,, ,DES3,'\n", NULL);
	const struct config_list *list;

	cr_assert_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
	list = &loaded.config->scep_profiles[0].extra_caps;
	cr_assert_eq(list->count, 2);
	cr_expect_str_eq(list->items[0], "SHA-384");
	cr_expect_str_eq(list->items[1], "DES3");
	unload(&loaded);
}
