/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "base/clock.h"
#include "lib/mariadb.h"
#include "store/handle.h"
#include "store/relay.h"

static const char counts[] = "SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM requests),"
			     " (SELECT COUNT(*) FROM audit_events))";

static struct store_decision sample_decision(uint64_t id, bool approve)
{
	return (struct store_decision){
		.id = id,
		.approve = approve,
		.by = "alice",
		.note = "known device",
		.audit = sample_issued(1).audit,
	};
}

static uint64_t waits(struct handle *h, const struct store_waiting *waiting)
{
	uint64_t id = 0;

	cr_assert_eq(store_request_wait(h->store, waiting, &id), ERR_OK);
	cr_assert_neq(id, 0);
	return id;
}

static void decide(struct handle *h, uint64_t id, bool approve)
{
	struct store_decision decision = sample_decision(id, approve);

	cr_assert_eq(store_request_decide(h->store, &decision), ERR_OK);
}

/* --- who may have a transactionID --- */

static const struct {
	const char *state;  /* of the request that has it */
	bool other_message; /* the next one is another message, */
	bool other_remake;  /* which asks for something else, */
	bool other_signer;  /* and is signed with another key */
	enum err expected;
	bool new_row;
	const char *why;
} holders[] = {
	{"waiting", true, true, false, ERR_EXISTS, false, "something else is asked while one waits"},
	{"waiting", true, false, true, ERR_EXISTS, false, "the same is asked by somebody else"},
	{"approved", true, true, false, ERR_EXISTS, false, "an approval is not for something else"},
	{"approved", true, false, true, ERR_EXISTS, false, "an approval is not for somebody else"},
	{"waiting", false, false, false, ERR_OK, false, "the very message"},
	{"waiting", true, false, false, ERR_OK, false, "the same made anew"},
	{"approved", true, false, false, ERR_OK, false, "the same made anew, approved meanwhile"},
	{"denied", true, true, true, ERR_OK, true, "who was denied gives it up"},
	{"denied", true, false, false, ERR_OK, true, "and may ask again"},
	{"issued", true, true, true, ERR_OK, true, "who has a certificate gives it up"},
};

Test(wait, one_request_has_a_transaction_id_until_it_ends)
{
	for (size_t i = 0; i < sizeof holders / sizeof *holders; i++) {
		struct handle h = handle_open(test_database());
		struct store_waiting first = sample_waiting(1), next = sample_waiting(1);
		uint64_t id = waits(&h, &first), got = 1;
		uint8_t remake[32];

		(void)test_sql(h.url, "UPDATE requests SET state = '%s'", holders[i].state);
		memcpy(remake, first.remake_sha256, sizeof remake);
		remake[31] ^= holders[i].other_remake;
		next.remake_sha256 = remake;
		next.key.request_sha256[31] ^= holders[i].other_message;
		next.key.signer_key_sha256[31] ^= holders[i].other_signer;
		cr_expect_eq(store_request_wait(h.store, &next, &got), holders[i].expected, "%s",
			     holders[i].why);
		if (holders[i].expected != ERR_OK)
			cr_expect_eq(got, 0, "%s", holders[i].why);
		else
			cr_expect_eq(got != id, holders[i].new_row, "%s", holders[i].why);
		cr_expect_str_eq(test_sql(h.url, "%s", counts), holders[i].new_row ? "1 2" : "1 1", "%s",
				 holders[i].why);
		handle_close(&h);
	}
}

Test(wait, what_cannot_be_audited_does_not_wait)
{
	struct handle h = handle_open(test_database());
	struct store_waiting waiting = sample_waiting(1);
	uint64_t id = 1;

	waiting.audit.details = "not JSON";
	cr_expect_eq(store_request_wait(h.store, &waiting, &id), ERR_SYSTEM);
	cr_expect_eq(id, 0);
	cr_expect_str_eq(test_sql(h.url, "%s", counts), "0 0");
	handle_close(&h);
}

Test(wait, an_answer_lost_after_commit_is_still_ok)
{
	struct handle direct = handle_open(test_database()), h;
	struct store_waiting one = sample_waiting(1), two = sample_waiting(2);
	struct relay relay;
	char url[256];
	uint64_t id;

	relay_start(&relay, direct.url, url);
	h = handle_open(url);
	(void)waits(&h, &one);
	atomic_store(&relay.mode, RELAY_CUT_ANSWER);
	id = waits(&h, &two);
	cr_expect_eq(atomic_load(&relay.mode), RELAY_PASS, "the answer was cut");
	cr_expect_str_eq(test_sql(direct.url, "%s", counts), "2 2");
	atomic_store(&relay.mode, RELAY_CUT_ANSWER);
	decide(&h, id, true);
	cr_expect_eq(atomic_load(&relay.mode), RELAY_PASS);
	cr_expect_str_eq(test_sql(direct.url, "%s", counts), "2 3", "decided once");
	handle_close(&h);
	relay_stop(&relay);
	handle_close(&direct);
}

