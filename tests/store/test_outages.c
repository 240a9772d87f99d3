/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What becomes of an enrolment that is being recorded when its connection or its server fails: either it is
 * recorded, and found again, or nothing is; and the caller is told so as far as anybody can know.
 */
#include <criterion/criterion.h>
#include <mysql.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "lib/mariadb.h"
#include "store/handle.h"
#include "store/relay.h"
#include "store/worker.h"

/* --- the connection is lost --- */

static const struct {
	enum relay_mode cut, then;
	enum err expected;
	const char *rows, *why;
} cuts[] = {
	{RELAY_CUT_REQUEST, RELAY_REFUSE, ERR_UNAVAILABLE, "0 0 0",
	 "lost before it was heard, no other to be had"},
	{RELAY_CUT_ANSWER, RELAY_REFUSE, ERR_UNAVAILABLE, "1 1 1", "lost after COMMIT, and nobody to ask"},
	{RELAY_CUT_REQUEST, RELAY_PASS, ERR_OK, "1 1 1", "lost before it was heard, said again"},
	{RELAY_CUT_ANSWER, RELAY_PASS, ERR_OK, "1 1 1", "lost after COMMIT, its own serial is found"},
};

Test(outages, a_connection_lost_before_or_after_commit)
{
	for (size_t i = 0; i < sizeof cuts / sizeof *cuts; i++) {
		struct handle direct = handle_open(test_database()), h;
		struct store_issued issued = sample_issued(1), before = sample_issued(2);
		struct relay relay;
		char url[256];

		relay_start(&relay, direct.url, url);
		h = handle_open(url);
		cr_assert_eq(store_enrolment_record(h.store, &before), ERR_OK, "now it is prepared");
		for (int k = 0; k < 3; k++)
			(void)test_sql(direct.url, "DELETE FROM %s",
				       (const char *[]){"transactions", "certificates", "audit_events"}[k]);
		atomic_store(&relay.then, cuts[i].then);
		atomic_store(&relay.mode, cuts[i].cut);
		cr_expect_eq(store_enrolment_record(h.store, &issued), cuts[i].expected, "%s", cuts[i].why);
		cr_expect_eq(atomic_load(&relay.mode), cuts[i].then, "it was cut");
		cr_expect_str_eq(test_sql(direct.url, "%s", count_rows), cuts[i].rows, "%s", cuts[i].why);
		expect_settled(direct.url, &issued, cuts[i].why);
		handle_close(&h);
		relay_stop(&relay);
		handle_close(&direct);
	}
}

Test(outages, an_audit_row_is_written_once_too)
{
	struct handle direct = handle_open(test_database()), h;
	struct store_issued issued = sample_issued(1);
	struct relay relay;
	char url[256];

	relay_start(&relay, direct.url, url);
	h = handle_open(url);
	cr_assert_eq(store_audit_write(h.store, &issued.audit), ERR_OK);
	atomic_store(&relay.mode, RELAY_CUT_ANSWER);
	cr_expect_eq(store_audit_write(h.store, &issued.audit), ERR_OK);
	cr_expect_eq(atomic_load(&relay.mode), RELAY_PASS);
	cr_expect_str_eq(test_sql(direct.url, "%s", count_rows), "0 0 2");
	handle_close(&h);
	relay_stop(&relay);
	handle_close(&direct);
}

/* --- the connection or the server dies within the transaction, which is held up at one of its steps --- */

/* All of it is written, and COMMIT waits. */
static const char *const at_commit[] = {"BACKUP STAGE START", "BACKUP STAGE FLUSH", "BACKUP STAGE BLOCK_DDL",
					"BACKUP STAGE BLOCK_COMMIT", NULL};
static const char committing[] = "SELECT COUNT(*) FROM information_schema.processlist"
				 " WHERE state = 'Waiting for backup lock'";
/* It waits to write its first row. */
static const char *const at_first[] = {"LOCK TABLES transactions READ", NULL};
static const char writing[] = "SELECT COUNT(*) FROM information_schema.processlist"
			      " WHERE state = 'Waiting for table metadata lock'";

static void kill_connection(void *session, const char *held)
{
	char sql[256];

	(void)snprintf(sql, sizeof sql, "SELECT @killed := id%s", strchr(held + 7, ' '));
	(void)test_sql_in(session, sql);
	(void)snprintf(sql, sizeof sql, "KILL CONNECTION %s", test_sql_in(session, "SELECT @killed"));
	(void)test_sql_in(session, sql);
	(void)snprintf(sql, sizeof sql, "%s AND id <> @killed", held);
	test_sql_await_in(session, sql, "1");
}

static const struct {
	const char *const *hold;
	const char *held;
	void (*end)(struct test_mariadb *server); /* NULL: the connection is killed, and then let go */
	const char *release;
	const char *rows; /* NULL: a server that stops may let it finish */
	const char *why;
} deaths[] = {
	{at_first, writing, test_mariadb_kill, NULL, "0 0 0", "the server dies at the first row"},
	{at_commit, committing, test_mariadb_kill, NULL, "0 0 0", "the server dies during COMMIT"},
	{at_first, writing, test_mariadb_stop, NULL, NULL, "the server stops at the first row"},
	{at_commit, committing, test_mariadb_stop, NULL, NULL, "the server stops during COMMIT"},
	{at_first, writing, NULL, "UNLOCK TABLES", "1 1 1", "the connection is killed at the first row"},
	{at_commit, committing, NULL, "BACKUP STAGE END", "1 1 1", "the connection is killed during COMMIT"},
};

