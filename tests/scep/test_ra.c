/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of RA pairs: which one signs, which still decrypt, which GetCACert lists, as the days go by. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/bytes.h"
#include "base/clock.h"
#include "base/log.h"
#include "pkimessage/pkimessage.h"
#include "scep/private.h"
#include "scep/world.h"

#define DAY ((time_t)86400)

static struct world world;
static struct fixture fresh; /* of the new pair: valid from FIXTURE_NOW on */

static void open_world(void)
{
	const struct fixture_options options = {
		.key = FIXTURE_RSA_OTHER,
		.subject = "CN=New RA,O=Test",
		.issuer = fixture_ca(),
		.not_before = FIXTURE_NOW,
		.usage = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT,
	};

	world_init(&world);
	fresh = fixture_make(&options);
}

static void close_world(void)
{
	world_stop(&world);
	fixture_free(&fresh);
}

TestSuite(ra, .init = open_world, .fini = close_world);

/* What a load said that a profile called "corp" should know. */
static struct {
	enum err error;
	size_t notes;
	char text[512];
} said;

static void listen(void *context, const struct scep_preflight *seen)
{
	(void)context;
	if (strcmp(seen->profile, "corp") != 0 || (seen->error == ERR_OK && !seen->note))
		return;
	said.error = said.error == ERR_OK ? seen->error : said.error;
	said.notes += seen->note ? 1 : 0;
	(void)snprintf(said.text, sizeof said.text, "%s: %s", seen->check, seen->reason);
}

static struct fixture ra_valid(time_t from, time_t to)
{
	return fixture_make(&(struct fixture_options){
		.key = FIXTURE_RSA_OTHER,
		.subject = "CN=New RA,O=Test",
		.issuer = fixture_ca(),
		.not_before = from,
		.not_after = to,
		.usage = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT,
	});
}

static enum err load(void)
{
	struct scep_service *service = NULL;
	enum err error;

	memset(&said, 0, sizeof said);
	error = scep_service_load(&world.config, SCEP_PLAIN, listen, NULL, &service);
	scep_service_free(&service);
	return error;
}

Test(ra, a_start_needs_a_pair_that_signs)
{
	static const struct {
		time_t from, to; /* of the new pair; the old one is good for ten years */
		bool alone;      /* without the old one */
		enum err error;
		const char *said; /* "" for nothing */
		const char *why;
	} cases[] = {
		{-9 * DAY, -1 * DAY, true, ERR_EXPIRED, "RA pair", "the only one has expired"},
		{1 * DAY, 9 * DAY, true, ERR_EXPIRED, "RA pair", "the only one is not valid yet"},
		{-9 * DAY, -1 * DAY, false, ERR_OK, "RA pair", "it has expired, but an old one has not"},
		{1 * DAY, 90 * DAY, false, ERR_OK, "RA pair", "it is laid ready for tomorrow"},
		{-1 * DAY, 20 * DAY, true, ERR_OK, "RA expiry: expires", "it has twenty days left"},
		{-1 * DAY, 40 * DAY, true, ERR_OK, "", "it has forty days left"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fixture made = ra_valid(FIXTURE_NOW + cases[i].from, FIXTURE_NOW + cases[i].to);

		world_set_ra(&world, &made, cases[i].alone ? NULL : fixture_ra());
		cr_expect_eq(load(), cases[i].error, "%s", cases[i].why);
		cr_expect(cases[i].said[0] == '\0'
				  ? said.text[0] == '\0'
				  : strncmp(said.text, cases[i].said, strlen(cases[i].said)) == 0,
			  "%s: %s", cases[i].why, said.text);
		cr_expect_eq(said.notes, cases[i].error == ERR_OK && cases[i].said[0] != '\0' ? 1 : 0, "%s",
			     cases[i].why);
		fixture_free(&made);
	}
	world_start(&world);
}

Test(ra, an_expired_old_pair_is_a_note_and_a_broken_one_an_error)
{
	struct fixture expired = ra_valid(FIXTURE_NOW - 9 * DAY, FIXTURE_NOW - DAY);

	world_set_ra(&world, fixture_ra(), &expired);
	cr_expect_eq(load(), ERR_OK);
	cr_expect_eq(said.notes, 1);
	cr_expect_eq(strncmp(said.text, "old RA pair: ", 13), 0, "%s", said.text);
	world_set_ra(&world, fixture_ra(), fixture_ec_ca());
	cr_expect_eq(load(), ERR_UNSUPPORTED, "an EC key cannot decrypt");
	fixture_free(&expired);
	world_set_ra(&world, fixture_ra(), NULL);
	world_start(&world);
}

/* The certificate that signed the CertRep in BODY. */
static bool is_signed_by(const gnutls_datum_t *body, const struct fixture *ra)
{
	struct pkimessage *reply = NULL;
	bool is;

	cr_assert_eq(pkimessage_parse(body, &reply), PKIMESSAGE_OK);
	is = bytes_equal(pkimessage_signer_certificate(reply), &ra->der);
	pkimessage_free(reply);
	return is;
}

static const struct {
	long after;     /* seconds after FIXTURE_NOW, when the new pair's validity begins */
	bool new_signs; /* or the old one does */
	size_t listed;  /* RA certificates in GetCACert */
	bool old_decrypts;
	bool new_decrypts;
	const char *why;
} days[] = {
	{-1, false, 1, true, true, "the new one is not valid yet: the old one alone, but what comes is read"},
	{0, true, 2, true, true, "the new one begins: it signs, both are listed"},
	{30 * DAY - 1, true, 2, true, true, "the last second of the overlap"},
	{30 * DAY, true, 1, true, true, "the overlap is over, the old one still decrypts"},
	{90 * DAY, true, 1, true, true, "the old one's last second"},
	{90 * DAY + 1, true, 1, false, true, "the old one has expired"},
	{200 * DAY, true, 1, false, true, "both have: devices still get an answer from the newest"},
};

static bool enrols(const struct fixture *recipient, long after, struct answer *answer)
{
	char transaction[32];

	(void)snprintf(transaction, sizeof transaction, "%c%ld", recipient == &fresh ? 'n' : 'o', after);
	*answer = world_ask(&world, &(struct ask){.recipient = recipient, .transaction_id = transaction});
	return answer->certificate != NULL;
}

static void expect_listed(size_t ras, bool new_first, const char *why)
{
	struct answer answer = world_operation(&world, METHOD_GET, "/scep/corp", "operation=GetCACert");
	struct pkimessage_certs *certs = NULL;

	cr_assert_eq(pkimessage_certs_parse(&answer.body, &certs), PKIMESSAGE_OK);
	cr_assert_eq(pkimessage_certs_count(certs), ras + 1, "%s: %zu", why, pkimessage_certs_count(certs));
	cr_expect_eq(bytes_equal(pkimessage_certs_get(certs, 0), &fresh.der), new_first, "%s", why);
	cr_expect(bytes_equal(pkimessage_certs_get(certs, ras), &fixture_ca()->der), "%s", why);
	pkimessage_certs_free(certs);
	answer_free(&answer);
}

Test(ra, rotates_as_the_days_go_by)
{
	struct fixture old = fixture_make(&(struct fixture_options){
		.key = FIXTURE_RSA_RA,
		.subject = "CN=Test RA,O=Test",
		.issuer = fixture_ca(),
		.not_after = FIXTURE_NOW + 90 * DAY,
		.usage = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT,
	});

	fixture_free(&fresh);
	fresh = ra_valid(FIXTURE_NOW, FIXTURE_NOW + 150 * DAY);
	world_set_ra(&world, &fresh, &old);
	world_start(&world);
	for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
		struct answer to_old;
		struct answer to_new;

		clock_fix(FIXTURE_NOW + days[i].after);
		expect_listed(days[i].listed, days[i].new_signs, days[i].why);
		cr_expect_eq(enrols(&old, days[i].after, &to_old), days[i].old_decrypts, "%s", days[i].why);
		cr_expect_eq(enrols(&fresh, days[i].after, &to_new), days[i].new_decrypts, "%s", days[i].why);
		cr_expect(is_signed_by(&to_old.body, days[i].new_signs ? &fresh : &old), "%s", days[i].why);
		answer_free(&to_old);
		answer_free(&to_new);
	}
	fixture_free(&old);
}

