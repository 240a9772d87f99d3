/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "enrol/attempt.h"

#define RSA_2048 "[{\"algorithm\":\"RSA\",\"min_size\":2048}]"

/* A row of the table certificate_profiles; NULL stands for what lets a request pass. */
struct row {
	const char *keys;
	const char *ekus;
	const char *copied;
	bool disabled;
};

static struct store_policy policy_row(const struct row *row)
{
	return (struct store_policy){
		.enabled = !row->disabled,
		.key_algorithms = (char *)(uintptr_t)(row->keys == NULL ? RSA_2048 : row->keys),
		.ekus = (char *)(uintptr_t)(row->ekus == NULL ? "[\"clientAuth\"]" : row->ekus),
		.copied_extensions = (char *)(uintptr_t)(row->copied == NULL ? "[]" : row->copied),
	};
}

static const struct {
	struct row row;
	enum fixture_key key;
	enum enrol_reason expected;
	const char *why;
} cases[] = {
	{{.disabled = true}, FIXTURE_RSA_CLIENT, ENROL_POLICY_UNREADABLE, "a disabled profile"},
	{{.ekus = ""}, FIXTURE_RSA_CLIENT, ENROL_POLICY_UNREADABLE, "usages that are no JSON"},
	{{.ekus = "[] x"}, FIXTURE_RSA_CLIENT, ENROL_POLICY_UNREADABLE, "JSON with something behind it"},
	{{.ekus = "{}"}, FIXTURE_RSA_CLIENT, ENROL_POLICY_UNREADABLE, "an object where an array belongs"},
	{{.ekus = "[1]"}, FIXTURE_RSA_CLIENT, ENROL_POLICY_UNREADABLE, "a number for a usage"},
	{{.ekus = "[\"anything\"]"}, FIXTURE_RSA_CLIENT, ENROL_POLICY_UNREADABLE, "an unknown usage"},
	{{.ekus = "[\".\"]"}, FIXTURE_RSA_CLIENT, ENROL_POLICY_UNREADABLE, "a dot"},
	{{.ekus = "[\"1..2\"]"}, FIXTURE_RSA_CLIENT, ENROL_POLICY_UNREADABLE, "an OID that lacks a number"},
	{{.ekus = "[\"9.9.9\"]"}, FIXTURE_RSA_CLIENT, ENROL_POLICY_UNREADABLE, "an OID under no root"},
	{{.ekus = "[\"1.2.99999999999999999999\"]"},
	 FIXTURE_RSA_CLIENT,
	 ENROL_POLICY_UNREADABLE,
	 "an OID that cannot be written"},
	{{.copied = "[\"1.3.6.1.4.1.99999..1\"]"},
	 FIXTURE_RSA_CLIENT,
	 ENROL_POLICY_UNREADABLE,
	 "the same of an extension"},
	{{.copied = "[\"2.5.29.19\"]"},
	 FIXTURE_RSA_CLIENT,
	 ENROL_POLICY_UNREADABLE,
	 "basicConstraints to copy"},
	{{.keys = "[{}]"}, FIXTURE_RSA_CLIENT, ENROL_CSR_KEY, "a rule that names no algorithm"},
	{{.keys = "[{\"algorithm\":\"RSA\",\"min_size\":\"2048\"}]"},
	 FIXTURE_RSA_CLIENT,
	 ENROL_CSR_KEY,
	 "a size in quotes"},
	{{.keys = "[]"}, FIXTURE_RSA_CLIENT, ENROL_CSR_KEY, "no key allowed at all"},
	{{.keys = "no"}, FIXTURE_RSA_CLIENT, ENROL_POLICY_UNREADABLE, "key rules that are no JSON"},
	{{.keys = "[{\"algorithm\":\"RSA\",\"min_size\":3072}]"},
	 FIXTURE_RSA_CLIENT,
	 ENROL_CSR_KEY,
	 "too short a key"},
	{{.keys = NULL}, FIXTURE_EC_CLIENT, ENROL_CSR_KEY, "a key of another kind"},
	{{.keys = NULL}, FIXTURE_RSA_CLIENT, ENROL_SUCCESS, "what the profile wants"},
	{{.ekus = "[\"1.3.6.1.4.1.99999.1\"]"}, FIXTURE_RSA_CLIENT, ENROL_SUCCESS, "a usage by its OID"},
};

Test(policy, what_cannot_be_applied_refuses)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct try_out try_out;
		struct policy policy;

		try_out_init(&try_out, cases[i].key, NULL);
		try_out.profile.policy_id = "p1";
		try_out.look.has_policy = true;
		try_out.look.policy = policy_row(&cases[i].row);
		cr_expect_eq(policy_apply(&try_out.attempt, FIXTURE_NOW, &policy), cases[i].expected, "%s",
			     cases[i].why);
		policy_free(&policy);
		try_out_free(&try_out);
	}
}

Test(policy, a_profile_that_is_missing_refuses)
{
	struct try_out try_out;
	struct policy policy;

	try_out_init(&try_out, FIXTURE_RSA_CLIENT, NULL);
	try_out.profile.policy_id = "p1";
	cr_expect_eq(policy_apply(&try_out.attempt, FIXTURE_NOW, &policy), ENROL_POLICY_UNREADABLE);
	policy_free(&policy);
	try_out_free(&try_out);
}

Test(policy, without_one_the_defaults_hold)
{
	struct try_out try_out;
	struct policy policy;

	try_out_init(&try_out, FIXTURE_EC_CLIENT, NULL);
	cr_assert_eq(policy_apply(&try_out.attempt, FIXTURE_NOW, &policy), ENROL_SUCCESS);
	cr_expect_eq(policy.template.validity, 90 * 86400);
	cr_assert_eq(policy.template.eku_count, 2);
	cr_expect_str_eq(policy.template.ekus[0], "1.3.6.1.5.5.7.3.1", "serverAuth");
	cr_expect_str_eq(policy.template.ekus[1], "1.3.6.1.5.5.7.3.2", "clientAuth");
	cr_expect_eq(policy.template.copied_count, 0, "no extension of the request is copied");
	cr_expect_not(policy.template.must_staple);
	policy_free(&policy);
	try_out_free(&try_out);
}

Test(policy, the_shorter_of_two_validities_holds)
{
	static const struct {
		unsigned max_ttl;
		unsigned expected;
	} ttls[] = {{0, 90 * 86400}, {3600, 3600}, {365 * 86400, 90 * 86400}};

	for (size_t i = 0; i < sizeof ttls / sizeof *ttls; i++) {
		struct row row = {0};
		struct try_out try_out;
		struct policy policy;

		try_out_init(&try_out, FIXTURE_RSA_CLIENT, NULL);
		try_out.profile.policy_id = "p1";
		try_out.look.has_policy = true;
		try_out.look.policy = policy_row(&row);
		try_out.look.policy.max_ttl = ttls[i].max_ttl;
		cr_assert_eq(policy_apply(&try_out.attempt, FIXTURE_NOW, &policy), ENROL_SUCCESS);
		cr_expect_eq(policy.template.validity, ttls[i].expected);
		policy_free(&policy);
		try_out_free(&try_out);
	}
}
