/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The real gateway_serve in a process of its own, spoken to in FastCGI records, and the program behind it.
 * What several programs of tests of serving share. Failures of the set-up end the test.
 */
#ifndef TEST_SERVED_H
#define TEST_SERVED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <sys/types.h>

#include "gateway/gateway.h"
#include "lib/fcgi.h"

/* In memory that all processes share. */
struct counters {
	atomic_uint starts; /* calls of worker_start */
	atomic_uint stops;
	atomic_uint refused[600]; /* calls of refused, by status */
	unsigned failing_start;   /* this call of worker_start fails, 0: none */
	bool always_failing;
	bool failing_reload; /* every call of reload fails */
};

extern struct counters *counters;
extern pid_t server;    /* the gateway's process, the master when there are workers; 0 when it has ended */
extern char where[256]; /* its socket */
extern char log_path[256];

/*
 * What can be asked for: who answers; the same, but tells 'h' and waits for let_go first; 3000000 bytes; the
 * death of who answers; "old", or "new" after a reload; at /certificate "OUTCOME|BYTES OF THE
 * LEAF|CERTIFICATES OF THE CHAIN". Any other path shows what the gateway made of the
 * request: "METHOD|PATH|QUERY|TYPE|ADDRESS|HTTPS|SIZE OF BODY|BODY".
 */
extern const struct fcgi_param get_pid[];
extern const struct fcgi_param get_hold[];
extern const struct fcgi_param get_large[];
extern const struct fcgi_param get_die[];
extern const struct fcgi_param get_generation[];

/* Before serve, in every test: new counters and pipes, nothing started. */
void set_up(void);

/* Starts it on a Unix socket, its log in a file. Sets program, listen and max_body (1000) of OPTIONS. */
void serve(struct gateway_options options);

/* Before serve: it shall find a TCP socket of 127.0.0.1 on descriptor 0, and WHERE names its port. */
void listen_on_tcp(void);

/* Waits for the gateway to end: its exit status, -1 when a signal ended it. */
int ended(void);

/* Ends it with SIGTERM, and the same. */
int stop(void);

/*
 * The next event the program tells of ('h' handling /hold, 'r' reloaded), 0 when all its processes have
 * ended.
 */
char wait_event(void);

/* Lets one /hold go on. */
void let_go(void);

/* How often the log has TEXT. */
unsigned logged(const char *text);

/* The process that answers, 0 when none does; over FD, or over a connection of its own. */
long ask_pid_over(int fd, bool keep);
long ask_pid(void);

#endif
