/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/gateway_private.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"

bool body_length(const char *text, bool *given, size_t *length)
{
	*given = text != NULL && text[0] != '\0';
	*length = 0;
	if (!*given)
		return true;
	for (; *text >= '0' && *text <= '9'; text++) {
		size_t digit = (size_t)(*text - '0');

		/* More than fits is still a number: the largest one, over any limit. */
		*length = *length > (SIZE_MAX - digit) / 10 ? SIZE_MAX : *length * 10 + digit;
	}
	return *text == '\0';
}

static int refuse(int status, const char *reason)
{
	log_warn(reason);
	return status;
}

/* For one that is too large; SIZE as announced, 0 when it was not. */
static int refuse_size(size_t size, size_t max)
{
	char announced[24] = "";
	char limit[24];

	(void)snprintf(limit, sizeof limit, "%zu", max);
	if (size > 0)
		(void)snprintf(announced, sizeof announced, "%zu", size);
	log_warn("the body is larger than allowed", "announced", size > 0 ? announced : NULL, "limit", limit,
		 "setting", "CERTCTL_MAX_BODY_SIZE");
	return 413;
}

int body_broken(void)
{
	return deadline_expired() ? refuse(408, "the request took too long to arrive")
				  : refuse(400, "the web server hung up within the request");
}

/* Reads to the end of IN; stops one byte over MAX. */
static void read_all(FCGX_Stream *in, size_t max, struct buffer *buffer)
{
	char piece[8192];
	int got;

	while (buffer->size <= max) {
		size_t room = max - buffer->size + 1;

		got = FCGX_GetStr(piece, (int)(room < sizeof piece ? room : sizeof piece), in);
		if (got <= 0)
			return;
		buffer_append(buffer, piece, (size_t)got);
		if (buffer->failed)
			return;
	}
}

int body_read(FCGX_Stream *in, const char *length, size_t max, gnutls_datum_t *body)
{
	CLEANUP(buffer_free) struct buffer buffer = {0};
	size_t announced;
	bool given;

	*body = (gnutls_datum_t){NULL, 0};
	if (!body_length(length, &given, &announced))
		return refuse(400, "CONTENT_LENGTH is not a number");
	if (announced > max)
		return refuse_size(announced, max);
	read_all(in, max, &buffer);
	if (buffer.size > max)
		return refuse_size(0, max);
	if (FCGX_GetError(in) != 0)
		return body_broken();
	if (given && buffer.size != announced)
		return refuse(400, "the body is not as long as announced");
	return buffer_take(&buffer, body) ? 0 : refuse(500, "no memory for the body");
}
