/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bound on the whole time a peer may take. A socket timeout bounds one read only, so a peer that sends a
 * byte now and then would hold a worker for ever; shutting the socket down is lasting, so it does not matter
 * where the signal hits.
 */
#include "gateway/gateway_private.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>

static volatile sig_atomic_t deadline_fd = -1;
static volatile sig_atomic_t deadline_how;
static volatile sig_atomic_t expired;

static void expire(int signal)
{
	int error = errno;

	(void)signal;
	expired = 1;
	if (deadline_fd >= 0)
		(void)shutdown(deadline_fd, deadline_how);
	errno = error;
}

void deadline_start(int fd, int how, unsigned seconds)
{
	static const struct sigaction action = {.sa_handler = expire, .sa_flags = SA_RESTART};
	struct itimerval timer = {.it_value = {.tv_sec = seconds}};

	deadline_stop();
	deadline_fd = fd;
	deadline_how = how;
	expired = 0;
	(void)sigaction(SIGALRM, &action, NULL);
	(void)setitimer(ITIMER_REAL, &timer, NULL);
}

void deadline_stop(void)
{
	static const struct itimerval off;

	(void)setitimer(ITIMER_REAL, &off, NULL);
	deadline_fd = -1;
}

bool deadline_expired(void)
{
	return expired != 0;
}
