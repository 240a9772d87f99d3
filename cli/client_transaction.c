/* SPDX-License-Identifier: BSD-2-Clause */
/* One transaction: ask, and while the answer is PENDING ask again (RFC 8894 sections 2.4, 3.2 and 3.3). */
#include "cli/client.h"

#include <gnutls/crypto.h>

#include "base/clock.h"
#include "base/text.h"

#define NONCE_SIZE 16

static const char *fail_info_name(int fail_info)
{
	static const char *const names[] = {"badAlg", "badMessageCheck", "badRequest", "badTime",
					    "badCertId"};

	return fail_info >= 0 && fail_info < (int)(sizeof(names) / sizeof(names[0])) ? names[fail_info]
										     : "no failInfo";
}

/* What the answer may still use: what we used ourselves, nothing older. */
static unsigned legacy_of(const struct client_transaction *transaction)
{
	return (transaction->digest == GNUTLS_DIG_MD5 ? PKIMESSAGE_LEGACY_MD5 | PKIMESSAGE_LEGACY_SHA1 : 0) |
	       (transaction->digest == GNUTLS_DIG_SHA1 ? PKIMESSAGE_LEGACY_SHA1 : 0) |
	       (transaction->encryption.cipher == GNUTLS_CIPHER_DES_CBC
			? PKIMESSAGE_LEGACY_DES | PKIMESSAGE_LEGACY_3DES
			: 0) |
	       (transaction->encryption.cipher == GNUTLS_CIPHER_3DES_CBC ? PKIMESSAGE_LEGACY_3DES : 0);
}

/* What a poll encloses, section 3.3.3: the CA's name and the subject that was asked for. */
static int build_reference(const struct client_transaction *transaction, gnutls_datum_t *out)
{
	CLEANUP(bytes_free) gnutls_datum_t issuer = {NULL, 0};
	gnutls_x509_crt_t recipient = transaction->ca->recipient;
	bool is_ca = gnutls_x509_crt_get_ca_status(recipient, NULL) > 0;

	if ((is_ca ? gnutls_x509_crt_get_raw_dn(recipient, &issuer)
		   : gnutls_x509_crt_get_raw_issuer_dn(recipient, &issuer)) < 0)
		return PKIMESSAGE_E_MEMORY;
	return pkimessage_reference_build(
		&(struct pkimessage_reference){.issuer = issuer, .subject = transaction->names->subject},
		out);
}

static int build_poll(const struct client_transaction *transaction, const gnutls_datum_t *nonce,
		      const struct pkimessage_signing *signing, gnutls_datum_t *message)
{
	CLEANUP(bytes_free) gnutls_datum_t content = {NULL, 0};
	int result = build_reference(transaction, &content);

	return result != PKIMESSAGE_OK
		       ? result
		       : pkimessage_build_request(PKIMESSAGE_CERT_POLL, &content, &transaction->id, nonce,
						  transaction->ca->recipient, &transaction->encryption,
						  signing, message);
}

/* The message to send: the request itself, or later the question what became of it. */
static bool build(const struct client_transaction *transaction, bool again, const gnutls_datum_t *nonce,
		  gnutls_datum_t *message)
{
	struct pkimessage_signing signing = {
		.signer = transaction->signer,
		.digest = transaction->digest,
		.enclosed = &transaction->signer.certificate,
		.enclosed_count = 1,
	};
	int result = again ? build_poll(transaction, nonce, &signing, message)
			   : pkimessage_build_request(transaction->type, transaction->csr, &transaction->id,
						      nonce, transaction->ca->recipient,
						      &transaction->encryption, &signing, message);

	if (result != PKIMESSAGE_OK)
		cli_error("cannot build the message: %s", pkimessage_strerror(result));
	return result == PKIMESSAGE_OK;
}

static bool exchange(const struct client_transaction *transaction, const gnutls_datum_t *message,
		     struct http_answer *answer)
{
	CLEANUP(text_free) char *base64 = transaction->post ? NULL : text_base64_encode(message);
	CLEANUP(text_free) char *url = client_operation_url(transaction->url, "PKIOperation", base64);
	bool got;

