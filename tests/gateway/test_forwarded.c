/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "gateway/gateway_private.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define FOR   "HTTP_X_FORWARDED_FOR="
#define PROTO "HTTP_X_FORWARDED_PROTO="

/* The proxy that connects, which is listed as are 10.0.0.0/8 and 2001:db8::/32. */
#define REMOTE "192.0.2.1"

static struct gateway_trust make_trust(bool local)
{
	struct gateway_trust trust = {.local = local};

	cr_assert_eq(trust_add(&trust, REMOTE), ERR_OK);
	cr_assert_eq(trust_add(&trust, "10.0.0.0/8"), ERR_OK);
	cr_assert_eq(trust_add(&trust, "2001:db8::/32"), ERR_OK);
	return trust;
}

#define SEVEN "10.0.0.1, 10.0.0.1, 10.0.0.1, 10.0.0.1, 10.0.0.1, 10.0.0.1, 10.0.0.1, "
#define LONG  "1111111111111111111111111111111111111111111111111111111111111111111111"

static const struct {
	const char *environment[4];
	const char *client;
	const char *fault; /* a word of it; NULL: none */
	const char *why;
} walks[] = {
	{{"X_FORWARDED_FOR=198.51.100.1"}, REMOTE, NULL, "another parameter"},
	{{"HTTP_X_FORWARDED_FORX=198.51.100.1"}, REMOTE, NULL, "a longer name"},
	{{"HTTP_FORWARDED=for=198.51.100.1"}, REMOTE, NULL, "RFC 7239, which is not read"},
	{{FOR}, REMOTE, NULL, "nothing in it"},
	{{FOR " , ,\t,"}, REMOTE, NULL, "nothing but commas"},
	{{FOR "unknown"}, REMOTE, "no address", "a word"},
	{{FOR "unix:"}, REMOTE, "no address", "what nginx appends for a client at its Unix socket"},
	{{FOR "198.51.100.1, evil"}, REMOTE, "no address", "something else at the right end"},
	{{FOR "198.51.100.1 10.0.0.2"}, REMOTE, "no address", "two without a comma"},
	{{FOR "198.51.100.1, \"10.0.0.2\""}, REMOTE, "no address", "quotes"},
	{{FOR "198.51.100.1, for=10.0.0.2"}, REMOTE, "no address", "RFC 7239's spelling"},
	{{FOR "198.51.100.1, 10.0.0.2%eth0"}, REMOTE, "no address", "a zone"},
	{{FOR "198.51.100.1, 010.0.0.2"}, REMOTE, "no address", "a leading zero"},
	{{FOR "198.51.100.1, 10.0.0.2:"}, REMOTE, "no address", "a colon without port"},
	{{FOR "198.51.100.1, 10.0.0.2:http"}, REMOTE, "no address", "a port by name"},
	{{FOR "198.51.100.1, 10.0.0.2:123456"}, REMOTE, "no address", "a port of six digits"},
	{{FOR "198.51.100.1, [10.0.0.2]:5"}, REMOTE, "no address", "brackets around IPv4"},
	{{FOR "198.51.100.1, [2001:db8::2"}, REMOTE, "no address", "half a bracket"},
	{{FOR "198.51.100.1, [2001:db8::2]5"}, REMOTE, "no address", "a port without colon"},
	{{FOR "198.51.100.1, [2001:db8::2]:"}, REMOTE, "no address", "brackets, a colon and no port"},
	{{FOR "198.51.100.1, []"}, REMOTE, "no address", "empty brackets"},
	{{FOR "198.51.100.1, " LONG LONG}, REMOTE, "no address", "something long"},
	{{FOR "198.51.100.1, evil, 10.0.0.2"}, "10.0.0.2", "no address", "the last good one stands"},
	{{FOR "203.0.113.9, evil, 198.51.100.1"},
	 "198.51.100.1",
	 NULL,
	 "what the client wrote is not looked at"},
	{{FOR "198.51.100.1"}, "198.51.100.1", NULL, "the client"},
	{{FOR "203.0.113.9, 198.51.100.1"}, "198.51.100.1", NULL, "the right-most one that is not listed"},
	{{FOR "10.0.0.9, 198.51.100.1"},
	 "198.51.100.1",
	 NULL,
	 "a listed address that the client has made up"},
	{{FOR "198.51.100.1, 10.0.0.2"}, "198.51.100.1", NULL, "a proxy between"},
	{{FOR "203.0.113.9, 198.51.100.1, 10.0.0.3, 10.0.0.2"}, "198.51.100.1", NULL, "two proxies between"},
	{{FOR "10.0.0.4,10.0.0.3,10.0.0.2"}, "10.0.0.4", NULL, "all are listed: the left-most"},
	{{FOR "192.0.2.1"}, REMOTE, NULL, "the proxy itself"},
	{{FOR " 198.51.100.1\t,\t10.0.0.2 ,, "}, "198.51.100.1", NULL, "blanks and empty elements"},
	{{FOR "198.51.100.1:5, 10.0.0.2:65535"}, "198.51.100.1", NULL, "ports"},
	{{FOR "[2001:DB9::1]:443, [2001:db8::2]"}, "2001:db9::1", NULL, "brackets, with a port and without"},
	{{FOR "2001:db9::1, 2001:db8::2"}, "2001:db9::1", NULL, "IPv6 without brackets"},
	{{FOR "198.51.100.1, ::ffff:10.0.0.2"}, "198.51.100.1", NULL, "a mapped proxy"},
	{{FOR "::ffff:198.51.100.1"}, "198.51.100.1", NULL, "a mapped client"},
	{{FOR "198.51.100.1", FOR "10.0.0.2"}, "198.51.100.1", NULL, "two fields are one list"},
	{{FOR "10.0.0.2", FOR "198.51.100.1"}, "198.51.100.1", NULL, "in their order"},
	{{FOR "203.0.113.9", "A=b", FOR "198.51.100.1, 10.0.0.2"},
	 "198.51.100.1",
	 NULL,
	 "with others between"},
	{{FOR "203.0.113.9", FOR "evil"}, REMOTE, "no address", "and one broken"},
	{{FOR "203.0.113.9, " SEVEN SEVEN SEVEN SEVEN "10.0.0.1, 10.0.0.1, 10.0.0.1"},
	 "203.0.113.9",
	 NULL,
	 "as many as may be"},
	{{FOR "203.0.113.9, 10.0.0.5, " SEVEN SEVEN SEVEN SEVEN "10.0.0.1, 10.0.0.1, 10.0.0.1"},
	 "10.0.0.5",
	 "too many",
	 "one more"},
	{{FOR "203.0.113.9, 10.0.0.5", FOR SEVEN SEVEN SEVEN SEVEN "10.0.0.1, 10.0.0.1, 10.0.0.1"},
	 "10.0.0.5",
	 "too many",
	 "one more in another field"},
};

