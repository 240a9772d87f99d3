/* SPDX-License-Identifier: BSD-2-Clause */
/* What the doctor makes of answers. */
#include <criterion/criterion.h>
#include <string.h>

#include "cli/doctor_answers.h"

static const struct doctor_forged forged = {.sha256 = FORGED};

static const struct doctor_forgery certificate = {DOCTOR_CERTIFICATE,
						  {{CERT, DOCTOR_ESCAPED_PEM, NULL, NULL}}};
static const struct doctor_forgery address = {DOCTOR_ADDRESS,
					      {{"X-Forwarded-For", DOCTOR_LITERAL, "192.0.2.66", NULL}}};
static const struct doctor_forgery proxy = {DOCTOR_PROXY, {{"Proxy", DOCTOR_LITERAL, "x", NULL}}};
static const struct doctor_forgery deletion = {DOCTOR_DELETION,
					       {{"Connection", DOCTOR_LITERAL, "X-Forwarded-For", NULL}}};

/* --- forgeries: by what they change --- */

/* What was sent, once, twice or with '_', and what the answers are without and with it. */
struct judged {
	const char *why;
	const struct doctor_forgery *forgery;
	enum doctor_variant variant;
	const char *baseline, *lines;
	const char *reached, *believed;
	enum doctor_verdict verdict;
	enum doctor_remedy remedy;
	bool dashes_pass;
};

static void expect_judged(const struct judged *judged)
{
	const struct doctor_trial trial = {judged->forgery, judged->variant, judged->dashes_pass};
	struct doctor_answer baseline = answered(judged->baseline), answer = answered(judged->lines);
	struct doctor_finding finding = {.sent = ""};

	(void)doctor_judge_forgery(&trial, &forged, &baseline, &answer, &finding);
	cr_expect_eq(finding.verdict, judged->verdict, "%s", judged->why);
	cr_expect_eq(finding.remedy, judged->remedy, "%s", judged->why);
	cr_expect_str_eq(finding.reached, judged->reached, "%s: %s", judged->why, finding.reached);
	cr_expect_str_eq(finding.believed, judged->believed, "%s: %s", judged->why, finding.believed);
}

#define EXPECT_JUDGED(cases)                                                                                 \
	for (size_t i = 0; i < sizeof(cases) / sizeof((cases)[0]); i++)                                      \
	expect_judged(&(cases)[i])

static const struct judged believed[] = {
	{"the forged certificate is believed", &certificate, DOCTOR_ONCE, START NONE, START GIVEN(FORGED),
	 "nothing", "THE FORGED CERTIFICATE", DOCTOR_BAD, DOCTOR_REMEDY_FIELD, false},
	{"it is believed, past a rule that deletes '-'", &certificate, DOCTOR_UNDERSCORES, START NONE,
	 START GIVEN(FORGED) "reached " PARAM " 900\n", PARAM, "THE FORGED CERTIFICATE", DOCTOR_BAD,
	 DOCTOR_REMEDY_FIELD, false},
	{"it is believed instead of our own", &certificate, DOCTOR_ONCE, START GIVEN(OWN),
	 START GIVEN(FORGED), "nothing", "THE FORGED CERTIFICATE", DOCTOR_BAD, DOCTOR_REMEDY_FIELD, false},
	{"our own is lost", &certificate, DOCTOR_ONCE, START GIVEN(OWN), START NONE, "nothing",
	 "another certificate than without it", DOCTOR_BAD, DOCTOR_REMEDY_FIELD, false},
	{"it is read, though it was not good", &certificate, DOCTOR_ONCE, START NONE,
	 START "certificate client_syntax\nreached " PARAM " 900\n", PARAM, "it was read: client_syntax",
	 DOCTOR_BAD, DOCTOR_REMEDY_FIELD, false},
	{"only the verdict was missing", &certificate, DOCTOR_ONCE, START NONE,
	 START "certificate client_verdict_missing\n", "nothing", "it was read: client_verdict_missing",
	 DOCTOR_BAD, DOCTOR_REMEDY_FIELD, false},
};

Test(doctor_judge, a_certificate_that_is_believed_or_even_read_is_bad)
{
	EXPECT_JUDGED(believed);
}

static const struct judged parameters[] = {
	{"a parameter changes with the field", &certificate, DOCTOR_ONCE,
	 START NONE "reached SSL_CLIENT_VERIFY 4\n", START NONE "reached SSL_CLIENT_VERIFY 7\n", "nothing",
	 "SSL_CLIENT_VERIFY is made of it", DOCTOR_BAD, DOCTOR_REMEDY_PARAMETER, false},
	{"a parameter is there only with the field", &certificate, DOCTOR_ONCE, START NONE,
	 START "certificate client_other_source\nreached SSL_CLIENT_CERT 7\n", "nothing",
	 "SSL_CLIENT_CERT is made of it", DOCTOR_BAD, DOCTOR_REMEDY_PARAMETER, false},
};

