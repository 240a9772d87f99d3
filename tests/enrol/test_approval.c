/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that an operator has to approve, and polls for them. */
#include <criterion/criterion.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "enrol/desk.h"

static struct desk desk;
static const char *transaction; /* of all that is asked */

static void start(void)
{
	desk_open(&desk);
	transaction = "t";
	desk.profile.approval = true;
}

static void end(void)
{
	desk_close(&desk);
}

TestSuite(approval, .init = start, .fini = end);

enum state { NOTHING, WAITING, APPROVED, DENIED, ISSUED };

/* Brings the request of the plain plea into STATE; the number of its message. */
static unsigned bring_to(enum state state)
{
	const struct plea plea = {.transaction = transaction};
	struct outcome outcome;

	if (state == NOTHING)
		return 0;
	outcome = desk_ask(&desk, &plea);
	cr_assert_eq(outcome.reason, ENROL_PENDING);
	if (state != WAITING)
		desk_decide(&desk, state != DENIED);
	if (state == ISSUED) {
		struct outcome polled = desk_poll(&desk, &plea);

		cr_assert_eq(polled.reason, ENROL_SUCCESS);
		outcome_free(&polled);
	}
	return outcome.message;
}

/* How the next one asks. */
enum how { SAME_MESSAGE, ANEW, ANEW_OLD_CHALLENGE, ANOTHER, ANOTHER_GUESSING, POLL, POLL_OTHER_KEY };

static const struct fixture *other_signer(void)
{
	static struct fixture other;

	if (other.certificate == NULL)
		other = fixture_make(
			&(struct fixture_options){.key = FIXTURE_RSA_OTHER, .subject = "CN=device"});
	return &other;
}

static struct outcome next(enum how how, unsigned message)
{
	struct plea plea = {.transaction = transaction};

	switch (how) {
	case SAME_MESSAGE: plea.message = message; break;
	case ANEW_OLD_CHALLENGE: plea.challenge = "of yesterday"; break;
	case ANOTHER: plea.subject = "CN=another"; break;
	case ANOTHER_GUESSING: plea.subject = "CN=another", plea.challenge = "guess"; break;
	case POLL_OTHER_KEY: plea.signer = other_signer(); break;
	default: break;
	}
	return how >= POLL ? desk_poll(&desk, &plea) : desk_ask(&desk, &plea);
}

static const struct {
	enum state state;
	enum how how;
	enum enrol_reason expected;
	const char *why;
} cases[] = {
	{NOTHING, POLL, ENROL_NOT_PENDING, "a poll for nothing"},
	{WAITING, POLL_OTHER_KEY, ENROL_NOT_PENDING, "a poll for somebody else's"},
	{APPROVED, POLL_OTHER_KEY, ENROL_NOT_PENDING, "a poll for somebody else's that is approved"},
	{ISSUED, POLL_OTHER_KEY, ENROL_NOT_PENDING, "a poll for somebody else's that is issued"},
	{DENIED, POLL_OTHER_KEY, ENROL_NOT_PENDING, "a poll for somebody else's that is denied"},
	{DENIED, POLL, ENROL_DENIED, "a poll for what was denied"},
	{DENIED, SAME_MESSAGE, ENROL_DENIED, "the message that was denied"},
	{DENIED, ANEW, ENROL_DENIED, "the request that was denied, made anew"},
	{WAITING, ANOTHER, ENROL_TRANSACTION_CONFLICT, "another while one waits"},
	{APPROVED, ANOTHER, ENROL_TRANSACTION_CONFLICT, "another while one is to be fetched"},
	{WAITING, ANOTHER_GUESSING, ENROL_CHALLENGE_INVALID, "another that may not ask at all"},
	{NOTHING, ANEW_OLD_CHALLENGE, ENROL_CHALLENGE_INVALID, "an old challenge"},
	{ISSUED, ANEW_OLD_CHALLENGE, ENROL_CHALLENGE_INVALID, "an old challenge, after the end"},
	{NOTHING, ANEW, ENROL_PENDING, "the first"},
	{WAITING, SAME_MESSAGE, ENROL_PENDING, "the same message (micromdm polls so)"},
	{WAITING, ANEW, ENROL_PENDING, "the same request made anew"},
	{WAITING, ANEW_OLD_CHALLENGE, ENROL_PENDING, "made anew after the challenge was changed"},
	{WAITING, POLL, ENROL_PENDING, "a poll"},
	{DENIED, ANOTHER, ENROL_PENDING, "another after one that was denied"},
	{ISSUED, ANOTHER, ENROL_PENDING, "another after one that was issued"},
	{APPROVED, SAME_MESSAGE, ENROL_SUCCESS, "the message that is approved by now"},
	{APPROVED, ANEW, ENROL_SUCCESS, "made anew and approved by now"},
	{APPROVED, ANEW_OLD_CHALLENGE, ENROL_SUCCESS, "approved, and the challenge was changed since"},
	{APPROVED, POLL, ENROL_SUCCESS, "a poll for what is approved"},
	{ISSUED, POLL, ENROL_SUCCESS, "a poll for what was issued and got lost"},
	{ISSUED, ANEW, ENROL_SUCCESS, "made anew after it was issued"},
};