/* Records sample 1 on SERVER and ends as deaths[I] says. */
static enum err die_at_work(struct test_mariadb *server, const char *url, size_t i)
{
	struct store_issued issued = sample_issued(1);
	void *session = test_sql_session(url), *watch = test_sql_session(url);
	struct worker worker;
	enum err error;

	for (const char *const *sql = deaths[i].hold; *sql != NULL; sql++)
		(void)test_sql_in(session, *sql);
	worker_start(&worker, url, &issued);
	test_sql_await_in(watch, deaths[i].held, "1");
	if (deaths[i].end != NULL) {
		deaths[i].end(server);
	} else {
		kill_connection(watch, deaths[i].held);
		(void)test_sql_in(session, deaths[i].release);
	}
	error = worker_end(&worker);
	mysql_close(session);
	mysql_close(watch);
	if (deaths[i].end != NULL)
		test_mariadb_start(server);
	return error;
}

Test(outages, a_connection_or_server_that_dies_within_the_transaction)
{
	struct store_issued issued = sample_issued(1);
	struct test_mariadb server;

	test_mariadb_create(&server, NULL);
	for (size_t i = 0; i < sizeof deaths / sizeof *deaths; i++) {
		char url[256], rows[16];
		enum err error;

		(void)snprintf(url, sizeof url, "%s", test_mariadb_database(&server));
		error = die_at_work(&server, url, i);
		(void)snprintf(rows, sizeof rows, "%s", test_sql(url, "%s", count_rows));
		if (deaths[i].rows != NULL)
			cr_expect_str_eq(rows, deaths[i].rows, "%s", deaths[i].why);
		cr_expect(strcmp(rows, "1 1 1") == 0 || (error != ERR_OK && strcmp(rows, "0 0 0") == 0),
			  "%s: %s", deaths[i].why, rows);
		cr_expect(error == ERR_UNAVAILABLE || (error == ERR_OK && strcmp(rows, "1 1 1") == 0), "%s",
			  deaths[i].why);
		expect_settled(url, &issued, deaths[i].why);
	}
	test_mariadb_kill(&server);
}

/* --- a server that dies at work --- */

enum { LOADERS = 4, LOAD = 2000 };

struct loader {
	struct handle handle;
	struct store_issued sample;
	unsigned first, recorded;
	enum err end;
	pthread_t thread;
};

static void *load(void *context)
{
	struct loader *loader = context;

	while (loader->recorded < LOAD && loader->end == ERR_OK) {
		unsigned n = loader->first + loader->recorded;
		struct store_issued issued = loader->sample;
		uint8_t serial[16] = {0x11};

		memcpy(serial + 4, &n, sizeof n);
		memcpy(issued.key.request_sha256, &n, sizeof n);
		issued.remake_sha256 = issued.key.request_sha256;
		issued.serial = bytes_view(serial, sizeof serial);
		issued.key.transaction_id = issued.serial;
		loader->end = store_enrolment_record(loader->handle.store, &issued);
		loader->recorded += loader->end == ERR_OK;
	}
	return NULL;
}

static void expect_recorded(struct loader *loader)
{
	for (unsigned i = 0; i < loader->recorded; i++) {
		unsigned n = loader->first + i;
		uint8_t serial[16] = {0x11};
		gnutls_datum_t view = bytes_view(serial, sizeof serial);
		struct store_certificate certificate;

		memcpy(serial + 4, &n, sizeof n);
		cr_expect_eq(store_certificate_find(loader->handle.store, "iss-local", &view, &certificate),
			     ERR_OK);
		store_certificate_free(&certificate);
	}
}

Test(outages, what_was_ok_survives_the_death_of_the_server)
{
	struct test_mariadb server;
	struct loader loaders[LOADERS] = {0};
	char url[256];

	test_mariadb_create(&server, NULL);
	(void)snprintf(url, sizeof url, "%s", test_mariadb_database(&server));
	for (unsigned i = 0; i < LOADERS; i++) {
		loaders[i].handle = handle_open(url);
		loaders[i].first = i * LOAD;
		loaders[i].sample = sample_issued(0);
		cr_assert_eq(pthread_create(&loaders[i].thread, NULL, load, &loaders[i]), 0);
	}
	test_sql_await(url, "SELECT COUNT(*) >= 60 FROM certificates", "1");
	test_mariadb_kill(&server);
	for (unsigned i = 0; i < LOADERS; i++) {
		cr_assert_eq(pthread_join(loaders[i].thread, NULL), 0);
		cr_expect_eq(loaders[i].end, ERR_UNAVAILABLE, "it was at work when the server died");
		handle_close(&loaders[i].handle);
	}
	test_mariadb_start(&server);
	for (unsigned i = 0; i < LOADERS; i++) {
		loaders[i].handle = handle_open(url);
		expect_recorded(&loaders[i]);
		handle_close(&loaders[i].handle);
	}
	cr_expect_str_eq(
		test_sql(url,
			 "SELECT (SELECT COUNT(*) FROM transactions) = (SELECT COUNT(*) FROM certificates)"
			 " AND (SELECT COUNT(*) FROM audit_events) ="
			 " (SELECT COUNT(*) FROM certificates)"),
		"1", "all of it or nothing");
	test_mariadb_kill(&server);
}
