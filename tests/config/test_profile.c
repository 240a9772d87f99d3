/* SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

/* Contract A.6 for the root profile: MINIMAL with one line changed or taken away. */
static const struct {
	const char *drop; /* the line that begins so */
	const char *add;
	const char *says[3];
	const char *why;
} root[] = {
	{"CERTCTL_SCEP_CHALLENGE_PASSWORD",
	 "",
	 {"CERTCTL_SCEP_CHALLENGE_PASSWORD is not set", "CWE-306", "CERTCTL_SCEP_ENABLED=false"},
	 "no challenge"},
	{"CERTCTL_SCEP_CHALLENGE_PASSWORD",
	 "CERTCTL_SCEP_CHALLENGE_PASSWORD=",
	 {"CERTCTL_SCEP_CHALLENGE_PASSWORD is not set", "CWE-306", "SCEP profile 0, PathID ''"},
	 "an empty challenge"},
	{"CERTCTL_SCEP_RA_CERT_PATH",
	 "",
	 {"CERTCTL_SCEP_RA_CERT_PATH and", "CERTCTL_SCEP_RA_KEY_PATH must", "PathID ''"},
	 "no RA certificate"},
	{"CERTCTL_SCEP_RA_KEY_PATH",
	 "",
	 {"CERTCTL_SCEP_RA_CERT_PATH and", "CERTCTL_SCEP_RA_KEY_PATH must", "PathID ''"},
	 "no RA key"},
	{"CERTCTL_DATABASE_URL", "", {"CERTCTL_DATABASE_URL is not set", "mariadb:///", ""}, "no database"},
	{"CERTCTL_CA_KEY_PATH",
	 "",
	 {"CERTCTL_CA_CERT_PATH and", "CERTCTL_CA_KEY_PATH must", "iss-local"},
	 "half a CA"},
	{"none",
	 "CERTCTL_SCEP_ISSUER_ID=other",
	 {"CERTCTL_SCEP_ISSUER_ID is 'other'", "CERTCTL_ISSUERS does not name", "PathID ''"},
	 "an issuer there is not"},
	{"none",
	 "CERTCTL_SCEP_MTLS_ENABLED=true",
	 {"CERTCTL_SCEP_MTLS_ENABLED is for profiles with a name alone", "", ""},
	 "mTLS on the root, which certctl has not"},
};

/* Copies TEXT without its line that begins with DROP, and with ADD. */
static const char *edit(const char *text, const char *drop, const char *add)
{
	static char out[4096];
	const char *line = strstr(text, drop);
	size_t start = line == NULL ? strlen(text) : (size_t)(line - text);

	(void)snprintf(out, sizeof out, "%.*s%s%s\n", (int)start, text,
		       line == NULL ? "" : strchr(line, '\n') + 1, add);
	return out;
}

Test(profile, root_is_checked)
{
	for (size_t i = 0; i < COUNT(root); i++) {
		struct loaded loaded = load(edit(MINIMAL, root[i].drop, root[i].add), NULL);
		const struct config_problem *problem = problem_with(&loaded, root[i].says[0]);

		cr_expect_eq(loaded.error, ERR_CONFIG, "%s", root[i].why);
		cr_assert_not_null(problem, "%s%s", root[i].why, all_problems(&loaded));
		cr_expect(problem->fatal, "%s", root[i].why);
		for (size_t j = 1; j < COUNT(root[i].says); j++)
			cr_expect_not_null(strstr(problem->text, root[i].says[j]), "%s: %s", root[i].why,
					   problem->text);
		unload(&loaded);
	}
}

#define PROFILE "CERTCTL_SCEP_PROFILE_CORP_"
#define MTLS    PROFILE "MTLS_ENABLED=true\n" PROFILE "MTLS_CLIENT_CA_TRUST_BUNDLE_PATH=/bundle.pem"
#define TRUST   "CERTCTL_TRUSTED_PROXY_CIDRS=unix\nCERTCTL_TRUST_PROXY_CLIENT_CERT=true\n"

