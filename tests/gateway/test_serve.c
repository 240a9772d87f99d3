/* SPDX-License-Identifier: BSD-2-Clause */
/* The real gateway_serve in a process of its own, spoken to in FastCGI records. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "gateway/gateway.h"
#include "lib/fcgi.h"
#include "lib/files.h"

#define MAX_BODY 1000u

/* --- the program behind the gateway --- */

/* In memory that all processes share. */
struct counters {
	atomic_uint starts; /* calls of worker_start */
	atomic_uint stops;
	unsigned failing_start; /* this call of worker_start fails, 0: none */
	bool always_failing;
};

static struct counters *counters;
static int tell[2]; /* a byte from the program for every event worth waiting for: 'h'andling, 'r'eloaded */
static int hold[2]; /* a byte to the program lets /hold go on */

static enum err start(void *state)
{
	struct counters *c = state;
	unsigned number = atomic_fetch_add(&c->starts, 1) + 1;

	return c->always_failing || number == c->failing_start ? ERR_UNAVAILABLE : ERR_OK;
}

static void stop_worker(void *state)
{
	atomic_fetch_add(&((struct counters *)state)->stops, 1);
}

static void say(char event)
{
	if (write(tell[1], &event, 1) != 1)
		abort();
}

static unsigned generation; /* of what this process has loaded */

static void reload(void *state)
{
	(void)state;
	generation++;
	say('r');
}

static void show_generation(const struct request *request, struct response *response)
{
	(void)request;
	response_text(response, 200, generation == 0 ? "old" : "new");
}

static void echo(const struct request *request, struct response *response)
{
	struct buffer out = {0};
	char line[256];

	(void)snprintf(line, sizeof line, "%d|%s|%s|%s|%d|%u|", (int)request->method, request->path,
		       request->query, request->client_address, request->https, request->body.size);
	buffer_append_text(&out, line);
	buffer_append(&out, request->body.data, request->body.size);
	response->content_type = "application/octet-stream";
	cr_assert(buffer_take(&out, &response->body));
}

static void show_pid(const struct request *request, struct response *response)
{
	char text[24];

	(void)request;
	(void)snprintf(text, sizeof text, "%ld", (long)getpid());
	response_text(response, 200, text);
}

static void held(const struct request *request, struct response *response)
{
	char go;

	say('h');
	if (read(hold[0], &go, 1) != 1)
		abort();
	show_pid(request, response);
}

static void large(const struct request *request, struct response *response)
{
	(void)request;
	response->body.data = gnutls_calloc(1, 3000000);
	response->body.size = 3000000;
}

static void die(const struct request *request, struct response *response)
{
	(void)request;
	(void)response;
	(void)raise(SIGKILL);
}

static const struct {
	const char *path;
	void (*handle)(const struct request *request, struct response *response);
} routes[] = {{"/pid", show_pid},
	      {"/generation", show_generation},
	      {"/hold", held},
	      {"/large", large},
	      {"/die", die}};

static void handle(void *state, const struct request *request, struct response *response)
{
	(void)state;
	for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
		if (strcmp(request->path, routes[i].path) == 0) {
			routes[i].handle(request, response);
			return;
		}
	}
	echo(request, response);
}

static const struct gateway_app app = {
	.worker_start = start,
	.handle = handle,
	.reload = reload,
	.worker_stop = stop_worker,
};

/* --- the gateway in its process --- */

static pid_t server;
static char where[256];
static char log_path[256];

/* Starts it on a Unix socket, its log in a file. */
static void serve(struct gateway_options options)
{
	options.program = "test";
	options.listen = where;
	options.max_body = MAX_BODY;
	server = fork();
	cr_assert_geq(server, 0);
	if (server == 0) {
		int log = open(log_path, O_CREAT | O_WRONLY | O_APPEND, 0600);

		(void)prctl(PR_SET_PDEATHSIG, SIGTERM); /* should the test fail before it ends the server */
		(void)dup2(log, STDOUT_FILENO);
		(void)dup2(log, STDERR_FILENO);
		(void)close(tell[0]);
		(void)close(hold[1]);
		_exit(gateway_serve(&options, &app, counters));
	}
	(void)close(tell[1]);
	(void)close(hold[0]);
}

