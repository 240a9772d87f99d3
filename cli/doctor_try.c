/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends each forgery of the table in each of its variants. */
#include "cli/doctor.h"

#include <string.h>

#define NAME_SIZE 64

static const char *value_of(const struct doctor *doctor, const struct doctor_round *round,
			    const struct doctor_field *field)
{
	if (field->spelling != DOCTOR_LITERAL)
		return doctor->forged.spelled[field->spelling];
	return !round->target->https && field->by_http != NULL ? field->by_http : field->text;
}

/* "Name: value", freed with free(). */
static char *make_line(const char *name, const char *value)
{
	char *line;

	if (asprintf(&line, "%s: %s", name, value) >= 0)
		return line;
	cli_error("out of memory");
	return NULL;
}

/* Appends "Name" or "Name: value" to the row's first column: values that people can read, and names. */
static void say_field(struct doctor_finding *finding, const char *name, const char *literal)
{
	size_t length = strlen(finding->sent);

	(void)snprintf(finding->sent + length, sizeof(finding->sent) - length, "%s%s%s%s",
		       length > 0 ? ", " : "", name, literal != NULL ? ": " : "",
		       literal != NULL ? literal : "");
}

static void say_rest(struct doctor_finding *finding, enum doctor_variant variant,
		     const struct doctor_round *round)
{
	size_t length = strlen(finding->sent);

	(void)snprintf(finding->sent + length, sizeof(finding->sent) - length, "%s%s%s",
		       variant == DOCTOR_TWICE ? ", twice" : "",
		       round->present ? ", beside our certificate" : "",
		       round->target->https ? "" : ", by http");
}

/* The fields of TRIAL into REQUEST, made in LINES, and into FINDING for people. False: out of memory. */
static bool make_fields(const struct doctor *doctor, const struct doctor_round *round,
			const struct doctor_trial *trial, char **lines, struct doctor_request *request,
			struct doctor_finding *finding)
{
	const struct doctor_forgery *forgery = trial->forgery;
	size_t count = 0;

	for (size_t i = 0; i < DOCTOR_FIELDS && forgery->fields[i].name != NULL; i++) {
		const struct doctor_field *field = &forgery->fields[i];
		const char *value = value_of(doctor, round, field);
		char name[NAME_SIZE];

		doctor_field_name(field->name, trial->variant, name, sizeof(name));
		say_field(finding, name, field->spelling == DOCTOR_LITERAL ? value : NULL);
		lines[i] = make_line(name, value);
		if (lines[i] == NULL)
			return false;
		request->fields[count++] = lines[i];
		if (trial->variant == DOCTOR_TWICE)
			request->fields[count++] = lines[i];
	}
	say_rest(finding, trial->variant, round);
	return true;
}

/* Sends TRIAL and adds what came of it; *REACHED: the forgery reached the program. */
static bool try_one(const struct doctor *doctor, const struct doctor_round *round,
		    const struct doctor_trial *trial, bool *reached)
{
	struct doctor_request request = {.present = round->present};
	struct doctor_finding finding = {.sent = ""};
	char *lines[DOCTOR_FIELDS] = {NULL};
	struct doctor_answer answer;
	bool done = make_fields(doctor, round, trial, lines, &request, &finding) &&
		    doctor_send(doctor, round->target, &request, &answer);

	if (done) {
		*reached = doctor_judge_forgery(trial, &doctor->forged, round->baseline, &answer, &finding);
		done = doctor_report_add(doctor->report, &finding);
	}
	for (size_t i = 0; i < DOCTOR_FIELDS; i++)
		free(lines[i]);
	return done;
}

static bool has_dash(const struct doctor_forgery *forgery)
{
	return strchr(forgery->fields[0].name, '-') != NULL;
}

/* Once, twice, and with underscores. */
static bool try_variants(const struct doctor *doctor, const struct doctor_round *round,
			 const struct doctor_forgery *forgery)
{
	struct doctor_trial trial = {forgery, DOCTOR_ONCE, false};
	bool reached = false;

	if (!try_one(doctor, round, &trial, &trial.dashes_pass))
		return false;
	trial.variant = DOCTOR_TWICE;
	if (!try_one(doctor, round, &trial, &reached))
		return false;
	trial.variant = DOCTOR_UNDERSCORES;
	return !has_dash(forgery) || try_one(doctor, round, &trial, &reached);
}

bool doctor_try_forgeries(const struct doctor *doctor, const struct doctor_round *round)
{
	for (const struct doctor_forgery *forgery = doctor_forgeries; forgery->fields[0].name != NULL;
	     forgery++) {
		bool of_certificate =
			forgery->claim == DOCTOR_CERTIFICATE || forgery->claim == DOCTOR_DELETION;

		/* Beside a certificate of ours, what matters is another one, or none. */
		if ((!round->present || of_certificate) && !try_variants(doctor, round, forgery))
			return false;
	}
	return true;
}
