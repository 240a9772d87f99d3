/* SPDX-License-Identifier: BSD-2-Clause */
/* The real gateway_serve and peers who may not connect, or are not believed. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "gateway/client_case.h"
#include "gateway/served.h"
#include "lib/files.h"

TestSuite(serve_trust, .init = set_up, .timeout = 60);

/* A user who is neither root nor whoever runs the tests, most likely: there need not be an account. */
#define STRANGER 64999u

static struct gateway_trust trust;

/* Lists WORD, which may be NULL, and serves over a Unix socket or over TCP. */
static void serve_listed(const char *word, bool tcp)
{
	trust = (struct gateway_trust){.certificates = true};
	if (word != NULL)
		cr_assert_eq(trust_add(&trust, word), ERR_OK);
	if (tcp)
		listen_on_tcp();
	serve((struct gateway_options){.workers = 1, .trust = &trust});
}

static const char *const unlisted[] = {NULL, "unix"};

Test(serve_trust, tcp_without_a_network_refuses_to_start)
{
	for (size_t i = 0; i < sizeof unlisted / sizeof *unlisted; i++) {
		set_up();
		serve_listed(unlisted[i], true);
		cr_expect_eq(ended(), EXIT_FAILURE, "on descriptor 0");
		cr_expect_eq(logged("CERTCTL_TRUSTED_PROXY_CIDRS"), 1);
		cr_expect_eq(logged("CERTCTL_TRUST_PROXY_CLIENT_CERT"), 1);
		cr_expect_eq(atomic_load(&counters->starts), 0);
		cr_assert_eq(unlink(log_path), 0);
	}
	set_up();
	(void)snprintf(where, sizeof where, "127.0.0.1:0");
	serve((struct gateway_options){.workers = 1});
	cr_expect_eq(ended(), EXIT_FAILURE, "on an address of its own");
	cr_expect_eq(logged("CERTCTL_TRUSTED_PROXY_CIDRS"), 1);
}

/* Sends a whole request over FD; true when the connection was closed without a byte of an answer. */
static bool is_closed_unread(int fd)
{
	struct fcgi_reply reply;
	bool silent;

	(void)(fcgi_begin(fd, 1, false) && fcgi_params(fd, get_pid) && fcgi_stdin(fd, NULL));
	fcgi_read(fd, &reply);
	silent = !reply.complete && reply.records == 0;
	fcgi_reply_free(&reply);
	(void)close(fd);
	return silent;
}

Test(serve_trust, tcp_from_an_unlisted_address_is_closed_unread)
{
	serve_listed("127.0.0.1/32", true);
	cr_expect_neq(ask_pid(), 0, "who is listed is served");
	fcgi_source = "127.0.0.2";
	for (int i = 0; i < 5; i++)
		cr_expect(is_closed_unread(fcgi_connect(where)));
	cr_expect(fcgi_closed(fcgi_connect(where)), "before anything is sent");
	fcgi_source = NULL;
	cr_expect_neq(ask_pid(), 0, "and others are not disturbed");
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(logged("closed unread"), 1, "one line, however many come");
	cr_expect_eq(logged("\"peer\":\"127.0.0.2\""), 1);
	cr_expect_eq(logged("\"message\":\"request completed\""), 2);
}

