/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/trust.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A trust that lists the words of WORDS, apart by blanks; USERS likewise. */
static struct gateway_trust make(const char *words, const char *users)
{
	struct gateway_trust trust = {.certificates = true};
	char text[256];

	(void)snprintf(text, sizeof text, "%s", words);
	for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
		cr_assert_eq(trust_add(&trust, word), ERR_OK, "%s", word);
	(void)snprintf(text, sizeof text, "%s", users);
	for (char *word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
		cr_assert_eq(trust_add_user(&trust, word), ERR_OK, "%s", word);
	return trust;
}

/* A TCP peer with the address TEXT, or with "user N" that user at a Unix socket. */
static struct peer peer(const char *text)
{
	struct peer peer = {.user = (uid_t)-1};
	unsigned long user;

	if (sscanf(text, "user %lu", &user) == 1)
		peer = (struct peer){.local = true, .user = (uid_t)user};
	else
		cr_assert_eq(address_parse(text, &peer.address), ERR_OK, "%s", text);
	return peer;
}

static const struct {
	const char *words;
	const char *users;
	const char *peer;
	bool admitted;
	bool believed;
	const char *why;
} peers[] = {
	{"", "", "127.0.0.1", false, false, "TCP, and nobody is listed"},
	{"", "", "::1", false, false, "the same for IPv6"},
	{"unix", "", "127.0.0.1", false, false, "TCP, and only the Unix socket is listed"},
	{"10.0.0.0/8", "", "11.0.0.1", false, false, "TCP from beside the network"},
	{"10.0.0.0/8", "", "::1", false, false, "IPv6, and only IPv4 is listed"},
	{"10.0.0.0/8", "", "10.1.2.3", true, true, "TCP from the network"},
	{"10.0.0.0/8", "", "::ffff:10.1.2.3", true, true, "the same on a socket of both kinds"},
	{"192.0.2.0/24 2001:db8::/32", "", "2001:db8::5", true, true, "from the second network"},
	{"", "", "user 33", true, false, "the Unix socket may always be connected to"},
	{"10.0.0.0/8", "", "user 33", true, false, "but is believed only if it is listed"},
	{"unix", "", "user 33", true, true, "by any user"},
	{"unix", "33 44", "user 34", false, false, "unless users are listed"},
	{"unix", "33 44", "user 0", false, false, "root is no exception"},
	{"unix", "33 44", "user 44", true, true, "which he is"},
	{"10.0.0.0/8", "33", "user 34", false, false, "users count without the word, too"},
	{"10.0.0.0/8", "33", "user 33", true, false, "but make nobody believed"},
	{"10.0.0.0/8 unix", "33", "10.0.0.1", true, true, "and do not concern TCP"},
};

Test(trust, of_peers)
{
	for (size_t i = 0; i < COUNT(peers); i++) {
		struct gateway_trust trust = make(peers[i].words, peers[i].users);
		struct peer who = peer(peers[i].peer);

		cr_expect_eq(trust_admits(&trust, &who), peers[i].admitted, "%s", peers[i].why);
		cr_expect_eq(trust_believes_peer(&trust, &who), peers[i].believed, "%s", peers[i].why);
	}
}

static const struct {
	const char *words;
	const char *peer;
	const char *remote;
	bool believed;
	const char *why;
} headers[] = {
	{"", "user 33", "127.0.0.1", false, "nobody is listed"},
	{"127.0.0.1", "user 33", "127.0.0.1", false, "a peer who is not listed may have made REMOTE_ADDR up"},
	{"unix", "user 33", "127.0.0.1", false, "a client of the web server who is not listed"},
	{"unix 10.0.0.0/8", "user 33", "192.0.2.1", false, "nor is he by another network"},
	{"unix 10.0.0.0/8", "user 33", NULL, false, "no REMOTE_ADDR"},
	{"unix 10.0.0.0/8", "user 33", "", false, "an empty one"},
	{"unix 10.0.0.0/8", "user 33", "unix:", false, "what nginx says of a client at its Unix socket"},
	{"unix 10.0.0.0/8", "user 33", "unix", false, "the word itself"},
	{"unix 0.0.0.0/0", "user 33", "10.0.0.1:80", false, "no address"},
	{"unix 0.0.0.0/0", "user 33", "10.0.0.1, 10.0.0.2", false, "nor is a list of them"},
	{"10.0.0.0/8", "192.0.2.1", "10.0.0.1", false, "TCP from a peer who is not listed"},
	{"unix 10.0.0.0/8", "user 33", "10.0.0.1", true, "both are listed"},
	{"unix 10.0.0.0/8", "user 33", "::ffff:10.0.0.1", true, "the same, mapped"},
	{"192.0.2.1 10.0.0.0/8", "192.0.2.1", "10.0.0.1", true, "both over TCP"},
};

Test(trust, of_header_fields)
{
	for (size_t i = 0; i < COUNT(headers); i++) {
		struct gateway_trust trust = make(headers[i].words, "");
		struct peer who = peer(headers[i].peer);

		cr_expect_eq(trust_believes_headers(&trust, &who, headers[i].remote), headers[i].believed,
			     "%s", headers[i].why);
	}
}

Test(trust, lists_are_bounded)
{
	struct gateway_trust trust = {0};

	cr_expect_eq(trust_add(&trust, "10.0.0.1/8"), ERR_MISMATCH);
	cr_expect_eq(trust_add(&trust, "UNIX"), ERR_SYNTAX);
	cr_expect_eq(trust.network_count, 0);
	for (size_t i = 0; i < LIMIT_TRUSTED_NETWORKS; i++)
		cr_assert_eq(trust_add(&trust, "10.0.0.0/8"), ERR_OK);
	cr_expect_eq(trust_add(&trust, "10.0.0.0/8"), ERR_LIMIT);
	cr_expect_eq(trust_add(&trust, "unix"), ERR_OK, "the word takes no place");
	for (size_t i = 0; i < LIMIT_TRUSTED_USERS; i++)
		cr_assert_eq(trust_add_user(&trust, "7"), ERR_OK);
	cr_expect_eq(trust_add_user(&trust, "7"), ERR_LIMIT);
}

static const char *const nobody[] = {
	"",           "no such user",         "-1", "+1", " 1", "1 ", "4294967295",
	"4294967296", "18446744073709551616", "1.0"};

Test(trust, users_are_names_or_numbers)
{
	struct gateway_trust trust = {0};

	for (size_t i = 0; i < COUNT(nobody); i++)
		cr_expect_eq(trust_add_user(&trust, nobody[i]), ERR_NOT_FOUND, "'%s'", nobody[i]);
	cr_assert_eq(trust_add_user(&trust, "root"), ERR_OK);
	cr_assert_eq(trust_add_user(&trust, "4294967294"), ERR_OK);
	cr_assert_eq(trust.user_count, 2);
	cr_expect_eq(trust.users[0], 0);
	cr_expect_eq(trust.users[1], 4294967294u);
}

/* --- peer_find --- */

/* Connects to LISTENER, bound to ADDRESS, and gives the accepted end; both ends in FDS. */
static void connect_pair(struct sockaddr *address, socklen_t size, int *fds)
{
	int listener = socket(address->sa_family, SOCK_STREAM, 0);

	cr_assert_eq(bind(listener, address, size), 0);
	cr_assert_eq(listen(listener, 1), 0);
	cr_assert_eq(getsockname(listener, address, &size), 0);
	fds[0] = socket(address->sa_family, SOCK_STREAM, 0);
	cr_assert_eq(connect(fds[0], address, size), 0);
	fds[1] = accept(listener, NULL, NULL);
	cr_assert_geq(fds[1], 0);
	(void)close(listener);
}

Test(peer, a_unix_socket_has_a_user)
{
	struct peer found;
	int fds[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	cr_assert_eq(peer_find(fds[0], &found), ERR_OK);
	cr_expect(found.local);
	cr_expect_eq(found.user, geteuid());
}

Test(peer, tcp_has_an_address)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	char text[ADDRESS_TEXT_SIZE];
	struct peer found;
	int fds[2];

	connect_pair((struct sockaddr *)&v4, sizeof v4, fds);
	cr_assert_eq(peer_find(fds[1], &found), ERR_OK);
	cr_expect_not(found.local);
	cr_expect_str_eq(address_text(&found.address, text), "127.0.0.1");
}

Test(peer, a_socket_of_both_kinds_has_a_mapped_address)
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct gateway_trust trust = make("127.0.0.0/8", "");
	struct peer found;
	int fds[2];
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	if (fd < 0)
		cr_skip_test("no IPv6 here");
	(void)close(fd);
	v6.sin6_addr = (struct in6_addr){.s6_addr = {[10] = 0xff, [11] = 0xff, [12] = 127, [15] = 1}};
	connect_pair((struct sockaddr *)&v6, sizeof v6, fds);
	cr_assert_eq(peer_find(fds[1], &found), ERR_OK);
	cr_expect(trust_admits(&trust, &found));
}

Test(peer, what_is_not_connected_has_none)
{
	struct peer found;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	cr_expect_eq(peer_find(fd, &found), ERR_SYSTEM);
	cr_expect_eq(peer_find(-1, &found), ERR_SYSTEM);
	cr_expect_not(found.local);
	cr_expect_eq(found.user, (uid_t)-1, "nobody, rather than root");
}
