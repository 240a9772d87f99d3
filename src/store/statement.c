/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/statement_private.h"

#include <string.h>

struct input input_text(const char *text)
{
	return (struct input){.kind = VALUE_TEXT, .data = text, .size = text == NULL ? 0 : strlen(text)};
}

struct input input_optional(const char *text)
{
	return text == NULL ? (struct input){.kind = VALUE_NULL} : input_text(text);
}

struct input input_bytes(const void *data, size_t size)
{
	return (struct input){.kind = VALUE_BYTES, .data = data, .size = size};
}

struct input input_time(time_t time)
{
	return (struct input){.kind = VALUE_TIME, .time = time};
}

struct input input_number(uint64_t number)
{
	return (struct input){.kind = VALUE_NUMBER, .number = number};
}

struct input input_digest(const uint8_t *sha256)
{
	return sha256 == NULL ? (struct input){.kind = VALUE_NULL} : input_bytes(sha256, 32);
}

enum err store_statement_fault(struct store *store, MYSQL_STMT *stmt)
{
	return store_fault(store, mysql_stmt_errno(stmt), mysql_stmt_error(stmt));
}

/* The statement prepared on the current connection, preparing it when this is its first use there. */
static enum err prepare(struct store *store, enum statement statement, MYSQL_STMT **prepared)
{
	const char *text = store_statement_texts[statement];
	MYSQL_STMT *stmt = store->statements[statement];
	enum err error;

	*prepared = stmt;
	if (stmt != NULL)
		return ERR_OK;
	stmt = mysql_stmt_init(store->connection);
	if (stmt == NULL)
		return ERR_MEMORY;
	if (mysql_stmt_prepare(stmt, text, strlen(text)) != 0) {
		error = store_statement_fault(store, stmt);
		(void)mysql_stmt_close(stmt);
		return error;
	}
	*prepared = store->statements[statement] = stmt;
	return ERR_OK;
}

static MYSQL_TIME to_mysql_time(time_t time)
{
	struct tm utc = {0};

	(void)gmtime_r(&time, &utc);
	return (MYSQL_TIME){
		.year = (unsigned)utc.tm_year + 1900,
		.month = (unsigned)utc.tm_mon + 1,
		.day = (unsigned)utc.tm_mday,
		.hour = (unsigned)utc.tm_hour,
		.minute = (unsigned)utc.tm_min,
		.second = (unsigned)utc.tm_sec,
		.time_type = MYSQL_TIMESTAMP_DATETIME,
	};
}

const enum enum_field_types store_field_types[] = {
	[VALUE_TEXT] = MYSQL_TYPE_STRING,   [VALUE_BYTES] = MYSQL_TYPE_BLOB,
	[VALUE_TIME] = MYSQL_TYPE_DATETIME, [VALUE_NUMBER] = MYSQL_TYPE_LONGLONG,
	[VALUE_NULL] = MYSQL_TYPE_NULL,
};

static void bind_input(struct slots *slots, size_t i, const struct input *input)
{
	MYSQL_BIND *bind = &slots->binds[i];

	slots->times[i] = to_mysql_time(input->time);
	slots->numbers[i] = input->number;
	slots->lengths[i] = input->size;
	bind->buffer_type = store_field_types[input->kind];
	bind->is_unsigned = 1;
	bind->length = &slots->lengths[i];
	bind->buffer_length = input->size;
	if (input->kind == VALUE_TIME)
		bind->buffer = &slots->times[i];
	else if (input->kind == VALUE_NUMBER)
		bind->buffer = &slots->numbers[i];
	else
		bind->buffer = (void *)(uintptr_t)(input->data == NULL ? "" : input->data);
}

static enum err execute(struct store *store, MYSQL_STMT *stmt, const struct input *inputs, size_t count)
{
	struct slots slots = {0};

	if (mysql_stmt_param_count(stmt) != count || count > VALUES_MAX)
		return store_fault(store, 0, "a statement is given the wrong number of values");
	for (size_t i = 0; i < count; i++)
		bind_input(&slots, i, &inputs[i]);
	if (mysql_stmt_bind_param(stmt, slots.binds) != 0 || mysql_stmt_execute(stmt) != 0)
		return store_statement_fault(store, stmt);
	store->affected = mysql_stmt_affected_rows(stmt);
	return ERR_OK;
}

/* Leaves the connection ready for the next statement; a CALL is followed by a status of its own. Where
 * there can be no result, Connector/C 3.4 calls it an error to free it. */
static enum err finish(struct store *store, MYSQL_STMT *stmt)
{
	if (mysql_stmt_field_count(stmt) > 0 && mysql_stmt_free_result(stmt) != 0)
		return store_statement_fault(store, stmt);
	while (mysql_stmt_more_results(stmt))
		if (mysql_stmt_next_result(stmt) > 0)
			return store_statement_fault(store, stmt);
	return ERR_OK;
}

static enum err run(struct store *store, enum statement statement, const struct input *inputs,
		    size_t input_count, const struct reading *reading)
{
	MYSQL_STMT *stmt = NULL;
	enum err error;
	enum err end;

	store->fault = FAULT_NONE;
	store_result_empty(reading);
	error = prepare(store, statement, &stmt);
	if (error == ERR_OK)
		error = execute(store, stmt, inputs, input_count);
	if (error == ERR_OK && reading->count > 0)
		error = store_result_read(store, stmt, reading);
	/* After a fault there is nothing to finish, and maybe no connection either. */
	if (store->fault == FAULT_NONE && stmt != NULL && (end = finish(store, stmt)) != ERR_OK)
		error = end;
	if (error != ERR_OK)
		store_result_discard(reading);
	return error;
}

enum err store_run(struct store *store, enum statement statement, const struct input *inputs,
		   size_t input_count, const struct output *outputs, size_t output_count)
{
	const struct reading reading = {outputs, output_count, NULL, NULL};

	return run(store, statement, inputs, input_count, &reading);
}

enum err store_run_rows(struct store *store, enum statement statement, const struct input *inputs,
			size_t input_count, const struct output *outputs, size_t output_count,
			enum err (*see)(void *context), void *context)
{
	const struct reading reading = {outputs, output_count, see, context};

	return run(store, statement, inputs, input_count, &reading);
}
