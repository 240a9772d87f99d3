/* SPDX-License-Identifier: BSD-2-Clause */
/* PKIOperation (RFC 8894 section 4.3): from the bytes of a request to the verdict and its CertRep. */
#include "scep/private.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/query.h"

CLEANUP_DEFINE(message_free, struct pkimessage *, pkimessage_free)
CLEANUP_DEFINE(envelope_free, struct pkimessage_envelope *, pkimessage_envelope_free)

/* The messageTypes there are: how each is audited, and which are served. Whatever is not here is refused. */
static const struct served_type {
	int type;
	const char *action;
	enum enrol_reason refusal; /* ENROL_SUCCESS: served */
} types[] = {
	{PKIMESSAGE_PKCS_REQ, "scep_pkcsreq", ENROL_SUCCESS},
	{PKIMESSAGE_RENEWAL_REQ, "scep_renewalreq", ENROL_SUCCESS},
	{PKIMESSAGE_CERT_POLL, "scep_certpoll", ENROL_NOT_PENDING},
};
static const struct served_type unknown_type = {-1, "scep_unknown", ENROL_MESSAGE_TYPE};

static const struct served_type *find_type(const struct pkimessage *message)
{
	int type = message == NULL ? -1 : pkimessage_message_type(message);

	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i].type == type)
			return &types[i];
	return &unknown_type;
}

/* What libpkimessage found wrong, as a reason. */
static enum enrol_reason reason_of(int error)
{
	static const struct {
		int error;
		enum enrol_reason reason;
	} map[] = {
		{PKIMESSAGE_OK, ENROL_SUCCESS},
		{PKIMESSAGE_E_MEMORY, ENROL_INTERNAL},
		{PKIMESSAGE_E_ARGUMENT, ENROL_INTERNAL},
		{PKIMESSAGE_E_CRYPTO, ENROL_INTERNAL},
		{PKIMESSAGE_E_LIMIT, ENROL_TOO_LARGE},
		{PKIMESSAGE_E_SIGNER, ENROL_SIGNER_UNKNOWN},
		{PKIMESSAGE_E_CONTENT_TYPE, ENROL_SIGNATURE_INVALID},
		{PKIMESSAGE_E_DIGEST, ENROL_SIGNATURE_INVALID},
		{PKIMESSAGE_E_SIGNATURE, ENROL_SIGNATURE_INVALID},
		{PKIMESSAGE_E_ALGORITHM, ENROL_ALGORITHM_REFUSED},
		{PKIMESSAGE_E_ALGORITHM_MISMATCH, ENROL_ALGORITHM_REFUSED},
		{PKIMESSAGE_E_RECIPIENT, ENROL_NOT_RECIPIENT},
		{PKIMESSAGE_E_DECRYPT, ENROL_UNREADABLE},
		{PKIMESSAGE_E_KEY, ENROL_UNDELIVERABLE},
	};

	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		if (map[i].error == error)
			return map[i].reason;
	return ENROL_MALFORMED;
}

/* One PKIOperation under way. */
struct operation {
	struct exchange *exchange;
	struct pkimessage *message;
	gnutls_x509_crt_t signer;
	struct pkimessage_encryption encryption; /* of the request, and so of the reply */
	const char *detail;
	char algorithm[160]; /* of detail, where it names one */
};

/*
 * The message of a GET (section 4.3, field.md W7): base64 in a parameter that was percent-decoded without
 * turning '+' into a space; a space is a '+' that somebody else decoded.
 */
static enum err message_of_get(const char *query, gnutls_datum_t *bytes)
{
	CLEANUP(bytes_free) gnutls_datum_t text = {NULL, 0};
	enum err error = query_get(query, "message", &text);

	for (unsigned i = 0; error == ERR_OK && i < text.size; i++)
		if (text.data[i] == ' ')
			text.data[i] = '+';
	return error == ERR_OK ? text_base64_decode(&text, bytes) : error;
}

static enum err message_bytes(const struct request *request, gnutls_datum_t *bytes)
{
	if (request->method == METHOD_GET)
		return message_of_get(request->query, bytes);
	return bytes_copy(&request->body, bytes) ? ERR_OK : ERR_MEMORY;
}

/* What libpkimessage found wrong, for the operator; which algorithm, where that decided it. */
static void note_error(struct operation *operation, int error, const char *what, const char *algorithm)
{
	operation->detail = pkimessage_strerror(error);
	if (error != PKIMESSAGE_E_ALGORITHM)
		return;
	(void)snprintf(operation->algorithm, sizeof operation->algorithm,
		       "%s (%s %s; the profile's _LEGACY_ALGORITHMS says which old ones are)",
		       operation->detail, what, algorithm == NULL ? "unknown" : algorithm);
	operation->detail = operation->algorithm;
}

/* Signature, type, and whether the answer could be read by the one who asks: all before a private key is
 * used. */
static enum enrol_reason check_message(struct operation *operation)
{
	const struct pkimessage *message = operation->message;
	unsigned legacy = operation->exchange->profile->config->legacy;
	int error = pkimessage_verify(message, legacy);
	enum enrol_reason refusal = find_type(message)->refusal;

	if (error != PKIMESSAGE_OK) {
		note_error(operation, error, "digest", gnutls_digest_get_name(pkimessage_digest(message)));
		return reason_of(error);
	}
	if (refusal != ENROL_SUCCESS)
		return refusal;
	if (gnutls_x509_crt_init(&operation->signer) != GNUTLS_E_SUCCESS)
		return ENROL_INTERNAL;
	if (gnutls_x509_crt_import(operation->signer, pkimessage_signer_certificate(message),
				   GNUTLS_X509_FMT_DER) != GNUTLS_E_SUCCESS)
		return ENROL_SIGNER_UNKNOWN;
	return pkimessage_can_receive(operation->signer) ? ENROL_SUCCESS : ENROL_UNDELIVERABLE;
}

