/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/der.h"

#include <libtasn1.h>
#include <stdlib.h>
#include <string.h>

void der_put(struct buffer *out, unsigned tag, const void *contents, size_t size)
{
	uint8_t length[ASN1_MAX_LENGTH_SIZE];
	int length_size = sizeof length;

	asn1_length_der((unsigned long)size, length, &length_size);
	buffer_append_byte(out, (uint8_t)tag);
	buffer_append(out, length, (size_t)length_size);
	buffer_append(out, contents, size);
}

void der_put_bytes(struct buffer *out, unsigned tag, const gnutls_datum_t *contents)
{
	der_put(out, tag, contents->data, contents->size);
}

void der_put_buffer(struct buffer *out, unsigned tag, struct buffer *inner)
{
	if (inner->failed)
		out->failed = true;
	else
		der_put(out, tag, inner->data, inner->size);
	buffer_wipe(inner);
}

void der_put_raw(struct buffer *out, const gnutls_datum_t *encoding)
{
	buffer_append(out, encoding->data, encoding->size);
}

void der_put_oid(struct buffer *out, const char *oid)
{
	unsigned char *encoding = NULL;
	int size = 0;

	/* libtasn1 reads numbers leniently: what is not digits and dots is ours to refuse. */
	if (strspn(oid, "0123456789.") != strlen(oid) ||
	    asn1_object_id_der(oid, NULL, &size, 0) != ASN1_MEM_ERROR || size <= 0) {
		out->failed = true;
		return;
	}
	encoding = gnutls_malloc((size_t)size);
	if (encoding == NULL || asn1_object_id_der(oid, encoding, &size, 0) != ASN1_SUCCESS)
		out->failed = true;
	else
		buffer_append(out, encoding, (size_t)size);
	gnutls_free(encoding);
}

void der_put_integer(struct buffer *out, unsigned value)
{
	uint8_t octets[5] = {0, (uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
			     (uint8_t)value};
	size_t skip = 0;

	/* Shortest form whose top bit is clear (X.690 section 8.3.2). */
	while (skip < 4 && octets[skip] == 0 && (octets[skip + 1] & 0x80) == 0)
		skip++;
	der_put(out, DER_INTEGER, octets + skip, sizeof octets - skip);
}

void der_put_null(struct buffer *out)
{
	der_put(out, DER_NULL, NULL, 0);
}

void der_put_algorithm(struct buffer *out, const char *oid, bool with_null)
{
	struct buffer inner = {0};

	der_put_oid(&inner, oid);
	if (with_null)
		der_put_null(&inner);
	der_put_buffer(out, DER_SEQUENCE, &inner);
}

/* Order of two encodings in a DER SET OF: as octet strings, the shorter padded with zeros (X.690
 * section 11.6). */
static int set_order(const void *left, const void *right)
{
	const gnutls_datum_t *a = left;
	const gnutls_datum_t *b = right;
	size_t common = a->size < b->size ? a->size : b->size;
	int order = common == 0 ? 0 : memcmp(a->data, b->data, common);

	if (order != 0)
		return order;
	return a->size < b->size ? -1 : a->size > b->size;
}

void der_put_set_of(struct buffer *out, unsigned tag, gnutls_datum_t *encodings, size_t count)
{
	struct buffer inner = {0};

	qsort(encodings, count, sizeof *encodings, set_order);
	for (size_t i = 0; i < count; i++)
		der_put_raw(&inner, &encodings[i]);
	der_put_buffer(out, tag, &inner);
}
