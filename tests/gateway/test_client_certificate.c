/* SPDX-License-Identifier: BSD-2-Clause */
/* What is the same for all spellings: verdicts, limits, outcomes. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/bytes.h"
#include "gateway/client_case.h"

/* Sources whose verdict is a word. */
static const struct client_case words[] = {
	{"{url 1}", NULL, .expected = CLIENT_VERDICT_MISSING, .why = "a certificate, and no verdict at all"},
	{"{url 1}", "", .expected = CLIENT_VERDICT_MISSING, .why = "a certificate, and an empty verdict"},
	{"{url 1}", "(null)", .expected = CLIENT_VERDICT_MISSING, .why = "Apache's word for nothing"},
	{"{url 1}", "NONE", .expected = CLIENT_VERDICT_MISSING,
	 .why = "a certificate that was not presented"},
	{"{url 1}", "FAILED:unable to verify the first certificate", .expected = CLIENT_VERDICT_FAILED,
	 .why = "nginx with optional_no_ca: it did not verify"},
	{"{url 1}", "FAILED", .expected = CLIENT_VERDICT_FAILED, .why = "failed, without a reason"},
	{"{url 1}", "GENEROUS", .expected = CLIENT_VERDICT_FAILED,
	 .why = "Apache with optional_no_ca: nobody verified"},
	{"{url 1}", "success", .expected = CLIENT_VERDICT_FAILED, .why = "another letter case"},
	{"{url 1}", "SUCCESS ", .expected = CLIENT_VERDICT_FAILED, .why = "success and a blank"},
	{"{url 1}", "SUCCESS, SUCCESS", .expected = CLIENT_VERDICT_FAILED, .why = "two fields joined"},
	{"{url 1}", "0", .expected = CLIENT_VERDICT_FAILED, .why = "HAProxy's number where a word is wanted"},
	{NULL, "FAILED:certificate has expired", .expected = CLIENT_VERDICT_FAILED,
	 .why = "failed, and the certificate kept back"},
	{NULL, "SUCCESS", .expected = CLIENT_EMPTY, .why = "success of no certificate"},
	{"", "SUCCESS", .expected = CLIENT_EMPTY, .why = "success of an empty certificate"},
	{"(null)", "SUCCESS", .expected = CLIENT_EMPTY, .why = "success of Apache's nothing"},
	{NULL, "NONE", .chain_items = {"{url 2}"}, .expected = CLIENT_SYNTAX, .why = "a chain of nothing"},
	{NULL, NULL, .expected = CLIENT_ABSENT, .why = "nothing at all"},
	{"", "", .expected = CLIENT_ABSENT, .why = "empty fields"},
	{"", "NONE", .expected = CLIENT_ABSENT, .why = "none was presented (nginx, Apache)"},
	{"(null)", "(null)", .expected = CLIENT_ABSENT,
	 .why = "header fields of Apache without a certificate"},
	{"{url 1}", "SUCCESS", .expected = CLIENT_GIVEN, .found = "1", .why = "a certificate and success"},
};

Test(client_certificate, verdicts_in_words_beside_params)
{
	CLIENT_CASES(CLIENT_SOURCE_PARAMS, words);
}

Test(client_certificate, verdicts_in_words_beside_header_fields)
{
	CLIENT_CASES(CLIENT_SOURCE_X_SSL_CLIENT_CERT, words);
}

