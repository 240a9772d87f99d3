/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/desk.h"

#include <criterion/criterion.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "enrol/operator.h"
#include "lib/mariadb.h"
#include "pki/requests.h"

void desk_open(struct desk *desk)
{
	char reason[256];

	clock_fix(FIXTURE_NOW);
	*desk = (struct desk){
		.issuer = test_issuer(&fixture_ca()->der, fixture_ca()->key),
		.url = strdup(test_database()),
		.deliverable = ENROL_SUCCESS,
		.sealed = ENROL_SUCCESS,
	};
	desk->profile = (struct enrol_profile){
		.key = strdup("scep/corp"),
		.issuer = desk->issuer,
		.challenge = BYTES_LITERAL(DESK_CHALLENGE),
		.transaction_lifetime = 7 * DESK_DAY,
		.validity = 90 * DESK_DAY,
		.backdate = 600,
	};
	cr_assert_eq(store_address_parse(desk->url, &desk->address, reason), ERR_OK, "%s", reason);
	cr_assert_eq(store_open(&desk->address, &desk->store), ERR_OK);
}

void desk_close(struct desk *desk)
{
	store_close(&desk->store);
	store_address_free(&desk->address);
	pki_issuer_free(&desk->issuer);
	free(desk->profile.key);
	free(desk->url);
}

void outcome_free(struct outcome *outcome)
{
	x509_crt_free(&outcome->certificate);
}

static enum enrol_reason deliverable(void *context, const struct pki_csr *csr)
{
	const struct desk *desk = context;

	cr_assert_not_null(csr);
	return desk->deliverable;
}

static enum enrol_reason seal(void *context, const gnutls_datum_t *certificate, const struct pki_csr *csr,
			      gnutls_datum_t *reply)
{
	struct desk *desk = context;
	void (*meanwhile)(struct desk *) = desk->meanwhile;

	(void)csr;
	desk->meanwhile = NULL;
	if (meanwhile != NULL)
		meanwhile(desk);
	cr_assert(bytes_copy(certificate, reply));
	return desk->sealed;
}

static const struct fixture *signer_of(const struct plea *plea)
{
	return plea->signer == NULL ? fixture_client() : plea->signer;
}

static enum fixture_key key_of(const struct plea *plea)
{
	return plea->key == FIXTURE_RSA_CA ? FIXTURE_RSA_CLIENT : plea->key;
}

static gnutls_datum_t csr_of(const struct plea *plea)
{
	const char *challenge = plea->challenge == NULL ? DESK_CHALLENGE : plea->challenge;

	return fixture_csr(key_of(plea), plea->subject == NULL ? "CN=device" : plea->subject,
			   challenge[0] == '\0' ? NULL : challenge, plea->dns);
}

/* The SHA-256 of KEY's subjectPublicKeyInfo. */
static void hash_key(gnutls_privkey_t key, uint8_t *sha256)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = NULL;
	size_t size = 32;

	cr_assert_eq(gnutls_pubkey_init(&public_key), 0);
	cr_assert_eq(gnutls_pubkey_import_privkey(public_key, key, 0, 0), 0);
	cr_assert_eq(gnutls_pubkey_get_key_id(public_key, GNUTLS_KEYID_USE_SHA256, sha256, &size), 0);
}

/* PLEA as message number MESSAGE, before anything is known about it. */
static struct enrolment enrolment_of(struct desk *desk, const struct plea *plea, unsigned message)
{
	struct enrolment enrolment = {
		.profile = &desk->profile,
		.origin = {.protocol = "SCEP",
			   .action = "scep_pkcsreq",
			   .renewal_action = "scep_renewalreq",
			   .actor = "scep-client",
			   .request_id = "r-1",
			   .client_address = "192.0.2.7",
			   .deviations = {plea->deviation}},
		.key = {.profile = desk->profile.key},
		.signer = plea->raw ? NULL : signer_of(plea)->certificate,
		.renewal = plea->renewal,
		.deliverable = deliverable,
		.seal = seal,
		.context = desk,
	};

	enrolment.key.transaction_id = bytes_view_text(plea->transaction == NULL ? "t" : plea->transaction);
	enrolment.origin.transaction_id = enrolment.key.transaction_id;
	memcpy(enrolment.key.request_sha256, &message, sizeof message);
	hash_key(plea->raw ? fixture_key(key_of(plea)) : signer_of(plea)->key,
		 enrolment.key.signer_key_sha256);
	return enrolment;
}

