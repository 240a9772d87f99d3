/* SPDX-License-Identifier: BSD-2-Clause */
/* What the gateway says became of a request: lines of "name value", believed when they are signed. */
#include "cli/doctor.h"

#include <errno.h>
#include <string.h>

/* Copies the text TO of SIZE bytes; what does not fit is cut. "-" stands for nothing. */
static void copy(const char *value, char *to, size_t size)
{
	(void)snprintf(to, size, "%s", strcmp(value, "-") == 0 ? "" : value);
}

static void read_reached(char *value, struct doctor_answer *answer)
{
	struct doctor_reached *reached = &answer->reached[answer->reached_count];
	char *space = strrchr(value, ' ');

	if (space == NULL || answer->reached_count == LIMIT_PROBE_LINES)
		return;
	*space = '\0';
	copy(value, reached->name, sizeof(reached->name));
	reached->bytes = strtoul(space + 1, NULL, 10);
	answer->reached_count++;
}

/* Unknown names are left alone: a newer program may say more. */
static void read_line(const char *name, char *value, struct doctor_answer *answer)
{
	const struct {
		const char *name;
		char *text;
		size_t size;
	} texts[] = {
		{"peer", answer->peer, sizeof(answer->peer)},
		{"remote-addr", answer->remote_address, sizeof(answer->remote_address)},
		{"client-address", answer->client_address, sizeof(answer->client_address)},
		{"protocol", answer->protocol, sizeof(answer->protocol)},
		{"certificate", answer->certificate, sizeof(answer->certificate)},
		{"certificate-sha256", answer->sha256, sizeof(answer->sha256)},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(name, texts[i].name) == 0)
			copy(value, texts[i].text, texts[i].size);
	}
	if (strcmp(name, "peer-listed") == 0)
		answer->peer_listed = strcmp(value, "yes") == 0;
	else if (strcmp(name, "client-listed") == 0)
		answer->client_listed = strcmp(value, "yes") == 0;
	else if (strcmp(name, "https") == 0)
		answer->https = strcmp(value, "yes") == 0;
	else if (strcmp(name, "reached") == 0)
		read_reached(value, answer);
}

/* LINES, which end in a line end, one after the other. False: they answer another nonce. */
static bool read_lines(const gnutls_datum_t *lines, const char *nonce, struct doctor_answer *answer)
{
	bool ours = false;

	for (size_t at = 0; at < lines->size;) {
		const unsigned char *end = memchr(lines->data + at, '\n', lines->size - at);
		size_t size = end != NULL ? (size_t)(end - lines->data) - at : lines->size - at;
		char line[4 * LIMIT_PROBE_NAME + 64];
		char *value;

		(void)snprintf(line, sizeof(line), "%.*s", (int)size, (const char *)lines->data + at);
		at += size + 1;
		value = strchr(line, ' ');
		if (value == NULL)
			continue;
		*value++ = '\0';
		ours |= strcmp(line, "nonce") == 0 && strcmp(value, nonce) == 0;
		read_line(line, value, answer);
	}
	return ours;
}

void doctor_answer_read(const char *key, const char *nonce, long status, const gnutls_datum_t *body,
			struct doctor_answer *answer)
{
	static const char first[] = "nonce ";
	gnutls_datum_t lines;

	answer->status = status;
	if (status >= 400)
		answer->result = DOCTOR_REFUSED;
	else if (body->size < strlen(first) || memcmp(body->data, first, strlen(first)) != 0)
		answer->result = DOCTOR_OTHER;
	else if (body->size > LIMIT_PROBE_ANSWER || !probe_answer_check(key, body, &lines) ||
		 !read_lines(&lines, nonce, answer))
		answer->result = DOCTOR_STRANGER;
	else
		answer->result = DOCTOR_ANSWERED;
}
