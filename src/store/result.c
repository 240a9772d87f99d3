/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the rows of a statement that has run. */
#include "store/statement_private.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

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

/* Text and bytes get no room here: their length is learnt with the row, and then they are fetched by it. */
static void bind_output(struct slots *slots, size_t i, const struct output *output)
{
	MYSQL_BIND *bind = &slots->binds[i];

	bind->buffer_type = store_field_types[output->kind];
	bind->is_unsigned = 1;
	bind->length = &slots->lengths[i];
	bind->is_null = &slots->nulls[i];
	if (output->kind == VALUE_TIME)
		bind->buffer = &slots->times[i];
	else if (output->kind == VALUE_NUMBER)
		bind->buffer = &slots->numbers[i];
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

void store_result_empty(const struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++)
		empty(&reading->outputs[i]);
}

void store_result_discard(const struct reading *reading)
{
	for (size_t i = 0; i < reading->count; i++) {
		if (reading->outputs[i].kind == VALUE_TEXT)
			free(*(char **)reading->outputs[i].to);
		else if (reading->outputs[i].kind == VALUE_BYTES)
			bytes_free(reading->outputs[i].to);
	}
	store_result_empty(reading);
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
		return store_statement_fault(store, stmt);
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
		return store_statement_fault(store, stmt);
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
	return mysql_stmt_bind_result(stmt, slots->binds) == 0 ? ERR_OK : store_statement_fault(store, stmt);
}

enum err store_result_read(struct store *store, MYSQL_STMT *stmt, const struct reading *reading)
{
	struct slots slots = {0};
	enum err error = bind_outputs(store, stmt, &slots, reading->outputs, reading->count);

	while (error == ERR_OK) {
		error = fetch_row(store, stmt, &slots, reading->outputs, reading->count);
		if (reading->see == NULL)
			return error;
		if (error == ERR_OK)
			error = reading->see(reading->context);
		store_result_discard(reading);
	}
	return error == ERR_NOT_FOUND ? ERR_OK : error;
}