Test(forwarded, the_client_is_the_right_most_who_is_not_listed)
{
	struct gateway_trust trust = make_trust(true);

	for (size_t i = 0; i < COUNT(walks); i++) {
		char *environment[COUNT(walks[i].environment) + 1] = {NULL};
		char text[ADDRESS_TEXT_SIZE];
		struct address client;
		const char *fault;

		for (size_t j = 0; j < COUNT(walks[i].environment) && walks[i].environment[j] != NULL; j++)
			environment[j] = strdup(walks[i].environment[j]);
		cr_assert_eq(address_parse(REMOTE, &client), ERR_OK);
		fault = forwarded_client(&trust, environment, &client);
		cr_expect_str_eq(address_text(&client, text), walks[i].client, "%s: %s", walks[i].why, text);
		cr_expect_eq(fault != NULL, walks[i].fault != NULL, "%s", walks[i].why);
		if (fault != NULL && walks[i].fault != NULL)
			cr_expect_not_null(strstr(fault, walks[i].fault), "%s: %s", walks[i].why, fault);
		for (size_t j = 0; environment[j] != NULL; j++)
			free(environment[j]);
	}
}

static const struct {
	const char *environment[3];
	enum forwarded_proto proto;
	const char *why;
} protocols[] = {
	{{"X_FORWARDED_PROTO=https"}, FORWARDED_UNSAID, "another parameter"},
	{{PROTO}, FORWARDED_UNSAID, "nothing in it"},
	{{PROTO " , "}, FORWARDED_UNSAID, "nothing but a comma"},
	{{PROTO "http"}, FORWARDED_OTHER, "plain"},
	{{PROTO "on"}, FORWARDED_OTHER, "another word"},
	{{PROTO "httpsx"}, FORWARDED_OTHER, "a longer word"},
	{{PROTO "https https"}, FORWARDED_OTHER, "two without a comma"},
	{{PROTO "https,http"}, FORWARDED_OTHER, "a plain hop behind"},
	{{PROTO "http, https"}, FORWARDED_OTHER, "a plain hop before"},
	{{PROTO "https", PROTO "http"}, FORWARDED_OTHER, "a plain hop in another field"},
	{{PROTO "http", PROTO "https"}, FORWARDED_OTHER, "the same the other way"},
	{{PROTO "https"}, FORWARDED_HTTPS, "TLS"},
	{{PROTO " HTTPS\t"}, FORWARDED_HTTPS, "blanks and upper case"},
	{{PROTO "https, https,"}, FORWARDED_HTTPS, "all hops"},
	{{PROTO "https", PROTO "https"}, FORWARDED_HTTPS, "all fields"},
};

