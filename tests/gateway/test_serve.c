/* SPDX-License-Identifier: BSD-2-Clause */
/* The real gateway_serve, spoken to in FastCGI records: requests and answers. */
#include <criterion/criterion.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "gateway/served.h"

TestSuite(serve, .init = set_up, .timeout = 60);

static gnutls_datum_t make_body(unsigned size)
{
	gnutls_datum_t body = {gnutls_malloc(size + 1), size};

	cr_assert_not_null(body.data);
	memset(body.data, 'b', size);
	return body;
}

/* --- requests that are refused --- */

static const struct {
	const char *method;
	const char *length; /* NULL: not given */
	unsigned size;
	int status;
	const char *why;
} bodies[] = {
	{"POST", "x", 1, 400, "a length that is no number"},
	{"POST", "-1", 1, 400, "a negative length"},
	{"POST", "5", 4, 400, "shorter than announced"},
	{"POST", "5", 6, 400, "longer than announced"},
	{"POST", "1", 0, 400, "announced, but nothing there"},
	{"POST", "0", 1, 400, "something there, but not announced"},
	{"POST", "1001", 1001, 413, "announced one byte over the limit"},
	{"POST", "99999999999999999999999999", 10, 413, "announced beyond any number"},
	{"POST", NULL, 1001, 413, "one byte over the limit, not announced"},
	{"POST", "1001", 3000000, 413, "far over the limit: the answer arrives all the same"},
	{"POST", NULL, 3000000, 413, "the same, not announced"},
	{"GET", "1001", 1001, 413, "other methods do not carry more"},
	{"POST", "1000", 1000, 200, "as much as allowed"},
	{"POST", NULL, 1000, 200, "the same, not announced (Apache, chunked)"},
	{"POST", "", 7, 200, "an empty length (nginx, unbuffered)"},
	{"POST", "0", 0, 200, "no body, and said so"},
	{"POST", NULL, 0, 200, "no body, not said"},
};

Test(serve, body_limits)
{
	serve((struct gateway_options){.workers = 1});
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		const struct fcgi_param params[] = {{"REQUEST_METHOD", bodies[i].method},
						    {"REQUEST_URI", "/x"},
						    {"CONTENT_TYPE", "a/b"},
						    {bodies[i].length != NULL ? "CONTENT_LENGTH" : "X",
						     bodies[i].length != NULL ? bodies[i].length : ""},
						    {NULL, NULL}};
		gnutls_datum_t body = make_body(bodies[i].size);
		struct fcgi_reply reply;
		char head[32];
		unsigned told = atomic_load(&counters->refused[bodies[i].status]);

		fcgi_request(where, params, &body, &reply);
		cr_expect_eq(reply.status, bodies[i].status, "%s: %d", bodies[i].why, reply.status);
		(void)snprintf(head, sizeof head, "2|/x||a/b||0|%u|", bodies[i].size);
		cr_expect_eq(atomic_load(&counters->refused[bodies[i].status]) - told,
			     bodies[i].status == 200 ? 0 : 1, "%s: the program is told, to audit it",
			     bodies[i].why);
		if (bodies[i].status == 200)
			cr_expect(reply.body.size == strlen(head) + body.size &&
					  memcmp(reply.body.data, head, strlen(head)) == 0 &&
					  memcmp(reply.body.data + strlen(head), body.data, body.size) == 0,
				  "%s: comes through whole", bodies[i].why);
		fcgi_reply_free(&reply);
		bytes_free(&body);
	}
	cr_expect_eq(atomic_load(&counters->starts), 1, "all by one worker");
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

