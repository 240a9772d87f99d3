/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mariadb.h"
#include "store/handle.h"
#include "store/requests.h"
#include "store/store_private.h"

Test(look, an_empty_database_has_no_answer_and_no_policy)
{
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(1);
	struct store_look look;

	cr_assert_eq(store_enrolment_look(h.store, &issued.key, "none", 0, &look), ERR_OK);
	cr_expect_not(look.answered);
	cr_expect_not(look.has_policy);
	cr_expect_eq(look.reply.size, 0);
	store_look_free(&look);
	handle_close(&h);
}

Test(look, finds_the_policy_as_it_is)
{
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(1);
	struct store_look look;

	(void)test_sql(h.url, "INSERT INTO certificate_profiles (id, name) VALUES ('plain', 'Plain')");
	(void)test_sql(
		h.url,
		"INSERT INTO certificate_profiles (id, name, max_ttl_seconds, allowed_key_algorithms,"
		" allowed_ekus, copied_extensions, must_staple, enabled) VALUES ('off', 'Off', 86400, '[]',"
		" '[\"clientAuth\"]', '[\"1.2.3\"]', TRUE, FALSE)");
	cr_assert_eq(store_enrolment_look(h.store, &issued.key, NULL, 0, &look), ERR_OK);
	cr_expect_not(look.has_policy, "none was wanted");
	store_look_free(&look);
	cr_assert_eq(store_enrolment_look(h.store, &issued.key, "off", 0, &look), ERR_OK);
	cr_expect(look.has_policy);
	cr_expect_not(look.policy.enabled);
	cr_expect_eq(look.policy.max_ttl, 86400);
	cr_expect(look.policy.must_staple);
	cr_expect_str_eq(look.policy.key_algorithms, "[]");
	cr_expect_str_eq(look.policy.ekus, "[\"clientAuth\"]");
	cr_expect_str_eq(look.policy.copied_extensions, "[\"1.2.3\"]");
	store_look_free(&look);
	cr_assert_eq(store_enrolment_look(h.store, &issued.key, "plain", 0, &look), ERR_OK);
	cr_expect(look.policy.enabled);
	cr_expect_eq(look.policy.max_ttl, 0);
	cr_expect_str_eq(look.policy.ekus, "[\"serverAuth\"]");
	store_look_free(&look);
	handle_close(&h);
}

static struct store_look look_for(struct handle *h, const struct store_issued *issued, time_t since)
{
	struct store_look look;

	cr_assert_eq(store_enrolment_look(h->store, &issued->key, NULL, since, &look), ERR_OK);
	return look;
}

/* --- in one round trip, or two --- */

static const struct {
	const char *policy_id;
	bool has_policy;
	bool answered,
		held; /* there is an answer to the request, somebody else's request holds the transactionID */
	unsigned trips;
	const char *why;
} trips[] = {
	{NULL, false, false, false, 1, "a new one, no policy"},
	{"plain", true, false, false, 1, "a new one"},
	{"none", false, false, false, 2, "no such policy"},
	{NULL, false, true, false, 2, "answered, no policy"},
	{"plain", true, true, false, 2, "answered"},
	{"none", false, true, false, 2, "answered, no such policy"},
	{NULL, false, false, true, 2, "held, no policy"},
	{"plain", true, false, true, 2, "held"},
	{"none", false, false, true, 2, "held, no such policy"},
	{"plain", true, true, true, 2, "answered and held"},
};

static unsigned long executed(struct handle *h)
{
	return strtoul(test_sql_in(h->store->connection,
				   "SELECT VARIABLE_VALUE FROM information_schema.session_status"
				   " WHERE VARIABLE_NAME = 'Com_stmt_execute'"),
		       NULL, 10);
}

Test(look, goes_twice_only_where_there_is_a_history_and_finds_all_of_it)
{
	for (size_t i = 0; i < sizeof trips / sizeof *trips; i++) {
		struct handle h = handle_open(test_database());
		struct store_issued issued = sample_issued(1);
		struct store_waiting waiting = sample_waiting(1);
		struct store_look look;
		unsigned long before;
		uint64_t id;

		(void)test_sql(h.url,
			       "INSERT INTO certificate_profiles (id, name) VALUES ('plain', 'Plain')");
		cr_assert_eq(store_connect(h.store), ERR_OK);
		if (trips[i].answered)
			cr_assert_eq(store_enrolment_record(h.store, &issued), ERR_OK);
		waiting.key.signer_key_sha256[0] ^= 1;
		if (trips[i].held)
			cr_assert_eq(store_request_wait(h.store, &waiting, &id), ERR_OK);
		before = executed(&h);
		cr_assert_eq(store_enrolment_look(h.store, &issued.key, trips[i].policy_id, 0, &look),
			     ERR_OK);
		cr_expect_eq(executed(&h) - before, trips[i].trips, "%s", trips[i].why);
		cr_expect_eq(look.has_policy, trips[i].has_policy, "%s", trips[i].why);
		cr_expect_eq(look.policy.ekus != NULL, trips[i].has_policy, "%s", trips[i].why);
		cr_expect_eq(look.answered, trips[i].answered, "%s", trips[i].why);
		cr_expect_eq(look.issued, trips[i].answered, "%s", trips[i].why);
		cr_expect_eq(look.held.state, trips[i].held ? STORE_REQUEST_WAITING : STORE_REQUEST_NONE,
			     "%s", trips[i].why);
		store_look_free(&look);
		handle_close(&h);
	}
}