static void set_up(void)
{
	(void)snprintf(where, sizeof where, "%s/socket", test_directory());
	(void)snprintf(log_path, sizeof log_path, "%s/log", test_directory());
	counters = mmap(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq(counters, MAP_FAILED);
	cr_assert_eq(pipe(tell), 0);
	cr_assert_eq(pipe(hold), 0);
}

/* Waits for the gateway to end: its exit status, -1 when a signal ended it. */
static int ended(void)
{
	int status;

	cr_assert_eq(waitpid(server, &status, 0), server);
	server = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int stop(void)
{
	cr_assert_eq(kill(server, SIGTERM), 0);
	return ended();
}

/* The next event the program tells of, 0 when all its processes have ended. */
static char wait_event(void)
{
	struct pollfd readable = {.fd = tell[0], .events = POLLIN};
	char event = 0;

	cr_assert_gt(poll(&readable, 1, TEST_FCGI_SECONDS * 1000), 0, "nothing happened");
	return read(tell[0], &event, 1) == 1 ? event : 0;
}

static void let_go(void)
{
	cr_assert_eq(write(hold[1], "g", 1), 1);
}

/* How often the log has TEXT. */
static unsigned logged(const char *text)
{
	gnutls_datum_t log = test_read(log_path);
	unsigned count = 0;
	const char *at = (const char *)log.data;
	const char *end = at + log.size;

	while ((at = memmem(at, (size_t)(end - at), text, strlen(text))) != NULL) {
		at++;
		count++;
	}
	bytes_free(&log);
	return count;
}

/* --- requests --- */

static const struct fcgi_param get_pid[] = {{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/pid"}, {NULL, NULL}};
static const struct fcgi_param get_hold[] = {
	{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/hold"}, {NULL, NULL}};
static const struct fcgi_param get_large[] = {
	{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/large"}, {NULL, NULL}};
static const struct fcgi_param get_die[] = {{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/die"}, {NULL, NULL}};

static const struct fcgi_param get_generation[] = {
	{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/generation"}, {NULL, NULL}};

/* The process that answers, 0 when none does. */
static long ask_pid_over(int fd, bool keep)
{
	struct fcgi_reply reply;
	long pid;

	fcgi_exchange(fd, keep, get_pid, NULL, &reply);
	pid = reply.complete && reply.status == 200 ? strtol((const char *)reply.body.data, NULL, 10) : 0;
	fcgi_reply_free(&reply);
	return pid;
}

static long ask_pid(void)
{
	int fd = fcgi_connect(where);
	long pid = ask_pid_over(fd, false);

	(void)close(fd);
	return pid;
}

static gnutls_datum_t make_body(unsigned size)
{
	gnutls_datum_t body = {gnutls_malloc(size + 1), size};

	cr_assert_not_null(body.data);
	memset(body.data, 'b', size);
	return body;
}

TestSuite(serve, .init = set_up, .timeout = 60);

/* --- what cannot start --- */

Test(serve, failing_worker_start_ends_the_program)
{
	static const unsigned workers[] = {0, 1, 3};

	for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
		set_up();
		counters->always_failing = true;
		serve((struct gateway_options){.workers = workers[i]});
		cr_expect_eq(ended(), EXIT_FAILURE, "%u workers", workers[i]);
		cr_expect_geq(logged("the worker cannot start"), 1);
		cr_expect_neq(access(where, F_OK), 0, "the socket is removed");
		cr_expect_leq(atomic_load(&counters->starts), workers[i] > 0 ? workers[i] : 1,
			      "tried once each");
		cr_assert_eq(unlink(log_path), 0);
	}
}

Test(serve, a_successor_that_cannot_start_is_tried_again)
{
	struct fcgi_reply reply;

	counters->failing_start = 2;
	serve((struct gateway_options){.workers = 1});
	fcgi_request(where, get_die, NULL, &reply);
	cr_expect_not(reply.complete);
	fcgi_reply_free(&reply);
	cr_expect_neq(ask_pid(), 0, "the third one answers");
	cr_expect_eq(atomic_load(&counters->starts), 3);
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(logged("the worker cannot start"), 1);
}

Test(serve, a_restriction_that_is_not_supported_refuses_to_start)
{
	cr_assert_eq(setenv("FCGI_WEB_SERVER_ADDRS", "127.0.0.1", 1), 0);
	serve((struct gateway_options){.workers = 1});
	cr_expect_eq(ended(), EXIT_FAILURE);
	cr_expect_eq(logged("FCGI_WEB_SERVER_ADDRS"), 1);
}

Test(serve, too_many_workers_refuse_to_start)
{
	serve((struct gateway_options){.workers = LIMIT_WORKERS + 1});
	cr_expect_eq(ended(), EXIT_FAILURE);
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
						    {bodies[i].length != NULL ? "CONTENT_LENGTH" : "X",
						     bodies[i].length != NULL ? bodies[i].length : ""},
						    {NULL, NULL}};
		gnutls_datum_t body = make_body(bodies[i].size);
		struct fcgi_reply reply;
		char head[32];

		fcgi_request(where, params, &body, &reply);
		cr_expect_eq(reply.status, bodies[i].status, "%s: %d", bodies[i].why, reply.status);
		(void)snprintf(head, sizeof head, "2|/x|||0|%u|", bodies[i].size);
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
	cr_expect_eq(logged("\"message\":\"a FastCGI parameter is given twice\",\"name\":\""), 6);
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

/* --- requests that are answered --- */

Test(serve, a_request_as_nginx_sends_it)
{
	static const struct fcgi_param params[] = {{"QUERY_STRING", "operation=PKIOperation"},
						   {"REQUEST_METHOD", "POST"},
						   {"CONTENT_TYPE", ""},
						   {"CONTENT_LENGTH", "4"},
						   {"SCRIPT_NAME", "/scep/corp"},
						   {"REQUEST_URI", "//scep/%63orp?operation=PKIOperation"},
						   {"DOCUMENT_URI", "/scep/corp"},
						   {"HTTPS", "on"},
						   {"REMOTE_ADDR", "192.0.2.9"},
						   {"HTTP_X", "1"},
						   {"HTTP_X", "2"},
						   {NULL, NULL}};
	static const char expected[] = "2|/scep/corp|operation=PKIOperation|192.0.2.9|1|4|a\0bc";
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
	cr_expect_eq(logged("\"remote_addr\":\"192.0.2.9\",\"bytes\":\"54\""), 1);
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
	cr_expect_eq(reply.body.size, strlen("3|/x|||0|0|"), "only POST has a body");
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

/* --- workers come and go --- */

Test(serve, a_worker_that_dies_is_replaced)
{
	struct fcgi_reply reply;
	long pid;

	serve((struct gateway_options){.workers = 1});
	pid = ask_pid();
	fcgi_request(where, get_die, NULL, &reply);
	cr_expect_not(reply.complete);
	fcgi_reply_free(&reply);
	cr_expect_neq(ask_pid(), 0, "the next request is answered");
	cr_expect_neq(ask_pid(), pid);
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(logged("\"message\":\"a worker died\""), 1);
	cr_expect_eq(logged("signal 9"), 1);
}

Test(serve, workers_retire)
{
	long first;

	serve((struct gateway_options){.workers = 1, .max_requests = 3});
	first = ask_pid();
	cr_expect_eq(ask_pid(), first);
	cr_expect_eq(ask_pid(), first);
	cr_expect_neq(ask_pid(), first, "the fourth is answered by a successor");
	cr_expect_eq(atomic_load(&counters->stops), 1);
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(atomic_load(&counters->stops), 2, "every worker is stopped in order");
	cr_expect_eq(logged("a worker died"), 0, "which is no death");
}

Test(serve, the_process_itself_retires)
{
	serve((struct gateway_options){.workers = 0, .max_requests = 2});
	cr_expect_eq(ask_pid(), server);
	cr_expect_eq(ask_pid(), server);
	cr_expect_eq(ended(), EXIT_SUCCESS);
}

Test(serve, sighup_reloads_every_worker)
{
	serve((struct gateway_options){.workers = 3});
	(void)ask_pid();
	while (atomic_load(&counters->starts) < 3)
		(void)ask_pid();
	cr_assert_eq(kill(server, SIGHUP), 0);
	for (unsigned i = 0; i < 3; i++)
		cr_expect_eq(wait_event(), 'r', "worker %u", i);
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

Test(serve, successors_have_what_was_reloaded)
{
	struct fcgi_reply reply;

	serve((struct gateway_options){.workers = 1});
	(void)ask_pid();
	cr_assert_eq(kill(server, SIGHUP), 0);
	cr_expect_eq(wait_event(), 'r', "the worker, or the process it is forked from");
	cr_expect_eq(wait_event(), 'r', "the other one");
	fcgi_request(where, get_die, NULL, &reply);
	fcgi_reply_free(&reply);
	fcgi_request(where, get_generation, NULL, &reply);
	cr_expect(reply.body.size == 4 && memcmp(reply.body.data, "new\n", 4) == 0);
	fcgi_reply_free(&reply);
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

Test(serve, sighup_reloads_between_requests_only)
{
	struct fcgi_reply reply;
	int fd;

	serve((struct gateway_options){.workers = 0});
	fd = fcgi_connect(where);
	cr_assert(fcgi_begin(fd, 1, false) && fcgi_params(fd, get_hold) && fcgi_stdin(fd, NULL));
	cr_assert_eq(wait_event(), 'h');
	cr_assert_eq(kill(server, SIGHUP), 0);
	let_go();
	fcgi_read(fd, &reply);
	(void)close(fd);
	cr_expect_eq(reply.status, 200);
	cr_expect_eq(wait_event(), 'r');
	fcgi_reply_free(&reply);
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

static const int ends[] = {SIGTERM, SIGINT, SIGUSR1};

Test(serve, the_request_being_served_is_finished_first)
{
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct fcgi_reply reply;
		int fd;

		set_up();
		serve((struct gateway_options){.workers = 0});
		fd = fcgi_connect(where);
		cr_assert(fcgi_begin(fd, 1, false) && fcgi_params(fd, get_hold) && fcgi_stdin(fd, NULL));
		cr_assert_eq(wait_event(), 'h');
		cr_assert_eq(kill(server, ends[i]), 0);
		let_go();
		fcgi_read(fd, &reply);
		cr_expect(reply.complete, "signal %d", ends[i]);
		cr_expect_eq(reply.status, 200, "signal %d", ends[i]);
		fcgi_reply_free(&reply);
		(void)close(fd);
		cr_expect_eq(ended(), EXIT_SUCCESS, "signal %d", ends[i]);
	}
}

Test(serve, a_connection_accepted_before_the_end_is_served)
{
	int held_fd;
	int waiting_fd;
	struct fcgi_reply reply;

	serve((struct gateway_options){.workers = 0});
	waiting_fd = fcgi_connect(where);
	cr_expect_eq(ask_pid(), server, "it is accepted by now: connections are taken in order");
	held_fd = fcgi_connect(where);
	cr_assert(fcgi_begin(held_fd, 1, false) && fcgi_params(held_fd, get_hold) &&
		  fcgi_stdin(held_fd, NULL));
	cr_assert_eq(wait_event(), 'h');
	cr_assert_eq(kill(server, SIGTERM), 0);
	cr_assert(fcgi_begin(waiting_fd, 1, true) && fcgi_params(waiting_fd, get_pid) &&
		  fcgi_stdin(waiting_fd, NULL));
	let_go();
	fcgi_read(held_fd, &reply);
	cr_expect_eq(reply.status, 200);
	fcgi_reply_free(&reply);
	fcgi_read(waiting_fd, &reply);
	cr_expect_eq(reply.status, 200);
	cr_expect(fcgi_closed(waiting_fd), "but not kept");
	fcgi_reply_free(&reply);
	(void)close(held_fd);
	(void)close(waiting_fd);
	cr_expect_eq(ended(), EXIT_SUCCESS);
}

Test(serve, the_master_waits_for_its_workers)
{
	struct fcgi_reply reply;
	int fd;

	serve((struct gateway_options){.workers = 2});
	fd = fcgi_connect(where);
	cr_assert(fcgi_begin(fd, 1, false) && fcgi_params(fd, get_hold) && fcgi_stdin(fd, NULL));
	cr_assert_eq(wait_event(), 'h');
	cr_assert_eq(kill(server, SIGTERM), 0);
	cr_expect_eq(waitpid(server, NULL, WNOHANG), 0);
	let_go();
	fcgi_read(fd, &reply);
	cr_expect_eq(reply.status, 200);
	fcgi_reply_free(&reply);
	(void)close(fd);
	cr_expect_eq(ended(), EXIT_SUCCESS);
	cr_expect_eq(atomic_load(&counters->stops), 2);
}

Test(serve, workers_end_with_their_master)
{
	serve((struct gateway_options){.workers = 2});
	(void)ask_pid();
	cr_assert_eq(kill(server, SIGKILL), 0);
	cr_expect_eq(ended(), -1);
	cr_expect_eq(wait_event(), 0, "nobody is left who could tell of anything");
}