static enum enrol_reason open_envelope(struct operation *operation, gnutls_datum_t *csr)
{
	const struct scep_profile *profile = operation->exchange->profile;
	const struct pkimessage_identity ra = {profile->ra.chain.certificates[0], profile->ra.key};
	CLEANUP(envelope_free) struct pkimessage_envelope *envelope = NULL;
	int error = pkimessage_envelope_parse(pkimessage_content(operation->message), &envelope);

	if (error == PKIMESSAGE_OK) {
		operation->encryption.cipher = pkimessage_envelope_cipher(envelope);
		operation->encryption.transport = pkimessage_envelope_transport(envelope);
		error = pkimessage_envelope_decrypt(envelope, &ra, 1, profile->config->legacy, csr);
	}
	if (error != PKIMESSAGE_OK && error != PKIMESSAGE_E_DECRYPT)
		note_error(operation, error, "content cipher",
			   gnutls_cipher_get_name(operation->encryption.cipher));
	/* What is signed is no EnvelopedData; the signature over it was found good. */
	return error == PKIMESSAGE_E_CONTENT_TYPE ? ENROL_MALFORMED : reason_of(error);
}

/* Turns the certificate into the reply: struct enrolment's SEAL. */
static enum enrol_reason seal(void *context, const gnutls_datum_t *certificate, const struct pki_csr *csr,
			      gnutls_datum_t *reply)
{
	struct operation *operation = context;
	struct pkimessage_signing signing = scep_signing(operation->exchange->profile, operation->message);

	(void)csr;
	return reason_of(pkimessage_build_success(operation->message, certificate, 1, &operation->encryption,
						  &signing, reply));
}

static struct enrol_origin origin_of(const struct operation *operation)
{
	const struct request *request = operation->exchange->request;
	struct enrol_origin origin = {
		.protocol = "SCEP",
		.action = find_type(operation->message)->action,
		.renewal_action = "scep_renewalreq",
		.actor = "scep-client",
		.request_id = request->id,
		.client_address = request->client_address,
	};

	if (operation->message != NULL)
		origin.transaction_id = *pkimessage_transaction_id(operation->message);
	return origin;
}

static void refuse(const struct operation *operation, enum enrol_reason reason)
{
	struct enrol_origin origin = origin_of(operation);

	enrol_refuse(operation->exchange->store, &operation->exchange->profile->enrol, &origin, reason,
		     operation->detail);
	scep_reply_failure(operation->exchange, operation->message, reason);
}

static void decide(struct operation *operation, const gnutls_datum_t *csr,
		   const struct store_request_key *key, const struct store_look *look)
{
	CLEANUP(verdict_free) struct verdict verdict = {0};
	struct enrolment enrolment = {
		.profile = &operation->exchange->profile->enrol,
		.origin = origin_of(operation),
		.key = *key,
		.csr = csr,
		.signer = operation->signer,
		.renewal = pkimessage_message_type(operation->message) == PKIMESSAGE_RENEWAL_REQ,
		.seal = seal,
		.context = operation,
	};

	enrol_decide(operation->exchange->store, &enrolment, look, &verdict);
	if (verdict.reason == ENROL_SUCCESS)
		scep_reply_message(operation->exchange, &verdict.reply);
	else
		scep_reply_failure(operation->exchange, operation->message, verdict.reason);
}

/* A message that parsed: answered before, or checked, opened and decided. */
static void process(struct operation *operation)
{
	struct exchange *exchange = operation->exchange;
	struct store_request_key key = {.profile = exchange->profile->enrol.key,
					.transaction_id = *pkimessage_transaction_id(operation->message)};
	CLEANUP(store_look_free) struct store_look look = {0};
	CLEANUP(bytes_wipe) gnutls_datum_t csr = {NULL, 0};
	enum enrol_reason reason = check_message(operation);

	if (reason == ENROL_SUCCESS && !scep_request_key(operation->message, operation->signer, &key))
		reason = ENROL_INTERNAL;
	if (reason == ENROL_SUCCESS)
		reason = enrol_look(exchange->store, &exchange->profile->enrol, &key, &look);
	if (reason == ENROL_SUCCESS && look.answered) {
		log_info("request repeated, the stored answer is sent again", "action",
			 find_type(operation->message)->action, "client", exchange->request->client_address);
		scep_reply_message(exchange, &look.reply);
		return;
	}
	if (reason == ENROL_SUCCESS)
		reason = open_envelope(operation, &csr);
	if (reason == ENROL_SUCCESS)
		decide(operation, &csr, &key, &look);
	else
		refuse(operation, reason);
}

void scep_pki_operation(struct exchange *exchange)
{
	CLEANUP(bytes_free) gnutls_datum_t bytes = {NULL, 0};
	CLEANUP(message_free) struct pkimessage *message = NULL;
	struct operation operation = {.exchange = exchange};
	enum err input = message_bytes(exchange->request, &bytes);
	int error;

	if (input != ERR_OK) {
		operation.detail = err_text(input);
		refuse(&operation, input == ERR_MEMORY ? ENROL_INTERNAL : ENROL_MALFORMED);
		return;
	}
	error = pkimessage_parse(&bytes, &message);
	operation.message = message;
	if (error == PKIMESSAGE_OK) {
		process(&operation);
		x509_crt_free(&operation.signer);
		return;
	}
	operation.detail = pkimessage_strerror(error);
	/* Nothing here can be tied to a transaction, so the reason is that of the form, whatever it was. */
	refuse(&operation, error == PKIMESSAGE_E_LIMIT ? ENROL_TOO_LARGE : ENROL_MALFORMED);
}
