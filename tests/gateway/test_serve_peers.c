/* SPDX-License-Identifier: BSD-2-Clause */
/* The real gateway_serve and peers that misbehave: hanging up, silence, deadlines. */
#include <criterion/criterion.h>
#include <unistd.h>

#include "base/limits.h"
#include "gateway/served.h"

TestSuite(serve, .init = set_up, .timeout = 60);

/* --- peers that misbehave --- */

static void send_nothing(int fd)
{
	(void)fd;
}

static void send_half_a_header(int fd)
{
	(void)fcgi_send(fd, "\1\1\0\1", 4);
}

static void send_garbage(int fd)
{
	(void)fcgi_send(fd, "GET / HTTP/1.0\r\nHost: x\r\n\r\n", 27);
}

static void send_begin(int fd)
{
	(void)fcgi_begin(fd, 1, false);
}

static void send_params_without_begin(int fd)
{
	(void)fcgi_params(fd, get_pid);
}

static void send_cut_params(int fd)
{
	(void)(fcgi_begin(fd, 1, false) && fcgi_record(fd, FCGI_TYPE_PARAMS, "\x0e\x03REQUEST_ME", 12));
}

static void send_params_without_end(int fd)
{
	(void)(fcgi_begin(fd, 1, false) &&
	       fcgi_record(fd, FCGI_TYPE_PARAMS, "\x0e\x03REQUEST_METHODGET\x0b\x04REQUEST_URI/die", 36));
}

static void send_cut_record(int fd)
{
	(void)(fcgi_begin(fd, 1, false) && fcgi_send(fd, "\1\4\0\1\xff\xff\0\0\x0e\x03REQUEST", 17));
}

static void send_a_length_too_long(int fd)
{
	(void)(fcgi_begin(fd, 1, false) &&
	       fcgi_record(fd, FCGI_TYPE_PARAMS, "\x0e\x7fREQUEST_METHODGET", 19) &&
	       fcgi_record(fd, FCGI_TYPE_PARAMS, NULL, 0));
}

static void send_stdin_too_early(int fd)
{
	(void)(fcgi_begin(fd, 1, false) && fcgi_record(fd, FCGI_TYPE_STDIN, "x", 1));
}

static void send_half_a_body(int fd)
{
	static const struct fcgi_param params[] = {
		{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/x"}, {"CONTENT_LENGTH", "10"}, {NULL, NULL}};

	(void)(fcgi_begin(fd, 1, false) && fcgi_params(fd, params) &&
	       fcgi_record(fd, FCGI_TYPE_STDIN, "12345", 5));
}

static void send_abort(int fd)
{
	(void)(fcgi_begin(fd, 1, false) && fcgi_params(fd, get_pid) &&
	       fcgi_record(fd, FCGI_TYPE_ABORT, NULL, 0));
}

static void ask_for_much(int fd)
{
	(void)(fcgi_begin(fd, 1, false) && fcgi_params(fd, get_large) && fcgi_stdin(fd, NULL));
}

static const struct {
	void (*send)(int fd);
	const char *why;
} peers[] = {
	{send_nothing, "connects only, as health checks do"},
	{send_half_a_header, "half a header"},
	{send_garbage, "another protocol"},
	{send_begin, "BEGIN_REQUEST only"},
	{send_params_without_begin, "no BEGIN_REQUEST"},
	{send_cut_params, "a parameter cut short"},
	{send_params_without_end, "whole parameters, but not their end"},
	{send_cut_record, "a record cut short"},
	{send_a_length_too_long, "a parameter longer than the stream"},
	{send_stdin_too_early, "STDIN before PARAMS has ended"},
	{send_half_a_body, "half a body"},
	{send_abort, "ABORT_REQUEST"},
	{ask_for_much, "does not wait for a large answer"},
};

Test(serve, peers_that_hang_up_leave_the_worker_alive)
{
	long pid;

	serve((struct gateway_options){.workers = 1});
	pid = ask_pid();
	for (size_t i = 0; i < sizeof peers / sizeof *peers; i++) {
		int fd = fcgi_connect(where);

		peers[i].send(fd);
		(void)close(fd);
		cr_expect_eq(ask_pid(), pid, "%s", peers[i].why);
	}
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

/* libfcgi asserts when it gets no memory for what is announced; the address space limit makes sure of that.
 */
Test(serve, an_announced_gigabyte_costs_a_worker_at_most)
{
	int fd;

	serve((struct gateway_options){.workers = 1});
	fd = fcgi_connect(where);
	cr_assert(fcgi_begin(fd, 1, false));
	cr_expect(fcgi_record(fd, FCGI_TYPE_PARAMS, "\xc0\0\0\0\x01NAME", 9));
	(void)close(fd);
	cr_expect_neq(ask_pid(), 0);
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

Test(serve, silent_connections_keep_nobody_waiting)
{
	int silent[LIMIT_WAITING_CONNECTIONS - 2];

	serve((struct gateway_options){.workers = 1});
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
		silent[i] = fcgi_connect(where);
	cr_expect_neq(ask_pid(), 0);
	cr_expect_eq(stop(), EXIT_SUCCESS, "nor the end");
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
		(void)close(silent[i]);
}

Test(serve, too_many_silent_connections_make_way_after_a_while)
{
	int silent[LIMIT_WAITING_CONNECTIONS + 1];

	serve((struct gateway_options){.workers = 1, .request_seconds = 1});
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
		silent[i] = fcgi_connect(where);
	cr_expect_neq(ask_pid(), 0);
	cr_expect(fcgi_closed(silent[0]), "the oldest goes first");
	cr_expect_eq(stop(), EXIT_SUCCESS);
	for (size_t i = 0; i < sizeof silent / sizeof *silent; i++)
		(void)close(silent[i]);
}

Test(serve, a_request_that_does_not_end_is_ended)
{
	static const struct fcgi_param params[] = {
		{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/x"}, {NULL, NULL}};
	struct fcgi_reply reply;
	int fd;

	serve((struct gateway_options){.workers = 1, .request_seconds = 1});
	fd = fcgi_connect(where);
	cr_assert(fcgi_begin(fd, 1, false));
	cr_expect(fcgi_closed(fd), "within the parameters");
	(void)close(fd);
	fd = fcgi_connect(where);
	cr_assert(fcgi_begin(fd, 1, false) && fcgi_params(fd, params) &&
		  fcgi_record(fd, FCGI_TYPE_STDIN, "x", 1));
	fcgi_read(fd, &reply);
	cr_expect_eq(reply.status, 408, "within the body there is an answer: %d", reply.status);
	fcgi_reply_free(&reply);
	(void)close(fd);
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(logged("took too long"), 2);
}

Test(serve, an_answer_nobody_takes_is_given_up)
{
	int fd;

	serve((struct gateway_options){.workers = 1, .request_seconds = 1});
	fd = fcgi_connect(where);
	cr_assert(fcgi_begin(fd, 1, false) && fcgi_params(fd, get_large) && fcgi_stdin(fd, NULL));
	cr_expect_neq(ask_pid(), 0, "the only worker is free again");
	(void)close(fd);
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(logged("did not take the answer"), 1);
}
