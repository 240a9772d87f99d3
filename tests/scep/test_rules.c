/* SPDX-License-Identifier: BSD-2-Clause */
/* Clients that do not keep to the letter: refused, logged or counted, as the profile says. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/der.h"
#include "base/limits.h"
#include "base/log.h"
#include "pkimessage/forge.h"
#include "scep/world.h"

static struct world world;

static void open_world(void)
{
	world_init(&world);
	world_start(&world);
}

static void close_world(void)
{
	world_stop(&world);
}

TestSuite(rules, .init = open_world, .fini = close_world);

/* How a message is made. */
struct manner {
	size_t nonce_size; /* 16 */
	bool no_nonce;
	long signed_ago; /* signingTime, seconds before now; 0 for none */
	bool bad_time;   /* a signingTime that is none */
	struct ask ask;
};

static void add_time(struct forge *forge, const struct manner *manner)
{
	time_t when = FIXTURE_NOW - manner->signed_ago;
	struct tm utc;
	char text[32];

	cr_assert_not_null(gmtime_r(&when, &utc));
	cr_assert_gt(strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &utc), 0);
	if (manner->bad_time)
		forge_add(forge, OID_SIGNING_TIME, DER_UTC_TIME, "yesterday", 9);
	else if (manner->signed_ago != 0)
		forge_add(forge, OID_SIGNING_TIME, DER_GENERALIZED_TIME, text, strlen(text));
}

static gnutls_datum_t make(const struct manner *manner)
{
	static const char nonce[LIMIT_NONCE] = "0123456789abcdef0123456789abcdef";
	CLEANUP(bytes_free) gnutls_datum_t usual = ask_message(&manner->ask);
	struct pkimessage *message = NULL;
	struct forge forge = forge_begin(fixture_client());
	gnutls_datum_t made;

	cr_assert_eq(pkimessage_parse(&usual, &message), PKIMESSAGE_OK);
	forge.content = *pkimessage_content(message);
	if (manner->ask.digest != 0)
		forge.digest = manner->ask.digest;
	forge_digest(&forge);
	if (manner->no_nonce)
		forge_drop(&forge, OID_SENDER_NONCE);
	else if (manner->nonce_size != 0)
		forge_replace(&forge, OID_SENDER_NONCE, DER_OCTET_STRING, nonce, manner->nonce_size);
	add_time(&forge, manner);
	made = forge_end(&forge);
	pkimessage_free(message);
	return made;
}

static void set_all(enum config_strictness strictness)
{
	for (size_t i = 0; i < 2; i++) {
		world.profiles[i].nonce = strictness;
		world.profiles[i].signing_time = strictness;
		world.profiles[i].content_type = strictness;
	}
	world_reload(&world);
}

#define OLD_PRINTER .path = "/scep/printers"

static const struct {
	struct manner manner;
	int fail_info;      /* where the profile is strict; PKIMESSAGE_FAIL_ABSENT: no setting refuses it */
	const char *reason; /* then */
	const char *deviation; /* NULL: there is none */
	const char *why;
} cases[] = {
	{{.nonce_size = 16}, PKIMESSAGE_FAIL_ABSENT, NULL, NULL, "to the letter"},
	{{.nonce_size = 8}, PKIMESSAGE_BAD_REQUEST, "nonce", "nonce", "a nonce of 8 bytes"},
	{{.nonce_size = 17}, PKIMESSAGE_BAD_REQUEST, "nonce", "nonce", "of 17"},
	{{.no_nonce = true}, PKIMESSAGE_BAD_REQUEST, "nonce", "nonce", "none"},
	{{.signed_ago = 3600}, PKIMESSAGE_FAIL_ABSENT, NULL, NULL, "an hour behind"},
	{{.signed_ago = LIMIT_SIGNING_TIME_SKEW}, PKIMESSAGE_FAIL_ABSENT, NULL, NULL, "a day behind"},
	{{.signed_ago = LIMIT_SIGNING_TIME_SKEW + 1},
	 PKIMESSAGE_BAD_TIME,
	 "signing_time",
	 "signing_time",
	 "a second more"},
	{{.signed_ago = -LIMIT_SIGNING_TIME_SKEW - 1},
	 PKIMESSAGE_BAD_TIME,
	 "signing_time",
	 "signing_time",
	 "ahead of us"},
	{{.bad_time = true}, PKIMESSAGE_FAIL_ABSENT, NULL, NULL, "a time that cannot be read says nothing"},
	{{.ask = {.content_type = "Application/X-PKI-Message; charset=x"}},
	 PKIMESSAGE_FAIL_ABSENT,
	 NULL,
	 NULL,
	 "another case, and a parameter"},
	{{.ask = {.content_type = "application/octet-stream"}},
	 PKIMESSAGE_BAD_REQUEST,
	 "content_type",
	 "content_type",
	 "another type"},
	{{.ask = {.content_type = "application/x-pki-message2"}},
	 PKIMESSAGE_BAD_REQUEST,
	 "content_type",
	 "content_type",
	 "one that begins right"},
	{{.ask = {.content_type = ""}}, PKIMESSAGE_BAD_REQUEST, "content_type", "content_type", "no type"},
	{{.ask = {.get = true}}, PKIMESSAGE_FAIL_ABSENT, NULL, NULL, "a GET has no type"},
	{{.ask = {OLD_PRINTER, .http = true}}, PKIMESSAGE_FAIL_ABSENT, NULL, "http", "without TLS"},
	{{.ask = {.digest = GNUTLS_DIG_SHA1}}, PKIMESSAGE_FAIL_ABSENT, NULL, "legacy_sha1", "SHA-1"},
	{{.ask = {.cipher = GNUTLS_CIPHER_3DES_CBC}}, PKIMESSAGE_FAIL_ABSENT, NULL, "legacy_3des", "3DES"},
	{{.ask = {OLD_PRINTER, .digest = GNUTLS_DIG_MD5}}, PKIMESSAGE_FAIL_ABSENT, NULL, "legacy_md5", "MD5"},
	{{.ask = {OLD_PRINTER, .cipher = GNUTLS_CIPHER_DES_CBC}},
	 PKIMESSAGE_FAIL_ABSENT,
	 NULL,
	 "legacy_des",
	 "DES"},
};

