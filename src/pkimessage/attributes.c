/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/attributes.h"

#include "base/limits.h"
#include "base/text.h"

#include <string.h>

/* The largest digest is SHA-512's; an OBJECT IDENTIFIER is far below its bound. */
#define DIGEST_MAX 64
#define OID_MAX    64

/* Purposes (a bit for each enum msg_purpose) that need an attribute. */
#define BY_ALL  (1u << MSG_PLAIN | 1u << MSG_SCEP)
#define BY_SCEP (1u << MSG_SCEP)
#define BY_NONE 0

/* Types an attribute may have: clients disagree about strings, and one writes numbers as INTEGER. */
static const uint8_t as_oid[] = {DER_OID, 0};
static const uint8_t as_octets[] = {DER_OCTET_STRING, 0};
static const uint8_t as_number[] = {DER_PRINTABLE_STRING, DER_UTF8_STRING, DER_IA5_STRING, DER_INTEGER, 0};
static const uint8_t as_string[] = {
	DER_PRINTABLE_STRING, DER_UTF8_STRING,    DER_IA5_STRING, DER_NUMERIC_STRING,
	DER_T61_STRING,       DER_VISIBLE_STRING, DER_BMP_STRING, 0};
static const uint8_t as_utf8[] = {DER_UTF8_STRING, 0};

static const struct {
	const char *oid;
	const uint8_t *types;
	size_t least, most; /* bytes */
	uint8_t required;   /* by which purposes, a bit for each */
} rules[MSG_ATTRIBUTES] = {
	[MSG_CONTENT_TYPE] = {"1.2.840.113549.1.9.3", as_oid, 1, OID_MAX, BY_ALL},
	[MSG_MESSAGE_DIGEST] = {"1.2.840.113549.1.9.4", as_octets, 1, DIGEST_MAX, BY_ALL},
	[MSG_MESSAGE_TYPE] = {"2.16.840.1.113733.1.9.2", as_number, 1, 3, BY_SCEP},
	[MSG_TRANSACTION_ID] = {"2.16.840.1.113733.1.9.7", as_string, 1, LIMIT_TRANSACTION_ID, BY_SCEP},
	[MSG_PKI_STATUS] = {"2.16.840.1.113733.1.9.3", as_number, 1, 3, BY_NONE},
	[MSG_FAIL_INFO] = {"2.16.840.1.113733.1.9.4", as_number, 1, 3, BY_NONE},
	[MSG_SENDER_NONCE] = {"2.16.840.1.113733.1.9.5", as_octets, 0, LIMIT_NONCE, BY_NONE},
	[MSG_RECIPIENT_NONCE] = {"2.16.840.1.113733.1.9.6", as_octets, 0, LIMIT_NONCE, BY_NONE},
	[MSG_FAIL_INFO_TEXT] = {"1.3.6.1.5.5.7.24.1", as_utf8, 0, LIMIT_FAIL_INFO_TEXT, BY_NONE},
};

const char *msg_attribute_oid(enum msg_attribute attribute)
{
	return rules[attribute].oid;
}

bool msg_attribute_fits(enum msg_attribute attribute, unsigned tag, size_t size)
{
	return tag != 0 && tag < 256 && strchr((const char *)rules[attribute].types, (int)tag) != NULL &&
	       size >= rules[attribute].least && size <= rules[attribute].most;
}

/* Which attribute the OBJECT IDENTIFIER is; MSG_ATTRIBUTES for all we do not know. */
static enum msg_attribute find(const gnutls_datum_t *oid)
{
	size_t i = 0;

	while (i < MSG_ATTRIBUTES && !der_oid_is(oid, rules[i].oid))
		i++;
	return (enum msg_attribute)i;
}