	if (url == NULL || (!transaction->post && base64 == NULL))
		return false;
	got = transaction->post ? http_post(&transaction->options->http, url, "application/x-pki-message",
					    message, answer)
				: http_get(&transaction->options->http, url, answer);
	if (got && answer->status != 200) {
		char text[200];

		cli_error("PKIOperation was answered with HTTP status %ld: %s", answer->status,
			  client_said(answer, text, sizeof(text)));
		return false;
	}
	return got;
}

/* Signature first: nothing else counts before that. */
const char *client_reply_fault(const struct client_transaction *transaction, const struct pkimessage *reply,
			       const gnutls_datum_t *nonce)
{
	int result = pkimessage_verify(reply, legacy_of(transaction));

	if (result == PKIMESSAGE_E_ALGORITHM && pkimessage_digest(reply) == GNUTLS_DIG_SHA1)
		return "signed with SHA-1 (which needs --digest sha1)";
	if (result != PKIMESSAGE_OK)
		return pkimessage_strerror(result);
	if (!client_ca_trusts(transaction->ca, pkimessage_signer_certificate(reply)))
		return "signed by a certificate that is not among the CA's";
	if (pkimessage_message_type(reply) != PKIMESSAGE_CERT_REP)
		return "not a CertRep";
	if (!bytes_equal(pkimessage_transaction_id(reply), &transaction->id))
		return "another transactionID than ours";
	if (!bytes_equal(pkimessage_recipient_nonce(reply), nonce))
		return "recipientNonce is not our senderNonce";
	return NULL;
}

static int judge(const struct client_transaction *transaction, const struct pkimessage *reply,
		 struct client_issued *issued)
{
	char text[512];

	switch (pkimessage_pki_status(reply)) {
	case PKIMESSAGE_SUCCESS:
		return client_open_answer(transaction, pkimessage_content(reply), issued) ? CLI_OK
											  : CLI_FAILED;
	case PKIMESSAGE_PENDING: return CLI_PENDING;
	case PKIMESSAGE_FAILURE:
		(void)text_printable(pkimessage_fail_info_text(reply), text, sizeof(text));
		cli_error("the CA refused: %s%s%s", fail_info_name(pkimessage_fail_info(reply)),
			  text[0] != '\0' ? ": " : "", text);
		return CLI_FAILED;
	default: cli_error("the answer has no pkiStatus that RFC 8894 knows"); return CLI_FAILED;
	}
}

/* One message and its answer. */
static int ask(const struct client_transaction *transaction, bool again, struct client_issued *issued)
{
	unsigned char random[NONCE_SIZE];
	gnutls_datum_t nonce = {random, sizeof(random)};
	CLEANUP(bytes_free) gnutls_datum_t message = {NULL, 0};
	struct http_answer answer = {.status = 0};
	struct pkimessage *reply = NULL;
	const char *fault;
	int result, status = CLI_FAILED;

	if (gnutls_rnd(GNUTLS_RND_NONCE, random, sizeof(random)) < 0 ||
	    !build(transaction, again, &nonce, &message))
		return CLI_FAILED;
	if (exchange(transaction, &message, &answer)) {
		result = pkimessage_parse(&answer.body, &reply);
		if (result != PKIMESSAGE_OK)
			cli_error("the answer is no pkiMessage: %s", pkimessage_strerror(result));
		else if ((fault = client_reply_fault(transaction, reply, &nonce)) != NULL)
			cli_error("the answer is not to be trusted: %s", fault);
		else
			status = judge(transaction, reply, issued);
	}
	pkimessage_free(reply);
	bytes_free(&answer.body);
	return status;
}

int client_run(const struct client_transaction *transaction, struct client_issued *issued)
{
	uint64_t start = clock_monotonic_ns();
	int status;

	*issued = (struct client_issued){.other_count = 0};
	status = ask(transaction, false, issued);
	while (status == CLI_PENDING && transaction->poll > 0 &&
	       (clock_monotonic_ns() - start) / 1000000000u + transaction->poll <= transaction->max_wait) {
		client_pause(transaction->poll);
		status = ask(transaction, true, issued);
	}
	return status;
}
