/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The master holds the listening socket and no request: it forks workers and replaces those that end. It may
 * run for years, so nothing a worker does can end it, except that the very first ones cannot start.
 */
#include "gateway/gateway_private.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define SECOND_NS UINT64_C(1000000000)

struct slot {
	pid_t pid;           /* 0: nobody */
	uint64_t started;    /* clock_monotonic_ns */
	uint64_t not_before; /* a successor is started then */
};

struct master {
	const struct gateway *gateway;
	struct slot *slots;
	size_t count;
	bool hopeless; /* a worker could not start, and none ever has */
};

/* Shared with the workers: whether any of them has ever started well. */
static atomic_bool *any_started;

static void note_started(void)
{
	atomic_store(any_started, true);
}

static _Noreturn void be_worker(const struct gateway *gateway, pid_t parent)
{
	int status = EXIT_SUCCESS;

	(void)prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	if (getppid() == parent) /* else it died before we asked to be told */
		status = worker_run(gateway, note_started);
	process_exit(status);
}

static void start_one(struct master *master, struct slot *slot)
{
	pid_t parent = getpid();

	slot->started = clock_monotonic_ns();
	slot->not_before = slot->started + SECOND_NS;
	slot->pid = fork();
	if (slot->pid == 0)
		be_worker(master->gateway, parent);
	if (slot->pid < 0) {
		log_error("cannot fork a worker", "error", strerror(errno));
		slot->pid = 0;
	}
}

/* Starts those that are due. *NEXT is when the next one will be; UINT64_MAX: none is missing. */
static void start_missing(struct master *master, uint64_t *next)
{
	*next = UINT64_MAX;
	for (size_t i = 0; i < master->count; i++) {
		struct slot *slot = &master->slots[i];

		if (slot->pid == 0 && slot->not_before <= clock_monotonic_ns())
			start_one(master, slot);
		if (slot->pid == 0 && slot->not_before < *next)
			*next = slot->not_before;
	}
}

static void send_all(const struct master *master, int signal)
{
	for (size_t i = 0; i < master->count; i++)
		if (master->slots[i].pid > 0)
			(void)kill(master->slots[i].pid, signal);
}

static void log_end(pid_t pid, int status)
{
	char who[24];
	char how[48];

	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS)
		return;
	(void)snprintf(who, sizeof who, "%ld", (long)pid);
	if (WIFSIGNALED(status))
		(void)snprintf(how, sizeof how, "signal %d", WTERMSIG(status));
	else
		(void)snprintf(how, sizeof how, "status %d", WEXITSTATUS(status));
	log_warn("a worker died", "worker", who, "by", how);
}

/* A worker that retired is replaced at once, one that died not within a second of its own start. */
static void note_end(struct master *master, struct slot *slot, int status)
{
	log_end(slot->pid, status);
	slot->pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS)
		slot->not_before = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == GATEWAY_EXIT_START && !atomic_load(any_started))
		master->hopeless = true;
}

/* Takes note of workers that have ended. How many are left. */
static size_t reap(struct master *master)
{
	size_t left = 0;

	for (size_t i = 0; i < master->count; i++) {
		struct slot *slot = &master->slots[i];
		int status;

		if (slot->pid > 0 && waitpid(slot->pid, &status, WNOHANG) == slot->pid)
			note_end(master, slot, status);
		left += slot->pid > 0 ? 1 : 0;
	}
	return left;
}

/*
 * Here first: successors are forked from this process and start with what it holds. What cannot be loaded
 * here could not be there either, so that no worker is told.
 */
static void reload_all(const struct master *master)
{
	const struct gateway *gateway = master->gateway;

	if (gateway->app->reload != NULL && gateway->app->reload(gateway->state) == ERR_OK)
		send_all(master, SIGHUP);
}

/* Until a signal comes or it is NEXT. */
static void wait_until(uint64_t next)
{
	uint64_t now = clock_monotonic_ns();
	uint64_t left = next > now ? next - now : 0;
	struct timespec timeout = {.tv_sec = (time_t)(left / SECOND_NS), .tv_nsec = (long)(left % SECOND_NS)};

	(void)ppoll(NULL, 0, next == UINT64_MAX ? NULL : &timeout, signals_waiting());
}

static void keep_running(struct master *master)
{
	uint64_t next;

	while (!gateway_signals.stop && !master->hopeless) {
		if (gateway_signals.reload) {
			gateway_signals.reload = 0;
			reload_all(master);
		}
		start_missing(master, &next);
		wait_until(next);
		(void)reap(master);
	}
}

int master_run(const struct gateway *gateway)
{
	struct master master = {.gateway = gateway, .count = gateway->options->workers};

	any_started =
		mmap(NULL, sizeof *any_started, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	master.slots = calloc(master.count, sizeof *master.slots);
	if (any_started == MAP_FAILED || master.slots == NULL) {
		log_error("cannot start workers", "error", err_text(ERR_MEMORY));
		return EXIT_FAILURE;
	}
	keep_running(&master);
	send_all(&master, SIGTERM);
	while (reap(&master) > 0)
		wait_until(UINT64_MAX);
	free(master.slots);
	(void)munmap(any_started, sizeof *any_started);
	return master.hopeless ? EXIT_FAILURE : EXIT_SUCCESS;
}
