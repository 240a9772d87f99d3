/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "enrol/attempt.h"

/* A request; zeros mean the usual. */
struct request {
	const char *transaction;
	enum fixture_key key; /* FIXTURE_RSA_CA stands for FIXTURE_RSA_CLIENT */
	const char *subject;
	const char *challenge;
	const char *dns;
	const char *signer; /* subject of the signer's certificate; "CN=device" */
	uint8_t signer_key; /* first byte of its digest */
	bool raw;
	bool renewal;
};

static void digest_of(const struct request *request, uint8_t *remake)
{
	CLEANUP(bytes_wipe)
	gnutls_datum_t csr = fixture_csr(request->key == FIXTURE_RSA_CA ? FIXTURE_RSA_CLIENT : request->key,
					 request->subject == NULL ? "CN=device" : request->subject,
					 request->challenge, request->dns);
	struct fixture signer = fixture_make(&(struct fixture_options){
		.key = FIXTURE_RSA_CLIENT,
		.subject = request->signer == NULL ? "CN=device" : request->signer});
	struct enrolment enrolment = {.signer = request->raw ? NULL : signer.certificate};
	struct attempt attempt = {.enrolment = &enrolment, .renewal = request->renewal};
	char reason[PKI_REASON_SIZE];

	enrolment.key.transaction_id =
		bytes_view_text(request->transaction == NULL ? "t" : request->transaction);
	enrolment.key.signer_key_sha256[0] = request->signer_key;
	cr_assert_eq(pki_csr_parse(&csr, 0, &attempt.csr, reason), ERR_OK, "%s", reason);
	cr_assert(remake_digest(&attempt));
	memcpy(remake, attempt.remake, DIGEST_SIZE);
	pki_csr_free(&attempt.csr);
	fixture_free(&signer);
}

static const struct {
	struct request a, b;
	bool same;
	const char *why;
} cases[] = {
	{{.transaction = "t"}, {.transaction = "u"}, false, "another transaction"},
	{{.subject = "CN=a"}, {.subject = "CN=b"}, false, "another subject"},
	{{.key = FIXTURE_RSA_CLIENT}, {.key = FIXTURE_RSA_OTHER}, false, "another key asked for"},
	{{.dns = "a.example"}, {.dns = "b.example"}, false, "another SAN"},
	{{.dns = "a.example"}, {0}, false, "a SAN less"},
	{{.signer_key = 1}, {.signer_key = 2}, false, "signed with another key: another agent"},
	{{.renewal = true}, {0}, false, "a renewal, and a first request with the same key"},
	{{.renewal = true, .signer = "CN=1"},
	 {.renewal = true, .signer = "CN=2"},
	 false,
	 "a renewal of another certificate of the same key"},
	{{.raw = true, .key = FIXTURE_RSA_CLIENT}, {.raw = true, .key = FIXTURE_RSA_OTHER}, false, "raw"},
	{{.signer = "CN=1"}, {.signer = "CN=2"}, true, "a new self-signed certificate around the key"},
	{{.challenge = "one"}, {.challenge = "two"}, true, "another one-time challenge"},
	{{.renewal = true, .signer_key = 1},
	 {.renewal = true, .signer_key = 1},
	 true,
	 "the same renewal once more"},
	{{.raw = true, .signer_key = 1}, {.raw = true, .signer_key = 2}, true, "raw: nobody signed"},
};

Test(remake, what_makes_a_request_the_same)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		uint8_t a[DIGEST_SIZE], b[DIGEST_SIZE];

		digest_of(&cases[i].a, a);
		digest_of(&cases[i].b, b);
		cr_expect_eq(memcmp(a, b, sizeof a) == 0, cases[i].same, "%s", cases[i].why);
	}
}