static const struct client_case numbers[] = {
	{"{base64 1}", NULL, .expected = CLIENT_VERDICT_MISSING, .why = "a certificate, and no verdict"},
	{"{base64 1}", "", .expected = CLIENT_VERDICT_MISSING, .why = "a certificate, and an empty verdict"},
	{"{base64 1}", "10", .expected = CLIENT_VERDICT_FAILED, .why = "expired, and HAProxy told to go on"},
	{NULL, "10", .expected = CLIENT_VERDICT_FAILED, .why = "failed, and the certificate kept back"},
	{"{base64 1}", "00", .expected = CLIENT_VERDICT_FAILED, .why = "not what HAProxy says for success"},
	{"{base64 1}", "SUCCESS", .expected = CLIENT_SYNTAX, .why = "a word where a number is wanted"},
	{"{base64 1}", "-1", .expected = CLIENT_SYNTAX, .why = "a sign"},
	{"{base64 1}", "0, 0", .expected = CLIENT_SYNTAX, .why = "two fields joined"},
	{"{base64 1}", " 0", .expected = CLIENT_SYNTAX, .why = "a blank"},
	{NULL, "NONE", .expected = CLIENT_SYNTAX, .why = "no number, and no certificate either"},
	{NULL, "0", "{base64 2}", .expected = CLIENT_SYNTAX, .why = "a chain of nothing"},
	{NULL, NULL, .expected = CLIENT_ABSENT, .why = "nothing at all"},
	{NULL, "0", .expected = CLIENT_ABSENT, .why = "HAProxy says 0 without a certificate as well"},
	{"", "0", .expected = CLIENT_ABSENT, .why = "the same with an empty field"},
	{"{base64 1}", "0", .expected = CLIENT_GIVEN, .found = "1", .why = "a certificate and success"},
};

Test(client_certificate, verdicts_in_numbers)
{
	CLIENT_CASES(CLIENT_SOURCE_HAPROXY_DER, numbers);
}

/* A good certificate of each source. */
static const struct client_case good[CLIENT_SOURCE_COUNT] = {
	[CLIENT_SOURCE_PARAMS] = {.certificate = "{pem 1}", .verdict = "SUCCESS"},
	[CLIENT_SOURCE_X_SSL_CLIENT_CERT] = {.certificate = "{url 1}", .verdict = "SUCCESS"},
	[CLIENT_SOURCE_RFC9440] = {.certificate = ":{base64 1}:"},
	[CLIENT_SOURCE_XFCC] = {.certificate = "Cert=\"{url 1}\""},
	[CLIENT_SOURCE_AWS_ALB] = {.certificate = "{alb 1}"},
	[CLIENT_SOURCE_TRAEFIK] = {.certificate = "{base64 1}"},
	[CLIENT_SOURCE_HAPROXY_DER] = {.certificate = "{base64 1}", .verdict = "0"},
};

static enum client_outcome outcome_of(enum client_source source, const struct client_fields *fields)
{
	struct client_certificate certificate;
	enum client_outcome outcome;

	client_certificate_decode(source, fields, &certificate);
	outcome = certificate.outcome;
	client_certificate_free(&certificate);
	cr_expect_eq(certificate.leaf.size, 0, "freed");
	return outcome;
}

Test(client_certificate, every_source_hears_that_a_field_came_twice)
{
	for (unsigned source = 0; source < CLIENT_SOURCE_COUNT; source++) {
		struct client_fields fields = {.certificate = client_spell(good[source].certificate),
					       .verdict = good[source].verdict};

		cr_expect_eq(outcome_of(source, &fields), CLIENT_GIVEN, "source %u", source);
		fields.twice = true;
		cr_expect_eq(outcome_of(source, &fields), CLIENT_FIELD_TWICE, "source %u", source);
	}
}

Test(client_certificate, every_source_is_silent_without_fields)
{
	for (unsigned source = 0; source < CLIENT_SOURCE_COUNT; source++) {
		struct client_fields fields = {0};

		cr_expect_eq(outcome_of(source, &fields), CLIENT_ABSENT, "source %u, no fields", source);
		fields.certificate = "";
		cr_expect_eq(outcome_of(source, &fields), CLIENT_ABSENT, "source %u, empty", source);
		fields.certificate = "(null)";
		cr_expect_eq(outcome_of(source, &fields), CLIENT_ABSENT, "source %u, (null)", source);
	}
}