Test(serve_trust, tcp_from_a_listed_network_is_served)
{
	serve_listed("127.0.0.0/30", true);
	fcgi_source = "127.0.0.3";
	cr_expect_neq(ask_pid(), 0);
	fcgi_source = "127.0.0.4";
	cr_expect(is_closed_unread(fcgi_connect(where)), "the next one is not of it");
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

Test(serve_trust, a_unix_socket_that_is_not_listed_is_pointed_out)
{
	serve_listed("10.0.0.0/8", false);
	cr_expect_neq(ask_pid(), 0, "and served");
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(logged("does not have the word unix"), 1);
}

static const struct fcgi_param get_forwarded[] = {
	{"REQUEST_METHOD", "GET"},           {"REQUEST_URI", "/echo"},
	{"REMOTE_ADDR", "10.0.0.1"},         {"HTTP_X_FORWARDED_FOR", "198.51.100.1"},
	{"HTTP_X_FORWARDED_PROTO", "https"}, {NULL, NULL}};

/* True when the program was told of ADDRESS and HTTPS ("1" or "0"). */
static bool is_told(const char *address, const char *https)
{
	struct fcgi_reply reply;
	char expected[64];
	bool told;

	(void)snprintf(expected, sizeof expected, "|%s|%s|", address, https);
	fcgi_request(where, get_forwarded, NULL, &reply);
	told = reply.status == 200 &&
	       memmem(reply.body.data, reply.body.size, expected, strlen(expected)) != NULL;
	fcgi_reply_free(&reply);
	return told;
}

Test(serve_trust, forwarded_addresses_count_from_listed_senders_alone)
{
	static const struct {
		const char *words[2];
		bool tcp;
		const char *address;
		const char *https;
		const char *why;
	} cases[] = {
		{{NULL, NULL}, false, "10.0.0.1", "0", "nobody is listed"},
		{{"unix", NULL}, false, "10.0.0.1", "0", "the peer alone"},
		{{"10.0.0.0/8", NULL}, false, "10.0.0.1", "0", "REMOTE_ADDR alone"},
		{{"127.0.0.1", NULL}, true, "10.0.0.1", "0", "the peer alone, over TCP"},
		{{"unix", "10.0.0.0/8"}, false, "198.51.100.1", "1", "both"},
		{{"127.0.0.1", "10.0.0.0/8"}, true, "198.51.100.1", "1", "both, over TCP"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		set_up();
		trust = (struct gateway_trust){.source = CLIENT_SOURCE_PARAMS};
		for (size_t j = 0; j < 2 && cases[i].words[j] != NULL; j++)
			cr_assert_eq(trust_add(&trust, cases[i].words[j]), ERR_OK);
		if (cases[i].tcp)
			listen_on_tcp();
		serve((struct gateway_options){.workers = 1, .trust = &trust});
		cr_expect(is_told(cases[i].address, cases[i].https), "%s", cases[i].why);
		cr_expect_eq(stop(), EXIT_SUCCESS);
	}
}

static void serve_users(const uid_t *users, size_t count)
{
	trust = (struct gateway_trust){.local = true, .user_count = count};
	if (count > 0)
		memcpy(trust.users, users, count * sizeof *users);
	serve((struct gateway_options){.workers = 1, .trust = &trust});
}

Test(serve_trust, a_user_who_is_not_listed_is_closed_unread)
{
	const uid_t users[] = {geteuid() + 1, geteuid() + 2};
	char line[64];

	serve_users(users, 2);
	cr_expect(is_closed_unread(fcgi_connect(where)));
	cr_expect(is_closed_unread(fcgi_connect(where)));
	cr_expect_eq(stop(), EXIT_SUCCESS);
	(void)snprintf(line, sizeof line, "\"peer\":\"user %lu\"", (unsigned long)geteuid());
	cr_expect_eq(logged(line), 1, "one line");
	cr_expect_eq(logged("CERTCTL_TRUSTED_PROXY_USERS"), 1);
}

/* A connection of the user STRANGER, whom the mode of socket and directory lets. */
static int connect_as_stranger(void)
{
	int fd;

	cr_assert_eq(chmod(where, 0666), 0);
	cr_assert_eq(chmod(test_directory(), 0711), 0);
	cr_assert_eq(seteuid(STRANGER), 0);
	fd = fcgi_connect(where);
	cr_assert_eq(seteuid(0), 0);
	return fd;
}

Test(serve_trust, another_user_is_told_from_the_listed_one)
{
	const uid_t users[] = {geteuid()};

	if (geteuid() != 0)
		cr_skip_test("only root can be two users");
	serve_users(users, 1);
	cr_expect_neq(ask_pid(), 0, "who is listed is served");
	cr_expect(is_closed_unread(connect_as_stranger()));
	cr_expect_neq(ask_pid(), 0);
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(logged("\"peer\":\"user 64999\""), 1);
}

Test(serve_trust, without_users_the_mode_of_the_socket_decides)
{
	if (geteuid() != 0)
		cr_skip_test("only root can be two users");
	serve_users(NULL, 0);
	cr_expect_neq(ask_pid(), 0);
	cr_expect_neq(ask_pid_over(connect_as_stranger(), false), 0);
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

/* --- client certificates --- */

#define MOST 3

/* Asks for /certificate with PARAMS, at most MOST whose values are templates; the status, and what was shown.
 */
static int show_certificate(const struct fcgi_param *params, char *shown, size_t size)
{
	struct fcgi_param all[MOST + 4] = {
		{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", "/certificate"}, {"REMOTE_ADDR", "10.0.0.1"}};
	struct fcgi_reply reply;
	int status;

	for (size_t i = 0; i < MOST && params[i].name != NULL; i++)
		all[i + 3] = (struct fcgi_param){params[i].name, client_spell(params[i].value)};
	fcgi_request(where, all, NULL, &reply);
	status = reply.status;
	(void)snprintf(shown, size, "%.*s", (int)strcspn((const char *)reply.body.data, "\n"),
		       (const char *)reply.body.data);
	fcgi_reply_free(&reply);
	return status;
}

#define CERT   "SSL_CLIENT_CERT", "{pem 1}"
#define VERIFY "SSL_CLIENT_VERIFY", "SUCCESS"
#define HEADER "HTTP_X_SSL_CLIENT_CERT", "{url 1}"
#define TOLD   "HTTP_X_SSL_CLIENT_VERIFY", "SUCCESS"

static const struct {
	bool off;
	enum client_source source;
	const char *words[2];
	struct fcgi_param params[MOST];
	int status;
	const char *label;
	bool logged; /* a line beside the access line's, at level info or above */
	const char *why;
} told[] = {
	{false, CLIENT_SOURCE_PARAMS, {"unix", NULL}, {{NULL, NULL}}, 200, "client_absent", false, "none"},
	{true,
	 CLIENT_SOURCE_PARAMS,
	 {"unix", NULL},
	 {{CERT}, {VERIFY}},
	 200,
	 "client_trust_off",
	 false,
	 "off"},
	{false,
	 CLIENT_SOURCE_PARAMS,
	 {NULL, NULL},
	 {{CERT}, {VERIFY}},
	 200,
	 "client_sender",
	 true,
	 "not listed"},
	{false,
	 CLIENT_SOURCE_X_SSL_CLIENT_CERT,
	 {"unix", NULL},
	 {{HEADER}, {TOLD}},
	 200,
	 "client_sender",
	 true,
	 "a client that is not listed"},
	{false,
	 CLIENT_SOURCE_PARAMS,
	 {"unix", NULL},
	 {{HEADER}, {TOLD}},
	 200,
	 "client_other_source",
	 true,
	 "a header field where parameters are asked for"},
	{false,
	 CLIENT_SOURCE_PARAMS,
	 {"unix", NULL},
	 {{CERT}},
	 200,
	 "client_verdict_missing",
	 true,
	 "no verdict"},
	{false,
	 CLIENT_SOURCE_PARAMS,
	 {"unix", NULL},
	 {{VERIFY}},
	 200,
	 "client_empty",
	 true,
	 "no certificate"},
	{false,
	 CLIENT_SOURCE_PARAMS,
	 {"unix", NULL},
	 {{CERT}, {CERT}, {VERIFY}},
	 400,
	 "client_field_twice",
	 true,
	 "twice"},
	{false,
	 CLIENT_SOURCE_X_SSL_CLIENT_CERT,
	 {"unix", "10.0.0.0/8"},
	 {{HEADER}, {HEADER}, {TOLD}},
	 400,
	 "client_field_twice",
	 true,
	 "a field with dashes, and one with underscores"},
	{true,
	 CLIENT_SOURCE_PARAMS,
	 {"unix", NULL},
	 {{CERT}, {CERT}},
	 200,
	 "client_trust_off",
	 false,
	 "twice, and nobody listens"},
	{false, CLIENT_SOURCE_PARAMS, {"unix", NULL}, {{CERT}, {VERIFY}}, 200, "client_given", false, "one"},
	{false,
	 CLIENT_SOURCE_X_SSL_CLIENT_CERT,
	 {"unix", "10.0.0.0/8"},
	 {{HEADER}, {TOLD}},
	 200,
	 "client_given",
	 false,
	 "one in a header field"},
};

static void serve_case(size_t i)
{
	set_up();
	trust = (struct gateway_trust){.certificates = !told[i].off, .source = told[i].source};
	for (size_t j = 0; j < 2 && told[i].words[j] != NULL; j++)
		cr_assert_eq(trust_add(&trust, told[i].words[j]), ERR_OK);
	serve((struct gateway_options){.workers = 1, .trust = &trust});
}

/* The access line has the outcome unless there is none to tell of; the other line has it too. */
static void expect_lines(size_t i)
{
	bool absent = strcmp(told[i].label, "client_absent") == 0;
	char text[64];

	(void)snprintf(text, sizeof text, "\"client_certificate\":\"%s\"", told[i].label);
	cr_expect_eq(logged(text), absent ? 0 : 1, "%s", told[i].why);
	cr_expect_eq(logged("\"client_certificate\""), absent ? 0 : 1, "%s", told[i].why);
	(void)snprintf(text, sizeof text, "\"outcome\":\"%s\"", told[i].label);
	cr_expect_eq(logged(text), told[i].logged ? 1 : 0, "%s", told[i].why);
}

Test(serve_trust, certificates_reach_the_program_as_they_are_believed)
{
	for (size_t i = 0; i < sizeof told / sizeof *told; i++) {
		char expected[64];
		char shown[128];
		int status;

		serve_case(i);
		status = show_certificate(told[i].params, shown, sizeof shown);
		cr_expect_eq(status, told[i].status, "%s: %d", told[i].why, status);
		(void)snprintf(expected, sizeof expected, "%s|%u|0", told[i].label,
			       strcmp(told[i].label, "client_given") == 0 ? client_der('1').size : 0);
		if (told[i].status == 200)
			cr_expect_str_eq(shown, expected, "%s: %s", told[i].why, shown);
		cr_expect_eq(stop(), EXIT_SUCCESS);
		expect_lines(i);
		cr_expect_eq(atomic_load(&counters->refused[400]), told[i].status == 400 ? 1u : 0u,
			     "%s: the program is told", told[i].why);
		cr_assert_eq(unlink(log_path), 0);
	}
}

/* One that needs more records than one, then as usual. */
Test(serve_trust, a_megabyte_of_certificate_is_no_trouble)
{
	size_t size = 1024 * 1024;
	char *value = malloc(size);
	struct fcgi_param params[] = {{"SSL_CLIENT_CERT", value}, {VERIFY}, {NULL, NULL}};
	static const struct fcgi_param good[] = {{CERT}, {VERIFY}, {NULL, NULL}};
	char shown[128];

	cr_assert_not_null(value);
	memset(value, 'A', size - 1);
	value[size - 1] = '\0';
	serve_listed("unix", false);
	cr_expect_eq(show_certificate(params, shown, sizeof shown), 200);
	cr_expect_str_eq(shown, "client_limit|0|0", "%s", shown);
	cr_expect_eq(show_certificate(good, shown, sizeof shown), 200);
	cr_expect_eq(strncmp(shown, "client_given|", 13), 0, "%s", shown);
	cr_expect_eq(stop(), EXIT_SUCCESS);
	free(value);
}
