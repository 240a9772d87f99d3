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
