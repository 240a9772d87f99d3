/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Connections are accepted here and not by libfcgi, whose own accept cannot be combined with signals, waits
 * two seconds for a silent peer, and is deaf to everybody else while one peer keeps its connection open
 * (clients.md 30). A worker turns to a connection only when it has something to read.
 */
#include "gateway/gateway_private.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

void waiting_init(struct waiting *waiting, int listener)
{
	waiting->fds[0] = listener;
	waiting->count = 1;
	waiting->turn = 0;
}

static int take(struct waiting *waiting, size_t index)
{
	int fd = waiting->fds[index];

	waiting->count--;
	memmove(waiting->fds + index, waiting->fds + index + 1,
		(waiting->count - index) * sizeof *waiting->fds);
	return fd;
}

void waiting_add(struct waiting *waiting, int fd)
{
	if (waiting->count == sizeof waiting->fds / sizeof *waiting->fds)
		(void)close(take(waiting, 1));
	waiting->fds[waiting->count++] = fd;
}

void waiting_close(struct waiting *waiting)
{
	while (waiting->count > 1)
		(void)close(take(waiting, waiting->count - 1));
}

/* Failures of accept that concern one connection only (accept(2)), or none: another worker was faster. */
static bool is_passing(int error)
{
	static const int passing[] = {EAGAIN,    EINTR,  ECONNABORTED, EPROTO,     ENETDOWN,    ENOPROTOOPT,
				      EHOSTDOWN, ENONET, EHOSTUNREACH, EOPNOTSUPP, ENETUNREACH, EPERM};

	for (size_t i = 0; i < sizeof passing / sizeof *passing; i++)
		if (error == passing[i])
			return true;
	return false;
}

static bool accept_one(struct waiting *waiting)
{
	int fd = accept4(waiting->fds[0], NULL, NULL, SOCK_CLOEXEC);
	int on = 1;

	if (fd >= 0) {
		/* An answer may need several writes; on a Unix socket this fails and does not matter. */
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		waiting_add(waiting, fd);
		return true;
	}
	if (is_passing(errno))
		return true;
	log_error("cannot accept connections", "error", strerror(errno));
	return false;
}

/* Polls those from FIRST on. What ppoll returns. */
static int poll_from(const struct waiting *waiting, size_t first, struct pollfd *polls,
		     const struct timespec *timeout)
{
	for (size_t i = 0; i < waiting->count; i++)
		polls[i] = (struct pollfd){.fd = i < first ? -1 : waiting->fds[i], .events = POLLIN};
	return ppoll(polls, (nfds_t)waiting->count, timeout, signals_waiting());
}

/* The index of one that is ready, beginning with whose turn it is; there must be one. */
static size_t pick(struct waiting *waiting, const struct pollfd *polls)
{
	size_t index = waiting->turn;

	for (size_t i = 0; i < waiting->count; i++) {
		index = (waiting->turn + i) % waiting->count;
		if (polls[index].revents != 0)
			break;
	}
	waiting->turn = index + 1;
	return index;
}

enum waiting_result waiting_next(struct waiting *waiting, int *fd)
{
	struct pollfd polls[LIMIT_WAITING_CONNECTIONS + 1];
	size_t index;

	*fd = -1;
	for (;;) {
		if (poll_from(waiting, 0, polls, NULL) < 0) {
			if (errno == EINTR)
				return WAITING_SIGNAL;
			log_error("cannot wait for requests", "error", strerror(errno));
			return WAITING_FAILED;
		}
		index = pick(waiting, polls);
		if (index > 0) {
			*fd = take(waiting, index);
			return WAITING_READY;
		}
		if (!accept_one(waiting))
			return WAITING_FAILED;
	}
}

int waiting_ready(struct waiting *waiting)
{
	static const struct timespec now;
	struct pollfd polls[LIMIT_WAITING_CONNECTIONS + 1];

	if (waiting->count == 1 || poll_from(waiting, 1, polls, &now) <= 0)
		return -1;
	return take(waiting, pick(waiting, polls));
}
