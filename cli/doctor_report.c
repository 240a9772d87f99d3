/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of findings, and below it what to do about them. */
#include "cli/doctor.h"

#include <string.h>

#define LINE_WIDTH ((size_t)100) /* below the table */

static const char *const words[] = {
	[DOCTOR_OK] = "ok",
	[DOCTOR_NOTE] = "note",
	[DOCTOR_BAD] = "BAD",
};

bool doctor_report_add(struct doctor_report *report, const struct doctor_finding *finding)
{
	struct doctor_finding *more =
		reallocarray(report->findings, report->count + 1, sizeof(report->findings[0]));

	if (more == NULL) {
		cli_error("out of memory");
		return false;
	}
	report->findings = more;
	report->findings[report->count++] = *finding;
	return true;
}

struct widths {
	int sent, reached, believed;
};

static int wider(int width, const char *text)
{
	return (int)strlen(text) > width ? (int)strlen(text) : width;
}

static void print_row(FILE *stream, const struct widths *widths, const char *sent, const char *reached,
		      const char *believed, const char *verdict)
{
	(void)fprintf(stream, "%-*s  %-*s  %-*s  %s\n", widths->sent, sent, widths->reached, reached,
		      widths->believed, believed, verdict);
}

/* BEFORE and TEXT, in lines of at most LINE_WIDTH characters, those after the first as far to the right. */
static void print_paragraph(FILE *stream, const char *before, const char *text)
{
	int indent = (int)strlen(before);
	size_t room = LINE_WIDTH - strlen(before);

	(void)fprintf(stream, "%s", before);
	while (strlen(text) > room) {
		size_t length = room;

		while (length > 0 && text[length] != ' ')
			length--;
		if (length == 0)
			length = strcspn(text, " ");
		(void)fprintf(stream, "%.*s\n%*s", (int)length, text, indent, "");
		text += length;
		text += strspn(text, " ");
	}
	(void)fprintf(stream, "%s\n", text);
}

static void print_advice(FILE *stream, const struct doctor_advice *advice)
{
	const struct {
		const char *before, *words;
	} servers[] = {
		{"  nginx:    ", advice->nginx},
		{"  Apache:   ", advice->apache},
		{"  HAProxy:  ", advice->haproxy},
		{"  lighttpd: ", advice->lighttpd},
	};

	(void)fputc('\n', stream);
	print_paragraph(stream, "- ", advice->what);
	for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]); i++) {
		if (servers[i].words != NULL)
			print_paragraph(stream, servers[i].before, servers[i].words);
	}
}

static void print_remedies(FILE *stream, const struct doctor_report *report)
{
	bool wanted[DOCTOR_REMEDIES] = {false};

	for (size_t i = 0; i < report->count; i++)
		wanted[report->findings[i].remedy] |= report->findings[i].verdict != DOCTOR_OK;
	for (size_t i = 0; i < DOCTOR_REMEDIES; i++) {
		if (wanted[i] && doctor_advice[i].what != NULL)
			print_advice(stream, &doctor_advice[i]);
	}
}

bool doctor_report_print(const struct doctor_report *report, FILE *stream)
{
	struct widths widths = {4, 19, 8};
	size_t bad = 0, notes = 0;

	for (size_t i = 0; i < report->count; i++) {
		widths.sent = wider(widths.sent, report->findings[i].sent);
		widths.reached = wider(widths.reached, report->findings[i].reached);
		widths.believed = wider(widths.believed, report->findings[i].believed);
		bad += report->findings[i].verdict == DOCTOR_BAD;
		notes += report->findings[i].verdict == DOCTOR_NOTE;
	}
	print_row(stream, &widths, "SENT", "REACHED THE PROGRAM", "BELIEVED", "VERDICT");
	for (size_t i = 0; i < report->count; i++) {
		const struct doctor_finding *finding = &report->findings[i];

		print_row(stream, &widths, finding->sent, finding->reached, finding->believed,
			  words[finding->verdict]);
	}
	(void)fprintf(stream, "\n%zu BAD, %zu to note, %zu ok\n", bad, notes, report->count - bad - notes);
	print_remedies(stream, report);
	return bad == 0;
}

void doctor_report_free(struct doctor_report *report)
{
	free(report->findings);
	*report = (struct doctor_report){NULL, 0};
}
