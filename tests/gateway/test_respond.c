/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "gateway/gateway_private.h"

static unsigned lines;

static void count(const char *line)
{
	(void)line;
	lines++;
}

/* The answer as text; the caller frees it. */
static char *build(const struct request *request, const struct response *response, int *status)
{
	gnutls_datum_t answer = {NULL, 0};
	char *text;

	lines = 0;
	log_capture(count);
	cr_assert(respond_build(request, response, status, &answer));
	log_capture(NULL);
	text = text_from_bytes(&answer);
	bytes_free(&answer);
	cr_assert_not_null(text);
	return text;
}

static const struct {
	struct response response;
	const char *why;
} unsendable[] = {
	{{.content_type = "text/plain\r\nSet-Cookie: x"}, "a line break in the type"},
	{{.content_type = "text/plain\n"}, "a line feed alone"},
	{{.status = 405, .allow = "GET\rX: y"}, "a carriage return in Allow"},
	{{.allow = "GET\x7f"}, "another control character"},
	{{.status = 99}, "no status"},
	{{.status = 100}, "an interim status"},
	{{.status = 600}, "beyond the last class"},
	{{.status = -200}, "negative"},
};

Test(respond, what_cannot_be_sent_becomes_a_logged_500)
{
	const struct request request = {.id = "id"};

	for (size_t i = 0; i < sizeof unsendable / sizeof *unsendable; i++) {
		int status = 0;
		char *text = build(&request, &unsendable[i].response, &status);

		cr_expect_eq(status, 500, "%s", unsendable[i].why);
		cr_expect_eq(strncmp(text, "Status: 500 Internal Server Error\r\n", 35), 0, "%s",
			     unsendable[i].why);
		cr_expect_null(strstr(text, "Set-Cookie"), "%s", unsendable[i].why);
		cr_expect_eq(lines, 1, "%s", unsendable[i].why);
		free(text);
	}
}

Test(respond, the_whole_answer)
{
	const struct request request = {.id = "4ba7b810-9dad-41d1-80b4-00c04fd430c8", .method = METHOD_POST};
	struct response response = {.content_type = "application/x-pki-message",
				    .body = BYTES_LITERAL("\x30\x03xyz")};
	int status = 0;
	char *text = build(&request, &response, &status);

	cr_expect_eq(status, 200, "when the handler leaves 0");
	cr_expect_str_eq(text, "Status: 200 OK\r\n"
			       "Content-Type: application/x-pki-message\r\n"
			       "Content-Length: 5\r\n"
			       "X-Request-ID: 4ba7b810-9dad-41d1-80b4-00c04fd430c8\r\n"
			       "Cache-Control: no-store\r\n"
			       "X-Content-Type-Options: nosniff\r\n"
			       "Referrer-Policy: no-referrer\r\n"
			       "\r\n"
			       "\x30\x03xyz");
	cr_expect_eq(lines, 0);
	free(text);
}

static const struct {
	struct request request;
	struct response response;
	const char *present; /* or NULL */
	const char *absent;  /* or NULL */
	const char *why;
} headers[] = {
	{{.https = false},
	 {.status = 0},
	 NULL,
	 "Strict-Transport-Security",
	 "HSTS over plain HTTP is ignored by clients"},
	{{.https = true},
	 {.status = 0},
	 "\r\nStrict-Transport-Security: max-age=31536000",
	 NULL,
	 "HSTS over TLS"},
	{{.https = false},
	 {.status = 0},
	 "\r\nContent-Length: 0\r\n",
	 "\nContent-Type",
	 "no body, and its length is said (W10)"},
	{{.https = false},
	 {.status = 204, .content_type = "a/b"},
	 "Status: 204 No Content\r\n",
	 "\nContent-",
	 "204 has neither (RFC 9110 8.6)"},
	{{.https = false},
	 {.status = 405, .allow = "GET, POST"},
	 "\r\nAllow: GET, POST\r\n",
	 "Retry-After",
	 "Allow"},
	{{.https = false},
	 {.status = 503, .retry_after = 30},
	 "\r\nRetry-After: 30\r\n",
	 "Allow",
	 "Retry-After"},
	{{.https = false},
	 {.status = 418},
	 "Status: 418 Unknown\r\n",
	 NULL,
	 "a status without a phrase of ours"},
	{{.method = METHOD_HEAD},
	 {.body = BYTES_LITERAL("body")},
	 "\r\nContent-Length: 4\r\n",
	 "body",
	 "HEAD has the length of what GET gives"},
};

Test(respond, headers_where_they_belong)
{
	for (size_t i = 0; i < sizeof headers / sizeof *headers; i++) {
		int status;
		char *text = build(&headers[i].request, &headers[i].response, &status);

		if (headers[i].present != NULL)
			cr_expect_not_null(strstr(text, headers[i].present), "%s: %s", headers[i].why, text);
		if (headers[i].absent != NULL)
			cr_expect_null(strstr(text, headers[i].absent), "%s: %s", headers[i].why, text);
		free(text);
	}
}

Test(respond, headers_stay_below_a_kilobyte)
{
	struct request request = {.method = METHOD_GET, .https = true};
	struct response response = {.status = 503,
				    .content_type = "application/x-x509-ca-ra-cert; charset=us-ascii",
				    .allow = "GET, HEAD, POST, PUT, DELETE, OPTIONS",
				    .retry_after = 4294967295u};
	int status;
	char *text;

	memset(request.id, 'x', sizeof request.id - 1);
	text = build(&request, &response, &status);
	cr_expect_lt(strlen(text), 1024 - 64,
		     "strongSwan reads them at once (clients.md 22); the web server adds its own");
	free(text);
}

Test(respond, text_is_a_line_of_plain_text)
{
	struct response response = {0};

	response_text(&response, 404, "no such profile");
	response_text(&response, 405, "method not allowed");
	cr_expect_eq(response.status, 405);
	cr_expect_str_eq(response.content_type, "text/plain; charset=utf-8");
	cr_expect_eq(response.body.size, 19);
	cr_expect_eq(memcmp(response.body.data, "method not allowed\n", 19), 0,
		     "the second replaces the first");
	bytes_free(&response.body);
}