/* The newest pair's, which GnuTLS takes twice as long for. */
Test(ra, signs_by_the_key_that_was_made_ready)
{
	const struct ask ask = {.digest = GNUTLS_DIG_SHA256};
	CLEANUP(bytes_free) gnutls_datum_t body = ask_message(&ask);
	struct pkimessage *message;
	const struct scep_profile *profile;
	struct pkimessage_signing signing;

	world_set_ra(&world, fixture_ra(), &fresh);
	world_start(&world);
	profile = scep_route(world.service, "/scep/corp");
	cr_assert_not_null(profile);
	cr_assert_eq(pkimessage_parse(&body, &message), PKIMESSAGE_OK);
	signing = scep_signing(profile, message);
	cr_expect_not_null(signing.prepared);
	cr_expect_eq(signing.prepared, scep_ra_signer(profile)->prepared);
	cr_expect_eq(signing.signer.key, scep_ra_signer(profile)->pair.key);
	pkimessage_free(message);
}

static size_t reminders;

static void count_reminders(const char *line)
{
	reminders += strstr(line, "a certificate ends soon") != NULL ? 1 : 0;
}

Test(ra, what_ends_soon_is_said_once_a_day)
{
	static const struct {
		long after;
		size_t lines; /* of two profiles, so far */
		const char *why;
	} cases[] = {
		{0, 0, "it was said at start"},
		{DAY - 1, 0, "the same day"},
		{DAY, 2, "the next"},
		{DAY + 60, 2, "not at every request"},
		{-DAY, 4, "the clock was set back"},
		{2 * DAY, 6, "and forth"},
	};
	struct fixture ending = ra_valid(FIXTURE_NOW - DAY, FIXTURE_NOW + 20 * DAY);

	world_set_ra(&world, &ending, NULL);
	world_start(&world);
	log_capture(count_reminders);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct answer answer;

		clock_fix(FIXTURE_NOW + cases[i].after);
		answer = world_operation(&world, METHOD_GET, "/scep/corp", "operation=GetCACaps");
		cr_expect_eq(reminders, cases[i].lines, "%s: %zu", cases[i].why, reminders);
		answer_free(&answer);
	}
	log_capture(NULL);
	fixture_free(&ending);
}
