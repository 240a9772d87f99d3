/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an answer means. A forgery that changes anything that the program goes by, compared with the same
 * request without it, was believed; one that only reached it was not, but whoever relies on the front end to
 * delete the field should know.
 */
#include "cli/doctor.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "gateway/client_certificate.h"

void doctor_field_name(const char *field, enum doctor_variant variant, char *name, size_t size)
{
	(void)snprintf(name, size, "%s", field);
	for (; variant == DOCTOR_UNDERSCORES && *name != '\0'; name++) {
		if (*name == '-')
			*name = '_';
	}
}

void doctor_parameter_name(const char *field, char *name, size_t size)
{
	(void)snprintf(name, size, "HTTP_%s", field);
	for (; *name != '\0'; name++)
		*name = (char)(*name == '-' ? '_' : toupper((unsigned char)*name));
}

void doctor_say_result(const struct doctor_answer *answer, char *text, size_t size)
{
	switch (answer->result) {
	case DOCTOR_ANSWERED: (void)snprintf(text, size, "nothing"); break;
	case DOCTOR_SILENT: (void)snprintf(text, size, "no answer: %s", answer->problem); break;
	case DOCTOR_REFUSED: (void)snprintf(text, size, "refused: HTTP status %ld", answer->status); break;
	case DOCTOR_OTHER:
		(void)snprintf(text, size, "not the probe: another answer, HTTP status %ld", answer->status);
		break;
	case DOCTOR_STRANGER: (void)snprintf(text, size, "an answer that is not signed with our key"); break;
	}
}

static void set(struct doctor_finding *finding, enum doctor_verdict verdict, enum doctor_remedy remedy,
		const char *format, ...) __attribute__((format(printf, 4, 5)));

static void set(struct doctor_finding *finding, enum doctor_verdict verdict, enum doctor_remedy remedy,
		const char *format, ...)
{
	va_list arguments;

	finding->verdict = verdict;
	finding->remedy = remedy;
	va_start(arguments, format);
	(void)vsnprintf(finding->believed, sizeof(finding->believed), format, arguments);
	va_end(arguments);
}

/* How often NAME is among what reached the program, of any size or of BYTES. */
static size_t count(const struct doctor_answer *answer, const char *name, const unsigned long *bytes)
{
	size_t found = 0;

	for (size_t i = 0; i < answer->reached_count; i++)
		found += strcmp(answer->reached[i].name, name) == 0 &&
			 (bytes == NULL || answer->reached[i].bytes == *bytes);
	return found;
}

/* Whether ANSWER has NAME otherwise than BASELINE has it. */
static bool is_changed(const struct doctor_answer *baseline, const struct doctor_answer *answer,
		       const char *name)
{
	if (count(baseline, name, NULL) != count(answer, name, NULL))
		return true;
	for (size_t i = 0; i < answer->reached_count; i++) {
		const struct doctor_reached *reached = &answer->reached[i];

		if (strcmp(reached->name, name) == 0 &&
		    count(baseline, name, &reached->bytes) != count(answer, name, &reached->bytes))
			return true;
	}
	return false;
}

/* Lists which of the forged fields reached the program. True when one did. */
static bool list_reached(const struct doctor_forgery *forgery, const struct doctor_answer *baseline,
			 const struct doctor_answer *answer, struct doctor_finding *finding)
{
	size_t length = 0;

	for (size_t i = 0; i < DOCTOR_FIELDS && forgery->fields[i].name != NULL; i++) {
		char name[64];
		size_t times;

		doctor_parameter_name(forgery->fields[i].name, name, sizeof(name));
		times = count(answer, name, NULL);
		if (times == 0 || !is_changed(baseline, answer, name))
			continue;
		(void)snprintf(finding->reached + length, sizeof(finding->reached) - length, "%s%s%s",
			       length > 0 ? ", " : "", name, times > 1 ? ", twice" : "");
		length = strlen(finding->reached);
	}
	if (length == 0)
		doctor_say_result(answer, finding->reached, sizeof(finding->reached));
	return length > 0;
}

static bool is_outcome(const struct doctor_answer *answer, enum client_outcome outcome)
{
	return strcmp(answer->certificate, client_outcome_label(outcome)) == 0;
}

/* No certificate, or one that nobody looked into. */
static bool is_unread(const struct doctor_answer *answer)
{
	return is_outcome(answer, CLIENT_ABSENT) || is_outcome(answer, CLIENT_TRUST_OFF) ||
	       is_outcome(answer, CLIENT_SENDER) || is_outcome(answer, CLIENT_OTHER_SOURCE);
}

/* A parameter that web servers make themselves and that differs from the baseline's, or NULL. */
static const char *changed_parameter(const struct doctor_answer *baseline, const struct doctor_answer *answer)
{
	for (size_t i = 0; i < answer->reached_count; i++) {
		if (strncmp(answer->reached[i].name, "SSL_CLIENT_", 11) == 0 &&
		    is_changed(baseline, answer, answer->reached[i].name))
			return answer->reached[i].name;
	}
	return NULL;
}

/* What was believed of a certificate. False: nothing. */
static bool judge_certificate(const struct doctor_forged *forged, const struct doctor_answer *baseline,
			      const struct doctor_answer *answer, struct doctor_finding *finding)
{
	const char *parameter = changed_parameter(baseline, answer);

	if (parameter != NULL)
		set(finding, DOCTOR_BAD, DOCTOR_REMEDY_PARAMETER, "%s is made of it", parameter);
	else if (strcmp(answer->sha256, forged->sha256) == 0)
		set(finding, DOCTOR_BAD, DOCTOR_REMEDY_FIELD, "THE FORGED CERTIFICATE");
	else if (strcmp(answer->sha256, baseline->sha256) != 0)
		set(finding, DOCTOR_BAD, DOCTOR_REMEDY_FIELD, "another certificate than without it");
	else if (strcmp(answer->certificate, baseline->certificate) != 0 && !is_unread(answer))
		set(finding, DOCTOR_BAD, DOCTOR_REMEDY_FIELD, "it was read: %s", answer->certificate);
	return parameter != NULL || finding->verdict == DOCTOR_BAD;
}

