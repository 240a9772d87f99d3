/* SPDX-License-Identifier: BSD-2-Clause */
/* How the doctor reads answers, and what it prints. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "cli/doctor_answers.h"

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
			cr_expect(forgery->fields[i].by_http == NULL || forgery->fields[i].text != NULL);
		}
	}
}

/* Whether no line of TEXT is longer than 100 characters. */
static bool is_narrow(const char *text)
{
	for (size_t length; *text != '\0'; text += length + (text[length] == '\n')) {
		length = strcspn(text, "\n");
		if (length > 100)
			return false;
	}
	return true;
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
	cr_expect_not_null(strstr(text, "\n1 BAD, 16 to note, 1 ok\n"), "%s", text);
	cr_expect_not_null(strstr(text, "\n- Allow TLS 1.2 and 1.3 alone.\n  nginx:    ssl_protocols "), "%s",
			   text);
	cr_expect_not_null(strstr(text, "CERTCTL_TRUSTED_PROXY_CIDRS. If the doctor\n  runs on a proxy"),
			   "%s", text);
	cr_expect(is_narrow(text), "%s", text);
	doctor_report_free(&report);
}
