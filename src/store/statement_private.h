/* SPDX-License-Identifier: BSD-2-Clause */
/* What statement.c, which runs a statement, and result.c, which reads its rows, share. */
#ifndef STORE_STATEMENT_PRIVATE_H
#define STORE_STATEMENT_PRIVATE_H

#include "store/store_private.h"

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

/* How the values of a kind travel. */
extern const enum enum_field_types store_field_types[];

/* What is read, and what is done with each row. */
struct reading {
	const struct output *outputs;
	size_t count;
	enum err (*see)(void *context); /* NULL: one row is read, and has to be there */
	void *context;
};

/* Judges the last error of STMT. */
enum err store_statement_fault(struct store *store, MYSQL_STMT *stmt);

/* Reads what STMT gave, as READING says. ERR_NOT_FOUND: one row has to be there and is not. */
enum err store_result_read(struct store *store, MYSQL_STMT *stmt, const struct reading *reading);

/* Makes the outputs of READING hold nothing: those that were never set, and those that may hold something. */
void store_result_empty(const struct reading *reading);
void store_result_discard(const struct reading *reading);

#endif
