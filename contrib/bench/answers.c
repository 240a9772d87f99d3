/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/bench.h"

#include <string.h>

#include "base/text.h"

static void fail(struct bench_answer *answer, const char *what, const char *detail)
{
	(void)snprintf(answer->failure, sizeof(answer->failure), "%s%s%s", what,
		       detail[0] != '\0' ? ": " : "", detail);
}

static bool read_serial(const gnutls_datum_t *der, struct bench_answer *answer)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;
	unsigned char serial[64];
	size_t size = sizeof(serial);

	return gnutls_x509_crt_init(&certificate) >= 0 &&
	       gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) >= 0 &&
	       gnutls_x509_crt_get_serial(certificate, serial, &size) >= 0 &&
	       bytes_copy(&(gnutls_datum_t){serial, (unsigned)size}, &answer->serial);
}

static void take_certificate(const struct client_transaction *transaction, const struct pkimessage *reply,
			     struct bench_answer *answer)
{
	struct client_issued issued = {.other_count = 0};

	if (!client_open_answer(transaction, pkimessage_content(reply), &issued) ||
	    !read_serial(&issued.certificate, answer))
		fail(answer, "no certificate for our key in the answer", "");
	client_issued_free(&issued);
}

static void judge(const struct client_transaction *transaction, const struct pkimessage *reply,
		  const gnutls_datum_t *nonce, struct bench_answer *answer)
{
	const char *fault = client_reply_fault(transaction, reply, nonce);
	char text[64];

	if (fault != NULL)
		fail(answer, "not to be trusted", fault);
	else if (pkimessage_pki_status(reply) == PKIMESSAGE_SUCCESS)
		take_certificate(transaction, reply, answer);
	else if (pkimessage_pki_status(reply) == PKIMESSAGE_PENDING)
		fail(answer, "pending", "");
	else
		fail(answer, "refused", text_printable(pkimessage_fail_info_text(reply), text, sizeof(text)));
}

static void check(const struct client_ca *ca, const struct bench_request *request,
		  struct bench_answer *answer)
{
	const struct client_transaction transaction = {
		.ca = ca,
		.encryption = {.cipher = GNUTLS_CIPHER_AES_128_CBC},
		.digest = GNUTLS_DIG_SHA256,
		.signer = {request->certificate, request->key->handle},
		.id = bytes_view_text(request->id),
		.public_key = &request->key->public_key,
	};
	const gnutls_datum_t nonce = bytes_view(request->nonce, sizeof(request->nonce));
	struct pkimessage *reply = NULL;
	char text[32];
	int result;

	if (answer->status != 200) {
		(void)snprintf(text, sizeof(text), "%ld", answer->status);
		fail(answer, "HTTP status", text);
		return;
	}
	result = pkimessage_parse(&answer->body, &reply);
	if (result != PKIMESSAGE_OK)
		fail(answer, "no pkiMessage", pkimessage_strerror(result));
	else
		judge(&transaction, reply, &nonce, answer);
	pkimessage_free(reply);
}

void bench_answers_check(const struct client_ca *ca, const struct bench_request *requests,
			 struct bench_run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		if (run->answers[i].failure[0] == '\0')
			check(ca, &requests[i], &run->answers[i]);
	}
}

static int compare(const void *a, const void *b)
{
	const gnutls_datum_t *first = a, *second = b;

	if (first->size != second->size)
		return first->size < second->size ? -1 : 1;
	return memcmp(first->data, second->data, first->size);
}

size_t bench_answers_distinct(const struct bench_run *run)
{
	gnutls_datum_t *serials = calloc(run->count + 1, sizeof(serials[0]));
	size_t count = 0, distinct = 0;

	for (size_t i = 0; serials != NULL && i < run->count; i++) {
		if (run->answers[i].serial.size > 0)
			serials[count++] = run->answers[i].serial;
	}
	if (count > 0)
		qsort(serials, count, sizeof(serials[0]), compare);
	for (size_t i = 0; i < count; i++)
		distinct += i == 0 || compare(&serials[i - 1], &serials[i]) != 0;
	free(serials);
	return distinct;
}

size_t bench_answers_same(const struct bench_run *a, const struct bench_run *b)
{
	size_t same = 0;

	for (size_t i = 0; i < a->count && i < b->count; i++)
		same += a->answers[i].body.size > 0 && bytes_equal(&a->answers[i].body, &b->answers[i].body);
	return same;
}
