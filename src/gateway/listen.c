/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/gateway_private.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"

static bool failed(const char *what, const char *where)
{
	log_error(what, "listen", where, "error", strerror(errno));
	return false;
}

static bool is_listening(int fd)
{
	int listening = 0;
	socklen_t size = sizeof listening;

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening != 0;
}

/* Another worker may take the connection between our poll and our accept: accept must not block then. */
static bool set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

static bool take_standard_input(struct listener *listener)
{
	if (!is_listening(STDIN_FILENO)) {
		log_error("standard input is not a listening socket: start the program with spawn-fcgi, a "
			  "systemd socket "
			  "on standard input or mod_fcgid, or name a socket to listen on");
		return false;
	}
	if (!set_nonblocking(STDIN_FILENO))
		return failed("cannot make the listening socket non-blocking", "descriptor 0");
	listener->fd = STDIN_FILENO;
	return true;
}

static bool unix_address(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof address->sun_path)
		return false;
	memcpy(address->sun_path, path, strlen(path));
	return true;
}

/* True when a process answers at ADDRESS. */
static bool is_live(const struct sockaddr_un *address)
{
	CLEANUP(fd_close) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	/* EAGAIN: its queue is full, so somebody is there. */
	return fd >= 0 &&
	       (connect(fd, (const struct sockaddr *)address, sizeof *address) == 0 || errno == EAGAIN);
}

/* Makes way for bind: removes the socket a dead process has left, and nothing else. */
static bool remove_stale(const struct sockaddr_un *address)
{
	struct stat status;

	if (lstat(address->sun_path, &status) != 0)
		return errno == ENOENT || failed("cannot look at the socket", address->sun_path);
	if (!S_ISSOCK(status.st_mode)) {
		log_error("the path to listen on exists and is not a socket", "listen", address->sun_path);
		return false;
	}
	if (is_live(address)) {
		log_error("another process already listens on the socket", "listen", address->sun_path);
		return false;
	}
	return unlink(address->sun_path) == 0 || errno == ENOENT ||
	       failed("cannot remove the stale socket", address->sun_path);
}

/* Mode 0660 from its first moment: the web server's group may speak FastCGI to us, nobody else. */
static bool bind_private(int fd, const struct sockaddr_un *address)
{
	mode_t mask = umask(0117);
	int result = bind(fd, (const struct sockaddr *)address, sizeof *address);
	int error = errno;

	(void)umask(mask);
	errno = error;
	return result == 0;
}

static bool open_unix(const char *path, struct listener *listener)
{
	CLEANUP(fd_close) int fd = -1;
	struct sockaddr_un address;

	if (!unix_address(path, &address)) {
		log_error("the path to listen on is too long for a Unix socket", "listen", path);
		return false;
	}
	if (!remove_stale(&address))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || !bind_private(fd, &address) || listen(fd, SOMAXCONN) != 0)
		return failed("cannot listen on the Unix socket", path);
	*listener = (struct listener){fd, path};
	fd = -1;
	return true;
}

/* "address:port" or "[address]:port", both numbers. The caller frees *FOUND. */
static bool resolve(const char *where, struct addrinfo **found)
{
	static const struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM,
	};
	const char *colon = strrchr(where, ':');
	bool bracketed = where[0] == '[' && colon != NULL && colon > where + 1 && colon[-1] == ']';
	char host[64] = "";
	size_t length;

	if (colon == NULL || colon[1] == '\0')
		return false;
	length = (size_t)(colon - where) - (bracketed ? 2 : 0);
	if (length == 0 || length >= sizeof host)
		return false;
	memcpy(host, where + (bracketed ? 1 : 0), length);
	return getaddrinfo(host, colon + 1, &hints, found) == 0;
}

static bool open_tcp(const char *where, struct listener *listener)
{
	CLEANUP(fd_close) int fd = -1;
	struct addrinfo *found = NULL;
	int on = 1;
	bool good;

	if (!resolve(where, &found)) {
		log_error("cannot tell where to listen: give '/path', 'address:port' or '[address]:port', in "
			  "numbers",
			  "listen", where);
		return false;
	}
	fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	good = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
	       (found->ai_family != AF_INET6 ||
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
	       bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0;
	freeaddrinfo(found);
	if (!good)
		return failed("cannot listen on the address", where);
	listener->fd = fd;
	fd = -1;
	return true;
}

bool listener_open(const char *where, struct listener *listener)
{
	*listener = (struct listener){.fd = -1};
	if (where == NULL)
		return take_standard_input(listener);
	return where[0] == '/' ? open_unix(where, listener) : open_tcp(where, listener);
}

bool listener_check(int fd, const struct gateway_trust *trust)
{
	int domain = AF_UNSPEC;
	socklen_t size = sizeof domain;

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0)
		return failed("cannot tell what kind of socket this is", "descriptor");
	if (domain == AF_UNIX) {
		if (trust->network_count > 0 && !trust->local)
			log_warn("the program listens on a Unix socket, whose peers are not believed: the "
				 "list "
				 "does not have the word unix",
				 "setting", "CERTCTL_TRUSTED_PROXY_CIDRS");
		return true;
	}
	if ((domain == AF_INET || domain == AF_INET6) && trust->network_count > 0)
		return true;
	log_error("FastCGI over TCP is spoken with listed web servers only, and none is listed: set "
		  "CERTCTL_TRUSTED_PROXY_CIDRS to their networks and CERTCTL_TRUST_PROXY_CLIENT_CERT to true "
		  "or false, or listen on a Unix socket");
	return false;
}

void listener_close(struct listener *listener)
{
	struct sockaddr_un address;

	fd_close(&listener->fd);
	if (listener->path != NULL && unix_address(listener->path, &address) && !is_live(&address))
		(void)unlink(listener->path);
	listener->path = NULL;
}
