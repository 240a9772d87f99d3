/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/signed.h"

#include "base/cleanup.h"
#include "pkimessage/key.h"

#include <gnutls/crypto.h>

/* Compares the messageDigest attribute with the digest of the content (RFC 5652 section 5.4). */
static int check_digest(const struct pkimessage *message)
{
	unsigned char digest[64];
	const gnutls_datum_t *content = &message->data.content;
	gnutls_datum_t computed = bytes_view(digest, gnutls_hash_get_len(message->digest->id));
	int code =
		gnutls_hash_fast(message->digest->id, content->size == 0 ? (const void *)"" : content->data,
				 content->size, digest);

	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
	return bytes_equal(&computed, &message->attributes.value[MSG_MESSAGE_DIGEST]) ? PKIMESSAGE_OK
										      : PKIMESSAGE_E_DIGEST;
}

static int check_signature(const struct pkimessage *message, unsigned legacy,
			   const gnutls_datum_t *attributes)
{
	return msg_key_verify(&message->signer_fields.public_key, &message->signature_algorithm,
			      message->digest->id, legacy, attributes, &message->signature);
}

/* The signed attributes as sent, under the tag they are signed with: SET OF instead of [0] (RFC 5652
 * section 5.4). */
static bool attributes_as_sent(const struct pkimessage *message, gnutls_datum_t *out)
{
	if (!bytes_copy(&message->signed_attributes, out))
		return false;
	out->data[0] = DER_SET;
	return true;
}

/* The signed attributes as DER has them: clients exist that sign these and send others (field.md W35). */
static bool attributes_sorted(const struct pkimessage *message, gnutls_datum_t *out)
{
	struct der outer = der_open(&message->signed_attributes);
	struct der set = der_enter(&outer, DER_CONTEXT_CONSTRUCTED(0));
	gnutls_datum_t encodings[LIMIT_CMS_ATTRIBUTES];
	struct buffer sorted = {0};
	size_t count = 0;

	while (count < LIMIT_CMS_ATTRIBUTES && der_more(&set))
		encodings[count++] = der_any(&set);
	der_put_set_of(&sorted, DER_SET, encodings, count);
	return buffer_take(&sorted, out);
}

static int verify_attributes(const struct pkimessage *message, unsigned legacy)
{
	CLEANUP(bytes_free) gnutls_datum_t sent = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t sorted = {NULL, 0};
	int error;

	if (!attributes_as_sent(message, &sent))
		return PKIMESSAGE_E_MEMORY;
	error = check_signature(message, legacy, &sent);
	if (error != PKIMESSAGE_E_SIGNATURE)
		return error;
	if (!attributes_sorted(message, &sorted))
		return PKIMESSAGE_E_MEMORY;
	return bytes_equal(&sent, &sorted) ? error : check_signature(message, legacy, &sorted);
}

int pkimessage_verify(const struct pkimessage *message, unsigned legacy)
{
	int error;

	if (message == NULL)
		return PKIMESSAGE_E_ARGUMENT;
	if (!bytes_equal(&message->data.content_type, &message->attributes.value[MSG_CONTENT_TYPE]))
		return PKIMESSAGE_E_CONTENT_TYPE;
	if (message->digest == NULL || !msg_digest_allowed(message->digest, legacy))
		return PKIMESSAGE_E_ALGORITHM;
	error = check_digest(message);
	return error == PKIMESSAGE_OK ? verify_attributes(message, legacy) : error;
}