static struct answer send(size_t i, char **reason, char **deviations)
{
	CLEANUP(bytes_free) gnutls_datum_t message = make(&cases[i].manner);
	struct answer answer = world_send(&world, &cases[i].manner.ask, &message);

	*reason = world_last_reason(&world);
	*deviations = world_last(&world, "COALESCE(JSON_EXTRACT(details, '$.deviations'), '')");
	return answer;
}

Test(rules, a_strict_profile_refuses)
{
	set_all(CONFIG_STRICT);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CLEANUP(text_free) char *reason = NULL;
		CLEANUP(text_free) char *deviations = NULL;
		struct answer answer = send(i, &reason, &deviations);

		cr_expect_eq(answer.fail_info, cases[i].fail_info, "%s: %s", cases[i].why, reason);
		cr_expect_str_eq(reason, cases[i].reason == NULL ? "success" : cases[i].reason, "%s",
				 cases[i].why);
		answer_free(&answer);
	}
}

static size_t lines;

static void count_lines(const char *line)
{
	lines += strstr(line, "client deviates") != NULL ? 1 : 0;
}

/* Both accept everything, and count it; one has a line for what the other setting would refuse. */
static void expect_counted(enum config_strictness strictness)
{
	set_all(strictness);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CLEANUP(text_free) char *reason = NULL;
		CLEANUP(text_free) char *deviations = NULL;
		char expected[64] = "";
		struct answer answer;

		lines = 0;
		log_capture(count_lines);
		answer = send(i, &reason, &deviations);
		log_capture(NULL);
		if (cases[i].deviation != NULL)
			(void)snprintf(expected, sizeof expected, "[\"%s\"]", cases[i].deviation);
		cr_expect_str_eq(reason, "success", "%s", cases[i].why);
		cr_expect_str_eq(deviations, expected, "%s", cases[i].why);
		cr_expect_eq(lines, strictness == CONFIG_WARN && cases[i].reason != NULL ? 1 : 0, "%s",
			     cases[i].why);
		answer_free(&answer);
	}
}

Test(rules, a_warning_profile_logs_and_counts)
{
	expect_counted(CONFIG_WARN);
}

Test(rules, a_lenient_profile_counts)
{
	expect_counted(CONFIG_LENIENT);
}

Test(rules, deviations_are_counted_together_and_in_refusals_too)
{
	struct manner manner = {.nonce_size = 8,
				.ask = {.content_type = "", .digest = GNUTLS_DIG_SHA1, .challenge = "wrong"}};
	CLEANUP(bytes_free) gnutls_datum_t message = make(&manner);
	struct answer answer = world_send(&world, &manner.ask, &message);
	CLEANUP(text_free) char *reason = world_last_reason(&world);
	CLEANUP(text_free)
	char *deviations = world_last(&world, "JSON_COMPACT(JSON_EXTRACT(details, '$.deviations'))");

	cr_expect_str_eq(reason, "challenge_invalid");
	cr_expect_str_eq(deviations, "[\"content_type\",\"nonce\",\"legacy_sha1\"]", "%s", deviations);
	answer_free(&answer);
}

/* A jump of a day, as when a clock's battery is replaced, breaks nobody's enrolment. */
Test(rules, our_own_clock_may_jump_a_day)
{
	static const long jumps[] = {0, 86400, -86400, 2 * 86400};

	for (size_t i = 0; i < sizeof jumps / sizeof *jumps; i++) {
		char transaction[32];
		struct answer answer;

		(void)snprintf(transaction, sizeof transaction, "jump-%zu", i);
		clock_fix(FIXTURE_NOW + jumps[i]);
		answer = world_ask(&world, &(struct ask){.transaction_id = transaction});
		cr_expect_not_null(answer.certificate, "%ld seconds", jumps[i]);
		answer_free(&answer);
	}
}
