/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/ber_maker.h"

#include "base/ber.h"
#include "base/der.h"

#include <stdlib.h>

#define CONSTRUCTED 0x20

static void open_indefinite(struct buffer *out, unsigned tag)
{
	buffer_append_byte(out, (uint8_t)(tag | CONSTRUCTED));
	buffer_append_byte(out, 0x80);
}

static void close_indefinite(struct buffer *out)
{
	buffer_append(out, "\0\0", 2);
}

static void put_segments(struct buffer *out, unsigned tag, const gnutls_datum_t *contents, size_t segment)
{
	open_indefinite(out, tag);
	for (size_t at = 0; at < contents->size; at += segment) {
		size_t left = contents->size - at;

		der_put(out, DER_OCTET_STRING, contents->data + at, left < segment ? left : segment);
	}
	close_indefinite(out);
}

static void convert(struct buffer *out, struct der *der, size_t segment)
{
	while (der_more(der)) {
		unsigned tag = der_next_tag(der);
		gnutls_datum_t contents = der_contents(der, tag);

		if ((tag & CONSTRUCTED) != 0) {
			struct der inside = der_open(&contents);

			open_indefinite(out, tag);
			convert(out, &inside, segment);
			close_indefinite(out);
		} else if ((tag == DER_OCTET_STRING || tag == DER_CONTEXT(0)) && contents.size > segment) {
			put_segments(out, tag, &contents, segment);
		} else {
			der_put_bytes(out, tag, &contents);
		}
	}
	if (!der_done(der))
		abort();
}

gnutls_datum_t ber_make(const gnutls_datum_t *input, size_t segment)
{
	gnutls_datum_t der, ber;
	struct buffer out = {0};
	struct der cursor;

	if (ber_to_der(input, &der) != ERR_OK)
		abort();
	cursor = der_open(&der);
	convert(&out, &cursor, segment);
	bytes_free(&der);
	if (!buffer_take(&out, &ber))
		abort();
	return ber;
}
