/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/envelope.h"

#include "base/ber.h"
#include "base/cleanup.h"

CLEANUP_DEFINE(envelope_free, struct pkimessage_envelope *, pkimessage_envelope_free)

static int read_recipients(struct der *der, struct pkimessage_envelope *envelope)
{
	struct der set = der_enter(der, DER_SET);
	size_t count = der_count(&set, LIMIT_CMS_RECIPIENTS);
	int error = PKIMESSAGE_OK;

	if (count > LIMIT_CMS_RECIPIENTS)
		return PKIMESSAGE_E_LIMIT;
	for (size_t i = 0; i < count && error == PKIMESSAGE_OK; i++)
		error = msg_recipient_read(&set, &envelope->recipients[i]);
	envelope->recipient_count = count;
	if (error == PKIMESSAGE_OK && (count == 0 || !der_done(&set)))
		error = PKIMESSAGE_E_SYNTAX;
	return error;
}

/* Joins the OCTET STRINGs that a constructed [0] holds; ber_to_der has made each of them one piece. */
static int join_segments(struct der *der, struct pkimessage_envelope *envelope)
{
	CLEANUP(buffer_free) struct buffer joined = {0};
	struct der segments = der_enter(der, DER_CONTEXT_CONSTRUCTED(0));
	int error;

	if (der_count(&segments, LIMIT_ASN1_SEGMENTS) > LIMIT_ASN1_SEGMENTS)
		return PKIMESSAGE_E_LIMIT;
	while (der_more(&segments)) {
		gnutls_datum_t segment = der_contents(&segments, DER_OCTET_STRING);

		buffer_append(&joined, segment.data, segment.size);
	}
	if (!der_done(&segments))
		return PKIMESSAGE_E_SYNTAX;
	error = msg_take(&joined, &envelope->joined);
	envelope->content = envelope->joined;
	return error;
}

/* encryptedContent [0] IMPLICIT OCTET STRING OPTIONAL, in one piece or in segments. */
static int read_content(struct der *der, struct pkimessage_envelope *envelope)
{
	if (der_next_is(der, DER_CONTEXT_CONSTRUCTED(0)))
		return join_segments(der, envelope);
	if (der_next_is(der, DER_CONTEXT(0)))
		envelope->content = der_contents(der, DER_CONTEXT(0));
	return PKIMESSAGE_OK;
}

/* EncryptedContentInfo (RFC 5652 section 6.1). Its contentType is not looked at: clients write odd ones. */
static int read_encrypted(struct der *der, struct pkimessage_envelope *envelope)
{
	struct der inside = der_enter(der, DER_SEQUENCE);
	int error;

	(void)der_contents(&inside, DER_OID);
	if (!msg_cipher_read(&inside, &envelope->cipher, &envelope->iv))
		return PKIMESSAGE_E_SYNTAX;
	error = read_content(&inside, envelope);
	if (error == PKIMESSAGE_OK && !der_done(&inside))
		error = PKIMESSAGE_E_SYNTAX;
	return error;
}

static int read_enveloped(struct der *der, struct pkimessage_envelope *envelope)
{
	int error;

	(void)der_small_integer(der);
	(void)der_skip_optional(der, DER_CONTEXT_CONSTRUCTED(0)); /* originatorInfo */
	error = read_recipients(der, envelope);
	if (error == PKIMESSAGE_OK)
		error = read_encrypted(der, envelope);
	(void)der_skip_optional(der, DER_CONTEXT_CONSTRUCTED(1)); /* unprotectedAttrs */
	if (error == PKIMESSAGE_OK && !der_done(der))
		error = PKIMESSAGE_E_SYNTAX;
	return error;
}

/* Takes the ContentInfo off, where there is one (RFC 5652 section 3), and reads what it holds. */
static int read_outer(struct pkimessage_envelope *envelope)
{
	struct der all = der_open(&envelope->der);
	struct der outer = der_enter(&all, DER_SEQUENCE);
	struct der content;
	struct der enveloped;
	gnutls_datum_t type;
	int error;

	if (!der_next_is(&outer, DER_OID))
		return read_enveloped(&outer, envelope);
	type = der_contents(&outer, DER_OID);
	if (!outer.failed && !der_oid_is(&type, MSG_OID_ENVELOPED_DATA))
		return PKIMESSAGE_E_CONTENT_TYPE;
	content = der_enter(&outer, DER_CONTEXT_CONSTRUCTED(0));
	enveloped = der_enter(&content, DER_SEQUENCE);
	error = read_enveloped(&enveloped, envelope);
	if (error == PKIMESSAGE_OK && (!der_done(&content) || !der_done(&outer)))
		error = PKIMESSAGE_E_SYNTAX;
	return error;
}

int pkimessage_envelope_parse(const gnutls_datum_t *input, struct pkimessage_envelope **envelope)
{
	CLEANUP(envelope_free) struct pkimessage_envelope *fresh = NULL;
	int error;

	*envelope = NULL;
	if (input == NULL)
		return PKIMESSAGE_E_ARGUMENT;
	fresh = gnutls_calloc(1, sizeof *fresh);
	if (fresh == NULL)
		return PKIMESSAGE_E_MEMORY;
	error = msg_error(ber_to_der(input, &fresh->der));
	if (error == PKIMESSAGE_OK)
		error = read_outer(fresh);
	if (error == PKIMESSAGE_OK)
		*envelope = TAKE(fresh);
	return error;
}

void pkimessage_envelope_free(struct pkimessage_envelope *envelope)
{
	if (envelope == NULL)
		return;
	bytes_free(&envelope->der);
	bytes_free(&envelope->joined);
	gnutls_free(envelope);
}

gnutls_cipher_algorithm_t pkimessage_envelope_cipher(const struct pkimessage_envelope *envelope)
{
	return envelope->cipher == NULL ? GNUTLS_CIPHER_UNKNOWN : envelope->cipher->id;
}

int pkimessage_envelope_transport(const struct pkimessage_envelope *envelope)
{
	return envelope->recipients[0].transport;
}
