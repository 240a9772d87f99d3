/* SPDX-License-Identifier: BSD-2-Clause */
/* All that an enrolment has to know beforehand, in one round trip. */
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

/* What is read in another form than it is kept in. */
struct row {
	uint64_t answered, has_policy, enabled, max_ttl, must_staple, san_patterns;
	uint64_t held_state, same_message, same_signer;
	uint64_t issued, revoked;
	gnutls_datum_t held_remake, issued_remake;
};

static void row_free(struct row *row)
{
	bytes_free(&row->held_remake);
	bytes_free(&row->issued_remake);
}

#define LOOK_OUTPUTS 18

static enum err read_row(struct store *store, const struct look_call *call, struct row *row)
{
	const struct store_request_key *key = call->key;
	struct store_look *look = call->look;
	const struct input request = input_bytes(key->request_sha256, sizeof key->request_sha256);
	const struct input signer = input_bytes(key->signer_key_sha256, sizeof key->signer_key_sha256);
	const struct input profile = input_text(key->profile);
	const struct input transaction = input_bytes(key->transaction_id.data, key->transaction_id.size);
	/* No policy row has the empty name, so that stands for none wanted. */
	const struct input inputs[] = {
		request, signer,      signer,  profile,     request, input_text(call->policy_id),
		profile, transaction, profile, transaction, signer,  input_time(call->since),
	};
	struct output outputs[LOOK_OUTPUTS + CERTIFICATE_OUTPUTS] = {
		{VALUE_NUMBER, &row->answered},     {VALUE_BYTES, &look->reply},
		{VALUE_NUMBER, &row->has_policy},   {VALUE_NUMBER, &row->enabled},
		{VALUE_NUMBER, &row->max_ttl},      {VALUE_TEXT, &look->policy.key_algorithms},
		{VALUE_TEXT, &look->policy.ekus},   {VALUE_TEXT, &look->policy.copied_extensions},
		{VALUE_NUMBER, &row->must_staple},  {VALUE_NUMBER, &row->san_patterns},
		{VALUE_NUMBER, &look->held.id},     {VALUE_NUMBER, &row->held_state},
		{VALUE_NUMBER, &row->same_message}, {VALUE_NUMBER, &row->same_signer},
		{VALUE_BYTES, &row->held_remake},   {VALUE_BYTES, &look->held.message},
		{VALUE_NUMBER, &row->issued},       {VALUE_BYTES, &row->issued_remake},
	};

	store_certificate_outputs(&look->certificate, &row->revoked, outputs + LOOK_OUTPUTS);
	return store_run(store, STATEMENT_ENROLMENT_LOOK, inputs, COUNT_OF(inputs), outputs,
			 COUNT_OF(outputs));
}

/* All zeros where there is none. */
static void copy_digest(const gnutls_datum_t *column, uint8_t sha256[32])
{
	if (column->size == 32)
		memcpy(sha256, column->data, 32);
}

static enum err look(struct store *store, void *context)
{
	const struct look_call *call = context;
	struct store_look *look = call->look;
	CLEANUP(row_free) struct row row = {0};
	enum err error = read_row(store, call, &row);

	look->answered = row.answered != 0;
	look->has_policy = row.has_policy != 0;
	look->policy.enabled = row.enabled != 0;
	look->policy.max_ttl = (unsigned)row.max_ttl;
	look->policy.must_staple = row.must_staple != 0;
	look->policy.san_patterns = row.san_patterns != 0;
	look->held.state = (enum store_request_state)row.held_state;
	look->held.same_message = row.same_message != 0;
	look->held.same_signer = row.same_signer != 0;
	copy_digest(&row.held_remake, look->held.remake_sha256);
	look->issued = row.issued != 0;
	copy_digest(&row.issued_remake, look->issued_remake_sha256);
	look->certificate.revoked = row.revoked != 0;
	return error;
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
