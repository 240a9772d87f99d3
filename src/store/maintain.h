/* SPDX-License-Identifier: BSD-2-Clause */
/* What is forgotten in time: stored answers, requests that ended or that nobody decided. */
#ifndef STORE_MAINTAIN_H
#define STORE_MAINTAIN_H

#include "store/store.h"

/* What to forget: everything older than these moments; 0 leaves a kind alone. */
struct store_expiry {
	time_t transactions; /* stored answers, and that a request was made before; certificates and audit
				stay */
	time_t requests;     /* requests that wait that long, ended that long ago, or were approved that long
				ago and never asked for again */
};

/* What was forgotten, in rows; those whose deletion was not answered are not counted. */
struct store_expired {
	uint64_t transactions;
	uint64_t requests;
};

/*
 * Forgets in small transactions, so that no lock is held long and a Galera cluster certifies each; it may be
 * run at any time, by several at once, and again after it was stopped half-way. EXPIRED counts what was done,
 * also when an error ends it.
 */
enum err store_maintain(struct store *store, const struct store_expiry *expiry,
			struct store_expired *expired);

#endif
