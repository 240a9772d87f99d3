/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/enrolment.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "store/store_private.h"

/* --- look --- */

struct look_call {
	const struct store_request_key *key;
	const char *policy_id;
	struct store_look *look;
};

/* No policy row has the empty name, so that stands for none wanted. */
static enum err look(struct store *store, void *context)
{
	const struct look_call *call = context;
	struct store_look *look = call->look;
	uint64_t answered, has_policy, enabled, max_ttl, must_staple, san_patterns;
	const struct input inputs[] = {
		input_text(call->key->profile),
		input_bytes(call->key->request_sha256, sizeof call->key->request_sha256),
		input_text(call->policy_id),
	};
	const struct output outputs[] = {
		{VALUE_NUMBER, &answered},        {VALUE_BYTES, &look->reply},
		{VALUE_NUMBER, &has_policy},      {VALUE_NUMBER, &enabled},
		{VALUE_NUMBER, &max_ttl},         {VALUE_TEXT, &look->policy.key_algorithms},
		{VALUE_TEXT, &look->policy.ekus}, {VALUE_TEXT, &look->policy.copied_extensions},
		{VALUE_NUMBER, &must_staple},     {VALUE_NUMBER, &san_patterns},
	};
	enum err error = store_run(store, STATEMENT_ENROLMENT_LOOK, inputs, COUNT_OF(inputs), outputs,
				   COUNT_OF(outputs));

	look->answered = answered != 0;
	look->has_policy = has_policy != 0;
	look->policy.enabled = enabled != 0;
	look->policy.max_ttl = (unsigned)max_ttl;
	look->policy.must_staple = must_staple != 0;
	look->policy.san_patterns = san_patterns != 0;
	return error;
}

enum err store_enrolment_look(struct store *store, const struct store_request_key *key, const char *policy_id,
			      time_t since, struct store_look *result)
{
	struct look_call call = {key, policy_id, result};

	(void)since;
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

/* --- find --- */

struct find_call {
	const char *issuer_id;
	const gnutls_datum_t *serial;
	struct store_certificate *certificate;
};

static enum err find(struct store *store, void *context)
{
	const struct find_call *call = context;
	struct store_certificate *certificate = call->certificate;
	uint64_t revoked;
	const struct input inputs[] = {
		input_text(call->issuer_id),
		input_bytes(call->serial->data, call->serial->size),
	};
	const struct output outputs[] = {
		{VALUE_TEXT, &certificate->profile},
		{VALUE_BYTES, &certificate->der},
		{VALUE_TIME, &certificate->not_before},
		{VALUE_TIME, &certificate->not_after},
		{VALUE_NUMBER, &revoked},
	};
	enum err error = store_run(store, STATEMENT_CERTIFICATE_FIND, inputs, COUNT_OF(inputs), outputs,
				   COUNT_OF(outputs));

	certificate->revoked = revoked != 0;
	return error;
}

enum err store_certificate_find(struct store *store, const char *issuer_id, const gnutls_datum_t *serial,
				struct store_certificate *certificate)
{
	struct find_call call = {issuer_id, serial, certificate};

	*certificate = (struct store_certificate){0};
	return store_try(store, find, &call);
}

void store_certificate_free(struct store_certificate *certificate)
{
	free(certificate->profile);
	bytes_free(&certificate->der);
	*certificate = (struct store_certificate){0};
}
