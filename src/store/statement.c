/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/store_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Parameters or columns of one statement; the longest has 31. */
#define VALUES_MAX 32

/* What MYSQL_BIND points to, one of each per value. */
struct slots {
	MYSQL_BIND binds[VALUES_MAX];
	MYSQL_TIME times[VALUES_MAX];
	unsigned long lengths[VALUES_MAX];
	my_bool nulls[VALUES_MAX];
	unsigned long long numbers[VALUES_MAX];
};

struct input input_text(const char *text)
{
	return (struct input){.kind = VALUE_TEXT, .data = text, .size = text == NULL ? 0 : strlen(text)};
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

static enum err stmt_fault(struct store *store, MYSQL_STMT *stmt)
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
		error = stmt_fault(store, stmt);
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

static time_t from_mysql_time(const MYSQL_TIME *time)
{
	struct tm utc = {
		.tm_year = (int)time->year - 1900,
		.tm_mon = (int)time->month - 1,
		.tm_mday = (int)time->day,
		.tm_hour = (int)time->hour,
		.tm_min = (int)time->minute,
		.tm_sec = (int)time->second,
	};

	return timegm(&utc);
}

static const enum enum_field_types field_types[] = {
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
	bind->buffer_type = field_types[input->kind];
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

/* Text and bytes get no room here: their length is learnt with the row, and then they are fetched by it. */
static void bind_output(struct slots *slots, size_t i, const struct output *output)
{
	MYSQL_BIND *bind = &slots->binds[i];

	bind->buffer_type = field_types[output->kind];
	bind->is_unsigned = 1;
	bind->length = &slots->lengths[i];
	bind->is_null = &slots->nulls[i];
	if (output->kind == VALUE_TIME)
		bind->buffer = &slots->times[i];
	else if (output->kind == VALUE_NUMBER)
		bind->buffer = &slots->numbers[i];
}

static enum err execute(struct store *store, MYSQL_STMT *stmt, const struct input *inputs, size_t count)
{
	struct slots slots = {0};

	if (mysql_stmt_param_count(stmt) != count || count > VALUES_MAX)
		return store_fault(store, 0, "a statement is given the wrong number of values");
	for (size_t i = 0; i < count; i++)
		bind_input(&slots, i, &inputs[i]);
	if (mysql_stmt_bind_param(stmt, slots.binds) != 0 || mysql_stmt_execute(stmt) != 0)
		return stmt_fault(store, stmt);
	store->affected = mysql_stmt_affected_rows(stmt);
	return ERR_OK;
}

static void empty(const struct output *output)
{
	if (output->kind == VALUE_TEXT)
		*(char **)output->to = NULL;
	else if (output->kind == VALUE_BYTES)
		*(gnutls_datum_t *)output->to = (gnutls_datum_t){NULL, 0};
	else if (output->kind == VALUE_TIME)
		*(time_t *)output->to = 0;
	else
		*(uint64_t *)output->to = 0;
}

static void discard(const struct output *outputs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (outputs[i].kind == VALUE_TEXT)
			free(*(char **)outputs[i].to);
		else if (outputs[i].kind == VALUE_BYTES)
			bytes_free(outputs[i].to);
		empty(&outputs[i]);
	}
}

/* Reads column I, LENGTH bytes of the current row. */
static enum err fetch_bytes(struct store *store, MYSQL_STMT *stmt, unsigned i, unsigned long length,
			    gnutls_datum_t *bytes)
{
	gnutls_datum_t room = {gnutls_malloc(length + 1), (unsigned)length};
	unsigned long got = 0;
	MYSQL_BIND bind = {
		.buffer_type = MYSQL_TYPE_BLOB,
		.buffer = room.data,
		.buffer_length = length + 1,
		.length = &got,
	};

	if (room.data == NULL)
		return ERR_MEMORY;
	if (mysql_stmt_fetch_column(stmt, &bind, i, 0) != 0) {
		bytes_free(&room);
		return stmt_fault(store, stmt);
	}
	*bytes = room;
	return ERR_OK;
}

static enum err fetch_text(struct store *store, MYSQL_STMT *stmt, unsigned i, unsigned long length,
			   char **text)
{
	gnutls_datum_t bytes = {NULL, 0};
	enum err error = fetch_bytes(store, stmt, i, length, &bytes);

	if (error == ERR_OK && memchr(bytes.data, 0, bytes.size) != NULL)
		error = store_fault(store, 0, "a text column holds a NUL");
	if (error == ERR_OK && (*text = text_from_bytes(&bytes)) == NULL)
		error = ERR_MEMORY;
	bytes_free(&bytes);
	return error;
}

static enum err fetch_value(struct store *store, MYSQL_STMT *stmt, struct slots *slots, unsigned i,
			    const struct output *output)
{
	if (slots->nulls[i])
		return ERR_OK;
	switch (output->kind) {
	case VALUE_TEXT: return fetch_text(store, stmt, i, slots->lengths[i], output->to);
	case VALUE_BYTES: return fetch_bytes(store, stmt, i, slots->lengths[i], output->to);
	case VALUE_TIME: *(time_t *)output->to = from_mysql_time(&slots->times[i]); break;
	case VALUE_NUMBER: *(uint64_t *)output->to = slots->numbers[i]; break;
	case VALUE_NULL: break;
	}
	return ERR_OK;
}

/* Reads the next row. ERR_NOT_FOUND: there is none. */
static enum err fetch_row(struct store *store, MYSQL_STMT *stmt, struct slots *slots,
			  const struct output *outputs, size_t count)
{
	enum err error = ERR_OK;
	int status = mysql_stmt_fetch(stmt);

	if (status == MYSQL_NO_DATA)
		return ERR_NOT_FOUND;
	if (status != 0 && status != MYSQL_DATA_TRUNCATED)
		return stmt_fault(store, stmt);
	for (unsigned i = 0; i < count && error == ERR_OK; i++)
		error = fetch_value(store, stmt, slots, i, &outputs[i]);
	return error;
}

static enum err bind_outputs(struct store *store, MYSQL_STMT *stmt, struct slots *slots,
			     const struct output *outputs, size_t count)
{
	if (mysql_stmt_field_count(stmt) != count || count > VALUES_MAX)
		return store_fault(store, 0, "a statement has another number of columns than is read");
	for (size_t i = 0; i < count; i++)
		bind_output(slots, i, &outputs[i]);
	return mysql_stmt_bind_result(stmt, slots->binds) == 0 ? ERR_OK : stmt_fault(store, stmt);
}

/* Leaves the connection ready for the next statement; a CALL is followed by a status of its own. Where
 * there can be no result, Connector/C 3.4 calls it an error to free it. */
static enum err finish(struct store *store, MYSQL_STMT *stmt)
{
	if (mysql_stmt_field_count(stmt) > 0 && mysql_stmt_free_result(stmt) != 0)
		return stmt_fault(store, stmt);
	while (mysql_stmt_more_results(stmt))
		if (mysql_stmt_next_result(stmt) > 0)
			return stmt_fault(store, stmt);
	return ERR_OK;
}

/* What is read, and what is done with each row. */
struct reading {
	const struct output *outputs;
	size_t count;
	enum err (*see)(void *context); /* NULL: one row is read, and has to be there */
	void *context;
};

static enum err fetch_rows(struct store *store, MYSQL_STMT *stmt, const struct reading *reading)
{
	struct slots slots = {0};
	enum err error = bind_outputs(store, stmt, &slots, reading->outputs, reading->count);

	while (error == ERR_OK) {
		error = fetch_row(store, stmt, &slots, reading->outputs, reading->count);
		if (reading->see == NULL)
			return error;
		if (error == ERR_OK)
			error = reading->see(reading->context);
		discard(reading->outputs, reading->count);
	}
	return error == ERR_NOT_FOUND ? ERR_OK : error;
}

static enum err run(struct store *store, enum statement statement, const struct input *inputs,
		    size_t input_count, const struct reading *reading)
{
	MYSQL_STMT *stmt = NULL;
	enum err error;
	enum err end;

	store->fault = FAULT_NONE;
	for (size_t i = 0; i < reading->count; i++)
		empty(&reading->outputs[i]);
	error = prepare(store, statement, &stmt);
	if (error == ERR_OK)
		error = execute(store, stmt, inputs, input_count);
	if (error == ERR_OK && reading->count > 0)
		error = fetch_rows(store, stmt, reading);
	/* After a fault there is nothing to finish, and maybe no connection either. */
	if (store->fault == FAULT_NONE && stmt != NULL && (end = finish(store, stmt)) != ERR_OK)
		error = end;
	if (error != ERR_OK)
		discard(reading->outputs, reading->count);
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
