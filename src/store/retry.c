/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/store_private.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

#define NS_PER_SECOND 1000000000u
/* The first pause is up to this long, each further one twice that. */
#define PAUSE_NS 4000000u

/* Pauses a random time, so that those who collided do not collide again. The clock's low bits are random
 * enough. */
static void pause_before(unsigned again)
{
	uint64_t longest = (uint64_t)PAUSE_NS << again;
	struct timespec time = {0, (long)(clock_monotonic_ns() % longest)};

	(void)nanosleep(&time, NULL);
}

/* A server that takes no writes stays so for a while; another one may take them. */
static bool worth_another_try(const struct store *store)
{
	return store->fault == FAULT_RETRY || store->fault == FAULT_GONE ||
	       (store->fault == FAULT_REFUSED && store->address->host_count > 1);
}

enum err store_again(struct store *store)
{
	store->fault = FAULT_RETRY;
	return ERR_UNAVAILABLE;
}

enum err store_try(struct store *store, store_body *body, void *context)
{
	uint64_t end = clock_monotonic_ns() + (uint64_t)LIMIT_DB_IO_SECONDS * NS_PER_SECOND;

	for (unsigned again = 0;; again++) {
		enum err error = store_connect(store);

		if (error != ERR_OK)
			return error;
		store->fault = FAULT_NONE;
		error = body(store, context);
		if (error == ERR_OK || !worth_another_try(store))
			return error;
		if (again == LIMIT_DB_RETRIES || clock_monotonic_ns() >= end) {
			log_warn("database conflict or fault persists; given up");
			return ERR_UNAVAILABLE;
		}
		pause_before(again);
	}
}
