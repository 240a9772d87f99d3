/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "gateway/gateway_private.h"
#include "lib/fcgi.h"
#include "lib/files.h"

static char logged[1024];

static void keep(const char *line)
{
	(void)snprintf(logged, sizeof logged, "%s", line);
}

/* listener_open, with the last line it logged in 'logged'. */
static bool try_open(const char *where, struct listener *listener)
{
	bool result;

	logged[0] = '\0';
	log_capture(keep);
	result = listener_open(where, listener);
	log_capture(NULL);
	return result;
}

static const char *in_directory(const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof path, "%s/%s", test_directory(), name);
	return path;
}

static const struct {
	const char *where;
	const char *why;
} nowhere[] = {
	{"", "nothing"},
	{"socket", "a relative path"},
	{"127.0.0.1", "no port"},
	{":9000", "no address: every interface must be asked for"},
	{"localhost:9000", "a name"},
	{"127.0.0.1:http", "a port by name"},
	{"127.0.0.1:", "an empty port"},
	{"[::1:9000", "half a bracket"},
	{"256.0.0.1:9000", "no address"},
};

Test(listen, unreadable_places_are_refused)
{
	struct listener listener;

	for (size_t i = 0; i < sizeof nowhere / sizeof *nowhere; i++) {
		cr_expect_not(try_open(nowhere[i].where, &listener), "%s", nowhere[i].why);
		cr_expect_not_null(strstr(logged, "cannot tell where to listen"), "%s: %s", nowhere[i].why,
				   logged);
		cr_expect_eq(listener.fd, -1);
	}
}

Test(listen, a_path_too_long_for_a_socket_is_refused)
{
	char path[sizeof((struct sockaddr_un *)NULL)->sun_path + 1];
	struct listener listener;

	memset(path, 'x', sizeof path - 1);
	path[0] = '/';
	path[sizeof path - 1] = '\0';
	cr_expect_not(try_open(path, &listener));
	cr_expect_not_null(strstr(logged, "too long"), "%s", logged);
}

Test(listen, a_missing_directory_is_said)
{
	struct listener listener;

	cr_expect_not(try_open(in_directory("no/such/socket"), &listener));
	cr_expect_not_null(strstr(logged, "No such file"), "%s", logged);
}

Test(listen, a_file_in_the_way_is_left_alone)
{
	const char *path = in_directory("file");
	struct listener listener;
	int fd = open(path, O_CREAT | O_WRONLY, 0600);

	cr_assert_geq(fd, 0);
	(void)close(fd);
	cr_expect_not(try_open(path, &listener));
	cr_expect_not_null(strstr(logged, "not a socket"), "%s", logged);
	cr_expect_eq(access(path, F_OK), 0);
}

Test(listen, a_live_socket_is_refused_and_left_alone)
{
	const char *path = in_directory("live");
	struct listener first;
	struct listener second;
	int fd;

	cr_assert(try_open(path, &first));
	cr_expect_not(try_open(path, &second));
	cr_expect_not_null(strstr(logged, "already listens"), "%s", logged);
	fd = fcgi_connect(path);
	cr_expect_geq(fd, 0);
	(void)close(fd);
	listener_close(&first);
}

Test(listen, a_dead_socket_is_replaced)
{
	const char *path = in_directory("dead");
	struct listener dead;
	struct listener live;

	cr_assert(try_open(path, &dead));
	(void)close(dead.fd);
	cr_assert_eq(access(path, F_OK), 0);
	cr_expect(try_open(path, &live), "%s", logged);
	(void)close(fcgi_connect(path));
	dead.fd = -1;
	listener_close(&dead);
	cr_expect_eq(access(path, F_OK), 0, "the one that lost it does not remove it");
	listener_close(&live);
	cr_expect_neq(access(path, F_OK), 0, "the one that made it does");
}

Test(listen, the_web_servers_group_may_connect_and_nobody_else)
{
	mode_t before = umask(0);
	struct listener listener;
	struct stat status;

	cr_assert(try_open(in_directory("mode"), &listener));
	cr_assert_eq(stat(listener.path, &status), 0);
	cr_expect_eq(status.st_mode & 0777, 0660);
	cr_expect_eq(umask(before), 0, "the umask is put back");
	cr_expect_neq(fcntl(listener.fd, F_GETFL) & O_NONBLOCK, 0, "accept must not block");
	cr_expect_neq(fcntl(listener.fd, F_GETFD) & FD_CLOEXEC, 0);
	listener_close(&listener);
}

Test(listen, tcp)
{
	struct sockaddr_in address;
	socklen_t size = sizeof address;
	struct listener listener;
	char port[8];

	cr_assert(try_open("127.0.0.1:0", &listener), "%s", logged);
	cr_assert_eq(getsockname(listener.fd, (struct sockaddr *)&address, &size), 0);
	cr_expect_eq(address.sin_addr.s_addr, htonl(INADDR_LOOPBACK));
	(void)snprintf(port, sizeof port, "%u", ntohs(address.sin_port));
	(void)close(fcgi_connect(port));
	listener_close(&listener);
	cr_expect_eq(listener.fd, -1);
}

Test(listen, standard_input_must_be_a_listening_socket)
{
	struct listener listener;
	struct listener made;
	int null = open("/dev/null", O_RDONLY);
	int connected[2];

	cr_assert_eq(dup2(null, STDIN_FILENO), STDIN_FILENO);
	cr_expect_not(try_open(NULL, &listener));
	cr_expect_not_null(strstr(logged, "spawn-fcgi"), "%s", logged);
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, connected), 0);
	cr_assert_eq(dup2(connected[0], STDIN_FILENO), STDIN_FILENO);
	cr_expect_not(try_open(NULL, &listener), "a connected socket (inetd) is none");
	cr_assert(try_open(in_directory("stdin"), &made));
	cr_assert_eq(dup2(made.fd, STDIN_FILENO), STDIN_FILENO);
	cr_expect(try_open(NULL, &listener), "%s", logged);
	cr_expect_eq(listener.fd, STDIN_FILENO);
	cr_expect_null(listener.path, "whoever made it removes it");
	listener_close(&made);
}
