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

#include "base/clock.h"
#include "base/log.h"

#define SECOND_NS UINT64_C(1000000000)

void waiting_init(struct waiting *waiting, const struct gateway *gateway, unsigned patience)
{
	*waiting = (struct waiting){
		.listener = gateway->listener, .admission.trust = gateway->trust, .patience = patience};
}

static int take(struct waiting *waiting, size_t index)
{
	struct connection *item = &waiting->items[index];
	int fd = item->fd;

	waiting->count--;
	memmove(item, item + 1, (waiting->count - index) * sizeof *item);
	return fd;
}

static bool is_full(const struct waiting *waiting)
{
	return waiting->count == LIMIT_WAITING_CONNECTIONS;
}

void waiting_add(struct waiting *waiting, int fd, enum connection_state state)
{
	if (state == CONNECTION_CLOSING)
		(void)shutdown(fd, SHUT_WR);
	if (is_full(waiting))
		(void)close(fd);
	else
		waiting->items[waiting->count++] = (struct connection){fd, clock_monotonic_ns(), state};
}

void waiting_close(struct waiting *waiting)
{
	while (waiting->count > 0)
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
	int fd = accept4(waiting->listener, NULL, NULL, SOCK_CLOEXEC);
	int on = 1;

	if (fd >= 0 && !peer_admit(&waiting->admission, fd)) {
		(void)close(fd);
		return true;
	}
	if (fd >= 0) {
		/* An answer may need several writes; on a Unix socket this fails and does not matter. */
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		waiting_add(waiting, fd, CONNECTION_NEW);
		return true;
	}
	if (is_passing(errno))
		return true;
	log_error("cannot accept connections", "error", strerror(errno));
	return false;
}

/* [0] is the listening socket, unless LISTENER is -1, then the items. What ppoll returns. */
static int poll_all(const struct waiting *waiting, int listener, struct pollfd *polls,
		    const struct timespec *timeout)
{
	polls[0] = (struct pollfd){.fd = listener, .events = POLLIN};
	for (size_t i = 0; i < waiting->count; i++)
		polls[i + 1] = (struct pollfd){.fd = waiting->items[i].fd, .events = POLLIN};
	return ppoll(polls, (nfds_t)waiting->count + 1, timeout, signals_waiting());
}

/* The index in POLLS of one that is ready, beginning with whose turn it is; there must be one. */
static size_t pick(struct waiting *waiting, const struct pollfd *polls)
{
	size_t count = waiting->count + 1;
	size_t index = 0;

	for (size_t i = 0; i < count; i++) {
		index = (waiting->turn + i) % count;
		if (polls[index].revents != 0)
			break;
	}
	waiting->turn = index + 1;
	return index;
}

static uint64_t patience_ns(const struct waiting *waiting)
{
	return waiting->patience * SECOND_NS;
}

/* When all places are taken: how long the oldest connection may still keep its own. */
static struct timespec patience_left(const struct waiting *waiting)
{
	uint64_t end = waiting->items[0].since + patience_ns(waiting);
	uint64_t now = clock_monotonic_ns();
	uint64_t left = end > now ? end - now : 0;

	return (struct timespec){.tv_sec = (time_t)(left / SECOND_NS), .tv_nsec = (long)(left % SECOND_NS)};
}

/* Drops the oldest connection that has had its answer. False when there is none. */
static bool drop_closing(struct waiting *waiting)
{
	for (size_t i = 0; i < waiting->count; i++) {
		if (waiting->items[i].state == CONNECTION_CLOSING) {
			(void)close(take(waiting, i));
			return true;
		}
	}
	return false;
}

/* Waits for something to happen; while all places are taken nothing is accepted. What ppoll returns. */
static int wait_for_any(struct waiting *waiting, struct pollfd *polls)
{
	struct timespec timeout;
	int ready;

	if (!is_full(waiting) || drop_closing(waiting))
		return poll_all(waiting, waiting->listener, polls, NULL);
	timeout = patience_left(waiting);
	ready = poll_all(waiting, -1, polls, &timeout);
	if (ready == 0)
		(void)close(take(waiting, 0));
	return ready;
}

/* Drops what an answered connection still brings. True when its peer has closed it, or goes on for too long.
 */
static bool has_ended(const struct waiting *waiting, const struct connection *item)
{
	static char dropped[65536];
	ssize_t got = recv(item->fd, dropped, sizeof dropped, MSG_DONTWAIT);

	if (got < 0)
		return errno != EAGAIN && errno != EINTR;
	return got == 0 || clock_monotonic_ns() - item->since > patience_ns(waiting);
}

/* Takes the ready item of INDEX out when it has a request, else deals with its end and returns -1. */
static int take_request(struct waiting *waiting, size_t index)
{
	struct connection *item = &waiting->items[index];

	if (item->state != CONNECTION_CLOSING)
		return take(waiting, index);
	if (has_ended(waiting, item))
		(void)close(take(waiting, index));
	return -1;
}

enum waiting_result waiting_next(struct waiting *waiting, int *fd)
{
	struct pollfd polls[LIMIT_WAITING_CONNECTIONS + 1];

	for (*fd = -1; *fd < 0;) {
		int ready = wait_for_any(waiting, polls);
		size_t index;

		if (ready < 0 && errno == EINTR)
			return WAITING_SIGNAL;
		if (ready < 0) {
			log_error("cannot wait for requests", "error", strerror(errno));
			return WAITING_FAILED;
		}
		if (ready == 0)
			continue;
		index = pick(waiting, polls);
		if (index > 0)
			*fd = take_request(waiting, index - 1);
		else if (!accept_one(waiting))
			return WAITING_FAILED;
	}
	return WAITING_READY;
}

static bool has_new(const struct waiting *waiting)
{
	for (size_t i = 0; i < waiting->count; i++)
		if (waiting->items[i].state == CONNECTION_NEW)
			return true;
	return false;
}

int waiting_last_call(struct waiting *waiting)
{
	struct timespec timeout = {0};
	struct pollfd polls[LIMIT_WAITING_CONNECTIONS + 1];

	while (drop_closing(waiting))
		continue;
	if (has_new(waiting))
		timeout.tv_nsec = LIMIT_LAST_CALL_MS * 1000000L;
	if (poll_all(waiting, -1, polls, &timeout) <= 0)
		return -1;
	return take(waiting, pick(waiting, polls) - 1);
}