/* What was believed of the connection. False: nothing. */
static bool judge_connection(const struct doctor_answer *baseline, const struct doctor_answer *answer,
			     struct doctor_finding *finding)
{
	if (strcmp(answer->remote_address, baseline->remote_address) != 0)
		set(finding, DOCTOR_BAD, DOCTOR_REMEDY_REMOTE, "REMOTE_ADDR is %s", answer->remote_address);
	else if (strcmp(answer->client_address, baseline->client_address) != 0)
		set(finding, DOCTOR_BAD, DOCTOR_REMEDY_ADDRESS, "our address is %s", answer->client_address);
	else if (answer->https != baseline->https)
		set(finding, DOCTOR_BAD, DOCTOR_REMEDY_SCHEME, "%s",
		    answer->https ? "this is https" : "this is plain http");
	return finding->verdict == DOCTOR_BAD;
}

/*
 * Nothing was believed, but it reached the program. A front end that deletes fields must do so in every
 * spelling; from one that passes everything on, no spelling is worse than another.
 */
static void judge_reached(const struct doctor_trial *trial, struct doctor_finding *finding)
{
	if (trial->variant == DOCTOR_UNDERSCORES && !trial->dashes_pass)
		set(finding, DOCTOR_BAD, DOCTOR_REMEDY_UNDERSCORE, "nothing, but '_' passes for '-'");
	else if (trial->forgery->claim == DOCTOR_PROXY)
		set(finding, DOCTOR_NOTE, DOCTOR_REMEDY_PROXY, "nothing");
	else
		set(finding, DOCTOR_NOTE, DOCTOR_NO_REMEDY, "nothing");
}

bool doctor_judge_forgery(const struct doctor_trial *trial, const struct doctor_forged *forged,
			  const struct doctor_answer *baseline, const struct doctor_answer *answer,
			  struct doctor_finding *finding)
{
	bool reached = list_reached(trial->forgery, baseline, answer, finding);

	set(finding, DOCTOR_OK, DOCTOR_NO_REMEDY, "nothing");
	if (answer->result == DOCTOR_OTHER || answer->result == DOCTOR_STRANGER)
		set(finding, DOCTOR_NOTE, DOCTOR_NO_REMEDY, "not known");
	if (answer->result == DOCTOR_ANSWERED && !judge_certificate(forged, baseline, answer, finding) &&
	    !judge_connection(baseline, answer, finding) && reached)
		judge_reached(trial, finding);
	if (finding->verdict == DOCTOR_BAD && trial->forgery->claim == DOCTOR_DELETION)
		finding->remedy = DOCTOR_REMEDY_DELETION;
	return reached;
}

/* Without a certificate of ours. */
static void judge_none(const struct doctor_answer *answer, struct doctor_finding *finding)
{
	if (is_outcome(answer, CLIENT_EMPTY))
		set(finding, DOCTOR_BAD, DOCTOR_REMEDY_EMPTY, "a verdict of success, without a certificate");
	else if (answer->sha256[0] != '\0')
		set(finding, DOCTOR_BAD, DOCTOR_REMEDY_PARAMETER, "a certificate, and we presented none");
	else if (!is_unread(answer))
		set(finding, DOCTOR_BAD, DOCTOR_REMEDY_PARAMETER, "%s, and we presented none",
		    answer->certificate);
}

static void judge_own(const struct doctor_answer *answer, const char *own, struct doctor_finding *finding)
{
	if (strcmp(answer->sha256, own) == 0)
		set(finding, DOCTOR_OK, DOCTOR_NO_REMEDY, "our certificate");
	else if (answer->sha256[0] != '\0')
		set(finding, DOCTOR_BAD, DOCTOR_REMEDY_PARAMETER, "another certificate than ours");
	else
		set(finding, DOCTOR_NOTE, DOCTOR_NO_REMEDY, "no certificate: %s", answer->certificate);
}

void doctor_judge_baseline(const struct doctor_answer *answer, bool https, const char *own,
			   struct doctor_finding *finding)
{
	(void)snprintf(finding->reached, sizeof(finding->reached), "%s from %s, by %s", answer->protocol,
		       answer->client_address[0] != '\0' ? answer->client_address : "nowhere", answer->peer);
	set(finding, DOCTOR_OK, DOCTOR_NO_REMEDY, "%s", https ? "https" : "plain http");
	if (own != NULL)
		judge_own(answer, own, finding);
	else
		judge_none(answer, finding);
	if (finding->verdict == DOCTOR_BAD || answer->https == https)
		return;
	if (https)
		set(finding, DOCTOR_NOTE, DOCTOR_REMEDY_HTTPS, "this is plain http");
	else
		set(finding, DOCTOR_BAD, DOCTOR_REMEDY_SCHEME, "plain http is https");
}

bool doctor_judge_listed(const struct doctor_answer *answer, struct doctor_finding *finding)
{
	bool ours = strcmp(answer->client_address, answer->local) == 0;

	if (!answer->client_listed)
		return false;
	(void)snprintf(finding->sent, sizeof(finding->sent), "(%s)",
		       ours ? "this host's own address" : "the address that passes for ours");
	(void)snprintf(finding->reached, sizeof(finding->reached), "%s", answer->client_address);
	set(finding, DOCTOR_NOTE, DOCTOR_REMEDY_LISTED, "it is a listed proxy's");
	return true;
}
