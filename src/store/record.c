/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recording what was issued. The request's unique key makes it safe to run the whole again when the
 * connection was lost and nobody knows whether the COMMIT was done: if it was, the second run is refused, and
 * what is found under the key is our own serial.
 */
#include "store/enrolment.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/store_private.h"

struct call {
	const struct store_issued *issued;
	time_t now;
	uint8_t event_id[16];
};

/* Those of the certificate and its transaction, and behind those of the audit row: the reply, the
 * certificate. */
#define OWN_INPUTS  19
#define LONG_INPUTS 2

static enum err insert(struct store *store, const struct call *call)
{
	const struct store_issued *issued = call->issued;
	struct input inputs[OWN_INPUTS + AUDIT_INPUTS + LONG_INPUTS] = {
		input_time(call->now),
		input_text(issued->key.profile),
		input_bytes(issued->key.transaction_id.data, issued->key.transaction_id.size),
		input_bytes(issued->key.request_sha256, sizeof issued->key.request_sha256),
		input_bytes(issued->key.signer_key_sha256, sizeof issued->key.signer_key_sha256),
		input_digest(issued->remake_sha256),
		input_time(issued->since),
		input_number(issued->approval),
		input_text(issued->issuer_id),
		input_bytes(issued->serial.data, issued->serial.size),
		input_bytes(issued->renewed.data, issued->renewed.size),
		input_text(issued->subject),
		input_text(issued->sans == NULL ? "[]" : issued->sans),
		input_optional(issued->client_certificate),
		input_time(issued->not_before),
		input_time(issued->not_after),
		input_bytes(issued->certificate_sha256, 32),
		input_bytes(issued->key_sha256, 32),
		input_bytes(call->event_id, sizeof call->event_id),
	};

	store_audit_inputs(&issued->audit, inputs + OWN_INPUTS); /* the last is the first of the long ones */
	inputs[OWN_INPUTS + AUDIT_INPUTS] = input_bytes(issued->reply.data, issued->reply.size);
	inputs[OWN_INPUTS + AUDIT_INPUTS + 1] = input_bytes(issued->der.data, issued->der.size);
	return store_run(store, STATEMENT_ENROLMENT_RECORD, inputs, COUNT_OF(inputs), NULL, 0);
}

/* Nothing of the request was recorded: if its serial is free, the same was asked by another message, or its
 * approval was used. */
static enum err what_stood_in_the_way(struct store *store, const struct store_issued *issued)
{
	CLEANUP(store_certificate_free) struct store_certificate there = {0};
	struct output outputs[CERTIFICATE_OUTPUTS];
	uint64_t revoked;
	const struct input inputs[] = {
		input_text(issued->issuer_id),
		input_bytes(issued->serial.data, issued->serial.size),
	};
	enum err error;

	store_certificate_outputs(&there, &revoked, outputs);
	error = store_run(store, STATEMENT_CERTIFICATE_FIND, inputs, COUNT_OF(inputs), outputs,
			  COUNT_OF(outputs));
	if (error == ERR_NOT_FOUND)
		return ERR_EXISTS;
	if (error != ERR_OK)
		return error;
	log_error("serial number is taken, nothing was recorded", "issuer", issued->issuer_id);
	return ERR_SYSTEM;
}

/* Some key is taken: is the request recorded, and is it by us? */
static enum err who_won(struct store *store, const struct store_issued *issued)
{
	CLEANUP(text_free) char *issuer_id = NULL;
	CLEANUP(bytes_free) gnutls_datum_t serial = {NULL, 0};
	const struct input inputs[] = {
		input_text(issued->key.profile),
		input_bytes(issued->key.request_sha256, sizeof issued->key.request_sha256),
	};
	const struct output outputs[] = {{VALUE_TEXT, &issuer_id}, {VALUE_BYTES, &serial}};
	enum err error = store_run(store, STATEMENT_REQUEST_SERIAL, inputs, COUNT_OF(inputs), outputs,
				   COUNT_OF(outputs));

	if (error == ERR_NOT_FOUND)
		return what_stood_in_the_way(store, issued);
	if (error != ERR_OK)
		return error;
	if (issuer_id != NULL && strcmp(issuer_id, issued->issuer_id) == 0 &&
	    bytes_equal(&serial, &issued->serial))
		return ERR_OK;
	return ERR_EXISTS;
}

static enum err record(struct store *store, void *context)
{
	const struct call *call = context;
	enum err error = insert(store, call);

	if (error == ERR_EXISTS)
		return who_won(store, call->issued);
	return error == ERR_MISMATCH ? ERR_PERMISSION : error; /* RENEWED is revoked */
}

enum err store_enrolment_record(struct store *store, const struct store_issued *issued)
{
	struct call call = {.issued = issued, .now = clock_now()};
	enum err error = store_event_id(call.now, call.event_id);

	if (error == ERR_OK)
		error = store_try(store, record, &call);
	if (error == ERR_OK)
		store_wrote(store);
	return error;
}
