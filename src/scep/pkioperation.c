/* SPDX-License-Identifier: BSD-2-Clause */
/* PKIOperation (RFC 8894 section 4.3): from the bytes of a request to its response. */
#include "scep/operation_private.h"

#include "base/cleanup.h"
#include "base/log.h"

void scep_operation_free(struct operation *operation)
{
	bytes_wipe(&operation->raw);
	bytes_wipe(&operation->bytes);
	pkimessage_free(operation->message);
	x509_crt_free(&operation->signer);
	pkimessage_envelope_free(operation->envelope);
	store_look_free(&operation->look);
}

struct enrol_origin scep_origin(const struct operation *operation)
{
	const struct request *request = operation->exchange->request;
	struct enrol_origin origin = {
		.protocol = "SCEP",
		.action = operation->type->action,
		.renewal_action = "scep_renewalreq",
		.actor = "scep-client",
		.request_id = request->id,
		.client_address = request->client_address,
		.client = operation->exchange->client,
	};

	origin.transaction_id = operation->message == NULL ? bytes_view_text(operation->transaction)
							   : *pkimessage_transaction_id(operation->message);
	for (size_t i = 0; i < operation->deviation_count; i++)
		origin.deviations[i] = operation->deviations[i];
	return origin;
}

/* A raw request has named its own key. */
static bool fill_key(struct operation *operation)
{
	operation->key.profile = operation->exchange->profile->enrol.key;
	if (operation->message == NULL)
		return true;
	operation->key.transaction_id = *pkimessage_transaction_id(operation->message);
	return scep_request_key(operation->message, operation->signer, &operation->key);
}

enum enrol_reason scep_operation_look(struct operation *operation)
{
	const struct exchange *exchange = operation->exchange;
	enum enrol_reason reason;

	if (!fill_key(operation))
		return ENROL_INTERNAL;
	reason = enrol_look(exchange->store, &exchange->profile->enrol, &operation->key, &operation->look);
	if (reason == ENROL_SUCCESS && !operation->look.answered)
		reason = enrol_held(&operation->look);
	return reason;
}

bool scep_answered_before(struct operation *operation)
{
	if (!operation->look.answered)
		return false;
	log_info("request repeated, the stored answer is sent again", "action", operation->type->action,
		 "client", operation->exchange->request->client_address);
	scep_reply_message(operation->exchange, &operation->look.reply);
	return true;
}

void scep_tell(const struct operation *operation, struct verdict *verdict)
{
	if (verdict->reason == ENROL_SUCCESS)
		scep_reply_message(operation->exchange, &verdict->reply);
	else
		scep_reply_verdict(operation->exchange, operation->message, verdict->reason);
}

/* Tells what no decision has told: a refusal, with its line and its audit row, or that a request waits, which
 * has its row since it began to. */
static void tell_reason(const struct operation *operation, enum enrol_reason reason)
{
	struct enrol_origin origin = scep_origin(operation);

	if (reason == ENROL_PENDING) {
		log_info("request repeated, it still waits for approval", "action", operation->type->action,
			 "client", operation->exchange->request->client_address);
		scep_reply_verdict(operation->exchange, operation->message, reason);
		return;
	}
	enrol_refuse(operation->exchange->store, &operation->exchange->profile->enrol, &origin, reason,
		     operation->detail);
	scep_reply_verdict(operation->exchange, operation->message, reason);
}

/* Why there are no bytes to parse. */
static enum enrol_reason input_reason(enum err error)
{
	switch (error) {
	case ERR_MEMORY: return ENROL_INTERNAL;
	case ERR_LIMIT: return ENROL_TOO_LARGE;
	default: return ENROL_MALFORMED;
	}
}

/* What the bytes hold, or why they hold no message that could be answered as one. */
static enum enrol_reason parse(struct operation *operation)
{
	enum err input = scep_message_bytes(operation->exchange->request, &operation->bytes);
	int error;

	if (input != ERR_OK) {
		operation->detail = err_text(input);
		return input_reason(input);
	}
	error = pkimessage_parse(&operation->bytes, &operation->message);
	if (error == PKIMESSAGE_OK) {
		operation->type = scep_type_find(pkimessage_message_type(operation->message));
		return ENROL_SUCCESS;
	}
	if (scep_raw_parse(operation, error))
		return ENROL_SUCCESS;
	operation->detail = pkimessage_strerror(error);
	/* Nothing here can be tied to a transaction, so the reason is that of the form, whatever it was. */
	return error == PKIMESSAGE_E_LIMIT ? ENROL_TOO_LARGE : ENROL_MALFORMED;
}

/* A message that parsed is never taken for a raw request, whatever is wrong with it. */
static enum enrol_reason answer(struct operation *operation)
{
	enum enrol_reason reason;

	if (operation->message == NULL)
		return scep_raw_answer(operation);
	reason = scep_check(operation);
	return reason == ENROL_SUCCESS ? operation->type->answer(operation) : reason;
}

void scep_pki_operation(struct exchange *exchange)
{
	CLEANUP(scep_operation_free)
	struct operation operation = {.exchange = exchange, .type = scep_type_find(-1)};
	enum enrol_reason reason = parse(&operation);

	if (reason == ENROL_SUCCESS)
		reason = answer(&operation);
	if (reason != ENROL_SUCCESS)
		tell_reason(&operation, reason);
}