/* --- what the transaction got before --- */

static const struct {
	const char *change;
	time_t since; /* the row is of 2026-01-01 00:00:00 */
	bool issued;
	const char *why;
} befores[] = {
	{"SET transaction_id = 'transaction 10'", 0, false, "another transaction, if only by its end"},
	{"SET profile = 'scep/other'", 0, false, "another profile"},
	{"SET signer_key_sha256 = ''", 0, false, "another signer"},
	{"SET signer_key_sha256 = NULL", 0, false, "nobody signed it"},
	{"SET profile = profile", 1767225601, false, "a second too early"},
	{"SET serial = 'gone'", 0, false, "the certificate is not there"},
	{"SET profile = profile", 1767225600, true, "just in time"},
	{"SET profile = profile", 0, true, "any time"},
};

Test(look, what_was_issued_to_another_transaction_or_too_early_does_not_count)
{
	for (size_t i = 0; i < sizeof befores / sizeof *befores; i++) {
		struct handle h = handle_open(test_database());
		struct store_issued issued = sample_issued(1), again = sample_issued(1);
		struct store_look look;

		cr_assert_eq(store_enrolment_record(h.store, &issued), ERR_OK);
		(void)test_sql(h.url, "UPDATE transactions SET created_at = '2026-01-01 00:00:00'");
		(void)test_sql(h.url, "UPDATE transactions %s", befores[i].change);
		again.key.request_sha256[5] = 0;
		look = look_for(&h, &again, befores[i].since);
		cr_expect_not(look.answered);
		cr_expect_eq(look.issued, befores[i].issued, "%s", befores[i].why);
		cr_expect_eq(look.certificate.der.size != 0, befores[i].issued, "%s", befores[i].why);
		store_look_free(&look);
		handle_close(&h);
	}
}

Test(look, of_several_the_newest_counts_and_its_age_alone)
{
	struct handle h = handle_open(test_database());
	struct store_issued first = sample_issued(1), second = sample_issued(2);
	struct store_look look;

	second.key.transaction_id = first.key.transaction_id;
	second.der = BYTES_LITERAL("second");
	cr_assert_eq(store_enrolment_record(h.store, &first), ERR_OK);
	cr_assert_eq(store_enrolment_record(h.store, &second), ERR_OK);
	(void)test_sql(h.url, "UPDATE certificates SET revoked_at = NOW() WHERE der = 'second'");
	look = look_for(&h, &first, 0);
	cr_expect(look.answered, "the very request of the first");
	cr_expect(look.issued);
	cr_expect(bytes_equal(&look.certificate.der, &second.der));
	cr_expect_arr_eq(look.issued_remake_sha256, second.remake_sha256, 32);
	cr_expect_str_eq(look.certificate.profile, "scep/corp");
	cr_expect_eq(look.certificate.not_after, second.not_after);
	cr_expect(look.certificate.revoked);
	store_look_free(&look);
	handle_close(&h);
}

/* --- its cost --- */

/* Rows that the handle's own session has read by now, by whatever way. */
static unsigned long rows_read(struct handle *h)
{
	static const char sql[] = "SELECT SUM(VARIABLE_VALUE) FROM information_schema.session_status"
				  " WHERE VARIABLE_NAME IN ('Handler_read_key', 'Handler_read_next',"
				  " 'Handler_read_prev', 'Handler_read_first', 'Handler_read_last',"
				  " 'Handler_read_rnd', 'Handler_read_rnd_next')";

	return strtoul(test_sql_in(h->store->connection, sql), NULL, 10);
}

/* A transaction with N certificates, among N others. */
static unsigned long cost_among(unsigned n)
{
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(1);
	struct store_look look;
	unsigned long before, cost;

	cr_assert_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	for (unsigned other = 0; other < 2; other++) {
		(void)test_sql(h.url,
			       "INSERT INTO transactions (profile, transaction_id, request_sha256,"
			       " signer_key_sha256, state, issuer_id, serial, reply, created_at)"
			       " SELECT t.profile, IF(%u, MD5(seq), t.transaction_id), SHA1(%u + seq),"
			       " t.signer_key_sha256, t.state, t.issuer_id, t.serial, t.reply, t.created_at"
			       " FROM transactions AS t JOIN seq_1_to_%u WHERE t.id = 1",
			       other, other * n, n);
	}
	look = look_for(&h, &issued, 0);
	cr_expect(look.answered && look.issued);
	store_look_free(&look);
	before = rows_read(&h);
	look = look_for(&h, &issued, 0);
	store_look_free(&look);
	cost = rows_read(&h) - before;
	handle_close(&h);
	return cost;
}

Test(look, reads_no_more_rows_the_more_there_are)
{
	unsigned long few = cost_among(10), many = cost_among(3000);

	cr_expect_eq(few, many, "%lu rows among few, %lu among many", few, many);
}
