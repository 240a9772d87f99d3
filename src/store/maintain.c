/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/maintain.h"

#include "base/limits.h"
#include "store/store_private.h"

/* What is forgotten: walked along the primary key, some rows at a time. */
struct kind {
	enum statement batch;  /* the last id of the next rows, and how many of them are too old */
	enum statement forget; /* deletes what is too old between two ids */
	bool in_order_of_time; /* ids follow the time: where nothing is too old, nothing is behind it */
};

static const struct kind transactions = {STATEMENT_TRANSACTIONS_BATCH, STATEMENT_TRANSACTIONS_FORGET, true};
static const struct kind requests = {STATEMENT_REQUESTS_BATCH, STATEMENT_REQUESTS_FORGET, false};

struct batch_call {
	const struct kind *kind;
	time_t before;
	uint64_t after, last, old, forgotten;
};

/* One statement deletes and commits by itself; what was deleted before is not counted when it runs again. */
static enum err forget_batch(struct store *store, void *context)
{
	struct batch_call *call = context;
	const struct input next[] = {
		input_time(call->before),
		input_number(call->after),
		input_number(LIMIT_DB_BATCH),
	};
	const struct output outputs[] = {{VALUE_NUMBER, &call->last}, {VALUE_NUMBER, &call->old}};
	enum err error =
		store_run(store, call->kind->batch, next, COUNT_OF(next), outputs, COUNT_OF(outputs));
	const struct input range[] = {
		input_number(call->after),
		input_number(call->last),
		input_time(call->before),
	};

	call->forgotten = 0;
	if (error != ERR_OK || call->old == 0)
		return error;
	error = store_run(store, call->kind->forget, range, COUNT_OF(range), NULL, 0);
	if (error == ERR_OK)
		call->forgotten = store->affected;
	return error;
}

static enum err forget(struct store *store, const struct kind *kind, time_t before, uint64_t *forgotten)
{
	struct batch_call call = {.kind = kind, .before = before};
	enum err error = ERR_OK;
	bool more = before != 0;

	while (more && error == ERR_OK) {
		error = store_try(store, forget_batch, &call);
		*forgotten += call.forgotten;
		/* last is 0 behind the last row. */
		more = call.last != 0 && (call.old > 0 || !kind->in_order_of_time);
		call.after = call.last;
	}
	return error;
}

enum err store_maintain(struct store *store, const struct store_expiry *expiry, struct store_expired *expired)
{
	enum err error;

	*expired = (struct store_expired){0};
	error = forget(store, &transactions, expiry->transactions, &expired->transactions);
	if (error == ERR_OK)
		error = forget(store, &requests, expiry->requests, &expired->requests);
	if (error == ERR_OK && expired->transactions + expired->requests > 0)
		store_wrote(store);
	return error;
}
