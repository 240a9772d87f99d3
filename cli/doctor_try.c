/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends each forgery of the table in each of its variants. */
#include "cli/doctor.h"

#include <string.h>

#define NAME_SIZE 64

static const char *value_of(const struct doctor *doctor, const struct doctor_target *target,
			    const struct doctor_forgery *forgery, size_t index)
{
	const struct doctor_field *field = &forgery->fields[index];

	if (forgery->claim == DOCTOR_SCHEME && !target->https)
		return "https";
	return field->spelling == DOCTOR_LITERAL ? field->text : doctor->forged.spelled[field->spelling];
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

static void say_rest(struct doctor_finding *finding, enum doctor_variant variant, bool present, bool https)
{
	size_t length = strlen(finding->sent);

	(void)snprintf(finding->sent + length, sizeof(finding->sent) - length, "%s%s%s",
		       variant == DOCTOR_TWICE ? ", twice" : "", present ? ", beside our certificate" : "",
		       https ? "" : ", by http");
}

static bool try_one(const struct doctor *doctor, const struct doctor_target *target,
		    const struct doctor_forgery *forgery, enum doctor_variant variant,
		    const struct doctor_answer *baseline, bool present)
{
	struct doctor_request request = {.present = present};
	struct doctor_finding finding = {.sent = ""};
	char *lines[DOCTOR_FIELDS] = {NULL};
	struct doctor_answer answer;
	bool done = true;
	size_t count = 0;

	for (size_t i = 0; done && i < DOCTOR_FIELDS && forgery->fields[i].name != NULL; i++) {
		const char *value = value_of(doctor, target, forgery, i);
		char name[NAME_SIZE];

		doctor_field_name(forgery->fields[i].name, variant, name, sizeof(name));
		say_field(&finding, name, forgery->fields[i].spelling == DOCTOR_LITERAL ? value : NULL);
		lines[i] = make_line(name, value);
		request.fields[count++] = lines[i];
		if (variant == DOCTOR_TWICE)
			request.fields[count++] = lines[i];
		done = lines[i] != NULL;
	}
	say_rest(&finding, variant, present, target->https);
	done = done && doctor_send(doctor, target, &request, &answer);
	if (done) {
		doctor_judge_forgery(forgery, variant, &doctor->forged, baseline, &answer, &finding);
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

bool doctor_try_forgeries(const struct doctor *doctor, const struct doctor_target *target,
			  const struct doctor_answer *baseline, bool present)
{
	for (const struct doctor_forgery *forgery = doctor_forgeries; forgery->fields[0].name != NULL;
	     forgery++) {
		for (int variant = 0; variant < DOCTOR_VARIANTS; variant++) {
			/* Beside a certificate of ours, another one is what matters. */
			if ((present && forgery->claim != DOCTOR_CERTIFICATE) ||
			    (variant == DOCTOR_UNDERSCORES && !has_dash(forgery)))
				continue;
			if (!try_one(doctor, target, forgery, (enum doctor_variant)variant, baseline,
				     present))
				return false;
		}
	}
	return true;
}
