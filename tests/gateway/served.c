/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/served.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/files.h"

#define MAX_BODY 1000u

/* --- the program behind the gateway --- */

struct counters *counters;
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

static enum err reload(void *state)
{
	struct counters *c = state;

	if (!c->failing_reload)
		generation++;
	say('r');
	return c->failing_reload ? ERR_CONFIG : ERR_OK;
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

	(void)snprintf(line, sizeof line, "%d|%s|%s|%s|%s|%d|%u|", (int)request->method, request->path,
		       request->query, request->content_type, request->client_address, request->https,
		       request->body.size);
	buffer_append_text(&out, line);
	buffer_append(&out, request->body.data, request->body.size);
	response->content_type = "application/octet-stream";
	cr_assert(buffer_take(&out, &response->body));
}

/* "OUTCOME|BYTES OF THE LEAF|CERTIFICATES OF THE CHAIN" */
static void show_certificate(const struct request *request, struct response *response)
{
	const struct client_certificate *certificate = &request->certificate;
	char text[128];

	(void)snprintf(text, sizeof text, "%s|%u|%zu", client_outcome_label(certificate->outcome),
		       certificate->leaf.size, certificate->chain_count);
	response_text(response, 200, text);
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
	      {"/certificate", show_certificate},
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

static void refused(void *state, const struct request *request, int status)
{
	(void)state;
	if (request->path != NULL && request->path[0] == '/' && status > 0 && status < 600)
		atomic_fetch_add(&counters->refused[status], 1);
}

static const struct gateway_app app = {
	.worker_start = start,
	.handle = handle,
	.refused = refused,
	.reload = reload,
	.worker_stop = stop_worker,
};

/* --- the gateway in its process --- */

pid_t server;
char where[256];
char log_path[256];
static int standard_input; /* a listening socket for it, or -1 */

void listen_on_tcp(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;

	standard_input = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_geq(standard_input, 0);
	cr_assert_eq(bind(standard_input, (const struct sockaddr *)&address, size), 0);
	cr_assert_eq(listen(standard_input, SOMAXCONN), 0);
	cr_assert_eq(getsockname(standard_input, (struct sockaddr *)&address, &size), 0);
	(void)snprintf(where, sizeof where, "%u", ntohs(address.sin_port));
}

void serve(struct gateway_options options)
{
	options.program = "test";
	options.listen = standard_input < 0 ? where : NULL;
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
		if (standard_input >= 0)
			(void)dup2(standard_input, STDIN_FILENO);
		_exit(gateway_serve(&options, &app, counters));
	}
	(void)close(tell[1]);
	(void)close(hold[0]);
	if (standard_input >= 0)
		(void)close(standard_input);
}

void set_up(void)
{
	standard_input = -1;
	(void)snprintf(where, sizeof where, "%s/socket", test_directory());
	(void)snprintf(log_path, sizeof log_path, "%s/log", test_directory());
	counters = mmap(NULL, sizeof *counters, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	cr_assert_neq(counters, MAP_FAILED);
	cr_assert_eq(pipe(tell), 0);
	cr_assert_eq(pipe(hold), 0);
}

int ended(void)
{
	int status;

	cr_assert_eq(waitpid(server, &status, 0), server);
	server = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int stop(void)
{
	cr_assert_eq(kill(server, SIGTERM), 0);
	return ended();
}

char wait_event(void)
{
	struct pollfd readable = {.fd = tell[0], .events = POLLIN};
	char event = 0;

	cr_assert_gt(poll(&readable, 1, TEST_FCGI_SECONDS * 1000), 0, "nothing happened");
	return read(tell[0], &event, 1) == 1 ? event : 0;
}

void let_go(void)
{
	cr_assert_eq(write(hold[1], "g", 1), 1);
}

unsigned logged(const char *text)
{
	return test_count(log_path, text);
}

/* --- requests --- */

const struct fcgi_param get_pid[] = {{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/pid"}, {NULL, NULL}};
const struct fcgi_param get_hold[] = {{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/hold"}, {NULL, NULL}};
const struct fcgi_param get_large[] = {{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/large"}, {NULL, NULL}};
const struct fcgi_param get_die[] = {{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/die"}, {NULL, NULL}};

const struct fcgi_param get_generation[] = {
	{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/generation"}, {NULL, NULL}};

long ask_pid_over(int fd, bool keep)
{
	struct fcgi_reply reply;
	long pid;

	fcgi_exchange(fd, keep, get_pid, NULL, &reply);
	pid = reply.complete && reply.status == 200 ? strtol((const char *)reply.body.data, NULL, 10) : 0;
	fcgi_reply_free(&reply);
	return pid;
}

long ask_pid(void)
{
	int fd = fcgi_connect(where);
	long pid = ask_pid_over(fd, false);

	(void)close(fd);
	return pid;
}
