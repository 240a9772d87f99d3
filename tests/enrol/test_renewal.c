/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules a profile has for renewals. Certificates here last 90 days, until FIXTURE_NOW + 90 days. */
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "enrol/desk.h"

static struct desk desk;
static struct fixture old;

static void start(void)
{
	desk_open(&desk);
	old = desk_enrolled(&desk, &(struct plea){.dns = "device.example", .transaction = "first"});
}

static void end(void)
{
	x509_crt_free(&old.certificate);
	desk_close(&desk);
}

TestSuite(renewal_rules, .init = start, .fini = end);

#define END (90 * DESK_DAY)

static const struct {
	time_t later; /* than FIXTURE_NOW */
	unsigned window, grace;
	enum enrol_reason expected;
	const char *why;
} dates[] = {
	{-601, 0, 0, ENROL_RENEWAL_EXPIRED, "before it begins"},
	{END + 1, 0, 0, ENROL_RENEWAL_EXPIRED, "a second after its end"},
	{END + DESK_DAY + 1, 0, DESK_DAY, ENROL_RENEWAL_EXPIRED, "a second after a day of grace"},
	{END - DESK_DAY - 1, DESK_DAY, 0, ENROL_RENEWAL_EARLY, "a second before the window opens"},
	{END - DESK_DAY, DESK_DAY, 0, ENROL_SUCCESS, "when the window opens"},
	{END, 0, 0, ENROL_SUCCESS, "at its end"},
	{END + DESK_DAY, DESK_DAY, DESK_DAY, ENROL_SUCCESS, "at the end of the grace, window or not"},
	{0, 0, 0, ENROL_SUCCESS, "at once, where there is no window"},
	{0, 91 * DESK_DAY, 0, ENROL_SUCCESS, "at once, in a window longer than its life"},
};

Test(renewal_rules, when)
{
	const struct plea plea = {.signer = &old, .renewal = true, .dns = "device.example", .challenge = ""};

	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		clock_fix(FIXTURE_NOW + dates[i].later);
		desk.profile.renewal_window = dates[i].window;
		desk.profile.renewal_grace = dates[i].grace;
		/* Else the first that is granted answers the others. */
		desk.profile.transaction_lifetime = 0;
		desk_expect(&desk, &plea, dates[i].expected, dates[i].why);
		(void)desk_sql(&desk, "UPDATE transactions SET remake_sha256 = NULL");
		cr_expect_str_eq(desk_audit(&desk, "action"), "scep_renewalreq", "%s", dates[i].why);
	}
}

Test(renewal_rules, an_expired_one_without_grace_starts_over_with_the_challenge)
{
	struct plea plea = {.signer = &old, .dns = "device.example"};

	clock_fix(FIXTURE_NOW + END + 1);
	desk_expect(&desk, &plea, ENROL_SUCCESS, "a PKCSReq with the challenge");
	cr_expect_str_eq(desk_audit(&desk, "action"), "scep_pkcsreq", "is no renewal");
	plea.challenge = "";
	desk_expect(&desk, &plea, ENROL_RENEWAL_EXPIRED, "and without it");
}

static const struct {
	struct plea plea;
	bool change, challenge;
	enum enrol_agents agents;
	enum enrol_reason expected;
	const char *why;
} rules[] = {
	{{.subject = "CN=new", .dns = "device.example", .challenge = ""},
	 .expected = ENROL_RENEWAL_NAMES,
	 .why = "another subject"},
	{{.dns = "new.example", .challenge = ""}, .expected = ENROL_RENEWAL_NAMES, .why = "another SAN"},
	{{.challenge = ""}, .expected = ENROL_RENEWAL_NAMES, .why = "a SAN less"},
	{{.dns = "device.example", .challenge = ""},
	 .challenge = true,
	 .expected = ENROL_CHALLENGE_MISSING,
	 .why = "the certificate alone where the challenge is wanted too"},
	{{.dns = "device.example", .challenge = "wrong!"},
	 .challenge = true,
	 .expected = ENROL_CHALLENGE_INVALID,
	 .why = "a wrong challenge beside the certificate"},
	{{.dns = "device.example"}, .challenge = true, .expected = ENROL_SUCCESS, .why = "both"},
	{{.subject = "CN=new", .challenge = ""},
	 .change = true,
	 .expected = ENROL_SUCCESS,
	 .why = "other names where that is allowed"},
};

Test(renewal_rules, what)
{
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		struct plea plea = rules[i].plea;

		plea.signer = &old;
		plea.renewal = true;
		desk.profile.renewal_challenge = rules[i].challenge;
		desk.profile.renewal_subject_change = rules[i].change;
		desk_expect(&desk, &plea, rules[i].expected, rules[i].why);
	}
}

/* It would get a name without a challenge that agents have to bring one for. */
Test(renewal_rules, where_agents_are_allowed_only_a_renewalreq_changes_names)
{
	struct plea plea = {.signer = &old, .subject = "CN=new", .challenge = ""};

	desk.profile.renewal_subject_change = true;
	desk.profile.agents = ENROL_AGENTS_ISSUED;
	desk_expect(&desk, &plea, ENROL_RENEWAL_NAMES, "a PKCSReq for another name is an agent's");
	plea.renewal = true;
	desk_expect(&desk, &plea, ENROL_SUCCESS, "a RenewalReq renews");
	plea.renewal = false;
	plea.transaction = "u";
	desk.profile.agents = ENROL_AGENTS_NONE;
	desk_expect(&desk, &plea, ENROL_SUCCESS, "a PKCSReq where there are no agents");
	cr_expect_str_eq(desk_audit(&desk, "action"), "scep_renewalreq");
}

static void revoke_all(struct desk *at)
{
	(void)desk_sql(at, "UPDATE certificates SET revoked_at = '2026-11-21 08:00:00'");
}

Test(renewal_rules, revoked_while_we_sign_is_revoked)
{
	const struct plea plea = {.signer = &old, .renewal = true, .dns = "device.example", .challenge = ""};

	desk.meanwhile = revoke_all;
	desk_expect(&desk, &plea, ENROL_RENEWAL_REVOKED, "at the last moment");
	desk_expect(&desk, &plea, ENROL_RENEWAL_REVOKED, "and from then on");
	cr_expect_str_eq(desk_sql(&desk, "SELECT COUNT(*) FROM certificates"), "1");
}
