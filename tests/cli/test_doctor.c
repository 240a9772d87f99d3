/* SPDX-License-Identifier: BSD-2-Clause */
/* What the doctor makes of answers, recorded as the gateway writes them. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "cli/doctor.h"

#define KEY    "0123456789abcdef0123456789abcdef"
#define NONCE  "00112233445566778899aabbccddeeff"
#define FORGED "f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0"
#define OWN    "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"
#define CERT   "X-SSL-Client-Cert"
#define PARAM  "HTTP_X_SSL_CLIENT_CERT"

/* The test does not link what prints. */
const struct cli_program cli_program;

static const struct doctor_forged forged = {.sha256 = FORGED};

/* The lines as in an answer, and those that a case has beside them or instead. */
#define FROM(remote, client, listed)                                                                         \
	"nonce " NONCE "\npeer unix uid 33\npeer-listed yes\nremote-addr " remote "\nclient-address " client \
	"\nclient-listed " listed "\n"
#define START FROM("192.0.2.7", "192.0.2.7", "no") "https yes\nprotocol HTTP/1.1\n"
#define NONE  "certificate client_absent\n"
#define HOST  "reached HTTP_HOST 9\n"

/* Reads LINES, signed with KEY, as an answer with STATUS. */
static struct doctor_answer read_answer(const char *key, long status, const char *lines)
{
	struct doctor_answer answer = {.local = "192.0.2.7"};
	struct buffer text = {0};
	gnutls_datum_t body;

	buffer_append_text(&text, lines);
	cr_assert(probe_answer_sign(key, &text) && buffer_take(&text, &body));
	doctor_answer_read(KEY, NONCE, status, &body, &answer);
	bytes_free(&body);
	return answer;
}

static struct doctor_answer answered(const char *lines)
{
	struct doctor_answer answer = read_answer(KEY, 200, lines);

	cr_assert_eq(answer.result, DOCTOR_ANSWERED, "%s", lines);
	return answer;
}

Test(doctor, takes_no_answer_that_is_not_signed_for_it)
{
	gnutls_datum_t page = BYTES_LITERAL("<html>"), none = {NULL, 0},
		       unsigned_answer = BYTES_LITERAL(START NONE);
	struct doctor_answer answer = read_answer("another key of at least 32 bytes", 200, START NONE);

	cr_expect_eq(answer.result, DOCTOR_STRANGER, "another key");
	answer = read_answer(KEY, 200, "nonce " FORGED "\n" NONE);
	cr_expect_eq(answer.result, DOCTOR_STRANGER, "another nonce: a replay");
	answer = read_answer(KEY, 400, START NONE);
	cr_expect_eq(answer.result, DOCTOR_REFUSED, "an error");
	doctor_answer_read(KEY, NONCE, 200, &page, &answer);
	cr_expect_eq(answer.result, DOCTOR_OTHER, "a page");
	doctor_answer_read(KEY, NONCE, 200, &none, &answer);
	cr_expect_eq(answer.result, DOCTOR_OTHER, "nothing");
	doctor_answer_read(KEY, NONCE, 200, &unsigned_answer, &answer);
	cr_expect_eq(answer.result, DOCTOR_STRANGER, "no signature");
}

Test(doctor, reads_what_an_answer_says)
{
	struct doctor_answer answer = answered(FROM(
		"-", "2001:db8::1", "yes") "https yes\nprotocol HTTP/1.0\ncertificate client_given\n"
					   "certificate-sha256 " OWN
					   "\nsomething new\nreached HTTP_A%20B 17\nreached\nreached X\n");

	cr_expect_str_eq(answer.peer, "unix uid 33");
	cr_expect(answer.peer_listed && answer.client_listed && answer.https);
	cr_expect_str_eq(answer.remote_address, "");
	cr_expect_str_eq(answer.client_address, "2001:db8::1");
	cr_expect_str_eq(answer.protocol, "HTTP/1.0");
	cr_expect_str_eq(answer.certificate, "client_given");
	cr_expect_str_eq(answer.sha256, OWN);
	cr_assert_eq(answer.reached_count, 1);
	cr_expect_str_eq(answer.reached[0].name, "HTTP_A%20B");
	cr_expect_eq(answer.reached[0].bytes, 17);
}