/* --- what a look sees of it --- */

static const struct {
	const char *state;
	bool other_message, other_signer;
	enum store_request_state expected;
	bool message; /* is given to who asks */
	const char *why;
} looks[] = {
	{"waiting", false, false, STORE_REQUEST_WAITING, false, "nothing is to be done with it yet"},
	{"denied", false, false, STORE_REQUEST_DENIED, false, "nothing is to be done with it any more"},
	{"approved", true, true, STORE_REQUEST_APPROVED, false, "not to another signer"},
	{"approved", true, false, STORE_REQUEST_APPROVED, true, "to a poll by the same signer"},
	{"issued", true, false, STORE_REQUEST_ISSUED, true, "also later"},
};

Test(held, is_told_to_all_and_its_message_to_its_signer)
{
	struct handle h = handle_open(test_database());
	struct store_waiting waiting = sample_waiting(1);
	uint64_t id = waits(&h, &waiting);

	for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
		struct store_request_key key = waiting.key;
		struct store_look look;

		(void)test_sql(h.url, "UPDATE requests SET state = '%s'", looks[i].state);
		key.request_sha256[31] ^= looks[i].other_message;
		key.signer_key_sha256[31] ^= looks[i].other_signer;
		cr_assert_eq(store_enrolment_look(h.store, &key, NULL, 0, &look), ERR_OK);
		cr_expect_eq(look.held.state, looks[i].expected, "%s", looks[i].why);
		cr_expect_eq(look.held.id, id);
		cr_expect_eq(look.held.same_message, !looks[i].other_message, "%s", looks[i].why);
		cr_expect_eq(look.held.same_signer, !looks[i].other_signer, "%s", looks[i].why);
		cr_expect_arr_eq(look.held.remake_sha256, waiting.remake_sha256, 32);
		cr_expect_eq(bytes_equal(&look.held.message, &waiting.message), looks[i].message, "%s",
			     looks[i].why);
		cr_expect_not(look.answered);
		cr_expect_not(look.issued);
		store_look_free(&look);
	}
	handle_close(&h);
}

Test(held, another_transaction_or_profile_has_none)
{
	struct handle h = handle_open(test_database());
	struct store_waiting waiting = sample_waiting(1), other = sample_waiting(2);
	struct store_look look;

	(void)waits(&h, &waiting);
	cr_assert_eq(store_enrolment_look(h.store, &other.key, NULL, 0, &look), ERR_OK);
	cr_expect_eq(look.held.state, STORE_REQUEST_NONE);
	cr_expect_eq(look.held.id, 0);
	store_look_free(&look);
	waiting.key.profile = "scep/other";
	cr_assert_eq(store_enrolment_look(h.store, &waiting.key, NULL, 0, &look), ERR_OK);
	cr_expect_eq(look.held.state, STORE_REQUEST_NONE);
	store_look_free(&look);
	handle_close(&h);
}

/* --- the operator --- */

Test(decide, a_yes_may_be_taken_back_and_a_no_not)
{
	struct handle h = handle_open(test_database());
	struct store_waiting waiting = sample_waiting(1);
	uint64_t id = waits(&h, &waiting);
	struct store_decision yes = sample_decision(id, true);

	decide(&h, id, true);
	cr_expect_eq(store_request_decide(h.store, &yes), ERR_MISMATCH, "it was approved");
	decide(&h, id, false);
	cr_expect_str_eq(test_sql(h.url, "SELECT state FROM requests"), "denied");
	cr_expect_eq(store_request_decide(h.store, &yes), ERR_MISMATCH, "it was denied");
	(void)test_sql(h.url, "UPDATE requests SET state = 'issued'");
	yes = sample_decision(id, false);
	cr_expect_eq(store_request_decide(h.store, &yes), ERR_MISMATCH, "it was issued");
	handle_close(&h);
}

Test(decide, only_what_waits_and_only_once)
{
	struct handle h = handle_open(test_database());
	struct store_waiting waiting = sample_waiting(1);
	uint64_t id = waits(&h, &waiting);
	struct store_decision unknown = sample_decision(id + 1, true), again = sample_decision(id, true);

	cr_expect_eq(store_request_decide(h.store, &unknown), ERR_NOT_FOUND);
	cr_expect_str_eq(test_sql(h.url, "%s", counts), "1 1", "what was not decided is not audited");
	decide(&h, id, false);
	cr_expect_eq(store_request_decide(h.store, &again), ERR_MISMATCH, "it was denied");
	cr_expect_str_eq(test_sql(h.url, "SELECT CONCAT_WS(' ', state, decided_by, note) FROM requests"),
			 "denied alice known device");
	cr_expect_str_eq(test_sql(h.url, "%s", counts), "1 2");
	handle_close(&h);
}