static const struct {
	const char *drop;
	const char *add;
	const char *says;
	const char *why;
} named[] = {
	{PROFILE "ISSUER_ID", "", PROFILE "ISSUER_ID is not set",
	 "no issuer: the default is for the root alone"},
	{PROFILE "CHALLENGE", "", PROFILE "CHALLENGE_PASSWORD is not set", "no challenge"},
	{PROFILE "RA_KEY", "", PROFILE "RA_CERT_PATH and " PROFILE "RA_KEY_PATH must", "no RA key"},
	{"CERTCTL_CA_", "CERTCTL_CA_CERT_PATH=", "CERTCTL_CA_CERT_PATH and CERTCTL_CA_KEY_PATH must",
	 "half a CA"},
	{"none", MTLS, PROFILE "MTLS_ENABLED is true, but nobody is believed",
	 "mTLS, and nobody is believed"},
	{"none", MTLS, "both CERTCTL_TRUSTED_PROXY_CIDRS and CERTCTL_TRUST_PROXY_CLIENT_CERT=true",
	 "the same: the message names both"},
	{"none", MTLS "\nCERTCTL_TRUSTED_PROXY_CIDRS=unix",
	 PROFILE "MTLS_ENABLED is true, but nobody is believed", "mTLS, and half of the trust"},
	{"none", MTLS "\nCERTCTL_TRUST_PROXY_CLIENT_CERT=true",
	 PROFILE "MTLS_ENABLED is true, but nobody is believed", "mTLS, and the other half"},
	{"none", MTLS "\nCERTCTL_TRUSTED_PROXY_CIDRS=unix\nCERTCTL_TRUST_PROXY_CLIENT_CERT=false",
	 PROFILE "MTLS_ENABLED is true, but nobody is believed",
	 "mTLS, and proxies believed in addresses alone"},
	{"none", TRUST PROFILE "MTLS_ENABLED=true", PROFILE "MTLS_CLIENT_CA_TRUST_BUNDLE_PATH is not set",
	 "mTLS without CAs"},
	{"none", TRUST PROFILE "MTLS_ONLY=true",
	 PROFILE "MTLS_ONLY is true, but " PROFILE "MTLS_ENABLED is not", "mTLS alone, and not enabled"},
	{"none", TRUST PROFILE "MTLS_SUBJECT_MATCH=true",
	 PROFILE "MTLS_SUBJECT_MATCH is true, but " PROFILE "MTLS_ENABLED is not",
	 "a subject to match, and no certificate that has it"},
	{"none", PROFILE "INTUNE_ENABLED=true", "not in this version yet",
	 "Intune, which this version has not"},
	{"none", PROFILE "INTUNE_ENABLED=true", PROFILE "INTUNE_CONNECTOR_CERT_PATH is not set",
	 "Intune without connector"},
	{"none", PROFILE "RA_OLD_CERT_PATHS=/old.crt",
	 PROFILE "RA_OLD_CERT_PATHS has 1 items and " PROFILE "RA_OLD_KEY_PATHS 0", "an old RA without key"},
	{"none", PROFILE "RA_OLD_KEY_PATHS=/old.key",
	 PROFILE "RA_OLD_CERT_PATHS has 0 items and " PROFILE "RA_OLD_KEY_PATHS 1", "a key without old RA"},
	{"none",
	 PROFILE "RA_OLD_CERT_PATHS=/old.crt,/older.crt,/old.crt\n" PROFILE "RA_OLD_KEY_PATHS=/a,/b,/c",
	 PROFILE "RA_OLD_CERT_PATHS: '/old.crt' is there twice", "an old RA certificate twice"},
	{"none", PROFILE "RA_OLD_CERT_PATHS=/ra.crt\n" PROFILE "RA_OLD_KEY_PATHS=/old.key",
	 PROFILE "RA_OLD_CERT_PATHS: '/ra.crt' is there twice, or is RA_CERT_PATH",
	 "the RA certificate as its own predecessor"},
	{"none", PROFILE "AGENTS=any\n" PROFILE "RENEWAL_SUBJECT_CHANGE=true",
	 PROFILE "AGENTS asks an agent for the challenge", "agents whom a renewal spares the challenge"},
	{"none", PROFILE "AGENTS=issued\n" PROFILE "RENEWAL_SUBJECT_CHANGE=true",
	 PROFILE "RENEWAL_CHALLENGE=true, or one of the two", "the same for issued ones"},
	{"none", PROFILE "INTUNE_CLOCK_SKEW_TOLERANCE=60m",
	 PROFILE "INTUNE_CLOCK_SKEW_TOLERANCE must be less", "a skew as long as the validity"},
};

