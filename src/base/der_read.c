/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/der.h"

#include <libtasn1.h>
#include <limits.h>
#include <string.h>

#include "base/cleanup.h"

/* Bytes an OBJECT IDENTIFIER may have here; the longest in use are below 20. */
#define OID_MAX 64

struct der der_open(const gnutls_datum_t *bytes)
{
	return (struct der){.at = bytes->data, .left = bytes->size, .failed = bytes->size > INT_MAX};
}

bool der_done(const struct der *der)
{
	return !der->failed && der->left == 0;
}

bool der_more(const struct der *der)
{
	return !der->failed && der->left > 0;
}

unsigned der_next_tag(const struct der *der)
{
	if (!der_more(der) || (der->at[0] & 0x1f) == 0x1f)
		return 0;
	return der->at[0];
}

bool der_next_is(const struct der *der, unsigned tag)
{
	return der_more(der) && der->at[0] == tag;
}

/* Fails DER for good; what is left of it is not readable any more. */
static gnutls_datum_t fail(struct der *der)
{
	der->failed = true;
	der->left = 0;
	return (gnutls_datum_t){NULL, 0};
}

bool der_length(const uint8_t *octets, size_t left, size_t *size, size_t *length)
{
	int read = 0;
	long value;

	/* libtasn1 reads length octets that are cut short as if they were fewer. */
	if (left < 1 || left > INT_MAX || (octets[0] > 0x80 && (size_t)(octets[0] & 0x7f) > left - 1))
		return false;
	value = asn1_get_length_der(octets, (int)left, &read);
	if (value < 0 || read < 1)
		return false;
	*size = (size_t)read;
	*length = (size_t)value;
	return *size <= left && *length <= left - *size;
}

/* Measures the next encoding: identifier and length octets in *HEADER, contents octets in *CONTENTS. */
static bool measure(const struct der *der, size_t *header, size_t *contents)
{
	if (!der_more(der) || der->left < 2 || (der->at[0] & 0x1f) == 0x1f ||
	    !der_length(der->at + 1, der->left - 1, header, contents))
		return false;
	*header += 1;
	return true;
}

gnutls_datum_t der_any(struct der *der)
{
	size_t header = 0;
	size_t contents = 0;
	gnutls_datum_t all;

	if (!measure(der, &header, &contents))
		return fail(der);
	all = bytes_view(der->at, header + contents);
	der->at += all.size;
	der->left -= all.size;
	return all;
}

gnutls_datum_t der_raw(struct der *der, unsigned tag)
{
	return der_next_is(der, tag) ? der_any(der) : fail(der);
}

gnutls_datum_t der_contents(struct der *der, unsigned tag)
{
	size_t header = 0;
	size_t contents = 0;
	gnutls_datum_t inside;

	if (!der_next_is(der, tag) || !measure(der, &header, &contents))
		return fail(der);
	inside = bytes_view(der->at + header, contents);
	der->at += header + contents;
	der->left -= header + contents;
	return inside;
}

struct der der_enter(struct der *der, unsigned tag)
{
	gnutls_datum_t inside = der_contents(der, tag);
	struct der cursor = der_open(&inside);

	cursor.failed = der->failed;
	return cursor;
}

bool der_skip_optional(struct der *der, unsigned tag)
{
	if (!der_next_is(der, tag))
		return false;
	(void)der_any(der);
	return !der->failed;
}

int der_small_integer(struct der *der)
{
	gnutls_datum_t octets = der_contents(der, DER_INTEGER);
	unsigned value = 0;

	if (der->failed || octets.size == 0 || octets.size > 4 || (octets.data[0] & 0x80) != 0) {
		(void)fail(der);
		return 0;
	}
	for (unsigned i = 0; i < octets.size; i++)
		value = value << 8 | octets.data[i];
	return (int)value;
}

void der_oid_text(const gnutls_datum_t *contents, char *text, size_t size)
{
	uint8_t encoding[2 + OID_MAX];
	int used = 0;

	text[0] = '\0';
	/* libtasn1 drops a last number that is cut short. */
	if (contents->size == 0 || contents->size > OID_MAX ||
	    (contents->data[contents->size - 1] & 0x80) != 0)
		return;
	encoding[0] = DER_OID;
	encoding[1] = (uint8_t)contents->size;
	memcpy(encoding + 2, contents->data, contents->size);
	if (asn1_get_object_id_der(encoding + 1, (int)contents->size + 1, &used, text, (int)size) !=
	    ASN1_SUCCESS)
		text[0] = '\0';
}

bool der_oid_is(const gnutls_datum_t *contents, const char *oid)
{
	char text[256];

	der_oid_text(contents, text, sizeof text);
	return strcmp(text, oid) == 0;
}

bool der_oid_is_valid(const char *text)
{
	CLEANUP(buffer_free) struct buffer encoding = {0};
	gnutls_datum_t bytes;
	gnutls_datum_t contents;
	struct der der;

	/* libtasn1 is lenient in writing: it takes "1..2" for 1.0.2, and what is too large for the largest
	 * number. */
	der_put_oid(&encoding, text);
	if (encoding.failed)
		return false;
	bytes = bytes_view(encoding.data, encoding.size);
	der = der_open(&bytes);
	contents = der_contents(&der, DER_OID);
	return text[0] != '\0' && der_done(&der) && der_oid_is(&contents, text);
}

size_t der_count(const struct der *der, size_t limit)
{
	struct der copy = *der;
	size_t count = 0;

	while (der_more(&copy) && count <= limit) {
		(void)der_any(&copy);
		if (!copy.failed)
			count++;
	}
	return count;
}
