/* SPDX-License-Identifier: BSD-2-Clause */
/* Enrolments that want the same at the same time: one gets it, and the others are told who did or why not. */
#include <criterion/criterion.h>
#include <mysql.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "lib/mariadb.h"
#include "store/handle.h"
#include "store/worker.h"

/* The row of the request of sample 1, as somebody else would insert it. */
static const char rival[] =
	"INSERT INTO transactions (profile, transaction_id, request_sha256, state, issuer_id,"
	" serial, reply, created_at) VALUES ('scep/corp', 't',"
	" CONCAT(x'01000000', REPEAT(x'7e', 28)), 'issued', 'iss-local', 'other', 'r', NOW())";

/* What sample 1 needs, or wants to renew. */
static const char approved[] =
	"INSERT INTO requests (id, profile, transaction_id, request_sha256, remake_sha256, signer_key_sha256,"
	" message, state, subject, sans, key_text, key_sha256, request_id, client_address, created_at)"
	" VALUES (7, 'scep/corp', 'x', '', '', '', '', 'approved', '', '[]', '', '', '', '', NOW())";
static const char renewed[] =
	"INSERT INTO certificates (issuer_id, serial, profile, subject, sans, not_before, not_after, sha256,"
	" key_sha256, der, transaction_id, request_id, client_address, created_at) VALUES ('iss-local',"
	" 'renewed', 'p', '', '[]', NOW(), NOW(), '', '', '', '', '', '', NOW())";
static const char remade[] =
	"UPDATE transactions SET request_sha256 = '', remake_sha256 = CONCAT(x'01000000',"
	" REPEAT(x'd1', 28))";

/* A rival does something, and ends while the enrolment of sample 1 waits for it. */
static const struct {
	const char *before; /* committed */
	const char *rival[2];
	const char *end;
	enum err expected;
	const char *rows, *why;
} rivals[] = {
	{"SELECT 1", {rival}, "COMMIT", ERR_EXISTS, "1 0 0", "the very request, recorded by another"},
	{"SELECT 1", {rival}, "ROLLBACK", ERR_OK, "1 1 1", "the other gave up"},
	{"SELECT 1", {rival, remade}, "COMMIT", ERR_EXISTS, "1 0 0", "the same made anew"},
	{"SELECT 1", {rival, remade}, "ROLLBACK", ERR_OK, "1 1 1", "the other gave up"},
	{approved,
	 {"UPDATE requests SET state = 'issued'"},
	 "COMMIT",
	 ERR_EXISTS,
	 "0 0 0",
	 "the same approval"},
	{approved, {"UPDATE requests SET state = 'issued'"}, "ROLLBACK", ERR_OK, "1 1 1", "it was not used"},
	{renewed,
	 {"UPDATE certificates SET revoked_at = NOW()"},
	 "COMMIT",
	 ERR_PERMISSION,
	 "0 1 0",
	 "revoked at the same time"},
	{renewed,
	 {"UPDATE certificates SET revoked_at = NOW()"},
	 "ROLLBACK",
	 ERR_OK,
	 "1 2 1",
	 "not revoked after all"},
};

Test(races, of_two_at_once_one_gets_it)
{
	struct test_mariadb server;

	/* Whose lock waits are nobody else's. */
	test_mariadb_create(&server, NULL);
	for (size_t i = 0; i < sizeof rivals / sizeof *rivals; i++) {
		struct store_issued issued = sample_issued(1);
		struct worker worker;
		char url[256];
		void *session;

		(void)snprintf(url, sizeof url, "%s", test_mariadb_database(&server));
		session = test_sql_session(url);
		(void)test_sql_in(session, rivals[i].before);
		(void)test_sql_in(session, "BEGIN");
		for (size_t k = 0; k < 2 && rivals[i].rival[k] != NULL; k++)
			(void)test_sql_in(session, rivals[i].rival[k]);
		issued.approval = rivals[i].before == approved ? 7 : 0;
		if (rivals[i].before == renewed)
			issued.renewed = BYTES_LITERAL("renewed");
		worker_start(&worker, url, &issued);
		test_sql_await_in(session, worker_waiting, "1");
		(void)test_sql_in(session, rivals[i].end);
		cr_expect_eq(worker_end(&worker), rivals[i].expected, "%s", rivals[i].why);
		cr_expect_str_eq(test_sql(url, "%s", count_rows), rivals[i].rows, "%s", rivals[i].why);
		mysql_close(session);
	}
	test_mariadb_kill(&server);
}

