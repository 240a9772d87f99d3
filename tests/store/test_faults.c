/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What happens to an enrolment that is being recorded when others want the same, when its connection or its
 * server dies: it is recorded and found again, or nothing is.
 */
#include <criterion/criterion.h>
#include <mysql.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "lib/mariadb.h"
#include "store/handle.h"

static const char counts[] = "SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM transactions),"
			     " (SELECT COUNT(*) FROM certificates), (SELECT COUNT(*) FROM audit_events))";

/* --- conflicts: each on a server of its own, whose lock waits are nobody else's --- */

static const char waiting[] = "SELECT VARIABLE_VALUE FROM information_schema.global_status"
			      " WHERE VARIABLE_NAME = 'Innodb_row_lock_current_waits'";

struct worker {
	struct handle handle;
	struct store_issued issued;
	enum err error;
	pthread_t thread;
};

static void *record(void *context)
{
	struct worker *worker = context;

	worker->error = store_enrolment_record(worker->handle.store, &worker->issued);
	return NULL;
}

static void worker_start(struct worker *worker, const char *url)
{
	worker->handle = handle_open(url);
	worker->issued = sample_issued(1);
	cr_assert_eq(pthread_create(&worker->thread, NULL, record, worker), 0);
}

static enum err worker_end(struct worker *worker)
{
	cr_assert_eq(pthread_join(worker->thread, NULL), 0);
	handle_close(&worker->handle);
	return worker->error;
}

/* The row of the request of sample 1, as somebody else would insert it. */
static const char rival[] =
	"INSERT INTO transactions (profile, transaction_id, request_sha256, state, issuer_id,"
	" serial, reply, created_at) VALUES ('scep/corp', 't',"
	" CONCAT(x'01000000', REPEAT(x'7e', 28)), 'issued', 'iss-local', 'other', 'r', NOW())";

static const struct {
	const char *end;
	enum err expected;
	const char *rows;
} rivals[] = {
	{"COMMIT", ERR_EXISTS, "1 0 0"},
	{"ROLLBACK", ERR_OK, "1 1 1"},
};

/* Connections that run a prepared statement. */
#define EXECUTING " FROM information_schema.processlist WHERE db = DATABASE() AND command = 'Execute'"

/* Killed while it waits for a rival, the call goes on waiting on a new connection. */
Test(faults, a_killed_connection_is_not_the_end)
{
	struct test_mariadb server;
	char url[256];

	test_mariadb_create(&server, NULL);
	for (size_t i = 0; i < sizeof rivals / sizeof *rivals; i++) {
		struct worker worker;
		char sql[256];
		void *session, *watch;

		(void)snprintf(url, sizeof url, "%s", test_mariadb_database(&server));
		session = test_sql_session(url);
		watch = test_sql_session(url);
		(void)test_sql_in(session, "BEGIN");
		(void)test_sql_in(session, rival);
		worker_start(&worker, url);
		test_sql_await_in(watch, waiting, "1");
		(void)test_sql_in(watch, "SELECT @killed := id" EXECUTING);
		(void)snprintf(sql, sizeof sql, "KILL CONNECTION %s", test_sql_in(watch, "SELECT @killed"));
		(void)test_sql_in(watch, sql);
		test_sql_await_in(watch, "SELECT COUNT(*)" EXECUTING " AND id <> @killed", "1");
		test_sql_await_in(watch, waiting, "1");
		(void)test_sql_in(session, rivals[i].end);
		cr_expect_eq(worker_end(&worker), rivals[i].expected, "%s", rivals[i].end);
		cr_expect_str_eq(test_sql(url, "%s", counts), rivals[i].rows, "%s", rivals[i].end);
		mysql_close(session);
		mysql_close(watch);
	}
	test_mariadb_kill(&server);
}

/* The rival holds the serial and then wants the request: InnoDB ends the lighter transaction, ours. */
Test(faults, a_deadlock_is_tried_again)
{
	struct test_mariadb server;
	struct worker worker;
	char url[256];
	void *session;

	test_mariadb_create(&server, NULL);
	(void)snprintf(url, sizeof url, "%s", test_mariadb_database(&server));
	session = test_sql_session(url);
	(void)test_sql_in(session, "BEGIN");
	(void)test_sql_in(session,
			  "INSERT INTO certificate_profiles (id, name) SELECT seq, seq FROM seq_1_to_500");
	(void)test_sql_in(session,
			  "INSERT INTO certificates (issuer_id, serial, profile, subject, sans, not_before,"
			  " not_after, sha256, key_sha256, der, transaction_id, request_id, client_address,"
			  " created_at) VALUES ('iss-local', CONCAT(x'01000000', REPEAT(x'5e', 12)), 'p', '',"
			  " '[]', NOW(), NOW(), '', '', '', '', '', '', NOW())");
	worker_start(&worker, url);
	test_sql_await(url, waiting, "1");
	(void)test_sql_in(session, rival);
	test_sql_await(url, waiting, "1");
	(void)test_sql_in(session, "ROLLBACK");
	cr_expect_eq(worker_end(&worker), ERR_OK);
	cr_expect_str_eq(test_sql(url, "%s", counts), "1 1 1");
	cr_expect_str_eq(test_sql(url, "SELECT VARIABLE_VALUE FROM information_schema.global_status"
				       " WHERE VARIABLE_NAME = 'Innodb_deadlocks'"),
			 "1", "it was one");
	mysql_close(session);
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

Test(faults, what_was_ok_survives_the_death_of_the_server)
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
