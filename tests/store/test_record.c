/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "lib/mariadb.h"
#include "store/handle.h"

Test(record, a_serial_that_is_taken_is_not_a_request_that_exists)
{
	struct handle h = handle_open(test_database());
	struct store_issued one = sample_issued(1), two = sample_issued(2);

	two.serial = one.serial;
	cr_assert_eq(store_enrolment_record(h.store, &one), ERR_OK);
	cr_expect_eq(store_enrolment_record(h.store, &two), ERR_SYSTEM);
	cr_expect_str_eq(test_sql(h.url, "%s", count_rows), "1 1 1", "nothing of the second stays");
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
	cr_expect_str_eq(test_sql(h.url, "%s", count_rows), "0 0 0");
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

	other.key = mine.key;
	other.reply = BYTES_LITERAL("another reply");
	cr_assert_eq(store_enrolment_record(a.store, &mine), ERR_OK);
	cr_expect_eq(store_enrolment_record(b.store, &other), ERR_EXISTS);
	cr_expect_eq(store_enrolment_record(a.store, &other), ERR_EXISTS,
		     "on the first one's own connection too");
	cr_expect_str_eq(test_sql(a.url, "%s", count_rows), "1 1 1");
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

/* What travels in variables of the session, see sql/0002-enrolment-record.sql. */
Test(record, stores_long_values_as_they_are_and_each_with_its_own_request)
{
	struct handle h = handle_open(test_database());
	struct store_issued first = sample_issued(1), second = sample_issued(2);

	first.reply = BYTES_LITERAL("\0'\\\xff\xc3");
	first.der = BYTES_LITERAL("\xff\0\"\n");
	first.audit.details = "{\"subject\":\"Br\xc3\xbc'cke \xf0\x9f\x96\xa8\"}";
	second.reply = (gnutls_datum_t){NULL, 0};
	second.der = BYTES_LITERAL("0");
	second.audit.details = NULL;
	cr_assert_eq(store_enrolment_record(h.store, &first), ERR_OK);
	cr_assert_eq(store_enrolment_record(h.store, &second), ERR_OK);
	cr_expect_str_eq(
		test_sql(h.url, "SELECT GROUP_CONCAT(CONCAT_WS('|', HEX(t.reply), HEX(c.der), a.details)"
				" ORDER BY t.id SEPARATOR '/') FROM transactions AS t JOIN certificates AS c"
				" USING (id) JOIN audit_events AS a USING (id)"),
		"00275CFFC3|FF00220A|{\"subject\":\"Br\xc3\xbc'cke \xf0\x9f\x96\xa8\"}/|30|{}");
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

/* --- what must not be recorded twice --- */

static const struct {
	bool remake;        /* the second asks for the same as the first */
	const char *change; /* of what the first one recorded */
	time_t since;       /* the first was recorded at 2026-01-01 00:00:00 */
	enum err expected;
	const char *why;
} remakes[] = {
	{true, "UPDATE transactions SET profile = profile", 0, ERR_EXISTS, "the same made anew"},
	{true, "UPDATE transactions SET profile = profile", 1767225600, ERR_EXISTS, "just in time"},
	{true, "UPDATE transactions SET profile = profile", 1767225601, ERR_OK, "a second too late"},
	{true, "UPDATE certificates SET revoked_at = NOW()", 0, ERR_OK, "the first is revoked"},
	{true, "UPDATE certificates SET not_after = '2026-01-02'", 0, ERR_OK, "the first is expired"},
	{true, "UPDATE transactions SET profile = 'scep/other'", 0, ERR_OK, "profiles share nothing"},
	{false, "UPDATE transactions SET profile = profile", 0, ERR_OK, "it asks for something else"},
};

Test(record, the_same_made_anew_is_recorded_once_in_its_time)
{
	clock_fix(1769904000); /* 2026-02-01 */
	for (size_t i = 0; i < sizeof remakes / sizeof *remakes; i++) {
		struct handle h = handle_open(test_database());
		struct store_issued one = sample_issued(1), two = sample_issued(2);

		cr_assert_eq(store_enrolment_record(h.store, &one), ERR_OK);
		(void)test_sql(h.url, "UPDATE transactions SET created_at = '2026-01-01 00:00:00'");
		(void)test_sql(h.url, "%s", remakes[i].change);
		if (remakes[i].remake)
			two.remake_sha256 = one.remake_sha256;
		two.since = remakes[i].since;
		cr_expect_eq(store_enrolment_record(h.store, &two), remakes[i].expected, "%s",
			     remakes[i].why);
		cr_expect_str_eq(test_sql(h.url, "%s", count_rows),
				 remakes[i].expected == ERR_OK ? "2 2 2" : "1 1 1", "%s", remakes[i].why);
		handle_close(&h);
	}
}

Test(record, what_cannot_be_made_anew_is_not_the_same)
{
	struct handle h = handle_open(test_database());
	struct store_issued one = sample_issued(1), two = sample_issued(2);

	one.remake_sha256 = two.remake_sha256 = NULL;
	cr_expect_eq(store_enrolment_record(h.store, &one), ERR_OK);
	cr_expect_eq(store_enrolment_record(h.store, &two), ERR_OK);
	handle_close(&h);
}

static const struct {
	const char *state;
	enum err expected;
	const char *after, *why;
} approvals[] = {
	{"waiting", ERR_EXISTS, "waiting", "nobody approved it"},
	{"denied", ERR_EXISTS, "denied", "an operator said no"},
	{"issued", ERR_EXISTS, "issued", "somebody else used the approval"},
	{"approved", ERR_OK, "issued", "now it is used"},
};

Test(record, an_approval_is_used_once)
{
	for (size_t i = 0; i < sizeof approvals / sizeof *approvals; i++) {
		struct handle h = handle_open(test_database());
		struct store_issued issued = sample_issued(1);

		(void)test_sql(h.url,
			       "INSERT INTO requests (id, profile, transaction_id, request_sha256,"
			       " remake_sha256, signer_key_sha256, message, state, subject, sans, key_text,"
			       " key_sha256, request_id, client_address, created_at) VALUES (7, 'scep/corp',"
			       " 'x', '', '', '', '', '%s', '', '[]', '', '', '', '', NOW())",
			       approvals[i].state);
		issued.approval = 7;
		cr_expect_eq(store_enrolment_record(h.store, &issued), approvals[i].expected, "%s",
			     approvals[i].why);
		cr_expect_str_eq(test_sql(h.url, "SELECT state FROM requests"), approvals[i].after, "%s",
				 approvals[i].why);
		cr_expect_str_eq(test_sql(h.url, "%s", count_rows),
				 approvals[i].expected == ERR_OK ? "1 1 1" : "0 0 0", "%s", approvals[i].why);
		handle_close(&h);
	}
}

Test(record, nothing_is_recorded_for_a_certificate_revoked_meanwhile)
{
	struct handle h = handle_open(test_database());
	struct store_issued first = sample_issued(1), renewal = sample_issued(2), late = sample_issued(3);

	renewal.renewed = late.renewed = first.serial;
	cr_assert_eq(store_enrolment_record(h.store, &first), ERR_OK);
	cr_expect_eq(store_enrolment_record(h.store, &renewal), ERR_OK, "it is good still");
	(void)test_sql(h.url, "UPDATE certificates SET revoked_at = NOW() ORDER BY id LIMIT 1");
	cr_expect_eq(store_enrolment_record(h.store, &late), ERR_PERMISSION);
	cr_expect_str_eq(test_sql(h.url, "%s", count_rows), "2 2 2");
	cr_expect_eq(store_enrolment_record(h.store, &renewal), ERR_OK,
		     "what was recorded before it was revoked stays recorded");
	late.issuer_id = "iss-other";
	cr_expect_eq(store_enrolment_record(h.store, &late), ERR_OK, "another issuer's serial");
	handle_close(&h);
}
