/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>

#include "lib/mariadb.h"
#include "store/handle.h"
#include "store/maintain.h"

/* 2026-01-01 00:00:00, before which everything is too old. */
#define LINE 1767225600

/* N transactions, each with a certificate's serial, one a minute from TIME on. */
static void add_transactions(const char *url, unsigned first, unsigned n, const char *time)
{
	(void)test_sql(
		url,
		"INSERT INTO transactions (profile, transaction_id, request_sha256, state, reply,"
		" created_at) SELECT 'p', seq, SHA1(seq), 'issued', 'r', '%s' + INTERVAL seq - %u MINUTE"
		" FROM seq_%u_to_%u",
		time, first, first, first + n - 1);
}

static void add_request(const char *url, const char *state, const char *created_at, const char *decided_at)
{
	(void)test_sql(
		url,
		"INSERT INTO requests (profile, transaction_id, request_sha256, remake_sha256,"
		" signer_key_sha256, message, state, subject, sans, key_text, key_sha256, request_id,"
		" client_address, created_at, decided_at) VALUES ('p', UUID(), '', '', '', '', '%s', '',"
		" '[]', '', '', '', '', '%s', %s)",
		state, created_at, decided_at);
}

static struct store_expired maintain(struct handle *h, time_t transactions, time_t requests)
{
	const struct store_expiry expiry = {transactions, requests};
	struct store_expired expired;

	cr_assert_eq(store_maintain(h->store, &expiry, &expired), ERR_OK);
	return expired;
}

static const char left[] = "SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM transactions),"
			   " (SELECT COUNT(*) FROM requests), (SELECT COUNT(*) FROM certificates),"
			   " (SELECT COUNT(*) FROM audit_events))";

Test(maintain, without_a_database_nothing_is_done)
{
	struct handle h = handle_open("mariadb:///x?socket=/nonexistent/socket&user=u");
	const struct store_expiry expiry = {LINE, LINE};
	struct store_expired expired = {1, 1};

	cr_expect_eq(store_maintain(h.store, &expiry, &expired), ERR_UNAVAILABLE);
	cr_expect_eq(expired.transactions + expired.requests, 0);
	handle_close(&h);
}

Test(maintain, forgets_to_the_second_and_no_certificate)
{
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(1);

	cr_assert_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	(void)test_sql(h.url, "UPDATE transactions SET created_at = '2025-12-31 23:59:59'");
	add_transactions(h.url, 1, 1, "2026-01-01 00:00:00");
	cr_expect_eq(maintain(&h, 0, LINE).transactions, 0, "0 leaves them alone");
	cr_expect_eq(maintain(&h, LINE, 0).transactions, 1);
	cr_expect_str_eq(test_sql(h.url, "SELECT profile FROM transactions"), "p");
	cr_expect_str_eq(test_sql(h.url, "%s", left), "1 0 1 1");
	handle_close(&h);
}

Test(maintain, forgets_more_than_one_batch)
{
	struct handle h = handle_open(test_database());

	/* They end on the line; a gap in the ids, and a newer one in between. */
	add_transactions(h.url, 1, 1600, "2025-12-30 21:20:00");
	(void)test_sql(h.url, "DELETE FROM transactions WHERE id BETWEEN 300 AND 900");
	(void)test_sql(h.url, "UPDATE transactions SET created_at = '2026-06-01' WHERE id = 100");
	add_transactions(h.url, 1601, 1200, "2026-01-01 00:00:00");
	cr_expect_eq(maintain(&h, LINE, 0).transactions, 1600 - 601 - 1);
	cr_expect_str_eq(test_sql(h.url, "%s", left), "1201 0 0 0");
	cr_expect_eq(maintain(&h, LINE, 0).transactions, 0, "again finds nothing");
	handle_close(&h);
}

/* Rows that were all written later than those behind them are not passed by on the way. */
Test(maintain, does_not_read_all_that_is_young)
{
	struct handle h = handle_open(test_database());

	add_transactions(h.url, 1, 500, "2026-01-01 00:00:00");
	add_transactions(h.url, 501, 1, "2025-01-01 00:00:00");
	cr_expect_eq(maintain(&h, LINE, 0).transactions, 0, "its turn comes when those before it are old");
	cr_expect_eq(maintain(&h, LINE + 86400, 0).transactions, 501);
	handle_close(&h);
}

static const struct {
	const char *state, *created_at, *decided_at;
	bool stays;
	const char *why;
} requests[] = {
	{"waiting", "2026-01-01 00:00:00", "NULL", true, "waits not too long"},
	{"denied", "2025-12-01 00:00:00", "'2026-01-01 00:00:00'", true, "was denied not long ago"},
	{"approved", "2025-12-01 00:00:00", "'2026-01-01 00:00:00'", true, "was approved not long ago"},
	{"waiting", "2025-12-31 23:59:59", "NULL", false, "nobody decided"},
	{"denied", "2025-12-01 00:00:00", "'2025-12-31 23:59:59'", false, "ended"},
	{"issued", "2025-12-01 00:00:00", "'2025-12-31 23:59:59'", false, "ended"},
	{"approved", "2025-12-01 00:00:00", "'2025-12-31 23:59:59'", false, "nobody came for it"},
};

Test(maintain, forgets_requests_by_what_happened_to_them_last)
{
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		struct handle h = handle_open(test_database());

		add_request(h.url, requests[i].state, requests[i].created_at, requests[i].decided_at);
		cr_expect_eq(maintain(&h, LINE, 0).requests, 0, "0 leaves them alone");
		cr_expect_eq(maintain(&h, 0, LINE).requests, !requests[i].stays, "%s", requests[i].why);
		cr_expect_str_eq(test_sql(h.url, "%s", left), requests[i].stays ? "0 1 0 0" : "0 0 0 0", "%s",
				 requests[i].why);
		handle_close(&h);
	}
}

Test(maintain, requests_are_looked_through_to_the_end)
{
	struct handle h = handle_open(test_database());

	for (unsigned i = 0; i < 2; i++)
		(void)test_sql(
			h.url,
			"INSERT INTO requests (profile, transaction_id, request_sha256, remake_sha256,"
			" signer_key_sha256, message, state, subject, sans, key_text, key_sha256, request_id,"
			" client_address, created_at) SELECT 'p', seq, '', '', '', '', 'waiting', '', '[]', "
			"'',"
			" '', '', '', '%s' FROM seq_%u_to_%u",
			i == 0 ? "2026-01-02" : "2025-01-01", 1 + i * 1000, 700 + i * 1000);
	cr_expect_eq(maintain(&h, 0, LINE).requests, 700, "old ones behind young ones");
	cr_expect_str_eq(test_sql(h.url, "%s", left), "0 700 0 0");
	handle_close(&h);
}
