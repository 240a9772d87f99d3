/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/asn1_string.h"

#include "base/der.h"
#include "base/text.h"

#define CODE_POINT_MAX 0x10ffff

/* Appends CODE_POINT as UTF-8 (RFC 3629); false for NUL, surrogates and what is above the last. */
static bool put_character(struct buffer *out, uint32_t code_point)
{
	static const uint8_t leads[] = {0, 0xc0, 0xe0, 0xf0};
	unsigned more = code_point < 0x80 ? 0 : code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;

	if (code_point == 0 || code_point > CODE_POINT_MAX || (code_point >= 0xd800 && code_point <= 0xdfff))
		return false;
	buffer_append_byte(out, (uint8_t)(leads[more] | code_point >> (6 * more)));
	while (more-- > 0)
		buffer_append_byte(out, (uint8_t)(0x80 | (code_point >> (6 * more) & 0x3f)));
	return true;
}

static bool put_ascii(struct buffer *out, const gnutls_datum_t *contents)
{
	for (unsigned i = 0; i < contents->size; i++)
		if (contents->data[i] == 0 || contents->data[i] > 0x7f)
			return false;
	buffer_append(out, contents->data, contents->size);
	return true;
}

static bool put_utf8(struct buffer *out, const gnutls_datum_t *contents)
{
	if (!text_is_utf8(contents))
		return false;
	buffer_append(out, contents->data, contents->size);
	return true;
}

static bool put_latin1(struct buffer *out, const gnutls_datum_t *contents)
{
	bool good = true;

	for (unsigned i = 0; i < contents->size && good; i++)
		good = put_character(out, contents->data[i]);
	return good;
}

/* The big-endian number of SIZE bytes at BYTES. */
static uint32_t number(const uint8_t *bytes, unsigned size)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < size; i++)
		value = value << 8 | bytes[i];
	return value;
}

static bool put_utf16(struct buffer *out, const gnutls_datum_t *contents)
{
	bool good = contents->size % 2 == 0;

	for (unsigned i = 0; i < contents->size && good; i += 2) {
		uint32_t unit = number(contents->data + i, 2);
		uint32_t low = contents->size - i < 4 ? 0 : number(contents->data + i + 2, 2);

		if (unit >= 0xd800 && unit <= 0xdbff && low >= 0xdc00 && low <= 0xdfff) {
			unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
			i += 2;
		}
		good = put_character(out, unit);
	}
	return good;
}

static bool put_utf32(struct buffer *out, const gnutls_datum_t *contents)
{
	bool good = contents->size % 4 == 0;

	for (unsigned i = 0; i < contents->size && good; i += 4)
		good = put_character(out, number(contents->data + i, 4));
	return good;
}

static const struct {
	unsigned tag;
	bool (*put)(struct buffer *out, const gnutls_datum_t *contents);
} types[] = {
	{DER_UTF8_STRING, put_utf8},     {DER_PRINTABLE_STRING, put_ascii}, {DER_IA5_STRING, put_ascii},
	{DER_NUMERIC_STRING, put_ascii}, {DER_VISIBLE_STRING, put_ascii},   {DER_T61_STRING, put_latin1},
	{DER_BMP_STRING, put_utf16},     {DER_UNIVERSAL_STRING, put_utf32},
};

enum err msg_string_put(struct buffer *out, unsigned tag, const gnutls_datum_t *contents)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i].tag == tag)
			return types[i].put(out, contents) ? ERR_OK : ERR_SYNTAX;
	return ERR_SYNTAX;
}