Test(doctor, takes_no_more_of_an_answer_than_it_has_room_for)
{
	static char lines[LIMIT_PROBE_ANSWER];
	struct doctor_answer answer;

	(void)snprintf(lines, sizeof(lines), START NONE);
	for (unsigned i = 0; i < 2 * LIMIT_PROBE_LINES; i++)
		strcat(lines, HOST);
	strcat(lines, "protocol ");
	memset(lines + strlen(lines), 'x', 4000);
	strcat(lines, "\n");
	answer = answered(lines);
	cr_expect_eq(answer.reached_count, LIMIT_PROBE_LINES);
	cr_expect_lt(strlen(answer.protocol), sizeof(answer.protocol));
}

static const struct doctor_forgery certificate = {DOCTOR_CERTIFICATE, {{CERT, DOCTOR_ESCAPED_PEM, NULL}}, ""};
static const struct doctor_forgery address = {
	DOCTOR_ADDRESS, {{"X-Forwarded-For", DOCTOR_LITERAL, "192.0.2.66"}}, ""};
static const struct doctor_forgery proxy = {DOCTOR_PROXY, {{"Proxy", DOCTOR_LITERAL, "x"}}, ""};

Test(doctor, judges_forgeries_by_what_they_change)
{
	static const struct {
		struct doctor_trial trial;
		const char *baseline, *lines;
		enum doctor_verdict verdict;
		enum doctor_remedy remedy;
		const char *reached, *believed;
		const char *why;
	} cases[] = {
		{{&certificate, DOCTOR_ONCE, false},
		 START NONE,
		 START "certificate client_given\ncertificate-sha256 " FORGED "\n",
		 DOCTOR_BAD,
		 DOCTOR_REMEDY_FIELD,
		 "nothing",
		 "THE FORGED CERTIFICATE",
		 "believed"},
		{{&certificate, DOCTOR_UNDERSCORES, false},
		 START NONE,
		 START "certificate client_given\ncertificate-sha256 " FORGED "\nreached " PARAM " 900\n",
		 DOCTOR_BAD,
		 DOCTOR_REMEDY_FIELD,
		 PARAM,
		 "THE FORGED CERTIFICATE",
		 "believed, past a rule that deletes '-'"},
		{{&certificate, DOCTOR_ONCE, false},
		 START "certificate client_given\ncertificate-sha256 " OWN "\n",
		 START "certificate client_given\ncertificate-sha256 " FORGED "\n",
		 DOCTOR_BAD,
		 DOCTOR_REMEDY_FIELD,
		 "nothing",
		 "THE FORGED CERTIFICATE",
		 "believed instead of our own"},
		{{&certificate, DOCTOR_ONCE, false},
		 START "certificate client_given\ncertificate-sha256 " OWN "\n",
		 START NONE,
		 DOCTOR_BAD,
		 DOCTOR_REMEDY_FIELD,
		 "nothing",
		 "another certificate than without it",
		 "our own is lost"},
		{{&certificate, DOCTOR_ONCE, false},
		 START NONE,
		 START "certificate client_syntax\nreached " PARAM " 900\n",
		 DOCTOR_BAD,
		 DOCTOR_REMEDY_FIELD,
		 PARAM,
		 "it was read: client_syntax",
		 "read, though it was not good"},
		{{&certificate, DOCTOR_ONCE, false},
		 START NONE,
		 START "certificate client_verdict_missing\n",
		 DOCTOR_BAD,
		 DOCTOR_REMEDY_FIELD,
		 "nothing",
		 "it was read: client_verdict_missing",
		 "only the verdict was missing"},
		{{&certificate, DOCTOR_ONCE, false},
		 START NONE "reached SSL_CLIENT_VERIFY 4\n",
		 START NONE "reached SSL_CLIENT_VERIFY 7\n",
		 DOCTOR_BAD,
		 DOCTOR_REMEDY_PARAMETER,
		 "nothing",
		 "SSL_CLIENT_VERIFY is made of it",
		 "a parameter that is made of a field"},
		{{&certificate, DOCTOR_ONCE, false},
		 START NONE,
		 START "certificate client_other_source\nreached SSL_CLIENT_CERT 7\n",
		 DOCTOR_BAD,
		 DOCTOR_REMEDY_PARAMETER,
		 "nothing",
		 "SSL_CLIENT_CERT is made of it",
		 "one that was not there"},
		{{&certificate, DOCTOR_UNDERSCORES, false},
		 START NONE HOST,
		 START "certificate client_sender\n" HOST "reached " PARAM " 9\n",
		 DOCTOR_BAD,
		 DOCTOR_REMEDY_UNDERSCORE,
		 PARAM,
		 "nothing, but '_' passes for '-'",
		 "underscores reach us"},
		{{&certificate, DOCTOR_UNDERSCORES, true},
		 START NONE HOST,
		 START "certificate client_sender\n" HOST "reached " PARAM " 9\n",
		 DOCTOR_NOTE,
		 DOCTOR_NO_REMEDY,
		 PARAM,
		 "nothing",
		 "underscores reach us, as everything does"},
		{{&address, DOCTOR_ONCE, false},
		 START NONE,
		 FROM("192.0.2.7", "192.0.2.66", "no") "https yes\n" NONE,
		 DOCTOR_BAD,
		 DOCTOR_REMEDY_ADDRESS,
		 "nothing",
		 "our address is 192.0.2.66",
		 "another address"},
		{{&address, DOCTOR_ONCE, false},
		 START NONE,
		 FROM("192.0.2.66", "192.0.2.66", "no") "https yes\n" NONE,
		 DOCTOR_BAD,
		 DOCTOR_REMEDY_REMOTE,
		 "nothing",
		 "REMOTE_ADDR is 192.0.2.66",
		 "another address for the web server too"},
		{{&address, DOCTOR_ONCE, false},
		 START NONE,
		 FROM("192.0.2.7", "192.0.2.7", "no") "https no\n" NONE,
		 DOCTOR_BAD,
		 DOCTOR_REMEDY_SCHEME,
		 "nothing",
		 "this is plain http",
		 "https is lost"},
		{{&address, DOCTOR_ONCE, false},
		 FROM("192.0.2.7", "192.0.2.7", "no") "https no\n" NONE,
		 START NONE,
		 DOCTOR_BAD,
		 DOCTOR_REMEDY_SCHEME,
		 "nothing",
		 "this is https",
		 "https is made up"},
		{{&proxy, DOCTOR_ONCE, false},
		 START NONE,
		 START NONE "reached HTTP_PROXY 1\n",
		 DOCTOR_NOTE,
		 DOCTOR_REMEDY_PROXY,
		 "HTTP_PROXY",
		 "nothing",
		 "HTTP_PROXY"},
		{{&certificate, DOCTOR_ONCE, false},
		 START NONE,
		 START "certificate client_other_source\nreached " PARAM " 9\n",
		 DOCTOR_NOTE,
		 DOCTOR_NO_REMEDY,
		 PARAM,
		 "nothing",
		 "it reached us, of another source"},
		{{&certificate, DOCTOR_TWICE, false},
		 START NONE,
		 START "certificate client_trust_off\nreached " PARAM " 9\nreached " PARAM " 9\n",
		 DOCTOR_NOTE,
		 DOCTOR_NO_REMEDY,
		 PARAM ", twice",
		 "nothing",
		 "it reached us twice, and nobody listens"},
		{{&address, DOCTOR_ONCE, false},
		 START NONE "reached HTTP_X_FORWARDED_FOR 9\n",
		 START NONE "reached HTTP_X_FORWARDED_FOR 9\n",
		 DOCTOR_OK,
		 DOCTOR_NO_REMEDY,
		 "nothing",
		 "nothing",
		 "the proxy's own field stays"},
		{{&address, DOCTOR_ONCE, false},
		 START NONE "reached HTTP_X_FORWARDED_FOR 9\n",
		 START NONE "reached HTTP_X_FORWARDED_FOR 21\n",
		 DOCTOR_NOTE,
		 DOCTOR_NO_REMEDY,
		 "HTTP_X_FORWARDED_FOR",
		 "nothing",
		 "the proxy appends to ours"},
		{{&certificate, DOCTOR_UNDERSCORES, false},
		 START NONE HOST,
		 START NONE HOST,
		 DOCTOR_OK,
		 DOCTOR_NO_REMEDY,
		 "nothing",
		 "nothing",
		 "it did not reach us"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct doctor_answer baseline = answered(cases[i].baseline),
				     answer = answered(cases[i].lines);
		struct doctor_finding finding = {.sent = ""};

		(void)doctor_judge_forgery(&cases[i].trial, &forged, &baseline, &answer, &finding);
		cr_expect_eq(finding.verdict, cases[i].verdict, "%s", cases[i].why);
		cr_expect_eq(finding.remedy, cases[i].remedy, "%s", cases[i].why);
		cr_expect_str_eq(finding.reached, cases[i].reached, "%s: %s", cases[i].why, finding.reached);
		cr_expect_str_eq(finding.believed, cases[i].believed, "%s: %s", cases[i].why,
				 finding.believed);
	}
}

Test(doctor, a_request_that_is_refused_was_not_believed)
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

Test(doctor, judges_honest_requests)
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
		{START "certificate client_given\ncertificate-sha256 " OWN "\n", true, NULL, DOCTOR_BAD,
		 DOCTOR_REMEDY_PARAMETER, "a certificate, and we presented none"},
		{START "certificate client_verdict_failed\n", true, NULL, DOCTOR_BAD, DOCTOR_REMEDY_PARAMETER,
		 "client_verdict_failed, and we presented none"},
		{START "certificate client_given\ncertificate-sha256 " FORGED "\n", true, OWN, DOCTOR_BAD,
		 DOCTOR_REMEDY_PARAMETER, "another certificate than ours"},
		{START NONE, false, NULL, DOCTOR_BAD, DOCTOR_REMEDY_SCHEME, "plain http is https"},
		{START NONE, true, OWN, DOCTOR_NOTE, DOCTOR_NO_REMEDY, "no certificate: client_absent"},
		{FROM("-", "-", "no") "https no\n" NONE, true, NULL, DOCTOR_NOTE, DOCTOR_REMEDY_HTTPS,
		 "this is plain http"},
		{FROM("-", "-", "no") "https no\n" NONE, false, NULL, DOCTOR_OK, DOCTOR_NO_REMEDY,
		 "plain http"},
		{START NONE, true, NULL, DOCTOR_OK, DOCTOR_NO_REMEDY, "https"},
		{START "certificate client_other_source\n", true, NULL, DOCTOR_OK, DOCTOR_NO_REMEDY, "https"},
		{START "certificate client_given\ncertificate-sha256 " OWN "\n", true, OWN, DOCTOR_OK,
		 DOCTOR_NO_REMEDY, "our certificate"},
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

Test(doctor, says_when_its_own_address_is_a_listed_proxy)
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

/* Each name as it is sent, and as web servers hand it on. */
Test(doctor, names)
{
	char name[64];

	doctor_field_name(CERT, DOCTOR_UNDERSCORES, name, sizeof(name));
	cr_expect_str_eq(name, "X_SSL_Client_Cert");
	doctor_field_name(CERT, DOCTOR_TWICE, name, sizeof(name));
	cr_expect_str_eq(name, CERT);
	doctor_parameter_name(CERT, name, sizeof(name));
	cr_expect_str_eq(name, PARAM);
	for (const struct doctor_forgery *forgery = doctor_forgeries; forgery->fields[0].name != NULL;
	     forgery++) {
		for (size_t i = 0; i < DOCTOR_FIELDS && forgery->fields[i].name != NULL; i++) {
			cr_expect_lt(strlen(forgery->fields[i].name), sizeof(name) - strlen("HTTP_"));
			cr_expect((forgery->fields[i].spelling == DOCTOR_LITERAL) ==
				  (forgery->fields[i].text != NULL));
		}
		cr_expect_not_null(forgery->why);
	}
}

/* Prints REPORT into TEXT of SIZE bytes. */
static bool print(const struct doctor_report *report, char *text, size_t size)
{
	FILE *stream = fmemopen(text, size, "w");
	bool good;

	cr_assert_not_null(stream);
	good = doctor_report_print(report, stream);
	cr_assert_eq(fclose(stream), 0);
	return good;
}

Test(doctor, the_table_says_what_is_bad_and_what_to_do)
{
	static char text[32768];
	struct doctor_report report = {NULL, 0};
	struct doctor_finding finding = {"a field", "HTTP_X", "a lot", DOCTOR_OK, DOCTOR_REMEDY_FIELD};

	cr_assert(doctor_report_add(&report, &finding));
	cr_expect(print(&report, text, sizeof(text)));
	cr_expect_null(strstr(text, "nginx"), "nothing is to be done: %s", text);
	finding.verdict = DOCTOR_NOTE;
	for (int remedy = 0; remedy < DOCTOR_REMEDIES; remedy++) {
		finding.remedy = (enum doctor_remedy)remedy;
		cr_assert(doctor_report_add(&report, &finding));
	}
	cr_expect(print(&report, text, sizeof(text)), "notes alone are not bad");
	finding.verdict = DOCTOR_BAD;
	cr_assert(doctor_report_add(&report, &finding));
	cr_expect_not(print(&report, text, sizeof(text)), "one BAD is enough");
	cr_expect_not_null(strstr(text, "a field  HTTP_X               a lot     BAD\n"), "%s", text);
	cr_expect_not_null(strstr(text, "\n1 BAD, 15 to note, 1 ok\n"), "%s", text);
	cr_expect_not_null(strstr(text, "\n- Allow TLS 1.2 and 1.3 alone"), "%s", text);
	doctor_report_free(&report);
}