Test(doctor_judge, a_parameter_that_is_made_of_a_field_is_bad)
{
	EXPECT_JUDGED(parameters);
}

static const struct judged connections[] = {
	{"we have another address", &address, DOCTOR_ONCE, START NONE,
	 FROM("192.0.2.7", "192.0.2.66", "no") "https yes\n" NONE, "nothing", "our address is 192.0.2.66",
	 DOCTOR_BAD, DOCTOR_REMEDY_ADDRESS, false},
	{"the web server itself takes us for another", &address, DOCTOR_ONCE, START NONE,
	 FROM("192.0.2.66", "192.0.2.66", "no") "https yes\n" NONE, "nothing", "REMOTE_ADDR is 192.0.2.66",
	 DOCTOR_BAD, DOCTOR_REMEDY_REMOTE, false},
	{"https is lost", &address, DOCTOR_ONCE, START NONE,
	 FROM("192.0.2.7", "192.0.2.7", "no") "https no\n" NONE, "nothing", "this is plain http", DOCTOR_BAD,
	 DOCTOR_REMEDY_SCHEME, false},
	{"https is made up", &address, DOCTOR_ONCE, FROM("192.0.2.7", "192.0.2.7", "no") "https no\n" NONE,
	 START NONE, "nothing", "this is https", DOCTOR_BAD, DOCTOR_REMEDY_SCHEME, false},
};

Test(doctor_judge, another_address_or_scheme_is_bad)
{
	EXPECT_JUDGED(connections);
}

static const struct judged deletions[] = {
	{"the proxy has deleted our address", &deletion, DOCTOR_ONCE, START NONE,
	 FROM("192.0.2.1", "192.0.2.1", "yes") "https yes\n" NONE, "nothing", "REMOTE_ADDR is 192.0.2.1",
	 DOCTOR_BAD, DOCTOR_REMEDY_DELETION, false},
	{"the proxy has deleted our certificate", &deletion, DOCTOR_ONCE, START GIVEN(OWN), START NONE,
	 "nothing", "another certificate than without it", DOCTOR_BAD, DOCTOR_REMEDY_DELETION, false},
	{"the order reached us, and nobody obeyed it", &deletion, DOCTOR_ONCE, START NONE,
	 START NONE "reached HTTP_CONNECTION 15\n", "HTTP_CONNECTION", "nothing", DOCTOR_NOTE,
	 DOCTOR_NO_REMEDY, false},
};

Test(doctor_judge, a_proxy_that_deletes_its_own_words_is_bad)
{
	EXPECT_JUDGED(deletions);
}

static const struct judged arrivals[] = {
	{"underscores reach us", &certificate, DOCTOR_UNDERSCORES, START NONE HOST,
	 START "certificate client_sender\n" HOST "reached " PARAM " 9\n", PARAM,
	 "nothing, but '_' passes for '-'", DOCTOR_BAD, DOCTOR_REMEDY_UNDERSCORE, false},
	{"underscores reach us, as everything does", &certificate, DOCTOR_UNDERSCORES, START NONE HOST,
	 START "certificate client_sender\n" HOST "reached " PARAM " 9\n", PARAM, "nothing", DOCTOR_NOTE,
	 DOCTOR_NO_REMEDY, true},
	{"Proxy reaches us as HTTP_PROXY", &proxy, DOCTOR_ONCE, START NONE,
	 START NONE "reached HTTP_PROXY 1\n", "HTTP_PROXY", "nothing", DOCTOR_NOTE, DOCTOR_REMEDY_PROXY,
	 false},
	{"it reached us, of another source", &certificate, DOCTOR_ONCE, START NONE,
	 START "certificate client_other_source\nreached " PARAM " 9\n", PARAM, "nothing", DOCTOR_NOTE,
	 DOCTOR_NO_REMEDY, false},
	{"it reached us twice, and nobody listens", &certificate, DOCTOR_TWICE, START NONE,
	 START "certificate client_trust_off\nreached " PARAM " 9\nreached " PARAM " 9\n", PARAM ", twice",
	 "nothing", DOCTOR_NOTE, DOCTOR_NO_REMEDY, false},
	{"the proxy's own field stays", &address, DOCTOR_ONCE, START NONE "reached HTTP_X_FORWARDED_FOR 9\n",
	 START NONE "reached HTTP_X_FORWARDED_FOR 9\n", "nothing", "nothing", DOCTOR_OK, DOCTOR_NO_REMEDY,
	 false},
	{"the proxy appends to ours", &address, DOCTOR_ONCE, START NONE "reached HTTP_X_FORWARDED_FOR 9\n",
	 START NONE "reached HTTP_X_FORWARDED_FOR 21\n", "HTTP_X_FORWARDED_FOR", "nothing", DOCTOR_NOTE,
	 DOCTOR_NO_REMEDY, false},
	{"it did not reach us", &certificate, DOCTOR_UNDERSCORES, START NONE HOST, START NONE HOST, "nothing",
	 "nothing", DOCTOR_OK, DOCTOR_NO_REMEDY, false},
};