Test(profile, by_name_is_checked_and_named_in_the_message)
{
	for (size_t i = 0; i < COUNT(named); i++) {
		const char *text = edit(CORP "CERTCTL_SCEP_PROFILES=corp\n", named[i].drop, named[i].add);
		struct loaded loaded = load(text, NULL);
		const struct config_problem *problem = problem_with(&loaded, named[i].says);

		cr_expect_eq(loaded.error, ERR_CONFIG, "%s", named[i].why);
		cr_assert_not_null(problem, "%s%s", named[i].why, all_problems(&loaded));
		cr_expect(problem->fatal, "%s", named[i].why);
		if (strstr(problem->text, PROFILE) != NULL)
			cr_expect_not_null(strstr(problem->text, "SCEP profile 0, PathID 'corp'"), "%s",
					   problem->text);
		unload(&loaded);
	}
}

static const struct {
	const char *add;
	const char *notes; /* NULL: nothing */
	const char *why;
} noted[] = {
	{PROFILE "RENEWAL_SUBJECT_CHANGE=true",
	 "with other names, without challenge; " PROFILE "RENEWAL_CHALLENGE=true",
	 "names change without challenge"},
	{PROFILE "RENEWAL_SUBJECT_CHANGE=true\n" PROFILE "REQUIRE_APPROVAL=true",
	 "without challenge and without approval", "and without an operator"},
	{PROFILE "ALLOW_HTTP=true", "a raw request over plain HTTP shows its challenge",
	 "raw requests, unless they are switched off, over plain HTTP"},
	{PROFILE "ALLOW_HTTP=true\n" PROFILE "RAW_CSR=false", NULL, "plain HTTP for pkiMessages alone"},
	{PROFILE "RENEWAL_SUBJECT_CHANGE=true\n" PROFILE "RENEWAL_CHALLENGE=true\n" PROFILE "AGENTS=any",
	 NULL, "names change with the challenge alone, for agents too"},
	{PROFILE "AGENTS=any\n" PROFILE "REQUIRE_APPROVAL=true", NULL, "agents whom an operator approves"},
	{PROFILE "RENEWAL_GRACE=8760h\nCERTCTL_TRANSACTION_LIFETIME=1h", NULL,
	 "a grace longer than transactions are remembered"},
	{PROFILE "RA_OLD_CERT_PATHS=/old.crt\n" PROFILE "RA_OLD_KEY_PATHS=/ra.key", NULL,
	 "a new RA certificate for the old key"},
	{PROFILE "RA_OLD_CERT_PATHS=/1,/2,/3,/4,/5,/6,/7\n" PROFILE
		 "RA_OLD_KEY_PATHS='/1,/2,/3,/4,/5,/6,pkcs11:object=7;type=private'",
	 NULL, "seven old pairs, the last one's key in a token"},
};

Test(profile, liberties_are_noted_and_granted)
{
	for (size_t i = 0; i < COUNT(noted); i++) {
		const char *text = edit(CORP "CERTCTL_SCEP_PROFILES=corp\n", "none", noted[i].add);
		struct loaded loaded = load(text, NULL);
		const struct config_problem *problem;

		cr_assert_eq(loaded.error, ERR_OK, "%s%s", noted[i].why, all_problems(&loaded));
		cr_expect_eq(loaded.problems.count, noted[i].notes == NULL ? 0 : 1, "%s%s", noted[i].why,
			     all_problems(&loaded));
		problem = problem_with(&loaded, noted[i].notes == NULL ? "" : noted[i].notes);
		cr_expect_eq(problem != NULL, noted[i].notes != NULL, "%s%s", noted[i].why,
			     all_problems(&loaded));
		unload(&loaded);
	}
}