/* Each of the fields in turn too large. */
Test(client_certificate, the_size_of_a_field_is_limited)
{
	static char large[LIMIT_CLIENT_FIELD + 2];

	memset(large, 'A', LIMIT_CLIENT_FIELD + 1);
	for (unsigned source = 0; source < CLIENT_SOURCE_COUNT; source++) {
		struct client_fields certificate = {.certificate = large, .verdict = good[source].verdict};
		struct client_fields verdict = {.verdict = large};
		struct client_fields chain = {.chain = large};
		struct client_fields item = {.chain_items = {NULL, large}, .chain_item_count = 2};

		cr_expect_eq(outcome_of(source, &certificate), CLIENT_LIMIT, "source %u", source);
		cr_expect_eq(outcome_of(source, &verdict), CLIENT_LIMIT, "source %u", source);
		cr_expect_eq(outcome_of(source, &chain), CLIENT_LIMIT, "source %u", source);
		cr_expect_eq(outcome_of(source, &item), CLIENT_LIMIT, "source %u", source);
	}
}

Test(client_certificate, a_field_may_be_as_large_as_the_limit)
{
	static char large[LIMIT_CLIENT_FIELD + 1];
	struct client_fields fields = {.certificate = large, .verdict = "SUCCESS"};

	memset(large, '\n', LIMIT_CLIENT_FIELD);
	memcpy(large, client_spell("{pem 1}"), strlen(client_spell("{pem 1}")));
	cr_expect_eq(outcome_of(CLIENT_SOURCE_PARAMS, &fields), CLIENT_GIVEN);
}

/* The same at and above the limit of a certificate, in each spelling. */
Test(client_certificate, the_size_of_a_certificate_is_limited)
{
	for (unsigned source = 0; source < CLIENT_SOURCE_COUNT; source++)
		for (const char *size = "lm"; *size != '\0'; size++) {
			char *template = strdup(good[source].certificate);
			struct client_fields fields = {.verdict = good[source].verdict};

			cr_assert_not_null(template);
			*strchr(template, '1') = *size;
			fields.certificate = client_spell(template);
			cr_expect_eq(outcome_of(source, &fields), *size == 'l' ? CLIENT_GIVEN : CLIENT_LIMIT,
				     "source %u, %s", source, template);
			free(template);
		}
}

Test(client_certificate, a_chain_that_was_too_long_to_hand_over_is_told)
{
	struct client_fields fields = {.certificate = client_spell("{pem 1}"),
				       .verdict = "SUCCESS",
				       .chain_items = {client_spell("{pem 2}")},
				       .chain_item_count = 1};

	cr_expect_eq(outcome_of(CLIENT_SOURCE_PARAMS, &fields), CLIENT_GIVEN);
	fields.chain_too_long = true;
	cr_expect_eq(outcome_of(CLIENT_SOURCE_PARAMS, &fields), CLIENT_LIMIT);
}

/* Labels are keys of metrics: no two alike, and nothing but small letters and '_'. */
Test(client_certificate, outcomes_have_words)
{
	for (unsigned i = 0; i < CLIENT_OUTCOME_COUNT; i++) {
		const char *label = client_outcome_label(i);

		cr_assert_not_null(label, "outcome %u", i);
		cr_expect_eq(strncmp(label, "client_", 7), 0, "%s", label);
		cr_expect_eq(label[strspn(label, "abcdefghijklmnopqrstuvwxyz_")], '\0', "%s", label);
		cr_expect(client_outcome_text(i) != NULL && client_outcome_text(i)[0] != '\0', "%s", label);
		for (unsigned j = 0; j < i; j++)
			cr_expect_str_neq(label, client_outcome_label(j));
		cr_expect_str_neq(label, client_outcome_label(CLIENT_OUTCOME_COUNT), "what is no outcome");
	}
	cr_expect_not_null(client_outcome_text(CLIENT_OUTCOME_COUNT));
	cr_expect_str_eq(client_outcome_label(CLIENT_VERDICT_MISSING), "client_verdict_missing");
}