Test(serve, a_body_announced_too_large_is_refused_before_it_is_read)
{
	static const struct fcgi_param params[] = {
		{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/x"}, {"CONTENT_LENGTH", "1001"}, {NULL, NULL}};
	struct fcgi_reply reply;
	int fd;

	serve((struct gateway_options){.workers = 1});
	fd = fcgi_connect(where);
	cr_assert(fcgi_begin(fd, 1, false) && fcgi_params(fd, params));
	fcgi_read(fd, &reply);
	cr_expect(reply.complete);
	cr_expect_eq(reply.status, 413);
	cr_expect_str_eq(fcgi_header(&reply, "Content-Type"), "text/plain; charset=utf-8");
	fcgi_reply_free(&reply);
	(void)close(fd);
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

static const struct fcgi_param refused[][6] = {
	{{"REQUEST_METHOD", "GET"}, {"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/x"}},
	{{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/x"}, {"REQUEST_URI", "/x"}},
	{{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/x"}, {"HTTPS", ""}, {"HTTPS", "on"}},
	{{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/x"}, {"QUERY_STRING", "a"}, {"QUERY_STRING", "b"}},
	{{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/x"}, {"REMOTE_ADDR", "::1"}, {"REMOTE_ADDR", "::2"}},
	{{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/x"}, {"CONTENT_LENGTH", "0"}, {"CONTENT_LENGTH", "0"}},
	{{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/x"}, {"CONTENT_TYPE", "a/b"}, {"CONTENT_TYPE", "a/b"}},
	{{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/../x"}},
	{{"REQUEST_URI", "/x"}},
	{{"REQUEST_METHOD", "GET"}},
	{{NULL, NULL}},
};

Test(serve, ambiguous_requests_are_refused)
{
	serve((struct gateway_options){.workers = 1});
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct fcgi_reply reply;

		fcgi_request(where, refused[i], NULL, &reply);
		cr_expect_eq(reply.status, 400, "case %zu: %d", i, reply.status);
		fcgi_reply_free(&reply);
	}
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(logged("\"message\":\"a FastCGI parameter is given twice\",\"name\":\""), 7);
	cr_expect_eq(logged("\"status\":\"400\""), sizeof refused / sizeof *refused,
		     "each has its access line");
}

Test(serve, other_roles_are_refused)
{
	struct fcgi_reply reply;
	int fd;

	serve((struct gateway_options){.workers = 1});
	fd = fcgi_connect(where);
	cr_assert(fcgi_begin(fd, 2, false) && fcgi_params(fd, get_pid) && fcgi_stdin(fd, NULL));
	fcgi_read(fd, &reply);
	cr_expect_eq(reply.status, 400, "an authorizer's 200 would be a permission");
	fcgi_reply_free(&reply);
	(void)close(fd);
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

/* --- requests that are answered --- */

Test(serve, a_request_as_nginx_sends_it)
{
	static const struct fcgi_param params[] = {{"QUERY_STRING", "operation=PKIOperation"},
						   {"REQUEST_METHOD", "POST"},
						   {"CONTENT_TYPE", "application/x-pki-message"},
						   {"CONTENT_LENGTH", "4"},
						   {"SCRIPT_NAME", "/scep/corp"},
						   {"REQUEST_URI", "//scep/%63orp?operation=PKIOperation"},
						   {"DOCUMENT_URI", "/scep/corp"},
						   {"HTTPS", "on"},
						   {"REMOTE_ADDR", "192.0.2.9"},
						   {"HTTP_X", "1"},
						   {"HTTP_X", "2"},
						   {NULL, NULL}};
	static const char expected[] =
		"2|/scep/corp|operation=PKIOperation|application/x-pki-message|192.0.2.9|1|4|a\0bc";
	gnutls_datum_t body = BYTES_LITERAL("a\0bc");
	struct fcgi_reply reply;
	char id[64];

	serve((struct gateway_options){.workers = 1});
	fcgi_request(where, params, &body, &reply);
	cr_expect(reply.complete);
	cr_expect_eq(reply.records, 1, "a small answer goes out at once");
	cr_expect_eq(reply.status, 200);
	cr_expect_eq(reply.body.size, sizeof expected - 1);
	cr_expect_eq(memcmp(reply.body.data, expected, sizeof expected - 1), 0);
	cr_expect_str_eq(fcgi_header(&reply, "X-Content-Type-Options"), "nosniff");
	cr_expect_neq(fcgi_header(&reply, "Strict-Transport-Security")[0], '\0');
	(void)snprintf(id, sizeof id, "%s", fcgi_header(&reply, "X-Request-ID"));
	fcgi_reply_free(&reply);
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(strlen(id), GATEWAY_REQUEST_ID_SIZE - 1);
	cr_expect_eq(logged(id), 1, "the log has the same id");
	cr_expect_eq(logged("\"method\":\"POST\",\"path\":\"/scep/corp\",\"status\":\"200\""), 1);
	cr_expect_eq(logged("\"remote_addr\":\"192.0.2.9\",\"bytes\":\"80\""), 1);
	cr_expect_eq(logged("operation="), 0, "the query is not logged: challenges may be in it");
}

Test(serve, head_and_unknown_methods_and_bodies_of_get)
{
	static const struct fcgi_param head[] = {
		{"REQUEST_METHOD", "HEAD"}, {"REQUEST_URI", "/pid"}, {NULL, NULL}};
	static const struct fcgi_param put[] = {
		{"REQUEST_METHOD", "PUT"}, {"REQUEST_URI", "/x"}, {NULL, NULL}};
	gnutls_datum_t body = BYTES_LITERAL("body");
	struct fcgi_reply reply;

	serve((struct gateway_options){.workers = 1});
	fcgi_request(where, head, NULL, &reply);
	cr_expect_eq(reply.status, 200);
	cr_expect_eq(reply.body.size, 0);
	cr_expect_neq(strtol(fcgi_header(&reply, "Content-Length"), NULL, 10), 0);
	fcgi_reply_free(&reply);
	fcgi_request(where, put, &body, &reply);
	cr_expect_eq(reply.body.size, strlen("3|/x||||0|0|"), "only POST has a body");
	fcgi_reply_free(&reply);
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

Test(serve, a_large_answer_arrives_whole)
{
	struct fcgi_reply reply;

	serve((struct gateway_options){.workers = 1});
	fcgi_request(where, get_large, NULL, &reply);
	cr_expect(reply.complete);
	cr_expect_eq(reply.body.size, 3000000);
	cr_expect_str_eq(fcgi_header(&reply, "Content-Length"), "3000000");
	fcgi_reply_free(&reply);
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

Test(serve, kept_connections_starve_nobody)
{
	long pid;
	int kept;

	serve((struct gateway_options){.workers = 1});
	kept = fcgi_connect(where);
	pid = ask_pid_over(kept, true);
	cr_expect_neq(pid, 0);
	for (unsigned i = 0; i < 10; i++) {
		cr_expect_eq(ask_pid(), pid, "a new connection while another is kept");
		cr_expect_eq(ask_pid_over(kept, true), pid, "the kept one again");
	}
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect(fcgi_closed(kept));
	(void)close(kept);
}

Test(serve, a_kept_connection_is_closed_when_its_body_was_not_read)
{
	static const struct fcgi_param params[] = {
		{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/x"}, {"CONTENT_LENGTH", "1001"}, {NULL, NULL}};
	gnutls_datum_t body = make_body(1001);
	struct fcgi_reply reply;
	int kept;

	serve((struct gateway_options){.workers = 1});
	kept = fcgi_connect(where);
	fcgi_exchange(kept, true, params, &body, &reply);
	cr_expect_eq(reply.status, 413);
	cr_expect(fcgi_closed(kept), "its rest would be taken for the next request");
	(void)close(kept);
	fcgi_reply_free(&reply);
	bytes_free(&body);
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

Test(serve, two_hundred_at_once)
{
	enum { COUNT = 200 };
	int fds[COUNT];
	unsigned answered = 0;

	serve((struct gateway_options){.workers = 2});
	for (unsigned i = 0; i < COUNT; i++)
		fds[i] = fcgi_connect(where);
	for (unsigned i = 0; i < COUNT; i++)
		cr_expect(fcgi_begin(fds[i], 1, false) && fcgi_params(fds[i], get_pid) &&
			  fcgi_stdin(fds[i], NULL));
	for (unsigned i = 0; i < COUNT; i++) {
		struct fcgi_reply reply;

		fcgi_read(fds[i], &reply);
		answered += reply.complete && reply.status == 200 ? 1 : 0;
		fcgi_reply_free(&reply);
		(void)close(fds[i]);
	}
	cr_expect_eq(answered, COUNT, "%u", answered);
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(logged("request completed"), COUNT);
}

Test(serve, in_the_process_itself)
{
	serve((struct gateway_options){.workers = 0});
	cr_expect_eq(ask_pid(), server);
	cr_expect_eq(ask_pid(), server);
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(atomic_load(&counters->stops), 1);
	cr_expect_neq(access(where, F_OK), 0, "the socket is removed");
}
