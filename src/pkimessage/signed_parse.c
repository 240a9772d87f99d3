/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/signed.h"

#include "base/cleanup.h"

#include <stdlib.h>

CLEANUP_DEFINE(message_free, struct pkimessage *, pkimessage_free)

int msg_message_find_signer(const gnutls_datum_t *certificates, size_t count, struct pkimessage *message)
{
	for (size_t i = 0; i < count; i++) {
		if (msg_certificate_read(&certificates[i], &message->signer_fields) == PKIMESSAGE_OK &&
		    msg_identifier_matches(&message->sid, &message->signer_fields)) {
			message->signer = &certificates[i];
			return PKIMESSAGE_OK;
		}
	}
	return PKIMESSAGE_E_SIGNER;
}

/* True when what is left of SIGNER is nothing, or unsignedAttrs within the limit; they mean nothing in SCEP.
 */
static int check_unsigned(struct der *signer)
{
	struct der attributes;

	if (der_next_is(signer, DER_CONTEXT_CONSTRUCTED(1))) {
		attributes = der_enter(signer, DER_CONTEXT_CONSTRUCTED(1));
		if (der_count(&attributes, LIMIT_CMS_ATTRIBUTES) > LIMIT_CMS_ATTRIBUTES)
			return PKIMESSAGE_E_LIMIT;
	}
	return der_done(signer) ? PKIMESSAGE_OK : PKIMESSAGE_E_SYNTAX;
}

/* Reads one SignerInfo (RFC 5652 section 5.3). */
static int read_signer(struct der signer, enum msg_purpose purpose, struct pkimessage *message)
{
	gnutls_datum_t digest_oid;
	gnutls_datum_t parameters;
	struct der attributes;
	int error;

	(void)der_small_integer(&signer); /* version: sid tells the same */
	msg_identifier_read(&signer, &message->sid);
	msg_read_algorithm(&signer, &digest_oid, &parameters);
	message->digest = msg_no_parameters(&parameters) ? msg_digest_by_oid(&digest_oid) : NULL;
	if (!signer.failed && !der_next_is(&signer, DER_CONTEXT_CONSTRUCTED(0)))
		return PKIMESSAGE_E_ATTRIBUTE_MISSING;
	message->signed_attributes = der_raw(&signer, DER_CONTEXT_CONSTRUCTED(0));
	msg_read_algorithm(&signer, &message->signature_algorithm.oid,
			   &message->signature_algorithm.parameters);
	message->signature = der_contents(&signer, DER_OCTET_STRING);
	error = check_unsigned(&signer);
	if (error != PKIMESSAGE_OK)
		return error;
	attributes = der_open(&message->signed_attributes);
	attributes = der_enter(&attributes, DER_CONTEXT_CONSTRUCTED(0));
	return msg_attributes_read(attributes, purpose, &message->attributes);
}

static int read_message(const gnutls_datum_t *input, enum msg_purpose purpose, struct pkimessage *message)
{
	int error = msg_signed_data_read(input, &message->data);
	struct der signer;

	if (error != PKIMESSAGE_OK)
		return error;
	if (der_count(&message->data.signers, LIMIT_CMS_SIGNERS) != LIMIT_CMS_SIGNERS)
		return PKIMESSAGE_E_SIGNER;
	signer = der_enter(&message->data.signers, DER_SEQUENCE);
	return der_done(&message->data.signers) ? read_signer(signer, purpose, message) : PKIMESSAGE_E_SYNTAX;
}

int msg_message_read(const gnutls_datum_t *input, enum msg_purpose purpose, struct pkimessage **message)
{
	struct pkimessage *fresh;
	int error;

	*message = NULL;
	if (input == NULL)
		return PKIMESSAGE_E_ARGUMENT;
	fresh = calloc(1, sizeof *fresh);
	if (fresh == NULL)
		return PKIMESSAGE_E_MEMORY;
	error = read_message(input, purpose, fresh);
	if (error == PKIMESSAGE_OK)
		*message = fresh;
	else
		pkimessage_free(fresh);
	return error;
}

int pkimessage_parse(const gnutls_datum_t *input, struct pkimessage **message)
{
	CLEANUP(message_free) struct pkimessage *fresh = NULL;
	int error = msg_message_read(input, MSG_SCEP, &fresh);

	*message = NULL;
	if (error == PKIMESSAGE_OK)
		error = msg_message_find_signer(fresh->data.certificates, fresh->data.certificate_count,
						fresh);
	if (error == PKIMESSAGE_OK)
		*message = TAKE(fresh);
	return error;
}

void pkimessage_free(struct pkimessage *message)
{
	if (message == NULL)
		return;
	msg_signed_data_free(&message->data);
	free(message);
}

int pkimessage_message_type(const struct pkimessage *message)
{
	return message->attributes.message_type;
}

const gnutls_datum_t *pkimessage_transaction_id(const struct pkimessage *message)
{
	return &message->attributes.value[MSG_TRANSACTION_ID];
}

unsigned pkimessage_transaction_id_tag(const struct pkimessage *message)
{
	return message->attributes.tag[MSG_TRANSACTION_ID];
}

const gnutls_datum_t *pkimessage_sender_nonce(const struct pkimessage *message)
{
	return &message->attributes.value[MSG_SENDER_NONCE];
}

const gnutls_datum_t *pkimessage_recipient_nonce(const struct pkimessage *message)
{
	return &message->attributes.value[MSG_RECIPIENT_NONCE];
}

int pkimessage_pki_status(const struct pkimessage *message)
{
	return message->attributes.pki_status;
}

int pkimessage_fail_info(const struct pkimessage *message)
{
	return message->attributes.fail_info;
}

const gnutls_datum_t *pkimessage_fail_info_text(const struct pkimessage *message)
{
	return &message->attributes.value[MSG_FAIL_INFO_TEXT];
}

gnutls_digest_algorithm_t pkimessage_digest(const struct pkimessage *message)
{
	return message->digest == NULL ? GNUTLS_DIG_UNKNOWN : message->digest->id;
}

const gnutls_datum_t *pkimessage_signer_certificate(const struct pkimessage *message)
{
	return message->signer;
}

size_t pkimessage_certificate_count(const struct pkimessage *message)
{
	return message->data.certificate_count;
}

const gnutls_datum_t *pkimessage_certificate(const struct pkimessage *message, size_t index)
{
	return index < message->data.certificate_count ? &message->data.certificates[index] : NULL;
}

const gnutls_datum_t *pkimessage_content(const struct pkimessage *message)
{
	return &message->data.content;
}
