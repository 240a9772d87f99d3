/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who deviates from what a stricter setting would demand: counted from the audit rows, whose details name the
 * deviations of each request ({"deviations":["content_type", ...]}).
 */
#ifndef STORE_DEVIATIONS_H
#define STORE_DEVIATIONS_H

#include "store/store.h"

/* One line of the count. Freed with store_deviation_free. */
struct store_deviation {
	char *profile;
	char *deviation; /* "content_type", "nonce", "signing_time", "raw_csr", "legacy_...", ... */
	uint64_t requests;
	uint64_t clients;   /* distinct client addresses */
	char *last_client;  /* address of the newest */
	char *last_subject; /* or "" */
	time_t last_at;
};
void store_deviation_free(struct store_deviation *deviation);

/* Calls SEE for each profile and deviation with requests not earlier than SINCE, ordered by profile and
 * deviation. */
enum err store_deviations(struct store *store, time_t since,
			  void (*see)(void *context, const struct store_deviation *deviation), void *context);

#endif