Test(doctor_judge, what_only_reaches_the_program_is_to_note)
{
	EXPECT_JUDGED(arrivals);
}

Test(doctor_judge, a_request_that_is_refused_was_not_believed)
{
	static const struct doctor_trial trial = {&certificate, DOCTOR_ONCE, false};
	static const struct {
		struct doctor_answer answer;
		enum doctor_verdict verdict;
		const char *reached;
	} cases[] = {
		{{.result = DOCTOR_REFUSED, .status = 400}, DOCTOR_OK, "refused: HTTP status 400"},
		{{.result = DOCTOR_SILENT, .problem = "reset"}, DOCTOR_OK, "no answer: reset"},
		{{.result = DOCTOR_OTHER, .status = 200},
		 DOCTOR_NOTE,
		 "not the probe: another answer, HTTP status 200"},
		{{.result = DOCTOR_STRANGER}, DOCTOR_NOTE, "an answer that is not signed with our key"},
	};
	struct doctor_answer baseline = answered(START NONE);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct doctor_finding finding = {.sent = ""};

		(void)doctor_judge_forgery(&trial, &forged, &baseline, &cases[i].answer, &finding);
		cr_expect_eq(finding.verdict, cases[i].verdict, "%s", cases[i].reached);
		cr_expect_str_eq(finding.reached, cases[i].reached);
	}
}

/* --- honest requests --- */

Test(doctor_judge, judges_honest_requests)
{
	static const struct {
		const char *lines;
		bool https;
		const char *own;
		enum doctor_verdict verdict;
		enum doctor_remedy remedy;
		const char *believed;
	} cases[] = {
		{START "certificate client_empty\n", true, NULL, DOCTOR_BAD, DOCTOR_REMEDY_EMPTY,
		 "a verdict of success, without a certificate"},
		{START GIVEN(OWN), true, NULL, DOCTOR_BAD, DOCTOR_REMEDY_PARAMETER,
		 "a certificate, and we presented none"},
		{START "certificate client_verdict_failed\n", true, NULL, DOCTOR_BAD, DOCTOR_REMEDY_PARAMETER,
		 "client_verdict_failed, and we presented none"},
		{START GIVEN(FORGED), true, OWN, DOCTOR_BAD, DOCTOR_REMEDY_PARAMETER,
		 "another certificate than ours"},
		{START NONE, false, NULL, DOCTOR_BAD, DOCTOR_REMEDY_SCHEME, "plain http is https"},
		{START NONE, true, OWN, DOCTOR_NOTE, DOCTOR_NO_REMEDY, "no certificate: client_absent"},
		{FROM("-", "-", "no") "https no\n" NONE, true, NULL, DOCTOR_NOTE, DOCTOR_REMEDY_HTTPS,
		 "this is plain http"},
		{FROM("-", "-", "no") "https no\n" NONE, false, NULL, DOCTOR_OK, DOCTOR_NO_REMEDY,
		 "plain http"},
		{START NONE, true, NULL, DOCTOR_OK, DOCTOR_NO_REMEDY, "https"},
		{START "certificate client_other_source\n", true, NULL, DOCTOR_OK, DOCTOR_NO_REMEDY, "https"},
		{START GIVEN(OWN), true, OWN, DOCTOR_OK, DOCTOR_NO_REMEDY, "our certificate"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct doctor_answer answer = answered(cases[i].lines);
		struct doctor_finding finding = {.sent = ""};

		doctor_judge_baseline(&answer, cases[i].https, cases[i].own, &finding);
		cr_expect_eq(finding.verdict, cases[i].verdict, "%s", cases[i].believed);
		cr_expect_eq(finding.remedy, cases[i].remedy, "%s", cases[i].believed);
		cr_expect_str_eq(finding.believed, cases[i].believed);
	}
}

Test(doctor_judge, says_when_its_own_address_is_a_listed_proxy)
{
	struct doctor_answer answer = answered(FROM("192.0.2.7", "192.0.2.7", "yes") NONE);
	struct doctor_finding finding = {.sent = ""};

	cr_expect(doctor_judge_listed(&answer, &finding));
	cr_expect_str_eq(finding.sent, "(this host's own address)");
	cr_expect_eq(finding.verdict, DOCTOR_NOTE);
	cr_expect_eq(finding.remedy, DOCTOR_REMEDY_LISTED);
	answer = answered(FROM("192.0.2.1", "192.0.2.1", "yes") NONE);
	cr_expect(doctor_judge_listed(&answer, &finding));
	cr_expect_str_eq(finding.sent, "(the address that passes for ours)");
	answer = answered(START NONE);
	cr_expect_not(doctor_judge_listed(&answer, &finding));
}
