/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/gateway_private.h"

#include <stddef.h>

struct gateway_signals gateway_signals;

static sigset_t waiting_mask;

static void note_stop(int signal)
{
	(void)signal;
	gateway_signals.stop = 1;
}

static void note_reload(int signal)
{
	(void)signal;
	gateway_signals.reload = 1;
}

/* SIGCHLD needs a handler, or ppoll would not end. */
static void note_nothing(int signal)
{
	(void)signal;
}

/* SIGUSR1 is libfcgi's and mod_fastcgi's way of asking for a graceful end. */
static const struct {
	int signal;
	void (*handler)(int signal);
} handlers[] = {
	{SIGTERM, note_stop},  {SIGINT, note_stop},     {SIGUSR1, note_stop},
	{SIGHUP, note_reload}, {SIGCHLD, note_nothing},
};

#define HANDLER_COUNT (sizeof handlers / sizeof *handlers)

void signals_install(void)
{
	sigset_t ours;

	(void)sigemptyset(&ours);
	for (size_t i = 0; i < HANDLER_COUNT; i++)
		(void)sigaddset(&ours, handlers[i].signal);
	(void)sigprocmask(SIG_BLOCK, &ours, &waiting_mask);
	for (size_t i = 0; i < HANDLER_COUNT; i++) {
		struct sigaction action = {.sa_handler = handlers[i].handler};

		(void)sigdelset(&waiting_mask, handlers[i].signal);
		(void)sigaction(handlers[i].signal, &action, NULL);
	}
	(void)signal(SIGPIPE, SIG_IGN);
}

const sigset_t *signals_waiting(void)
{
	return &waiting_mask;
}

void signals_deliver(void)
{
	sigset_t before;

	(void)sigprocmask(SIG_SETMASK, &waiting_mask, &before);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
}