/* The rival holds the serial and then wants the request: InnoDB ends the lighter transaction, ours. */
Test(races, a_deadlock_is_tried_again)
{
	struct test_mariadb server;
	struct store_issued issued = sample_issued(1);
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
	worker_start(&worker, url, &issued);
	test_sql_await(url, worker_waiting, "1");
	(void)test_sql_in(session, rival);
	test_sql_await(url, worker_waiting, "1");
	(void)test_sql_in(session, "ROLLBACK");
	cr_expect_eq(worker_end(&worker), ERR_OK);
	cr_expect_str_eq(test_sql(url, "%s", count_rows), "1 1 1");
	cr_expect_str_eq(test_sql(url, "SELECT VARIABLE_VALUE FROM information_schema.global_status"
				       " WHERE VARIABLE_NAME = 'Innodb_deadlocks'"),
			 "1", "it was one");
	mysql_close(session);
	test_mariadb_kill(&server);
}

/* --- many at once, none of which waits on purpose --- */

enum { RACERS = 4, ROUNDS = 50 };

struct racer {
	struct handle handle;
	struct store_issued issued;
	pthread_barrier_t *start;
	unsigned first, ok, exists;
	pthread_t thread;
};

/* In round N everybody asks the same by a message of their own. */
static void *race(void *context)
{
	struct racer *racer = context;

	for (unsigned n = 0; n < ROUNDS; n++) {
		struct store_issued issued = racer->issued;
		unsigned own = racer->first + n;
		uint8_t serial[16] = {0x11}, remake[32] = {0x22};
		enum err error;

		memcpy(serial + 4, &own, sizeof own);
		memcpy(issued.key.request_sha256, &own, sizeof own);
		memcpy(remake + 4, &n, sizeof n);
		issued.serial = bytes_view(serial, sizeof serial);
		issued.remake_sha256 = remake;
		(void)pthread_barrier_wait(racer->start);
		error = store_enrolment_record(racer->handle.store, &issued);
		racer->ok += error == ERR_OK;
		racer->exists += error == ERR_EXISTS;
	}
	return NULL;
}

Test(races, of_many_that_ask_the_same_one_is_recorded)
{
	const char *url = test_database();
	struct racer racers[RACERS] = {0};
	pthread_barrier_t start;
	unsigned ok = 0, exists = 0;

	cr_assert_eq(pthread_barrier_init(&start, NULL, RACERS), 0);
	for (unsigned i = 0; i < RACERS; i++) {
		racers[i] = (struct racer){.handle = handle_open(url),
					   .issued = sample_issued(0),
					   .start = &start,
					   .first = i * ROUNDS};
		cr_assert_eq(pthread_create(&racers[i].thread, NULL, race, &racers[i]), 0);
	}
	for (unsigned i = 0; i < RACERS; i++) {
		cr_assert_eq(pthread_join(racers[i].thread, NULL), 0);
		ok += racers[i].ok;
		exists += racers[i].exists;
	}
	cr_expect_eq(ok, ROUNDS);
	cr_expect_eq(exists, (RACERS - 1) * ROUNDS);
	cr_expect_str_eq(test_sql(url, "%s", count_rows), "50 50 50");
	for (unsigned i = 0; i < RACERS; i++)
		handle_close(&racers[i].handle);
	(void)pthread_barrier_destroy(&start);
}
