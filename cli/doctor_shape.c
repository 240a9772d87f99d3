/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests of unusual shape: how long a line passes, how a path arrives, HTTP/1.0. */
#include "cli/doctor.h"

#include <string.h>

#define KILO 1024UL

/* The request line of a PKIOperation by GET (field.md W8), with an RSA-4096 key and a chain. */
#define LINE_NEEDED (9 * KILO)

/* Claims nothing: only what differs from the baseline is judged. */
static const struct doctor_forgery no_forgery;
static const struct doctor_trial no_trial = {&no_forgery, DOCTOR_ONCE, false};

/* Sends REQUEST; FINDING gets the verdict that nothing was believed, or what was. */
static bool ask(const struct doctor *doctor, const struct doctor_answer *baseline,
		const struct doctor_request *request, struct doctor_answer *answer,
		struct doctor_finding *finding)
{
	if (!doctor_send(doctor, &doctor->target, request, answer))
		return false;
	(void)doctor_judge_forgery(&no_trial, &doctor->forged, baseline, answer, finding);
	return true;
}

static bool try_line(const struct doctor *doctor, const struct doctor_answer *baseline, size_t size)
{
	struct doctor_request request = {.line = size};
	struct doctor_finding finding = {.sent = ""};
	struct doctor_answer answer;

	if (!ask(doctor, baseline, &request, &answer, &finding))
		return false;
	(void)snprintf(finding.sent, sizeof(finding.sent), "GET, a request line of %zu KB", size / KILO);
	if (answer.result == DOCTOR_ANSWERED)
		(void)snprintf(finding.reached, sizeof(finding.reached), "all of it");
	else
		finding.verdict = DOCTOR_OK;
	if (answer.result != DOCTOR_ANSWERED && size <= LINE_NEEDED) {
		finding.verdict = DOCTOR_NOTE;
		finding.remedy = DOCTOR_REMEDY_LINE;
	}
	return doctor_report_add(doctor->report, &finding);
}

static bool try_lines(const struct doctor *doctor, const struct doctor_answer *baseline)
{
	static const size_t sizes[] = {8 * KILO, LINE_NEEDED, 16 * KILO, 31 * KILO};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (!try_line(doctor, baseline, sizes[i]))
			return false;
	}
	return true;
}

/* As large as libcurl sends one: it stops at requests of 1 MiB. */
static bool try_large_field(const struct doctor *doctor, const struct doctor_answer *baseline)
{
	static char field[1000 * KILO];
	struct doctor_request request = {.fields = {field}};
	struct doctor_finding finding = {.sent = "a header field of 1000 KB"};
	struct doctor_answer answer;

	memset(field, 'A', sizeof(field) - 1);
	memcpy(field, "X-Doctor: ", 10);
	if (!ask(doctor, baseline, &request, &answer, &finding))
		return false;
	if (answer.result == DOCTOR_ANSWERED)
		finding.verdict = finding.verdict == DOCTOR_BAD ? DOCTOR_BAD : DOCTOR_NOTE;
	return doctor_report_add(doctor->report, &finding);
}

/* BEFORE and the target's path; who answers the probe has made the target's path of it. */
static bool try_path(const struct doctor *doctor, const struct doctor_answer *baseline, const char *before)
{
	CLEANUP(text_free) char *path = NULL;
	struct doctor_request request = {.path = NULL};
	struct doctor_finding finding = {.sent = ""};
	struct doctor_answer answer;

	if (asprintf(&path, "%s%s", before, doctor->target.path) < 0) {
		path = NULL;
		cli_error("out of memory");
		return false;
	}
	request.path = path;
	if (!ask(doctor, baseline, &request, &answer, &finding))
		return false;
	(void)snprintf(finding.sent, sizeof(finding.sent), "GET %s", path);
	if (answer.result == DOCTOR_ANSWERED)
		(void)snprintf(finding.reached, sizeof(finding.reached), "as %s", doctor->target.path);
	return doctor_report_add(doctor->report, &finding);
}

/* Without a Host, and without the server's name in the TLS handshake. */
static bool try_http_1_0(const struct doctor *doctor, const struct doctor_answer *baseline)
{
	struct doctor_request request = {.http_1_0 = true, .host = baseline->remote_end};
	struct doctor_finding finding = {.sent = "HTTP/1.0 without Host"};
	struct doctor_answer answer;

	if (!ask(doctor, baseline, &request, &answer, &finding))
		return false;
	if (answer.result == DOCTOR_ANSWERED) {
		(void)snprintf(finding.reached, sizeof(finding.reached), "as %s", answer.protocol);
	} else {
		finding.verdict = DOCTOR_NOTE;
		finding.remedy = DOCTOR_REMEDY_HOST;
	}
	return doctor_report_add(doctor->report, &finding);
}

bool doctor_try_shapes(const struct doctor *doctor, const struct doctor_answer *baseline)
{
	return try_lines(doctor, baseline) && try_large_field(doctor, baseline) &&
	       try_path(doctor, baseline, "/") && try_path(doctor, baseline, "/none/..") &&
	       try_path(doctor, baseline, "/none/%2e%2e") && try_http_1_0(doctor, baseline);
}
