/* SPDX-License-Identifier: BSD-2-Clause */
/* Who may ask for a first certificate: the key's owner, an agent, or, with a raw request, nobody in
 * particular. */
#include <criterion/criterion.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "enrol/desk.h"

static struct desk desk;

static void start(void)
{
	desk_open(&desk);
}

static void end(void)
{
	desk_close(&desk);
}

TestSuite(authenticate, .init = start, .fini = end);

Test(authenticate, an_initial_request)
{
	static const struct {
		struct plea plea;
		enum enrol_reason expected;
		const char *why;
	} cases[] = {
		{{.key = FIXTURE_RSA_OTHER}, ENROL_SIGNER_KEY_MISMATCH, "signed with another key"},
		{{.challenge = "wrong!"}, ENROL_CHALLENGE_INVALID, "a wrong challenge"},
		{{.challenge = ""}, ENROL_CHALLENGE_MISSING, "no challenge"},
		{{.renewal = true}, ENROL_RENEWAL_UNKNOWN, "a RenewalReq that renews nothing of ours"},
		{{.raw = true, .challenge = ""}, ENROL_CHALLENGE_MISSING, "raw, no challenge"},
		{{.raw = true, .challenge = "wrong!"}, ENROL_CHALLENGE_INVALID, "raw, a wrong challenge"},
		{{.raw = true, .renewal = true, .challenge = ""},
		 ENROL_CHALLENGE_MISSING,
		 "raw, and never a renewal whatever the protocol says"},
		{{.raw = true, .transaction = "raw"}, ENROL_SUCCESS, "raw, with the challenge"},
		{{.transaction = "own"}, ENROL_SUCCESS, "signed with its own key, with the challenge"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		desk_expect(&desk, &cases[i].plea, cases[i].expected, cases[i].why);
	cr_expect_str_eq(desk_sql(&desk, "SELECT COUNT(*) FROM certificates"), "2");
	cr_expect_str_eq(desk_sql(&desk, "SELECT COUNT(*) FROM audit_events"), "9",
			 "one row for each decision");
}

/* Signers that an agent might be: each asks for the key FIXTURE_RSA_OTHER of "CN=served". */
enum who { STRANGER, OURS, REVOKED, ENDED, ELSEWHERE };

static struct fixture make_signer(enum who who)
{
	struct plea first = {.subject = "CN=agent", .transaction = "agent"};
	struct fixture signer;

	if (who == STRANGER)
		return fixture_make(
			&(struct fixture_options){.key = FIXTURE_RSA_CLIENT, .subject = "CN=agent"});
	signer = desk_enrolled(&desk, &first);
	if (who == REVOKED)
		(void)desk_sql(&desk, "UPDATE certificates SET revoked_at = '2026-11-21 08:00:00'");
	if (who == ELSEWHERE)
		(void)desk_sql(&desk, "UPDATE certificates SET profile = 'scep/other'");
	if (who == ENDED)
		clock_fix(FIXTURE_NOW + 91 * DESK_DAY);
	return signer;
}

static const struct {
	enum enrol_agents agents;
	enum who who;
	bool renewal;
	const char *challenge;
	enum enrol_reason expected;
	const char *why;
} agents[] = {
	{ENROL_AGENTS_NONE, STRANGER, false, NULL, ENROL_SIGNER_KEY_MISMATCH, "no agents here, a stranger"},
	{ENROL_AGENTS_NONE, OURS, false, NULL, ENROL_SIGNER_KEY_MISMATCH, "no agents here, one of ours"},
	{ENROL_AGENTS_ISSUED, STRANGER, false, NULL, ENROL_SIGNER_KEY_MISMATCH, "a stranger"},
	{ENROL_AGENTS_ISSUED, REVOKED, false, NULL, ENROL_RENEWAL_REVOKED, "a revoked agent"},
	{ENROL_AGENTS_ISSUED, ENDED, false, NULL, ENROL_RENEWAL_EXPIRED, "an expired agent"},
	{ENROL_AGENTS_ISSUED, ELSEWHERE, false, NULL, ENROL_RENEWAL_PROFILE, "another profile's agent"},
	{ENROL_AGENTS_ISSUED, OURS, false, "wrong!", ENROL_CHALLENGE_INVALID, "an agent that guesses"},
	{ENROL_AGENTS_ISSUED, OURS, false, "", ENROL_RENEWAL_NAMES,
	 "without a challenge it can only be a renewal"},
	{ENROL_AGENTS_ISSUED, OURS, true, NULL, ENROL_RENEWAL_NAMES, "a RenewalReq renews its signer"},
	{ENROL_AGENTS_ANY, STRANGER, true, NULL, ENROL_RENEWAL_UNKNOWN, "nobody renews for others"},
	{ENROL_AGENTS_ANY, REVOKED, false, NULL, ENROL_RENEWAL_REVOKED, "anybody, but not the revoked"},
	{ENROL_AGENTS_ANY, STRANGER, false, "wrong!", ENROL_CHALLENGE_INVALID, "anybody who guesses"},
	{ENROL_AGENTS_ANY, STRANGER, false, NULL, ENROL_SUCCESS, "anybody who knows the challenge"},
	{ENROL_AGENTS_ISSUED, OURS, false, NULL, ENROL_SUCCESS, "an agent who knows the challenge"},
};

Test(authenticate, an_agent)
{
	for (size_t i = 0; i < sizeof agents / sizeof *agents; i++) {
		struct plea plea = {.key = FIXTURE_RSA_OTHER, .subject = "CN=served"};
		struct fixture signer;

		end();
		start();
		signer = make_signer(agents[i].who);
		plea.signer = &signer;
		plea.renewal = agents[i].renewal;
		plea.challenge = agents[i].challenge;
		desk.profile.agents = agents[i].agents;
		desk_expect(&desk, &plea, agents[i].expected, agents[i].why);
		if (agents[i].who != STRANGER)
			signer.key = NULL; /* the fixtures' own */
		fixture_free(&signer);
	}
}

Test(authenticate, the_audit_row_names_the_agent)
{
	struct fixture agent = make_signer(OURS);
	struct plea plea = {.key = FIXTURE_RSA_OTHER, .subject = "CN=served", .signer = &agent};

	desk.profile.agents = ENROL_AGENTS_ISSUED;
	desk_expect(&desk, &plea, ENROL_SUCCESS, "an agent");
	cr_expect_str_eq(desk_audit(&desk, "CONCAT_WS('|', action, JSON_VALUE(details, '$.subject'),"
					   " JSON_VALUE(details, '$.agent.subject'))"),
			 "scep_pkcsreq|CN=served|CN=agent");
	cr_expect_str_eq(desk_audit(&desk,
				    "JSON_VALUE(details, '$.agent.serial') = "
				    "(SELECT LOWER(HEX(serial)) FROM certificates ORDER BY id LIMIT 1)"),
			 "1");
	desk_expect(&desk, &(struct plea){.challenge = ""}, ENROL_CHALLENGE_MISSING, "no agent");
	cr_expect_str_eq(desk_audit(&desk, "JSON_EXISTS(details, '$.agent')"), "0");
	x509_crt_free(&agent.certificate);
}

static void revoke_all(struct desk *at)
{
	(void)desk_sql(at, "UPDATE certificates SET revoked_at = '2026-11-21 08:00:00'");
}

Test(authenticate, an_agent_revoked_while_we_sign_gets_nothing)
{
	struct fixture agent = make_signer(OURS);
	struct plea plea = {.key = FIXTURE_RSA_OTHER, .subject = "CN=served", .signer = &agent};

	desk.profile.agents = ENROL_AGENTS_ISSUED;
	desk.meanwhile = revoke_all;
	desk_expect(&desk, &plea, ENROL_RENEWAL_REVOKED, "revoked at the last moment");
	cr_expect_str_eq(desk_sql(&desk, "SELECT COUNT(*) FROM certificates"), "1");
	x509_crt_free(&agent.certificate);
}

/* 'certctl-fcgi deviations' counts them from both. */
Test(authenticate, deviations_are_audited_whatever_the_verdict)
{
	desk_expect(&desk, &(struct plea){.deviation = "nonce", .challenge = "wrong!"},
		    ENROL_CHALLENGE_INVALID, "refused");
	cr_expect_str_eq(desk_audit(&desk, "JSON_EXTRACT(details, '$.deviations')"), "[\"nonce\"]");
	desk_expect(&desk, &(struct plea){.deviation = "nonce"}, ENROL_SUCCESS, "granted");
	cr_expect_str_eq(desk_audit(&desk, "JSON_EXTRACT(details, '$.deviations')"), "[\"nonce\"]");
	desk_expect(&desk, &(struct plea){.transaction = "u"}, ENROL_SUCCESS, "granted to the letter");
	cr_expect_str_eq(desk_audit(&desk, "JSON_EXISTS(details, '$.deviations')"), "0");
}

Test(authenticate, what_cannot_be_delivered_is_not_signed)
{
	desk.deliverable = ENROL_UNDELIVERABLE;
	desk.sealed = ENROL_INTERNAL; /* it would show */
	desk_expect(&desk, &(struct plea){.challenge = "wrong!"}, ENROL_CHALLENGE_INVALID,
		    "authentication comes first");
	desk_expect(&desk, &(struct plea){0}, ENROL_UNDELIVERABLE, "no way to deliver");
	desk.deliverable = ENROL_SUCCESS;
	desk_expect(&desk, &(struct plea){0}, ENROL_INTERNAL, "sealing failed");
	cr_expect_str_eq(desk_sql(&desk, "SELECT COUNT(*) FROM certificates"), "0");
}
