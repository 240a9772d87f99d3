/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <gnutls/crypto.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/limits.h"
#include "store/store_private.h"

#define REASON_SIZE 512

struct migration {
	struct store session; /* a connection of its own: the lock lives and dies with it */
	const char *directory;
	store_migration_seen *seen;
	void *context;
	char *reason;
};

/* --- the files --- */

struct names {
	struct dirent **entries;
	int count;
};

static void names_free(struct names *names)
{
	for (int i = 0; i < names->count; i++)
		free(names->entries[i]);
	free(names->entries);
	*names = (struct names){0};
}

static int is_sql(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 4 && strcmp(entry->d_name + length - 4, ".sql") == 0;
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* File I is called NNNN-words.sql, NNNN counting from 0001 without a gap. */
static bool well_named(const char *name, int i)
{
	char number[16];

	(void)snprintf(number, sizeof number, "%04d-", i + 1);
	return strncmp(name, number, 5) == 0 && strlen(name) <= 100 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-.") == strlen(name);
}

static enum err list_files(const struct migration *migration, struct names *names)
{
	names->count = scandir(migration->directory, &names->entries, is_sql, by_name);
	if (names->count <= 0) {
		(void)snprintf(migration->reason, REASON_SIZE, "%.300s: %s", migration->directory,
			       names->count == 0 ? "no migration in this directory" : strerror(errno));
		names->count = 0;
		return ERR_NOT_FOUND;
	}
	for (int i = 0; i < names->count; i++) {
		if (i < LIMIT_DB_MIGRATIONS && well_named(names->entries[i]->d_name, i))
			continue;
		(void)snprintf(migration->reason, REASON_SIZE,
			       "%.200s: number %04d-NAME.sql is expected here", names->entries[i]->d_name,
			       i + 1);
		return ERR_SYNTAX;
	}
	return ERR_OK;
}

static enum err read_file(const struct migration *migration, const char *name, gnutls_datum_t *text,
			  uint8_t *sha256)
{
	char path[PATH_MAX];
	int length = snprintf(path, sizeof path, "%s/%s", migration->directory, name);

	if (length < 0 || (size_t)length >= sizeof path || gnutls_load_file(path, text) != GNUTLS_E_SUCCESS ||
	    text->size > LIMIT_FILE) {
		(void)snprintf(migration->reason, REASON_SIZE, "%.300s: cannot be read", name);
		return ERR_NOT_FOUND;
	}
	return gnutls_hash_fast(GNUTLS_DIG_SHA256, text->data, text->size, sha256) == GNUTLS_E_SUCCESS
		       ? ERR_OK
		       : ERR_CRYPTO;
}

/* --- the database --- */

/* The server answered a statement of file NAME with an error. */
static enum err refused(struct migration *migration, const char *name)
{
	MYSQL *connection = migration->session.connection;

	(void)snprintf(migration->reason, REASON_SIZE, "%.100s: %u: %.350s", name, mysql_errno(connection),
		       mysql_error(connection));
	(void)store_fault(&migration->session, mysql_errno(connection), mysql_error(connection));
	return migration->session.fault == FAULT_GONE ? ERR_UNAVAILABLE : ERR_SYNTAX;
}

/* Runs a whole file, and reads every result to its end: an error may come with any of them. */
static enum err run_file(struct migration *migration, const char *name, const gnutls_datum_t *text)
{
	MYSQL *connection = migration->session.connection;
	int status = mysql_real_query(connection, (const char *)text->data, text->size);

	while (status == 0) {
		MYSQL_RES *result = mysql_use_result(connection);

		mysql_free_result(result);
		status = mysql_next_result(connection);
	}
	return status > 0 ? refused(migration, name) : ERR_OK;
}

static enum err insert(struct migration *migration, const char *name, const uint8_t *sha256)
{
	const struct input inputs[] = {input_text(name), input_bytes(sha256, 32), input_time(clock_now())};

	return store_run(&migration->session, STATEMENT_MIGRATION_INSERT, inputs, COUNT_OF(inputs), NULL, 0);
}

static enum err compare(struct migration *migration, const char *name, const uint8_t *sha256)
{
	CLEANUP(bytes_free) gnutls_datum_t applied = {NULL, 0};
	const struct input inputs[] = {input_text(name)};
	const struct output outputs[] = {{VALUE_BYTES, &applied}};
	const gnutls_datum_t found = bytes_view(sha256, 32);
	enum err error = store_run(&migration->session, STATEMENT_MIGRATION_FIND, inputs, COUNT_OF(inputs),
				   outputs, COUNT_OF(outputs));

	if (error == ERR_OK && !bytes_equal(&applied, &found)) {
		(void)snprintf(migration->reason, REASON_SIZE, "%.300s: changed since it was applied", name);
		return ERR_MISMATCH;
	}
	if (error == ERR_NOT_FOUND) {
		(void)snprintf(migration->reason, REASON_SIZE, "%.300s: not applied, but a later one is",
			       name);
		return ERR_SYNTAX;
	}
	return error;
}

/* NEWEST is the last migration that was applied before. */
static enum err apply(struct migration *migration, const char *name, const char *newest)
{
	CLEANUP(bytes_free) gnutls_datum_t text = {NULL, 0};
	uint8_t sha256[32];
	bool missing = strcmp(name, newest) > 0;
	enum err error = read_file(migration, name, &text, sha256);

	if (error == ERR_OK && missing)
		error = run_file(migration, name, &text);
	if (error == ERR_OK)
		error = missing ? insert(migration, name, sha256) : compare(migration, name, sha256);
	if (error == ERR_OK && migration->seen != NULL)
		migration->seen(migration->context, name, missing);
	return error;
}

static enum err apply_all(struct migration *migration, const struct names *names)
{
	CLEANUP(text_free) char *newest = NULL;
	enum err error = store_schema_newest(&migration->session, &newest);

	if (error == ERR_OK && strcmp(newest, names->entries[names->count - 1]->d_name) > 0) {
		(void)snprintf(migration->reason, REASON_SIZE, "%.300s was applied, but is not in %.150s",
			       newest, migration->directory);
		return ERR_MISMATCH;
	}
	for (int i = 0; i < names->count && error == ERR_OK; i++)
		error = apply(migration, names->entries[i]->d_name, newest);
	return error;
}

/* Waits for whoever migrates now. The lock ends with the connection. */
static enum err lock(struct migration *migration)
{
	uint64_t locked = 0;
	const struct input inputs[] = {input_number(LIMIT_DB_MIGRATE_SECONDS - 10)};
	const struct output outputs[] = {{VALUE_NUMBER, &locked}};
	enum err error = store_run(&migration->session, STATEMENT_MIGRATION_LOCK, inputs, COUNT_OF(inputs),
				   outputs, COUNT_OF(outputs));

	return error == ERR_OK && locked != 1 ? ERR_UNAVAILABLE : error;
}

enum err store_migrate(struct store *store, const char *directory, store_migration_seen *seen, void *context,
		       char *reason)
{
	struct migration migration = {
		.session = store_handle(store->address, CLIENT_MULTI_STATEMENTS, LIMIT_DB_MIGRATE_SECONDS),
		.directory = directory,
		.seen = seen,
		.context = context,
		.reason = reason,
	};
	CLEANUP(names_free) struct names names = {0};
	enum err error = list_files(&migration, &names);

	if (error == ERR_OK) {
		reason[0] = '\0';
		error = store_connect(&migration.session);
	}
	if (error == ERR_OK)
		error = lock(&migration);
	if (error == ERR_OK)
		error = apply_all(&migration, &names);
	if (error != ERR_OK && reason[0] == '\0')
		(void)snprintf(reason, REASON_SIZE, "database: %s", err_text(error));
	store_disconnect(&migration.session);
	return error;
}