static void read_reply(struct outcome *outcome, const gnutls_datum_t *reply)
{
	cr_assert_eq(outcome->reason, ENROL_SUCCESS);
	outcome->certificate = test_certificate(reply);
}

struct outcome desk_ask(struct desk *desk, const struct plea *plea)
{
	CLEANUP(bytes_wipe) gnutls_datum_t csr = csr_of(plea);
	CLEANUP(store_look_free) struct store_look look = {0};
	CLEANUP(verdict_free) struct verdict verdict = {0};
	struct outcome outcome = {.message = plea->message == 0 ? ++desk->messages : plea->message};
	struct enrolment enrolment = enrolment_of(desk, plea, outcome.message);

	enrolment.csr = &csr;
	enrolment.message = csr;
	outcome.reason = enrol_look(desk->store, &desk->profile, &enrolment.key, &look);
	outcome.stored = look.answered;
	if (outcome.stored)
		read_reply(&outcome, &look.reply);
	if (outcome.reason == ENROL_SUCCESS)
		outcome.reason = enrol_held(&look);
	if (outcome.reason != ENROL_SUCCESS || outcome.stored)
		return outcome;
	enrol_decide(desk->store, &enrolment, &look, &verdict);
	outcome.reason = verdict.reason;
	if (verdict.reply.size > 0)
		read_reply(&outcome, &verdict.reply);
	return outcome;
}

struct outcome desk_poll(struct desk *desk, const struct plea *plea)
{
	CLEANUP(store_look_free) struct store_look look = {0};
	CLEANUP(verdict_free) struct verdict verdict = {0};
	struct outcome outcome = {.message = plea->message == 0 ? ++desk->messages : plea->message};
	struct enrolment enrolment = enrolment_of(desk, plea, outcome.message);

	enrolment.origin.action = "scep_certpoll";
	outcome.reason = enrol_look(desk->store, &desk->profile, &enrolment.key, &look);
	cr_assert_eq(outcome.reason, ENROL_SUCCESS);
	enrolment.csr = look.held.message.size == 0 ? NULL : &look.held.message;
	enrol_poll(desk->store, &enrolment, &look, &verdict);
	outcome.reason = verdict.reason;
	if (verdict.reply.size > 0)
		read_reply(&outcome, &verdict.reply);
	return outcome;
}

void desk_expect(struct desk *desk, const struct plea *plea, enum enrol_reason reason, const char *why)
{
	CLEANUP(outcome_free) struct outcome outcome = desk_ask(desk, plea);

	cr_expect_eq(outcome.reason, reason, "%s: %s", why, enrol_meaning(outcome.reason)->label);
	cr_expect_eq(outcome.certificate != NULL, reason == ENROL_SUCCESS, "%s", why);
}

struct fixture desk_enrolled(struct desk *desk, const struct plea *plea)
{
	struct outcome outcome = desk_ask(desk, plea);

	cr_assert_eq(outcome.reason, ENROL_SUCCESS);
	return (struct fixture){.certificate = outcome.certificate, .key = fixture_key(key_of(plea))};
}

void desk_decide(struct desk *desk, bool approve)
{
	static const struct enrol_operator who = {"operator", NULL};
	const uint64_t newest = (uint64_t)atoll(desk_sql(desk, "SELECT MAX(id) FROM requests"));
	CLEANUP(store_request_free) struct store_request request = {0};

	cr_assert_eq(store_request_find(desk->store, newest, &request), ERR_OK);
	cr_assert_eq(enrol_operator_decide(desk->store, &request, approve, &who), ERR_OK);
}

bool same_certificate(const struct outcome *a, const struct outcome *b)
{
	return a->certificate != NULL && b->certificate != NULL &&
	       gnutls_x509_crt_equals(a->certificate, b->certificate) != 0;
}

const char *desk_sql(struct desk *desk, const char *sql)
{
	return test_sql(desk->url, "%s", sql);
}

const char *desk_audit(struct desk *desk, const char *expression)
{
	return test_sql(desk->url, "SELECT %s FROM audit_events ORDER BY id DESC LIMIT 1", expression);
}