/* Reads one Attribute: SEQUENCE { type, SET OF value }. */
static int read_one(struct der attribute, struct msg_attributes *out)
{
	gnutls_datum_t oid = der_contents(&attribute, DER_OID);
	struct der values = der_enter(&attribute, DER_SET);
	enum msg_attribute which = find(&oid);
	unsigned tag = der_next_tag(&values);
	gnutls_datum_t value;

	if (!der_done(&attribute))
		return PKIMESSAGE_E_SYNTAX;
	if (which == MSG_ATTRIBUTES)
		return PKIMESSAGE_OK;
	if (out->tag[which] != 0)
		return PKIMESSAGE_E_ATTRIBUTE_DUPLICATE;
	if (tag == 0)
		return PKIMESSAGE_E_ATTRIBUTE_VALUE;
	value = der_contents(&values, tag);
	if (values.failed)
		return PKIMESSAGE_E_SYNTAX;
	if (der_more(&values))
		return PKIMESSAGE_E_ATTRIBUTE_DUPLICATE;
	if (!msg_attribute_fits(which, tag, value.size))
		return PKIMESSAGE_E_ATTRIBUTE_VALUE;
	out->tag[which] = tag;
	out->value[which] = value;
	return PKIMESSAGE_OK;
}

/* What number() says of a value that is no number; -1 is an absent one. */
#define MALFORMED (-2)

/* The number that up to three decimal digits, or an INTEGER, stand for; -1 when absent. */
static int number(const struct msg_attributes *attributes, enum msg_attribute which)
{
	const gnutls_datum_t *text = &attributes->value[which];
	bool integer = attributes->tag[which] == DER_INTEGER;
	int value = 0;

	if (attributes->tag[which] == 0)
		return -1;
	if (integer && (text->data[0] & 0x80) != 0)
		return MALFORMED;
	for (size_t i = 0; i < text->size; i++) {
		if (integer)
			value = value * 256 + text->data[i];
		else if (text->data[i] >= '0' && text->data[i] <= '9')
			value = value * 10 + text->data[i] - '0';
		else
			return MALFORMED;
	}
	return value <= 999 ? value : MALFORMED;
}

bool msg_status_known(int status)
{
	return status == PKIMESSAGE_STATUS_ABSENT || status == PKIMESSAGE_SUCCESS ||
	       status == PKIMESSAGE_FAILURE || status == PKIMESSAGE_PENDING;
}

bool msg_fail_info_known(int fail_info)
{
	return fail_info >= PKIMESSAGE_FAIL_ABSENT && fail_info <= PKIMESSAGE_BAD_CERT_ID;
}

/* What can be said once all are there: required ones, ranges of numbers. */
static int finish(enum msg_purpose purpose, struct msg_attributes *out)
{
	for (size_t i = 0; i < MSG_ATTRIBUTES; i++)
		if ((rules[i].required & 1u << purpose) != 0 && out->tag[i] == 0)
			return PKIMESSAGE_E_ATTRIBUTE_MISSING;
	out->message_type = number(out, MSG_MESSAGE_TYPE);
	out->pki_status = number(out, MSG_PKI_STATUS);
	out->fail_info = number(out, MSG_FAIL_INFO);
	if (out->message_type == MALFORMED || !msg_status_known(out->pki_status) ||
	    !msg_fail_info_known(out->fail_info))
		return PKIMESSAGE_E_ATTRIBUTE_VALUE;
	return text_is_utf8(&out->value[MSG_FAIL_INFO_TEXT]) ? PKIMESSAGE_OK : PKIMESSAGE_E_ATTRIBUTE_VALUE;
}

int msg_attributes_read(struct der attributes, enum msg_purpose purpose, struct msg_attributes *out)
{
	int error = PKIMESSAGE_OK;

	*out = (struct msg_attributes){0};
	if (der_count(&attributes, LIMIT_CMS_ATTRIBUTES) > LIMIT_CMS_ATTRIBUTES)
		return PKIMESSAGE_E_LIMIT;
	while (error == PKIMESSAGE_OK && der_more(&attributes))
		error = read_one(der_enter(&attributes, DER_SEQUENCE), out);
	if (error != PKIMESSAGE_OK)
		return error;
	return der_done(&attributes) ? finish(purpose, out) : PKIMESSAGE_E_SYNTAX;
}
