/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/bench.h"

#include <gnutls/crypto.h>

#include "base/text.h"

/* What all requests of one run have in common. */
struct plan {
	gnutls_x509_crt_t recipient;
	gnutls_datum_t challenge; /* secret */
	char run[17];             /* no two runs make the same subjects and transactionIDs */
};

static bool make_keys(size_t count, struct bench_requests *requests)
{
	static const struct cli_key_type type = {GNUTLS_PK_RSA, 2048};

	requests->keys = calloc(count, sizeof(requests->keys[0]));
	for (size_t i = 0; requests->keys != NULL && i < count; i++) {
		struct bench_key *key = &requests->keys[requests->key_count++];

		if (!cli_key_generate(&type, &key->key, &key->handle) ||
		    !client_public_key(key->handle, &key->public_key))
			return false;
	}
	return requests->keys != NULL;
}

static bool name_run(struct plan *plan)
{
	unsigned char random[(sizeof(plan->run) - 1) / 2];

	if (gnutls_rnd(GNUTLS_RND_NONCE, random, sizeof(random)) < 0)
		return false;
	text_hex(&(gnutls_datum_t){random, sizeof(random)}, plan->run);
	return true;
}

static bool make_csr(const struct plan *plan, const char *subject, const struct bench_key *key,
		     gnutls_datum_t *csr)
{
	struct client_enroll_options wish = {.subject = subject};
	struct client_names names;
	bool made = client_names_from_options(&wish, &names) &&
		    client_csr_build(&names, key->handle, &plan->challenge, GNUTLS_DIG_SHA256, csr);

	client_names_free(&names);
	return made;
}

static bool make_message(const struct plan *plan, const gnutls_datum_t *csr, struct bench_request *request)
{
	const gnutls_datum_t id = bytes_view_text(request->id);
	const gnutls_datum_t nonce = {request->nonce, sizeof(request->nonce)};
	const struct pkimessage_encryption encryption = {.cipher = GNUTLS_CIPHER_AES_128_CBC};
	const struct pkimessage_signing signing = {
		.signer = {request->certificate, request->key->handle},
		.digest = GNUTLS_DIG_SHA256,
		.enclosed = &request->certificate,
		.enclosed_count = 1,
	};
	int result = pkimessage_build_request(PKIMESSAGE_PKCS_REQ, csr, &id, &nonce, plan->recipient,
					      &encryption, &signing, &request->message);

	if (result != PKIMESSAGE_OK)
		cli_error("cannot build a message: %s", pkimessage_strerror(result));
	return result == PKIMESSAGE_OK;
}

/* As a device does: a request, a certificate it signs itself, and the message that the two make. */
static bool make_request(const struct plan *plan, size_t number, struct bench_request *request)
{
	CLEANUP(bytes_wipe) gnutls_datum_t csr = {NULL, 0};
	char subject[96];

	(void)snprintf(subject, sizeof(subject), "CN=bench-%s-%zu,O=scep-bench", plan->run, number);
	(void)snprintf(request->id, sizeof(request->id), "%s-%zu", plan->run, number);
	return gnutls_rnd(GNUTLS_RND_NONCE, request->nonce, sizeof(request->nonce)) >= 0 &&
	       make_csr(plan, subject, request->key, &csr) &&
	       cli_transient_certificate(request->key->handle, subject, &request->certificate) &&
	       make_message(plan, &csr, request);
}

static bool make_all(const struct plan *plan, size_t count, struct bench_requests *requests)
{
	requests->items = calloc(count, sizeof(requests->items[0]));
	for (size_t i = 0; requests->items != NULL && i < count; i++) {
		requests->items[i].key = &requests->keys[i % requests->key_count];
		requests->count++;
		if (!make_request(plan, i, &requests->items[i]))
			return false;
	}
	return requests->items != NULL;
}

bool bench_requests_make(const struct bench_options *options, const struct client_ca *ca,
			 struct bench_requests *requests)
{
	struct plan plan = {.recipient = ca->recipient};
	bool made;

	*requests = (struct bench_requests){.count = 0};
	made = client_read_challenge(options->challenge, options->challenge_file, &plan.challenge) &&
	       name_run(&plan) && make_keys(options->keys, requests) &&
	       make_all(&plan, (size_t)options->warm_up + options->requests, requests);
	bytes_wipe(&plan.challenge);
	return made;
}

void bench_requests_free(struct bench_requests *requests)
{
	for (size_t i = 0; i < requests->count; i++) {
		bytes_free(&requests->items[i].message);
		x509_crt_free(&requests->items[i].certificate);
	}
	for (size_t i = 0; i < requests->key_count; i++) {
		privkey_free(&requests->keys[i].handle);
		x509_privkey_free(&requests->keys[i].key);
		bytes_free(&requests->keys[i].public_key);
	}
	free(requests->items);
	free(requests->keys);
	*requests = (struct bench_requests){.count = 0};
}
