/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <mysql.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mariadb.h"
#include "store/handle.h"
#include "store/relay.h"

static const char counts[] = "SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM transactions),"
			     " (SELECT COUNT(*) FROM certificates), (SELECT COUNT(*) FROM audit_events))";

Test(record, a_serial_that_is_taken_is_not_a_request_that_exists)
{
	struct handle h = handle_open(test_database());
	struct store_issued one = sample_issued(1), two = sample_issued(2);

	two.serial = one.serial;
	cr_assert_eq(store_enrolment_record(h.store, &one), ERR_OK);
	cr_expect_eq(store_enrolment_record(h.store, &two), ERR_SYSTEM);
	cr_expect_str_eq(test_sql(h.url, "%s", counts), "1 1 1", "nothing of the second stays");
	two.issuer_id = "iss-other";
	cr_expect_eq(store_enrolment_record(h.store, &two), ERR_OK, "another issuer has serials of its own");
	handle_close(&h);
}

Test(record, refuses_what_is_not_text_and_records_nothing)
{
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(1);

	issued.subject = "CN=\xff";
	cr_expect_eq(store_enrolment_record(h.store, &issued), ERR_SYSTEM, "not UTF-8");
	issued = sample_issued(1);
	issued.audit.details = "not JSON";
	cr_expect_eq(store_enrolment_record(h.store, &issued), ERR_SYSTEM, "the last of three inserts fails");
	cr_expect_str_eq(test_sql(h.url, "%s", counts), "0 0 0");
	issued = sample_issued(1);
	cr_expect_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	handle_close(&h);
}

Test(record, a_request_recorded_by_another_connection_exists)
{
	const char *url = test_database();
	struct handle a = handle_open(url), b = handle_open(url);
	struct store_issued mine = sample_issued(1), other = sample_issued(2);
	struct store_look look;

	memcpy(other.key.request_sha256, mine.key.request_sha256, 32);
	other.reply = BYTES_LITERAL("another reply");
	cr_assert_eq(store_enrolment_record(a.store, &mine), ERR_OK);
	cr_expect_eq(store_enrolment_record(b.store, &other), ERR_EXISTS);
	cr_expect_eq(store_enrolment_record(a.store, &other), ERR_EXISTS,
		     "on the first one's own connection too");
	cr_expect_str_eq(test_sql(a.url, "%s", counts), "1 1 1");
	cr_assert_eq(store_enrolment_look(b.store, &other.key, NULL, 0, &look), ERR_OK);
	cr_expect(look.answered);
	cr_expect(bytes_equal(&look.reply, &mine.reply), "the first reply is the answer");
	store_look_free(&look);
	other.key.profile = "scep/other";
	cr_expect_eq(store_enrolment_record(b.store, &other), ERR_OK, "profiles do not share requests");
	handle_close(&a);
	handle_close(&b);
}

Test(record, stores_what_it_is_given)
{
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(7);

	issued.key.transaction_id = BYTES_LITERAL("\0a\0\xff\0");
	issued.subject = "CN=Br\xc3\xbcske 'n\" \\";
	issued.audit.actor = "o'neil \xe2\x82\xac";
	cr_assert_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	cr_expect_str_eq(test_sql(h.url,
				  "SELECT CONCAT_WS('|', HEX(transaction_id), state, issuer_id, reply LIKE"
				  " 'reply_with%%', LENGTH(reply), LENGTH(serial)) FROM transactions"),
			 "006100FF00|issued|iss-local|1|16|16");
	cr_expect_str_eq(
		test_sql(h.url, "SELECT CONCAT_WS('|', HEX(transaction_id), profile, protocol, subject, sans,"
				" not_before, not_after, HEX(der), request_id, client_address)"
				" FROM certificates"),
		"006100FF00|scep/corp|scep|CN=Br\xc3\xbcske 'n\" \\|[\"printer-1.example\"]|2026-01-01 "
		"00:00:00|"
		"2027-01-01 00:00:00|3003020100|r-1|192.0.2.1");
	cr_expect_str_eq(test_sql(h.url, "SELECT CONCAT_WS('|', outcome, actor) FROM audit_events"),
			 "success|o'neil \xe2\x82\xac");
	handle_close(&h);
}

Test(record, a_reply_of_three_megabytes)
{
	enum { SIZE = 3 * 1024 * 1024 };
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(1);
	uint8_t *bytes = malloc(SIZE);
	struct store_look look;

	for (size_t i = 0; i < SIZE; i++)
		bytes[i] = (uint8_t)(i * 31 >> 3);
	issued.reply = bytes_view(bytes, SIZE);
	cr_assert_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	cr_assert_eq(store_enrolment_look(h.store, &issued.key, NULL, 0, &look), ERR_OK);
	cr_expect(look.answered);
	cr_expect(bytes_equal(&look.reply, &issued.reply));
	store_look_free(&look);
	free(bytes);
	handle_close(&h);
}

/* The COMMIT is done, but the answer is lost: the second run finds its own serial. */
Test(record, an_answer_lost_after_commit_is_still_ok)
{
	struct handle direct = handle_open(test_database()), h;
	struct store_issued one = sample_issued(1), two = sample_issued(2);
	struct relay relay;
	char url[256];

	relay_start(&relay, direct.url, url);
	h = handle_open(url);
	cr_assert_eq(store_enrolment_record(h.store, &one), ERR_OK, "now the statement is prepared");
	atomic_store(&relay.mode, RELAY_CUT_ANSWER);
	cr_expect_eq(store_enrolment_record(h.store, &two), ERR_OK);
	cr_expect_eq(atomic_load(&relay.mode), RELAY_PASS, "the answer was cut");
	cr_expect_str_eq(test_sql(direct.url, "%s", counts), "2 2 2");
	atomic_store(&relay.mode, RELAY_CUT_ANSWER);
	cr_expect_eq(store_audit_write(h.store, &one.audit), ERR_OK);
	cr_expect_str_eq(test_sql(direct.url, "%s", counts), "2 2 3", "an audit row is written once, too");
	handle_close(&h);
	relay_stop(&relay);
	handle_close(&direct);
}

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
Test(record, a_killed_connection_is_not_the_end)
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
Test(record, a_deadlock_is_tried_again)
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

Test(record, what_was_ok_survives_the_death_of_the_server)
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
