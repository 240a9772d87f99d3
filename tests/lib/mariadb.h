/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Private MariaDB servers for tests. A test program that uses this has one server of its own, started before
 * the first test and stopped after the last, on a Unix socket, with no network. Each test asks for a fresh
 * database on it, so tests run side by side:
 *
 *	struct store_address address;
 *	char reason[256];
 *
 *	cr_assert_eq(store_address_parse(test_database(), &address, reason), ERR_OK);
 *
 * Tests that stop or kill their server start one for themselves. Programs come from the environment of 'make
 * check' (MARIADBD, MARIADB_INSTALL_DB) or from PATH. What fails here ends the test with words on standard
 * error. The servers' defaults (latin1, a time zone of its own, a lax sql_mode) are chosen to show whoever
 * relies on them.
 */
#ifndef TEST_MARIADB_H
#define TEST_MARIADB_H

#include <sys/types.h>

/* --- the program's server --- */

/* The URL of a fresh database with every migration of sql/ applied, as superuser. Valid until the next call.
 */
const char *test_database(void);

/* The same without tables. */
const char *test_database_empty(void);

/* --- a server of the test's own --- */

struct test_mariadb {
	char directory[96]; /* data, log and socket; removed with the program's server */
	char socket[112];
	pid_t pid; /* 0: not running */
	const char *const *options;
};

/* Creates and starts a server with OPTIONS ("--name=value", ended by NULL; or NULL) beside the usual ones. */
void test_mariadb_create(struct test_mariadb *server, const char *const *options);

/* Starts SERVER again on its data. Returns when it answers. */
void test_mariadb_start(struct test_mariadb *server);

/* Ends SERVER: in good order, or with SIGKILL. Returns when it is gone. */
void test_mariadb_stop(struct test_mariadb *server);
void test_mariadb_kill(struct test_mariadb *server);

/* As test_database, on SERVER. */
const char *test_mariadb_database(const struct test_mariadb *server);

/* --- SQL --- */

/* Runs SQL (printf-like) in the database of URL: the first column of the first row as text, "" when there is
 * none. Valid until the next call. */
const char *test_sql(const char *url, const char *sql, ...) __attribute__((format(printf, 2, 3)));

/* Runs SQL until its answer is EXPECTED, for a minute at most; then the test ends. For states of the server.
 */
void test_sql_await(const char *url, const char *sql, const char *expected);

/* Opens a connection of its own to URL for a test that needs a session (locks, transactions); closed with
 * mysql_close. Returns MYSQL *. */
void *test_sql_session(const char *url);

/* The same in that session. A session closed a moment ago may still be in the server's list of processes, so
 * who looks at that list stays in one. */
const char *test_sql_in(void *session, const char *sql);
void test_sql_await_in(void *session, const char *sql, const char *expected);

#endif