Test(forwarded, every_hop_must_be_https)
{
	for (size_t i = 0; i < COUNT(protocols); i++) {
		char *environment[COUNT(protocols[i].environment) + 1] = {NULL};

		for (size_t j = 0; j < COUNT(protocols[i].environment) && protocols[i].environment[j] != NULL;
		     j++)
			environment[j] = strdup(protocols[i].environment[j]);
		cr_expect_eq(forwarded_proto(environment), protocols[i].proto, "%s", protocols[i].why);
		for (size_t j = 0; environment[j] != NULL; j++)
			free(environment[j]);
	}
}

/* --- who is believed --- */

static unsigned lines;

static void count_line(const char *line)
{
	lines += strstr(line, "X-Forwarded-For") != NULL ? 1 : 0;
}

static const struct {
	bool local; /* the Unix socket is listed */
	const char *remote;
	const char *https;
	const char *forwarded_for;
	const char *proto;
	const char *client;
	bool is_https;
	unsigned lines;
	const char *why;
} senders[] = {
	{false, REMOTE, NULL, "198.51.100.1", "https", REMOTE, false, 0, "the FastCGI peer is not listed"},
	{false, REMOTE, "on", "198.51.100.1", "http", REMOTE, true, 0, "nor can it take HTTPS away"},
	{true, "203.0.113.9", NULL, "198.51.100.1", "https", "203.0.113.9", false, 0,
	 "the sender is not listed"},
	{true, "203.0.113.9", "on", "10.0.0.1, evil", "http", "203.0.113.9", true, 0, "nor logged"},
	{true, "unix:", NULL, "198.51.100.1", "https", "", false, 0, "nor is one without address"},
	{true, NULL, NULL, "198.51.100.1", "https", "", false, 0, "nor one that is not told"},
	{true, REMOTE, NULL, "198.51.100.1", "https", "198.51.100.1", true, 0, "a listed one is believed"},
	{true, REMOTE, "on", "198.51.100.1", "http", "198.51.100.1", false, 0, "also that it was not TLS"},
	{true, REMOTE, "on", NULL, NULL, REMOTE, true, 0, "nothing forwarded: the web server's word"},
	{true, REMOTE, "", "198.51.100.1, evil", "", REMOTE, false, 1, "a broken list is logged once"},
};

Test(forwarded, listed_senders_alone_are_believed)
{
	struct peer peer = {.local = true, .user = 33};

	for (size_t i = 0; i < COUNT(senders); i++) {
		struct gateway_trust trust = make_trust(senders[i].local);
		struct request_params params = {{[PARAM_REQUEST_METHOD] = "GET",
						 [PARAM_REQUEST_URI] = "/",
						 [PARAM_REMOTE_ADDR] = senders[i].remote,
						 [PARAM_HTTPS] = senders[i].https}};
		char first[128] = "A=b";
		char second[128] = "A=b";
		char *environment[] = {first, second, NULL};
		struct request_text text;
		struct request request = {.path = NULL};

		if (senders[i].forwarded_for != NULL)
			(void)snprintf(first, sizeof first, FOR "%s", senders[i].forwarded_for);
		if (senders[i].proto != NULL)
			(void)snprintf(second, sizeof second, PROTO "%s", senders[i].proto);
		cr_assert_eq(request_fill(&params, &text, &request), 0);
		lines = 0;
		log_capture(count_line);
		forwarded_apply(&trust, &peer, environment, &text, &request);
		log_capture(NULL);
		cr_expect_str_eq(request.client_address, senders[i].client, "%s: %s", senders[i].why,
				 request.client_address);
		cr_expect_eq(request.https, senders[i].is_https, "%s", senders[i].why);
		cr_expect_eq(lines, senders[i].lines, "%s", senders[i].why);
	}
}

/* The worst: a megabyte of commas, of blanks, of one element. */
Test(forwarded, a_megabyte_is_no_trouble)
{
	struct gateway_trust trust = make_trust(true);
	static const char fillings[] = {',', ' ', '1', '\t', '['};
	size_t size = 1024 * 1024;
	char *pair = malloc(size + 1);
	char *environment[] = {pair, NULL};
	struct address client;
	char text[ADDRESS_TEXT_SIZE];

	cr_assert_not_null(pair);
	for (size_t i = 0; i < sizeof fillings; i++) {
		memset(pair, fillings[i], size);
		pair[size] = '\0';
		memcpy(pair, FOR, strlen(FOR));
		cr_assert_eq(address_parse(REMOTE, &client), ERR_OK);
		(void)forwarded_client(&trust, environment, &client);
		cr_expect_str_eq(address_text(&client, text), REMOTE);
		memcpy(pair, PROTO, strlen(PROTO));
		(void)forwarded_proto(environment);
	}
	free(pair);
}
