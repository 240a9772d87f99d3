/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/deviations.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "store/store_private.h"

/* Collected first and told afterwards, so that nobody is told twice when the statement has to run again. */
struct list {
	struct store_deviation *rows;
	size_t count;
};

static void forget_rows(struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		store_deviation_free(&list->rows[i]);
	free(list->rows);
	*list = (struct list){0};
}

struct call {
	time_t since;
	struct list list;
	struct store_deviation row; /* being read */
};

static enum err keep(void *context)
{
	struct call *call = context;
	struct list *list = &call->list;
	struct store_deviation *rows = realloc(list->rows, (list->count + 1) * sizeof *rows);

	if (rows == NULL)
		return ERR_MEMORY;
	list->rows = rows;
	rows[list->count++] = call->row;
	call->row = (struct store_deviation){0};
	return ERR_OK;
}

static enum err count(struct store *store, void *context)
{
	struct call *call = context;
	struct store_deviation *row = &call->row;
	const struct input inputs[] = {input_time(call->since)};
	const struct output outputs[] = {
		{VALUE_TEXT, &row->profile},     {VALUE_TEXT, &row->deviation},
		{VALUE_NUMBER, &row->requests},  {VALUE_NUMBER, &row->clients},
		{VALUE_TEXT, &row->last_client}, {VALUE_TEXT, &row->last_subject},
		{VALUE_TIME, &row->last_at},
	};

	forget_rows(&call->list);
	return store_run_rows(store, STATEMENT_DEVIATIONS, inputs, COUNT_OF(inputs), outputs,
			      COUNT_OF(outputs), keep, call);
}

enum err store_deviations(struct store *store, time_t since,
			  void (*see)(void *context, const struct store_deviation *deviation), void *context)
{
	/* A connection of its own, which may wait longer: years of audit rows are read from end to end. */
	struct store session = store_handle(store->address, 0, LIMIT_DB_REPORT_SECONDS);
	struct call call = {.since = since};
	enum err error = store_try(&session, count, &call);

	for (size_t i = 0; error == ERR_OK && i < call.list.count; i++)
		see(context, &call.list.rows[i]);
	forget_rows(&call.list);
	store_disconnect(&session);
	return error;
}

void store_deviation_free(struct store_deviation *deviation)
{
	free(deviation->profile);
	free(deviation->deviation);
	free(deviation->last_client);
	free(deviation->last_subject);
	*deviation = (struct store_deviation){0};
}
