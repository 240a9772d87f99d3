/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/gateway_private.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"

static const struct {
	int status;
	const char *phrase;
} phrases[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{304, "Not Modified"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{406, "Not Acceptable"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{415, "Unsupported Media Type"},
	{422, "Unprocessable Content"},
	{429, "Too Many Requests"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{503, "Service Unavailable"},
};

const char *respond_phrase(int status)
{
	for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Unknown";
}

void response_text(struct response *response, int status, const char *text)
{
	struct buffer line = {0};

	bytes_free(&response->body);
	response->status = status;
	response->content_type = "text/plain; charset=utf-8";
	buffer_append_text(&line, text);
	buffer_append_byte(&line, '\n');
	(void)buffer_take(&line, &response->body); /* without memory the status alone must do */
}

/* Nothing in a header value may start another line (or end a C string early elsewhere). */
static bool is_header_value(const char *value)
{
	for (; *value != '\0'; value++)
		if ((unsigned char)*value < 0x20 || *value == 0x7f)
			return false;
	return true;
}

static bool is_sendable(const struct response *response)
{
	return (response->status == 0 || (response->status >= 200 && response->status <= 599)) &&
	       (response->content_type == NULL || is_header_value(response->content_type)) &&
	       (response->allow == NULL || is_header_value(response->allow));
}

static void put_header(struct buffer *out, const char *name, const char *value)
{
	if (value == NULL)
		return;
	buffer_append_text(out, name);
	buffer_append_text(out, ": ");
	buffer_append_text(out, value);
	buffer_append_text(out, "\r\n");
}

static void put_number(struct buffer *out, const char *name, size_t number)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%zu", number);
	put_header(out, name, text);
}

static void put_status(struct buffer *out, int status)
{
	char text[64];

	(void)snprintf(text, sizeof text, "%d %s", status, respond_phrase(status));
	put_header(out, "Status", text);
}

/* A year. Only where the request came by TLS (RFC 6797 section 7.2). */
#define HSTS "max-age=31536000"

static void put_fixed(struct buffer *out, const struct request *request)
{
	put_header(out, "X-Request-ID", request->id);
	put_header(out, "Cache-Control", "no-store");
	put_header(out, "X-Content-Type-Options", "nosniff");
	put_header(out, "Referrer-Policy", "no-referrer");
	put_header(out, "Strict-Transport-Security", request->https ? HSTS : NULL);
}

/* 204 has neither body nor length (RFC 9110 section 8.6). */
static void put_content(struct buffer *out, const struct response *response, int status)
{
	if (status == 204)
		return;
	put_header(out, "Content-Type", response->content_type);
	put_number(out, "Content-Length", response->body.size);
}

bool respond_build(const struct request *request, const struct response *response, int *status,
		   gnutls_datum_t *answer)
{
	struct response fault = {.status = 500};
	struct buffer out = {0};

	if (!is_sendable(response)) {
		log_error("the program made a response that cannot be sent");
		response = &fault;
	}
	*status = response->status != 0 ? response->status : 200;
	put_status(&out, *status);
	put_content(&out, response, *status);
	put_header(&out, "Allow", response->allow);
	if (response->retry_after > 0)
		put_number(&out, "Retry-After", response->retry_after);
	put_fixed(&out, request);
	buffer_append_text(&out, "\r\n");
	if (request->method != METHOD_HEAD && *status != 204)
		buffer_append(&out, response->body.data, response->body.size);
	return buffer_take(&out, answer);
}
