/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/audit.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "base/clock.h"
#include "store/store_private.h"

enum err store_event_id(time_t now, uint8_t id[16])
{
	uint64_t seconds = (uint64_t)now;

	/* 48 bits of time lead, so that rows are appended to the index. */
	for (int i = 5; i >= 0; i--, seconds >>= 8)
		id[i] = (uint8_t)seconds;
	return gnutls_rnd(GNUTLS_RND_NONCE, id + 6, 10) == GNUTLS_E_SUCCESS ? ERR_OK : ERR_CRYPTO;
}

void store_audit_inputs(const struct store_audit *audit, struct input inputs[AUDIT_INPUTS])
{
	const struct input values[AUDIT_INPUTS] = {
		input_text(audit->action),
		input_text(audit->success ? "success" : "failure"),
		input_text(audit->reason),
		input_text(audit->actor),
		input_text(audit->actor_type),
		input_text(audit->resource_type),
		input_text(audit->resource_id),
		input_text(audit->request_id),
		input_text(audit->client_address),
		input_text(audit->profile),
		input_text(audit->details == NULL ? "{}" : audit->details),
	};

	memcpy(inputs, values, sizeof values);
}

struct row {
	const struct store_audit *audit;
	time_t now;
	uint8_t id[16];
};

/* A row that is there already is our own, written just before the connection was lost. */
static enum err insert(struct store *store, void *context)
{
	const struct row *row = context;
	struct input inputs[2 + AUDIT_INPUTS] = {input_bytes(row->id, sizeof row->id), input_time(row->now)};
	enum err error;

	store_audit_inputs(row->audit, inputs + 2);
	error = store_run(store, STATEMENT_AUDIT_INSERT, inputs, COUNT_OF(inputs), NULL, 0);

	return error == ERR_EXISTS ? ERR_OK : error;
}

enum err store_audit_write(struct store *store, const struct store_audit *audit)
{
	struct row row = {.audit = audit, .now = clock_now()};
	enum err error = store_event_id(row.now, row.id);

	if (error == ERR_OK)
		error = store_try(store, insert, &row);
	if (error == ERR_OK)
		store_wrote(store);
	return error;
}
