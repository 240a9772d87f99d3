/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/requests.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "store/store_private.h"

/* --- wait --- */

struct wait_call {
	const struct store_waiting *waiting;
	time_t now;
	uint8_t event_id[16];
	uint64_t *id;
};

static enum err insert(struct store *store, const struct wait_call *call)
{
	const struct store_waiting *waiting = call->waiting;
	const struct store_request_key *key = &waiting->key;
	struct input inputs[13 + AUDIT_INPUTS] = {
		input_time(call->now),
		input_text(key->profile),
		input_bytes(key->transaction_id.data, key->transaction_id.size),
		input_digest(key->request_sha256),
		input_digest(waiting->remake_sha256),
		input_digest(key->signer_key_sha256),
		input_bytes(waiting->message.data, waiting->message.size),
		input_text(waiting->subject),
		input_text(waiting->sans == NULL ? "[]" : waiting->sans),
		input_text(waiting->key_text),
		input_digest(waiting->key_sha256),
		input_optional(waiting->client_certificate),
		input_bytes(call->event_id, sizeof call->event_id),
	};

	store_audit_inputs(&waiting->audit, inputs + COUNT_OF(inputs) - AUDIT_INPUTS);
	return store_run(store, STATEMENT_REQUEST_WAIT, inputs, COUNT_OF(inputs), NULL, 0);
}

/* Who has the transactionID now: ERR_OK when that is what was to be put on hold, whoever did it. */
static enum err who_holds(struct store *store, const struct wait_call *call)
{
	const struct store_request_key *key = &call->waiting->key;
	const struct input inputs[] = {
		input_digest(key->request_sha256),
		input_digest(call->waiting->remake_sha256),
		input_digest(key->signer_key_sha256),
		input_text(key->profile),
		input_bytes(key->transaction_id.data, key->transaction_id.size),
	};
	uint64_t same;
	const struct output outputs[] = {{VALUE_NUMBER, call->id}, {VALUE_NUMBER, &same}};
	enum err error = store_run(store, STATEMENT_REQUEST_HOLDER, inputs, COUNT_OF(inputs), outputs,
				   COUNT_OF(outputs));

	/* It ended between the two statements. */
	if (error == ERR_NOT_FOUND)
		return store_again(store);
	return error == ERR_OK && same == 0 ? ERR_EXISTS : error;
}

static enum err wait(struct store *store, void *context)
{
	const struct wait_call *call = context;
	enum err error = insert(store, call);

	return error == ERR_OK || error == ERR_EXISTS ? who_holds(store, call) : error;
}

enum err store_request_wait(struct store *store, const struct store_waiting *waiting, uint64_t *id)
{
	struct wait_call call = {.waiting = waiting, .now = clock_now(), .id = id};
	enum err error = store_event_id(call.now, call.event_id);

	*id = 0;
	if (error == ERR_OK)
		error = store_try(store, wait, &call);
	if (error == ERR_OK)
		store_wrote(store);
	else
		*id = 0;
	return error;
}

/* --- find --- */

struct find_call {
	enum statement statement;
	const struct input *inputs;
	size_t input_count;
	struct store_request *request;
};

static enum err find(struct store *store, void *context)
{
	const struct find_call *call = context;
	struct store_request *request = call->request;
	uint64_t state;
	const struct output outputs[] = {
		{VALUE_NUMBER, &request->id},           {VALUE_NUMBER, &state},
		{VALUE_TEXT, &request->profile},        {VALUE_BYTES, &request->transaction_id},
		{VALUE_TEXT, &request->subject},        {VALUE_TEXT, &request->sans},
		{VALUE_TEXT, &request->key_text},       {VALUE_BYTES, &request->key_sha256},
		{VALUE_TEXT, &request->client_address}, {VALUE_TEXT, &request->client_certificate},
		{VALUE_TEXT, &request->request_id},     {VALUE_TIME, &request->created_at},
		{VALUE_TIME, &request->decided_at},     {VALUE_TEXT, &request->decided_by},
		{VALUE_TEXT, &request->note},
	};
	enum err error = store_run(store, call->statement, call->inputs, call->input_count, outputs,
				   COUNT_OF(outputs));

	request->state = (enum store_request_state)state;
	/* The schema does not allow it, but somebody's hand may have. */
	if (error == ERR_OK && (request->profile == NULL || request->subject == NULL ||
				request->sans == NULL || request->key_text == NULL))
		error = store_fault(store, 0, "a request lacks its profile, subject, SANs or key");
	return error;
}

enum err store_request_find(struct store *store, uint64_t id, struct store_request *request)
{
	const struct input inputs[] = {input_number(id)};
	struct find_call call = {STATEMENT_REQUEST_FIND, inputs, COUNT_OF(inputs), request};

	*request = (struct store_request){0};
	return store_try(store, find, &call);
}

enum err store_request_next(struct store *store, uint64_t after, bool waiting, struct store_request *request)
{
	const struct input inputs[] = {input_number(after), input_number(!waiting)};
	struct find_call call = {STATEMENT_REQUEST_NEXT, inputs, COUNT_OF(inputs), request};

	*request = (struct store_request){0};
	return store_try(store, find, &call);
}

void store_request_free(struct store_request *request)
{
	free(request->profile);
	bytes_free(&request->transaction_id);
	free(request->subject);
	free(request->sans);
	free(request->key_text);
	bytes_free(&request->key_sha256);
	free(request->client_address);
	free(request->client_certificate);
	free(request->request_id);
	free(request->decided_by);
	free(request->note);
	*request = (struct store_request){0};
}

/* --- decide --- */

struct decide_call {
	const struct store_decision *decision;
	time_t now;
	uint8_t event_id[16];
};

static enum err decide(struct store *store, void *context)
{
	const struct decide_call *call = context;
	const struct store_decision *decision = call->decision;
	struct input inputs[6 + AUDIT_INPUTS] = {
		input_number(decision->id), input_text(decision->approve ? "approved" : "denied"),
		input_text(decision->by),   input_text(decision->note),
		input_time(call->now),      input_bytes(call->event_id, sizeof call->event_id),
	};
	CLEANUP(store_request_free) struct store_request there = {0};
	struct find_call find_call = {STATEMENT_REQUEST_FIND, inputs, 1, &there};
	enum err error;

	store_audit_inputs(&decision->audit, inputs + COUNT_OF(inputs) - AUDIT_INPUTS);
	error = store_run(store, STATEMENT_REQUEST_DECIDE, inputs, COUNT_OF(inputs), NULL, 0);
	/* The event is there already: it was done just before the connection was lost. */
	if (error == ERR_EXISTS)
		return ERR_OK;
	if (error != ERR_MISMATCH)
		return error;
	error = find(store, &find_call);
	return error == ERR_OK ? ERR_MISMATCH : error;
}

enum err store_request_decide(struct store *store, const struct store_decision *decision)
{
	struct decide_call call = {.decision = decision, .now = clock_now()};
	enum err error = store_event_id(call.now, call.event_id);

	if (error == ERR_OK)
		error = store_try(store, decide, &call);
	if (error == ERR_OK)
		store_wrote(store);
	return error;
}
