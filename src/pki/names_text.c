/* SPDX-License-Identifier: BSD-2-Clause */
/* ASN.1 string types (X.680 section 41) to UTF-8. */
#include "base/text.h"
#include "pki/names_private.h"

static void append_utf8(struct buffer *out, uint32_t point)
{
	static const uint8_t lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
	unsigned length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;

	if (length == 1) {
		buffer_append_byte(out, (uint8_t)point);
		return;
	}
	buffer_append_byte(out, (uint8_t)(lead[length] | point >> (6 * (length - 1))));
	for (unsigned i = length - 1; i-- > 0;)
		buffer_append_byte(out, (uint8_t)(0x80 | (point >> (6 * i) & 0x3f)));
}

static bool copy_utf8(const gnutls_datum_t *in, struct buffer *out)
{
	size_t offset = 0;

	/* NUL is well-formed here; the gate refuses it with a better reason. */
	while (offset < in->size)
		if (text_utf8_next(in, &offset) < 0)
			return false;
	buffer_append(out, in->data, in->size);
	return true;
}

static bool convert_ascii(const gnutls_datum_t *in, struct buffer *out)
{
	for (unsigned i = 0; i < in->size; i++)
		if (in->data[i] >= 0x80)
			return false;
	buffer_append(out, in->data, in->size);
	return true;
}

static bool convert_latin1(const gnutls_datum_t *in, struct buffer *out)
{
	for (unsigned i = 0; i < in->size; i++)
		append_utf8(out, in->data[i]);
	return true;
}

static bool is_surrogate(uint32_t point)
{
	return point >= 0xd800 && point < 0xe000;
}

static uint32_t unit(const gnutls_datum_t *in, unsigned at)
{
	return (uint32_t)in->data[at] << 8 | in->data[at + 1];
}

static bool convert_utf16(const gnutls_datum_t *in, struct buffer *out)
{
	if (in->size % 2 != 0)
		return false;
	for (unsigned i = 0; i < in->size; i += 2) {
		uint32_t point = unit(in, i);

		if (is_surrogate(point)) {
			uint32_t low = in->size - i >= 4 ? unit(in, i + 2) : 0;

			if (point >= 0xdc00 || low < 0xdc00 || low >= 0xe000)
				return false;
			point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
			i += 2;
		}
		append_utf8(out, point);
	}
	return true;
}

static bool convert_utf32(const gnutls_datum_t *in, struct buffer *out)
{
	if (in->size % 4 != 0)
		return false;
	for (unsigned i = 0; i < in->size; i += 4) {
		uint32_t point = unit(in, i) << 16 | unit(in, i + 2);

		if (point > 0x10ffff || is_surrogate(point))
			return false;
		append_utf8(out, point);
	}
	return true;
}

enum err names_utf8(unsigned tag, const gnutls_datum_t *contents, gnutls_datum_t *utf8)
{
	static const struct {
		unsigned tag;
		bool (*convert)(const gnutls_datum_t *, struct buffer *);
	} types[] = {
		{DER_UTF8_STRING, copy_utf8},        {DER_PRINTABLE_STRING, convert_ascii},
		{DER_IA5_STRING, convert_ascii},     {DER_NUMERIC_STRING, convert_ascii},
		{DER_VISIBLE_STRING, convert_ascii}, {DER_T61_STRING, convert_latin1},
		{DER_BMP_STRING, convert_utf16},     {DER_UNIVERSAL_STRING, convert_utf32},
	};

	*utf8 = (gnutls_datum_t){NULL, 0};
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		struct buffer out = {0};

		if (types[i].tag != tag)
			continue;
		if (types[i].convert(contents, &out))
			return buffer_take(&out, utf8) ? ERR_OK : ERR_MEMORY;
		buffer_free(&out);
		return ERR_SYNTAX;
	}
	return ERR_UNSUPPORTED;
}
