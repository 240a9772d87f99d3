/* SPDX-License-Identifier: BSD-2-Clause */
/* The same request again, as it was sent and made anew (DESIGN 4.8). */
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "enrol/desk.h"

static struct desk desk;
static struct outcome first;

static void start(void)
{
	desk_open(&desk);
	first = desk_ask(&desk, &(struct plea){0});
	cr_assert_eq(first.reason, ENROL_SUCCESS);
}

static void end(void)
{
	outcome_free(&first);
	desk_close(&desk);
}

TestSuite(repeat, .init = start, .fini = end);

static const struct {
	struct plea plea;
	time_t later;
	bool same; /* the certificate it got before, or a new one */
	const char *why;
} cases[] = {
	{{.subject = "CN=another"}, 0, false, "another request in a transaction that has ended"},
	{{.transaction = "u"}, 0, false, "another transaction"},
	{{0}, 7 * DESK_DAY + 1, false, "made anew when its time is over"},
	{{0}, 7 * DESK_DAY, true, "made anew within its time"},
	{{0}, 0, true, "made anew at once"},
	{{.message = 1}, 80 * DESK_DAY, true, "the same message, as long as its answer is stored"},
};

Test(repeat, which_get_the_certificate_that_is_there)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CLEANUP(outcome_free) struct outcome again = {0};

		end();
		start();
		clock_fix(FIXTURE_NOW + cases[i].later);
		again = desk_ask(&desk, &cases[i].plea);
		cr_expect_eq(again.reason, ENROL_SUCCESS, "%s", cases[i].why);
		cr_expect_eq(same_certificate(&first, &again), cases[i].same, "%s", cases[i].why);
		cr_expect_str_eq(desk_sql(&desk, "SELECT COUNT(*) FROM certificates"),
				 cases[i].same ? "1" : "2", "%s", cases[i].why);
	}
}

Test(repeat, needs_the_challenge_like_the_first)
{
	desk_expect(&desk, &(struct plea){.challenge = "wrong!"}, ENROL_CHALLENGE_INVALID, "made anew");
}

Test(repeat, leaves_an_audit_row_and_nothing_else)
{
	desk_expect(&desk, &(struct plea){0}, ENROL_SUCCESS, "made anew");
	cr_expect_str_eq(desk_audit(&desk,
				    "CONCAT_WS('|', outcome, reason, JSON_VALUE(details, '$.repeated'),"
				    " resource_id = (SELECT LOWER(HEX(serial)) FROM certificates))"),
			 "success|success|1|1");
	cr_expect_str_eq(desk_sql(&desk, "SELECT COUNT(*) FROM transactions"), "1");
}

Test(repeat, of_a_revoked_certificate_is_refused)
{
	(void)desk_sql(&desk, "UPDATE certificates SET revoked_at = '2026-11-21 08:00:00'");
	desk_expect(&desk, &(struct plea){0}, ENROL_RENEWAL_REVOKED, "made anew");
}

/* A device whose certificates live for days asks for its next one with the same request. */
Test(repeat, ends_with_half_of_the_certificates_life)
{
	CLEANUP(outcome_free) struct outcome early = {0};
	CLEANUP(outcome_free) struct outcome late = {0};
	CLEANUP(outcome_free) struct outcome again = {0};
	const struct plea plea = {.transaction = "short"};

	desk.profile.validity = 2 * DESK_DAY;
	early = desk_ask(&desk, &plea);
	clock_fix(FIXTURE_NOW + DESK_DAY);
	again = desk_ask(&desk, &plea);
	clock_fix(FIXTURE_NOW + DESK_DAY + 1);
	late = desk_ask(&desk, &plea);
	cr_expect(same_certificate(&early, &again), "in its first half");
	cr_expect_eq(late.reason, ENROL_SUCCESS);
	cr_expect_not(same_certificate(&early, &late), "in its second half");
}

/* The same where it is policy that makes them short. */
Test(repeat, ends_with_half_of_the_life_that_policy_allows)
{
	CLEANUP(outcome_free) struct outcome early = {0};
	CLEANUP(outcome_free) struct outcome late = {0};
	CLEANUP(outcome_free) struct outcome again = {0};
	const struct plea plea = {.transaction = "capped"};

	(void)desk_sql(&desk,
		       "INSERT INTO certificate_profiles (id, name, max_ttl_seconds, allowed_key_algorithms,"
		       " allowed_ekus, copied_extensions, created_at, updated_at) VALUES ('p', 'p', 172800,"
		       " '[{\"algorithm\":\"RSA\"}]', '[\"clientAuth\"]', '[]', NOW(), NOW())");
	desk.profile.policy_id = "p";
	early = desk_ask(&desk, &plea);
	cr_assert_eq(early.reason, ENROL_SUCCESS);
	clock_fix(FIXTURE_NOW + DESK_DAY);
	again = desk_ask(&desk, &plea);
	clock_fix(FIXTURE_NOW + DESK_DAY + 1);
	late = desk_ask(&desk, &plea);
	cr_expect(same_certificate(&early, &again), "in its first half");
	cr_expect_eq(late.reason, ENROL_SUCCESS);
	cr_expect_not(same_certificate(&early, &late), "in its second half");
}

Test(repeat, a_renewal_after_a_renewal_is_another)
{
	struct fixture old = {.certificate = first.certificate, .key = fixture_key(FIXTURE_RSA_CLIENT)};
	struct plea plea = {.signer = &old, .renewal = true, .challenge = ""};
	CLEANUP(outcome_free) struct outcome one = desk_ask(&desk, &plea);
	CLEANUP(outcome_free) struct outcome same = desk_ask(&desk, &plea);
	CLEANUP(outcome_free) struct outcome two = {0};

	cr_expect(same_certificate(&one, &same), "the renewal made anew");
	old.certificate = one.certificate;
	two = desk_ask(&desk, &plea);
	cr_assert_eq(two.reason, ENROL_SUCCESS);
	cr_expect_not(same_certificate(&one, &two), "the renewal of what it gave");
}

static void ask_meanwhile(struct desk *at)
{
	desk_expect(at, &(struct plea){.transaction = "race"}, ENROL_SUCCESS, "the one that is faster");
}

Test(repeat, two_at_once_get_one_certificate)
{
	CLEANUP(outcome_free) struct outcome slower = {0};

	desk.meanwhile = ask_meanwhile;
	slower = desk_ask(&desk, &(struct plea){.transaction = "race"});
	cr_expect_eq(slower.reason, ENROL_SUCCESS);
	cr_expect_str_eq(desk_sql(&desk, "SELECT COUNT(*) FROM certificates"), "2", "the first and this one");
	cr_expect_str_eq(desk_audit(&desk, "JSON_VALUE(details, '$.repeated')"), "1");
}