Test(approval, every_state_and_what_comes_next)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CLEANUP(outcome_free) struct outcome outcome = {0};
		bool granted = cases[i].expected == ENROL_SUCCESS || cases[i].state == ISSUED;
		char name[8];
		char count[96];

		(void)snprintf(name, sizeof name, "%03zu", i);
		(void)snprintf(count, sizeof count,
			       "SELECT COUNT(*) FROM certificates WHERE transaction_id = '%s'", name);
		transaction = name;
		outcome = next(cases[i].how, bring_to(cases[i].state));
		cr_expect_eq(outcome.reason, cases[i].expected, "%s: %s", cases[i].why,
			     enrol_meaning(outcome.reason)->label);
		cr_expect_str_eq(desk_sql(&desk, count), granted ? "1" : "0", "%s", cases[i].why);
	}
}

/* What an agent may do ends with its certificate, whatever was approved before. */
Test(approval, an_agent_that_was_revoked_fetches_nothing)
{
	struct fixture agent;
	const struct plea plea = {
		.signer = &agent, .key = FIXTURE_RSA_OTHER, .subject = "CN=other", .transaction = "agent"};
	CLEANUP(outcome_free) struct outcome held = {0};
	CLEANUP(outcome_free) struct outcome polled = {0};

	desk.profile.approval = false;
	agent = desk_enrolled(&desk, &(struct plea){.transaction = "its own"});
	desk.profile.approval = true;
	desk.profile.agents = ENROL_AGENTS_ISSUED;
	held = desk_ask(&desk, &plea);
	cr_assert_eq(held.reason, ENROL_PENDING);
	desk_decide(&desk, true);
	(void)desk_sql(&desk, "UPDATE certificates SET revoked_at = '2026-11-21 08:00:00'");
	polled = desk_poll(&desk, &plea);
	cr_expect_eq(polled.reason, ENROL_RENEWAL_REVOKED, "%s", enrol_meaning(polled.reason)->label);
	x509_crt_free(&agent.certificate);
}

Test(approval, is_audited_once_when_it_is_put_on_hold)
{
	const char *rows = "SELECT COUNT(*) FROM audit_events";

	(void)bring_to(WAITING);
	cr_expect_str_eq(desk_audit(&desk, "CONCAT_WS('|', action, outcome, reason)"),
			 "scep_pkcsreq|success|pending");
	cr_expect_str_eq(desk_sql(&desk,
				  "SELECT CONCAT_WS('|', state, subject, key_text, LENGTH(message) > 0)"
				  " FROM requests"),
			 "waiting|CN=device|RSA 2048|1");
	(void)next(ANEW, 0);
	(void)next(POLL, 0);
	cr_expect_str_eq(desk_sql(&desk, rows), "1", "those who ask again are not");
	desk_decide(&desk, true);
	desk_expect(&desk, &(struct plea){0}, ENROL_SUCCESS, "approved");
	cr_expect_str_eq(desk_audit(&desk, "JSON_VALUE(details, '$.request') = (SELECT id FROM requests)"),
			 "1", "the certificate's row names the request");
}

Test(approval, policy_is_asked_when_it_is_issued)
{
	struct plea plea = {0};
	struct outcome outcome;

	(void)bring_to(APPROVED);
	desk.profile.policy_id = "gone";
	outcome = desk_poll(&desk, &plea);
	cr_expect_eq(outcome.reason, ENROL_POLICY_UNREADABLE);
	desk_expect(&desk, &plea, ENROL_POLICY_UNREADABLE, "made anew");
	desk.profile.policy_id = NULL;
	desk_expect(&desk, &plea, ENROL_SUCCESS, "once it is mended");
}

Test(approval, a_renewal_does_not_wait)
{
	struct outcome first;
	struct fixture old = {.key = fixture_key(FIXTURE_RSA_CLIENT)};

	(void)bring_to(APPROVED);
	first = desk_poll(&desk, &(struct plea){0});
	old.certificate = first.certificate;
	desk_expect(&desk, &(struct plea){.signer = &old, .renewal = true, .challenge = ""}, ENROL_SUCCESS,
		    "a renewal in the same transaction");
	outcome_free(&first);
}

/* Nothing of it is encrypted, so its challenge would lie in the database. */
Test(approval, of_a_raw_request_nothing_is_kept)
{
	const struct plea plea = {.raw = true};
	struct outcome polled;

	desk_expect(&desk, &plea, ENROL_PENDING, "raw");
	cr_expect_str_eq(desk_sql(&desk, "SELECT LENGTH(message) FROM requests"), "0");
	desk_decide(&desk, true);
	polled = desk_poll(&desk, &(struct plea){0});
	cr_expect_eq(polled.reason, ENROL_NOT_PENDING, "so a poll cannot fetch it");
	desk_expect(&desk, &plea, ENROL_SUCCESS, "and it is answered when it comes again");
}

static void issue_elsewhere(struct desk *at)
{
	struct outcome polled = desk_poll(at, &(struct plea){0});

	cr_assert_eq(polled.reason, ENROL_SUCCESS);
	outcome_free(&polled);
}

Test(approval, is_good_for_one_certificate)
{
	struct outcome outcome;

	(void)bring_to(APPROVED);
	desk.meanwhile = issue_elsewhere;
	outcome = desk_poll(&desk, &(struct plea){0});
	cr_expect_eq(outcome.reason, ENROL_SUCCESS, "the second gets what the first got");
	cr_expect_str_eq(desk_sql(&desk, "SELECT COUNT(*) FROM certificates"), "1");
	outcome_free(&outcome);
}
