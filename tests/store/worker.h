/* SPDX-License-Identifier: BSD-2-Clause */
/* Enrolments that are recorded in a thread, while the test does something to them. */
#ifndef TEST_STORE_WORKER_H
#define TEST_STORE_WORKER_H

#include <pthread.h>

#include "store/handle.h"

struct worker {
	struct handle handle;
	struct store_issued issued;
	enum err error;
	pthread_t thread;
};

/* Records ISSUED on a connection of its own to URL. */
void worker_start(struct worker *worker, const char *url, const struct store_issued *issued);

/* Returns when it is recorded, or not: what store_enrolment_record said. */
enum err worker_end(struct worker *worker);

/* Asks a server how many sessions wait for a row. */
extern const char worker_waiting[];

#endif
