/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All that an enrolment has to know beforehand. Most are new, and then one cheap question tells it: the
 * policy, and that neither the transaction nor its ID was seen before. Only for one that was is the rest
 * fetched, in a second round trip.
 */
#include "store/enrolment.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "store/store_private.h"

struct look_call {
	const struct store_request_key *key;
	const char *policy_id;
	time_t since;
	struct store_look *look;
};

/* --- the policy, and whether there is more --- */

#define SEEN_INPUTS 5

static void seen_inputs(const struct store_request_key *key, struct input inputs[SEEN_INPUTS])
{
	const struct input profile = input_text(key->profile);
	const struct input transaction = input_bytes(key->transaction_id.data, key->transaction_id.size);
	const struct input values[SEEN_INPUTS] = {
		profile, transaction, input_bytes(key->signer_key_sha256, sizeof key->signer_key_sha256),
		profile, transaction,
	};

	memcpy(inputs, values, sizeof values);
}

static enum err read_seen(struct store *store, const struct look_call *call, uint64_t *seen)
{
	struct input inputs[SEEN_INPUTS];
	const struct output outputs[] = {{VALUE_NUMBER, seen}};

	seen_inputs(call->key, inputs);
	return store_run(store, STATEMENT_ENROLMENT_SEEN, inputs, COUNT_OF(inputs), outputs,
			 COUNT_OF(outputs));
}

/* The same and the policy. Where there is none, nothing is known of the rest either. */
static enum err read_policy(struct store *store, const struct look_call *call, uint64_t *seen)
{
	struct store_policy *policy = &call->look->policy;
	struct input inputs[SEEN_INPUTS + 1];
	uint64_t enabled, max_ttl, must_staple, san_patterns;
	const struct output outputs[] = {
		{VALUE_NUMBER, seen},         {VALUE_NUMBER, &enabled},
		{VALUE_NUMBER, &max_ttl},     {VALUE_TEXT, &policy->key_algorithms},
		{VALUE_TEXT, &policy->ekus},  {VALUE_TEXT, &policy->copied_extensions},
		{VALUE_NUMBER, &must_staple}, {VALUE_NUMBER, &san_patterns},
	};
	enum err error;

	seen_inputs(call->key, inputs);
	inputs[SEEN_INPUTS] = input_text(call->policy_id);
	error = store_run(store, STATEMENT_ENROLMENT_SEEN_POLICY, inputs, COUNT_OF(inputs), outputs,
			  COUNT_OF(outputs));
	call->look->has_policy = error == ERR_OK;
	policy->enabled = enabled != 0;
	policy->max_ttl = (unsigned)max_ttl;
	policy->must_staple = must_staple != 0;
	policy->san_patterns = san_patterns != 0;
	if (error != ERR_NOT_FOUND)
		return error;
	*seen = 1;
	return ERR_OK;
}

/* --- the history --- */

/* What is read in another form than it is kept in. */
struct row {
	uint64_t answered;
	uint64_t held_state, same_message, same_signer;
	uint64_t issued, revoked;
	gnutls_datum_t held_remake, issued_remake;
};

static void row_free(struct row *row)
{
	bytes_free(&row->held_remake);
	bytes_free(&row->issued_remake);
}

#define HISTORY_OUTPUTS 10

static enum err read_row(struct store *store, const struct look_call *call, struct row *row)
{
	const struct store_request_key *key = call->key;
	struct store_look *look = call->look;
	const struct input request = input_bytes(key->request_sha256, sizeof key->request_sha256);
	const struct input signer = input_bytes(key->signer_key_sha256, sizeof key->signer_key_sha256);
	const struct input profile = input_text(key->profile);
	const struct input transaction = input_bytes(key->transaction_id.data, key->transaction_id.size);
	const struct input inputs[] = {
		request,
		signer,
		signer,
		profile,
		request,
		profile,
		transaction,
		profile,
		transaction,
		signer,
		input_time(call->since),
	};
	struct output outputs[HISTORY_OUTPUTS + CERTIFICATE_OUTPUTS] = {
		{VALUE_NUMBER, &row->answered},     {VALUE_BYTES, &look->reply},
		{VALUE_NUMBER, &look->held.id},     {VALUE_NUMBER, &row->held_state},
		{VALUE_NUMBER, &row->same_message}, {VALUE_NUMBER, &row->same_signer},
		{VALUE_BYTES, &row->held_remake},   {VALUE_BYTES, &look->held.message},
		{VALUE_NUMBER, &row->issued},       {VALUE_BYTES, &row->issued_remake},
	};

	store_certificate_outputs(&look->certificate, &row->revoked, outputs + HISTORY_OUTPUTS);
	return store_run(store, STATEMENT_ENROLMENT_HISTORY, inputs, COUNT_OF(inputs), outputs,
			 COUNT_OF(outputs));
}

/* All zeros where there is none. */
static void copy_digest(const gnutls_datum_t *column, uint8_t sha256[32])
{
	if (column->size == 32)
		memcpy(sha256, column->data, 32);
}

static enum err read_history(struct store *store, const struct look_call *call)
{
	struct store_look *look = call->look;
	CLEANUP(row_free) struct row row = {0};
	enum err error = read_row(store, call, &row);

	look->answered = row.answered != 0;
	look->held.state = (enum store_request_state)row.held_state;
	look->held.same_message = row.same_message != 0;
	look->held.same_signer = row.same_signer != 0;
	copy_digest(&row.held_remake, look->held.remake_sha256);
	look->issued = row.issued != 0;
	copy_digest(&row.issued_remake, look->issued_remake_sha256);
	look->certificate.revoked = row.revoked != 0;
	return error;
}

/* --- both --- */

static enum err look(struct store *store, void *context)
{
	const struct look_call *call = context;
	uint64_t seen;
	enum err error;

	store_look_free(call->look);
	error = call->policy_id == NULL ? read_seen(store, call, &seen) : read_policy(store, call, &seen);
	return error == ERR_OK && seen != 0 ? read_history(store, call) : error;
}

enum err store_enrolment_look(struct store *store, const struct store_request_key *key, const char *policy_id,
			      time_t since, struct store_look *result)
{
	struct look_call call = {key, policy_id, since, result};

	*result = (struct store_look){0};
	return store_try(store, look, &call);
}

void store_look_free(struct store_look *look)
{
	bytes_free(&look->reply);
	free(look->policy.key_algorithms);
	free(look->policy.ekus);
	free(look->policy.copied_extensions);
	bytes_free(&look->held.message);
	store_certificate_free(&look->certificate);
	*look = (struct store_look){0};
}
