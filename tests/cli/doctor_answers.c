/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/doctor_answers.h"

#include <criterion/criterion.h>

/* The tests do not link what prints. */
const struct cli_program cli_program;

struct doctor_answer read_answer(const char *key, long status, const char *lines)
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

struct doctor_answer answered(const char *lines)
{
	struct doctor_answer answer = read_answer(KEY, 200, lines);

	cr_assert_eq(answer.result, DOCTOR_ANSWERED, "%s", lines);
	return answer;
}