Test(profile, mtls_is_granted_where_somebody_is_believed)
{
	struct loaded loaded = load(CORP TRUST "CERTCTL_SCEP_PROFILES=corp\n" MTLS "\n" PROFILE
					       "MTLS_ONLY=true\n" PROFILE "MTLS_SUBJECT_MATCH=true\n",
				    NULL);
	const struct config_scep_profile *p;

	cr_assert_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
	cr_expect_eq(loaded.problems.count, 0, "%s", all_problems(&loaded));
	p = &loaded.config->scep_profiles[0];
	cr_expect(p->mtls_enabled && p->mtls_only && p->mtls_subject_match);
	cr_expect_str_eq(p->mtls_bundle_path, "/bundle.pem");
	unload(&loaded);
}

Test(profile, old_ra_pairs_keep_their_order)
{
	struct loaded loaded = load(MINIMAL "CERTCTL_SCEP_RA_OLD_CERT_PATHS=/b.crt,/a.crt\n"
					    "CERTCTL_SCEP_RA_OLD_KEY_PATHS=/b.key,/a.key\n",
				    NULL);
	const struct config_scep_profile *p;

	cr_assert_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
	p = &loaded.config->scep_profiles[0];
	cr_assert(p->ra_old_cert_paths.count == 2 && p->ra_old_key_paths.count == 2);
	cr_expect_str_eq(p->ra_old_cert_paths.items[0], "/b.crt");
	cr_expect_str_eq(p->ra_old_cert_paths.items[1], "/a.crt");
	cr_expect_str_eq(p->ra_old_key_paths.items[0], "/b.key");
	cr_expect_str_eq(p->ra_old_key_paths.items[1], "/a.key");
	unload(&loaded);
}

Test(profile, no_skew_check_without_validity)
{
	struct loaded loaded =
		load(CORP "CERTCTL_SCEP_PROFILES=corp\n" PROFILE "INTUNE_CHALLENGE_VALIDITY=0\n", NULL);

	cr_expect_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
	unload(&loaded);
}

Test(profile, everything_wrong_is_said_at_once)
{
	struct loaded loaded = load("CERTCTL_SCEP_ENABLED=true\n", NULL);

	cr_expect_not_null(problem_with(&loaded, "CHALLENGE_PASSWORD"));
	cr_expect_not_null(problem_with(&loaded, "RA_CERT_PATH"));
	cr_expect_not_null(problem_with(&loaded, "there is no iss-local"));
	cr_expect_not_null(problem_with(&loaded, "CERTCTL_DATABASE_URL"));
	cr_expect_eq(loaded.problems.count, 4, "%s", all_problems(&loaded));
	unload(&loaded);
}

Test(profile, settings_are_not_checked_as_a_whole_while_scep_is_disabled)
{
	struct loaded loaded = load("CERTCTL_SCEP_CHALLENGE_PASSWORD=hush\n", NULL);

	cr_assert_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
	cr_expect_eq(loaded.config->scep_profile_count, 0);
	unload(&loaded);
	loaded = load("CERTCTL_SCEP_ALLOW_HTTP=maybe\n", NULL);
	cr_expect_eq(loaded.error, ERR_CONFIG, "but each value is");
	unload(&loaded);
}

static const struct {
	const char *names;
	const char *says;
	const char *why;
} lists[] = {
	{"corp,corp", "'corp' is there twice", "a name twice"},
	{"corp,CORP", "'corp' is there twice", "a name twice in another case"},
	{"corp,a_b", "'a_b' is not a name", "an underscore, which would clash with a hyphen's"},
	{"corp,-a", "'-a' is not a name", "a hyphen at the beginning"},
	{"corp,a/b", "'a/b' is not a name", "a slash"},
	{"corp,..", "'..' is not a name", "dots"},
	{"corp,a123456789b123456789c123456789d123456789e123456789f123456789g1234", "is not a name",
	 "65 characters"},
};

Test(profile, names_are_checked)
{
	for (size_t i = 0; i < COUNT(lists); i++) {
		char text[2048];
		struct loaded loaded;
		const struct config_problem *problem;

		(void)snprintf(text, sizeof text, CORP "CERTCTL_SCEP_PROFILES=%s\n", lists[i].names);
		loaded = load(text, NULL);
		problem = problem_with(&loaded, lists[i].says);
		cr_assert_not_null(problem, "%s%s", lists[i].why, all_problems(&loaded));
		cr_expect(problem->fatal);
		cr_expect_not_null(strstr(problem->text, "CERTCTL_SCEP_PROFILES"));
		cr_expect_eq(loaded.problems.count, 1, "%s%s", lists[i].why, all_problems(&loaded));
		unload(&loaded);
	}
}