Test(decide, what_cannot_be_audited_is_not_decided)
{
	struct handle h = handle_open(test_database());
	struct store_waiting waiting = sample_waiting(1);
	struct store_decision decision = sample_decision(waits(&h, &waiting), true);

	decision.audit.details = "not JSON";
	cr_expect_eq(store_request_decide(h.store, &decision), ERR_SYSTEM);
	cr_expect_str_eq(test_sql(h.url, "SELECT state FROM requests"), "waiting");
	handle_close(&h);
}

Test(find, shows_all_of_it)
{
	struct handle h = handle_open(test_database());
	struct store_waiting waiting = sample_waiting(1);
	struct store_request request;
	uint64_t id;

	clock_fix(1767225600);
	cr_expect_eq(store_request_find(h.store, 1, &request), ERR_NOT_FOUND);
	cr_expect_null(request.profile);
	waiting.key.transaction_id = BYTES_LITERAL("\0\xff");
	waiting.client_certificate = "{\"subject\":\"CN=till\"}";
	id = waits(&h, &waiting);
	cr_assert_eq(store_request_find(h.store, id, &request), ERR_OK);
	cr_expect_eq(request.id, id);
	cr_expect_eq(request.state, STORE_REQUEST_WAITING);
	cr_expect_str_eq(request.profile, "scep/corp");
	cr_expect(bytes_equal(&request.transaction_id, &waiting.key.transaction_id));
	cr_expect_str_eq(request.subject, "CN=printer-1");
	cr_expect_str_eq(request.sans, "[\"printer-1.example\"]");
	cr_expect_str_eq(request.key_text, "RSA 2048");
	cr_expect_arr_eq(request.key_sha256.data, waiting.key_sha256, 32);
	cr_expect_str_eq(request.client_address, "192.0.2.1");
	cr_expect_str_eq(request.client_certificate, waiting.client_certificate);
	cr_expect_str_eq(request.request_id, "r-1");
	cr_expect_eq(request.created_at, 1767225600);
	cr_expect_eq(request.decided_at, 0);
	cr_expect_str_empty(request.decided_by);
	store_request_free(&request);
	clock_fix(1767225700);
	decide(&h, id, true);
	cr_assert_eq(store_request_find(h.store, id, &request), ERR_OK);
	cr_expect_eq(request.state, STORE_REQUEST_APPROVED);
	cr_expect_eq(request.decided_at, 1767225700);
	cr_expect_str_eq(request.decided_by, "alice");
	cr_expect_str_eq(request.note, "known device");
	store_request_free(&request);
	handle_close(&h);
}

Test(find, a_row_without_what_an_operator_looks_at_is_a_fault)
{
	static const char *const columns[] = {"profile", "subject", "sans", "key_text"};

	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
		struct handle h = handle_open(test_database());
		struct store_waiting waiting = sample_waiting(1);
		struct store_request request;
		uint64_t id;

		cr_assert_eq(store_request_wait(h.store, &waiting, &id), ERR_OK);
		(void)test_sql(h.url, "ALTER TABLE requests MODIFY %s VARCHAR(80) NULL", columns[i]);
		(void)test_sql(h.url, "UPDATE requests SET %s = NULL", columns[i]);
		cr_expect_eq(store_request_find(h.store, id, &request), ERR_SYSTEM, "%s", columns[i]);
		store_request_free(&request);
		handle_close(&h);
	}
}

Test(next, goes_through_all_or_those_that_wait)
{
	struct handle h = handle_open(test_database());
	struct store_request request;
	uint64_t ids[4];

	for (unsigned i = 0; i < 4; i++) {
		struct store_waiting waiting = sample_waiting(i);

		ids[i] = waits(&h, &waiting);
	}
	decide(&h, ids[0], true);
	decide(&h, ids[2], false);
	for (unsigned waiting = 0; waiting < 2; waiting++) {
		uint64_t after = 0;

		for (unsigned i = waiting; i < 4; i += 1 + waiting) {
			cr_assert_eq(store_request_next(h.store, after, waiting, &request), ERR_OK);
			cr_expect_eq(request.id, ids[i]);
			after = request.id;
			store_request_free(&request);
		}
		cr_expect_eq(store_request_next(h.store, after, waiting, &request), ERR_NOT_FOUND);
	}
	handle_close(&h);
}
