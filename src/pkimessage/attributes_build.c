/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/build.h"

#include "base/text.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>

#define NONCE_SIZE 16 /* RFC 8894 section 3.2.1.5 */

/* The attributes being encoded: one after the other in a buffer, and where each one ends. */
struct writer {
	struct buffer bytes;
	size_t end[MSG_ATTRIBUTES];
	size_t count;
	bool refused; /* a value of a type or length that its attribute cannot have */
};

/* Appends one Attribute, SEQUENCE { type, SET { VALUE } }, with VALUE under TAG. */
static void put(struct writer *writer, enum msg_attribute which, unsigned tag, const gnutls_datum_t *value)
{
	struct buffer set = {0};
	struct buffer attribute = {0};

	if (!msg_attribute_fits(which, tag, value->size)) {
		writer->refused = true;
		return;
	}
	der_put_bytes(&set, tag, value);
	der_put_oid(&attribute, msg_attribute_oid(which));
	der_put_buffer(&attribute, DER_SET, &set);
	der_put_buffer(&writer->bytes, DER_SEQUENCE, &attribute);
	writer->end[writer->count++] = writer->bytes.size;
}

/* A number as the decimal digits in a PrintableString that RFC 8894 asks for. */
static void put_number(struct writer *writer, enum msg_attribute which, int number)
{
	char digits[16];
	gnutls_datum_t text;

	(void)snprintf(digits, sizeof digits, "%d", number);
	text = bytes_view_text(digits);
	put(writer, which, DER_PRINTABLE_STRING, &text);
}

static void put_content_type(struct writer *writer)
{
	struct buffer oid = {0};
	gnutls_datum_t encoding;
	struct der cursor;

	der_put_oid(&oid, MSG_OID_DATA);
	encoding = bytes_view(oid.data, oid.size);
	cursor = der_open(&encoding);
	encoding = der_contents(&cursor, DER_OID);
	if (oid.failed)
		writer->bytes.failed = true;
	else
		put(writer, MSG_CONTENT_TYPE, DER_OID, &encoding);
	buffer_free(&oid);
}

static int put_sender_nonce(struct writer *writer, const gnutls_datum_t *nonce)
{
	unsigned char random[NONCE_SIZE];
	gnutls_datum_t fresh = bytes_view(random, sizeof random);
	int code;

	if (nonce->size > 0) {
		put(writer, MSG_SENDER_NONCE, DER_OCTET_STRING, nonce);
		return PKIMESSAGE_OK;
	}
	code = gnutls_rnd(GNUTLS_RND_NONCE, random, sizeof random);
	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
	put(writer, MSG_SENDER_NONCE, DER_OCTET_STRING, &fresh);
	return PKIMESSAGE_OK;
}

/* Status, failInfo and its text: what only replies have. */
static void put_outcome(struct writer *writer, const struct pkimessage_attributes *attributes)
{
	gnutls_datum_t text = bytes_view_text(attributes->fail_info_text);

	if (attributes->pki_status != PKIMESSAGE_STATUS_ABSENT)
		put_number(writer, MSG_PKI_STATUS, attributes->pki_status);
	if (attributes->fail_info != PKIMESSAGE_FAIL_ABSENT)
		put_number(writer, MSG_FAIL_INFO, attributes->fail_info);
	if (attributes->fail_info_text != NULL)
		put(writer, MSG_FAIL_INFO_TEXT, DER_UTF8_STRING, &text);
}

static bool numbers_fit(const struct pkimessage_attributes *attributes)
{
	gnutls_datum_t text = bytes_view_text(attributes->fail_info_text);

	return attributes->message_type >= 0 && attributes->message_type <= 999 &&
	       msg_status_known(attributes->pki_status) && msg_fail_info_known(attributes->fail_info) &&
	       text_is_utf8(&text);
}

static int put_scep(struct writer *writer, const struct pkimessage_attributes *attributes)
{
	unsigned tag =
		attributes->transaction_id_tag == 0 ? DER_PRINTABLE_STRING : attributes->transaction_id_tag;

	put_number(writer, MSG_MESSAGE_TYPE, attributes->message_type);
	put(writer, MSG_TRANSACTION_ID, tag, &attributes->transaction_id);
	put_outcome(writer, attributes);
	if (attributes->recipient_nonce.size > 0)
		put(writer, MSG_RECIPIENT_NONCE, DER_OCTET_STRING, &attributes->recipient_nonce);
	return put_sender_nonce(writer, &attributes->sender_nonce);
}

int msg_attributes_encode(const struct pkimessage_attributes *attributes, const gnutls_datum_t *digest,
			  gnutls_datum_t *store, gnutls_datum_t *encodings, size_t *count)
{
	struct writer writer = {0};
	size_t start = 0;
	int error = PKIMESSAGE_OK;

	*store = MSG_EMPTY;
	*count = 0;
	put_content_type(&writer);
	put(&writer, MSG_MESSAGE_DIGEST, DER_OCTET_STRING, digest);
	if (attributes != NULL)
		error = numbers_fit(attributes) ? put_scep(&writer, attributes) : PKIMESSAGE_E_ARGUMENT;
	if (error == PKIMESSAGE_OK && writer.refused)
		error = PKIMESSAGE_E_ARGUMENT;
	if (error == PKIMESSAGE_OK)
		error = msg_take(&writer.bytes, store);
	if (error != PKIMESSAGE_OK) {
		buffer_free(&writer.bytes);
		return error;
	}
	for (size_t i = 0; i < writer.count; start = writer.end[i++])
		encodings[i] = bytes_view(store->data + start, writer.end[i] - start);
	*count = writer.count;
	return PKIMESSAGE_OK;
}