#define IOT(prefix)                                                                                          \
	prefix "ISSUER_ID=iss-local\n" prefix "CHALLENGE_PASSWORD=other\n" prefix                            \
	       "RA_CERT_PATH=/iot.crt\n" prefix "RA_KEY_PATH=/iot.key\n"

static void expect_two(struct loaded *loaded)
{
	cr_assert_eq(loaded->error, ERR_OK, "%s", all_problems(loaded));
	cr_assert_eq(loaded->config->scep_profile_count, 2);
	cr_expect_str_eq(loaded->config->scep_profiles[0].name, "corp");
	cr_expect_str_eq(loaded->config->scep_profiles[1].name, "my-iot");
	cr_expect_str_eq(loaded->config->scep_profiles[0].challenge_password, "hush-hush");
	cr_expect_str_eq(loaded->config->scep_profiles[1].challenge_password, "other");
	cr_expect_str_eq(loaded->config->scep_profiles[1].ra_key_path, "/iot.key");
	unload(loaded);
}

Test(profile, hyphens_stay_or_become_underscores)
{
	struct loaded loaded =
		load(CORP "CERTCTL_SCEP_PROFILES=corp,My-IoT\n" IOT("CERTCTL_SCEP_PROFILE_MY-IOT_"), NULL);

	expect_two(&loaded);
	loaded = load(CORP "CERTCTL_SCEP_PROFILES=corp,My-IoT\n" IOT("CERTCTL_SCEP_PROFILE_MY_IOT_"), NULL);
	expect_two(&loaded);
	loaded = load(CORP "CERTCTL_SCEP_PROFILES=corp,my-iot\n" IOT("CERTCTL_SCEP_PROFILE_MY_IOT_")
			      IOT("CERTCTL_SCEP_PROFILE_MY-IOT_"),
		      NULL);
	expect_two(&loaded);
}

Test(profile, two_spellings_that_differ_are_fatal)
{
	struct loaded loaded = load(CORP "CERTCTL_SCEP_PROFILES=corp,my-iot\n" IOT(
					    "CERTCTL_SCEP_PROFILE_MY-IOT_") "CERTCTL_SCEP_PROFILE_MY_IOT_"
									    "CHALLENGE_PASSWORD=else\n",
				    NULL);
	const struct config_problem *problem = problem_with(&loaded, "same setting with different values");

	cr_assert_not_null(problem, "%s", all_problems(&loaded));
	cr_expect(problem->fatal);
	cr_expect_not_null(strstr(problem->text, "CERTCTL_SCEP_PROFILE_MY-IOT_CHALLENGE_PASSWORD"));
	cr_expect_not_null(strstr(problem->text, "CERTCTL_SCEP_PROFILE_MY_IOT_CHALLENGE_PASSWORD"));
	cr_expect_null(strstr(problem->text, "else"), "no secret in a message");
	unload(&loaded);
}

Test(profile, beside_named_ones_the_root_is_ignored_with_a_note)
{
	struct loaded loaded = load(CORP "CERTCTL_SCEP_PROFILES=corp\nCERTCTL_SCEP_CHALLENGE_PASSWORD=old\n"
					 "CERTCTL_SCEP_ISSUER_ID=iss-local\n",
				    NULL);
	const struct config_problem *problem =
		problem_with(&loaded, "CERTCTL_SCEP_CHALLENGE_PASSWORD is ignored");

	cr_assert_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
	cr_assert_not_null(problem);
	cr_expect_not(problem->fatal);
	cr_expect_not_null(strstr(problem->text, "certctl.env:10"), "%s", problem->text);
	cr_expect_not_null(strstr(problem->text, "/scep itself is not served"), "%s", problem->text);
	cr_expect_not_null(problem_with(&loaded, "CERTCTL_SCEP_ISSUER_ID is ignored"));
	cr_expect_eq(loaded.problems.count, 2, "%s", all_problems(&loaded));
	cr_assert_eq(loaded.config->scep_profile_count, 1);
	cr_expect_str_eq(loaded.config->scep_profiles[0].name, "corp");
	unload(&loaded);
}
