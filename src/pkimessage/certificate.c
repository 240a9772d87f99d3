/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/certificate.h"

#include "base/limits.h"

#define OID_KEY_IDENTIFIER "2.5.29.14"

/* Finds subjectKeyIdentifier among EXTENSIONS ([3]'s contents); malformed ones count as none. */
static gnutls_datum_t find_key_id(struct der extensions)
{
	struct der list = der_enter(&extensions, DER_SEQUENCE);

	while (der_more(&list)) {
		struct der extension = der_enter(&list, DER_SEQUENCE);
		gnutls_datum_t oid = der_contents(&extension, DER_OID);

		if (!der_oid_is(&oid, OID_KEY_IDENTIFIER))
			continue;
		(void)der_skip_optional(&extension, DER_BOOLEAN);
		extension = der_enter(&extension, DER_OCTET_STRING);
		return der_contents(&extension, DER_OCTET_STRING);
	}
	return MSG_EMPTY;
}

int msg_certificate_read(const gnutls_datum_t *der, struct msg_certificate *certificate)
{
	struct der cursor = der_open(der);
	struct der outer = der_enter(&cursor, DER_SEQUENCE);
	struct der tbs = der_enter(&outer, DER_SEQUENCE);

	*certificate = (struct msg_certificate){0};
	if (der->size > LIMIT_CERTIFICATE)
		return PKIMESSAGE_E_LIMIT;
	(void)der_skip_optional(&tbs, DER_CONTEXT_CONSTRUCTED(0)); /* version */
	certificate->serial = der_contents(&tbs, DER_INTEGER);
	(void)der_raw(&tbs, DER_SEQUENCE); /* signature */
	certificate->issuer = der_raw(&tbs, DER_SEQUENCE);
	(void)der_raw(&tbs, DER_SEQUENCE); /* validity */
	certificate->subject = der_raw(&tbs, DER_SEQUENCE);
	certificate->public_key = der_raw(&tbs, DER_SEQUENCE);
	(void)der_skip_optional(&tbs, DER_CONTEXT(1)); /* issuerUniqueID */
	(void)der_skip_optional(&tbs, DER_CONTEXT(2)); /* subjectUniqueID */
	if (der_next_is(&tbs, DER_CONTEXT_CONSTRUCTED(3)))
		certificate->key_id = find_key_id(der_enter(&tbs, DER_CONTEXT_CONSTRUCTED(3)));
	if (der_done(&tbs) && der_done(&cursor) && certificate->serial.size > 0)
		return PKIMESSAGE_OK;
	*certificate = (struct msg_certificate){0};
	return PKIMESSAGE_E_SYNTAX;
}

void msg_identifier_read(struct der *der, struct msg_identifier *identifier)
{
	struct der inside;

	*identifier = (struct msg_identifier){0};
	if (der_next_is(der, DER_CONTEXT(0))) {
		identifier->key_id = der_contents(der, DER_CONTEXT(0));
		der->failed |= identifier->key_id.size == 0;
		return;
	}
	inside = der_enter(der, DER_SEQUENCE);
	identifier->issuer = der_raw(&inside, DER_SEQUENCE);
	identifier->serial = der_contents(&inside, DER_INTEGER);
	if (der_done(&inside) && identifier->serial.size > 0)
		return;
	*identifier = (struct msg_identifier){0};
	der->failed = true;
}

/* The INTEGER without leading zeros: clients write one too many, or leave out the one that keeps it positive.
 */
static gnutls_datum_t digits(const gnutls_datum_t *serial)
{
	gnutls_datum_t rest = *serial;

	for (; rest.size > 1 && rest.data[0] == 0; rest.size--)
		rest.data++;
	return rest;
}

static bool serials_equal(const gnutls_datum_t *a, const gnutls_datum_t *b)
{
	gnutls_datum_t left = digits(a);
	gnutls_datum_t right = digits(b);

	return bytes_equal(&left, &right);
}

bool msg_identifier_matches(const struct msg_identifier *identifier,
			    const struct msg_certificate *certificate)
{
	if (identifier->key_id.size > 0)
		return bytes_equal(&identifier->key_id, &certificate->key_id);
	return identifier->serial.size > 0 && serials_equal(&identifier->serial, &certificate->serial) &&
	       pkimessage_names_equal(&identifier->issuer, &certificate->issuer);
}

void msg_identifier_put(struct buffer *out, const struct msg_certificate *certificate)
{
	struct buffer inside = {0};

	der_put_raw(&inside, &certificate->issuer);
	der_put_bytes(&inside, DER_INTEGER, &certificate->serial);
	der_put_buffer(out, DER_SEQUENCE, &inside);
}
