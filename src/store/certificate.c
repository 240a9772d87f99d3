/* SPDX-License-Identifier: BSD-2-Clause */
/* Looking up a certificate by what names it. */
#include "store/enrolment.h"

#include <stdlib.h>
#include <string.h>

#include "store/store_private.h"

void store_certificate_outputs(struct store_certificate *certificate, uint64_t *revoked,
			       struct output outputs[CERTIFICATE_OUTPUTS])
{
	const struct output values[CERTIFICATE_OUTPUTS] = {
		{VALUE_TEXT, &certificate->profile},
		{VALUE_BYTES, &certificate->der},
		{VALUE_TIME, &certificate->not_before},
		{VALUE_TIME, &certificate->not_after},
		{VALUE_NUMBER, revoked},
	};

	memcpy(outputs, values, sizeof values);
}

struct find_call {
	enum statement statement;
	const struct input *inputs;
	size_t input_count;
	struct store_certificate *certificate;
};

static enum err find(struct store *store, void *context)
{
	const struct find_call *call = context;
	struct output outputs[CERTIFICATE_OUTPUTS];
	uint64_t revoked;
	enum err error;

	store_certificate_outputs(call->certificate, &revoked, outputs);
	error = store_run(store, call->statement, call->inputs, call->input_count, outputs,
			  COUNT_OF(outputs));
	call->certificate->revoked = revoked != 0;
	/* The schema does not allow it, but somebody's hand may have. */
	if (error == ERR_OK && call->certificate->profile == NULL)
		error = store_fault(store, 0, "a certificate has no profile");
	return error;
}

enum err store_certificate_find(struct store *store, const char *issuer_id, const gnutls_datum_t *serial,
				struct store_certificate *certificate)
{
	const struct input inputs[] = {
		input_text(issuer_id),
		input_bytes(serial->data, serial->size),
	};
	struct find_call call = {STATEMENT_CERTIFICATE_FIND, inputs, COUNT_OF(inputs), certificate};

	*certificate = (struct store_certificate){0};
	return store_try(store, find, &call);
}

enum err store_certificate_recognize(struct store *store, const gnutls_datum_t *serial,
				     const gnutls_datum_t *der, struct store_certificate *certificate)
{
	const struct input inputs[] = {
		input_bytes(serial->data, serial->size),
		input_bytes(der->data, der->size),
	};
	struct find_call call = {STATEMENT_CERTIFICATE_RECOGNIZE, inputs, COUNT_OF(inputs), certificate};

	*certificate = (struct store_certificate){0};
	return store_try(store, find, &call);
}

enum err store_remade_find(struct store *store, const char *profile, const uint8_t *remake_sha256,
			   time_t since, struct store_certificate *certificate)
{
	const struct input inputs[] = {
		input_text(profile),
		input_digest(remake_sha256),
		input_time(since),
	};
	struct find_call call = {STATEMENT_REMADE_FIND, inputs, COUNT_OF(inputs), certificate};

	*certificate = (struct store_certificate){0};
	return store_try(store, find, &call);
}

void store_certificate_free(struct store_certificate *certificate)
{
	free(certificate->profile);
	bytes_free(&certificate->der);
	*certificate = (struct store_certificate){0};
}
