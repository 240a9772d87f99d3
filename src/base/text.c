/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"

void text_hex(const gnutls_datum_t *bytes, char *text)
{
	static const char digits[] = "0123456789abcdef";

	for (unsigned i = 0; i < bytes->size; i++) {
		*text++ = digits[bytes->data[i] >> 4];
		*text++ = digits[bytes->data[i] & 15];
	}
	*text = '\0';
}

static int hex_value(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	if (digit >= 'a' && digit <= 'f')
		return digit - 'a' + 10;
	if (digit >= 'A' && digit <= 'F')
		return digit - 'A' + 10;
	return -1;
}

enum err text_unhex(const char *text, gnutls_datum_t *bytes)
{
	size_t length = strlen(text);
	struct buffer out = {0};

	*bytes = (gnutls_datum_t){NULL, 0};
	for (size_t i = 0; i < length; i += 2) {
		int high = hex_value(text[i]);
		int low = high < 0 ? -1 : hex_value(text[i + 1]);

		if (low < 0) {
			buffer_wipe(&out);
			return ERR_SYNTAX;
		}
		buffer_append_byte(&out, (uint8_t)(high << 4 | low));
	}
	return buffer_take(&out, bytes) ? ERR_OK : ERR_MEMORY;
}

static int base64_value(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

static bool is_space(unsigned char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Decodes the alphabet characters; *PADS counts the '=' that ended them. */
static enum err decode_quads(const gnutls_datum_t *text, struct buffer *out, unsigned *digits, unsigned *pads)
{
	/* By digits read so far modulo 4: how far the finished byte lies from the low end of the bits. */
	static const unsigned shift[] = {0, 0, 4, 2};
	uint32_t bits = 0;

	for (unsigned i = 0; i < text->size; i++) {
		unsigned char c = text->data[i];
		int value = base64_value(c);

		if (is_space(c))
			continue;
		if (c == '=') {
			(*pads)++;
			continue;
		}
		if (value < 0 || *pads > 0)
			return ERR_SYNTAX;
		bits = bits << 6 | (uint32_t)value;
		if (++*digits % 4 != 1)
			buffer_append_byte(out, (uint8_t)(bits >> shift[*digits % 4]));
	}
	return ERR_OK;
}

enum err text_base64_decode(const gnutls_datum_t *text, gnutls_datum_t *bytes)
{
	struct buffer out = {0};
	unsigned digits = 0;
	unsigned pads = 0;
	enum err error = decode_quads(text, &out, &digits, &pads);

	*bytes = (gnutls_datum_t){NULL, 0};
	/* One digit alone holds no byte; padding, where given, must fill the last four. */
	if (error == ERR_OK && (digits % 4 == 1 || (pads > 0 && (digits + pads) % 4 != 0) || pads > 2))
		error = ERR_SYNTAX;
	if (error != ERR_OK) {
		buffer_wipe(&out);
		return error;
	}
	return buffer_take(&out, bytes) ? ERR_OK : ERR_MEMORY;
}

char *text_base64_encode(const gnutls_datum_t *bytes)
{
	gnutls_datum_t encoded = {NULL, 0};
	char *text = NULL;

	if (gnutls_base64_encode2(bytes, &encoded) == GNUTLS_E_SUCCESS)
		text = text_from_bytes(&encoded);
	bytes_free(&encoded);
	return text;
}

/* The length a leading byte announces (0: it cannot lead) and the bits of the code point it holds. */
static unsigned utf8_lead(unsigned char lead, int32_t *bits)
{
	if (lead < 0x80) {
		*bits = lead;
		return 1;
	}
	if (lead >= 0xc2 && lead < 0xe0) {
		*bits = lead & 0x1f;
		return 2;
	}
	if (lead >= 0xe0 && lead < 0xf0) {
		*bits = lead & 0x0f;
		return 3;
	}
	*bits = lead & 0x07;
	return lead >= 0xf0 && lead < 0xf5 ? 4 : 0;
}

int32_t text_utf8_next(const gnutls_datum_t *bytes, size_t *offset)
{
	static const int32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	int32_t point = 0;
	unsigned length;

	if (*offset >= bytes->size)
		return -1;
	length = utf8_lead(bytes->data[*offset], &point);
	if (length == 0 || length > bytes->size - *offset)
		return -1;
	for (unsigned i = 1; i < length; i++) {
		unsigned char c = bytes->data[*offset + i];

		if ((c & 0xc0) != 0x80)
			return -1;
		point = point << 6 | (c & 0x3f);
	}
	if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return -1;
	*offset += length;
	return point;
}

bool text_is_utf8(const gnutls_datum_t *bytes)
{
	size_t offset = 0;

	while (offset < bytes->size)
		if (text_utf8_next(bytes, &offset) <= 0)
			return false;
	return true;
}

char *text_printable(const gnutls_datum_t *bytes, char *text, size_t size)
{
	size_t used = 0;
	size_t cut = 0; /* where "..." still fits behind what is written */
	size_t offset = 0;

	while (offset < bytes->size) {
		size_t start = offset;
		int32_t point = text_utf8_next(bytes, &offset);
		bool plain = point >= 0x20 && point != 0x7f && !(point >= 0x80 && point < 0xa0);

		if (point < 0)
			offset = start + 1;
		if (used + (plain ? offset - start : 1) >= size) {
			used = cut + 3;
			memcpy(text + cut, "...", 3);
			break;
		}
		if (plain) {
			memcpy(text + used, bytes->data + start, offset - start);
			used += offset - start;
		} else {
			text[used++] = '?';
		}
		if (used + 3 < size)
			cut = used;
	}
	text[used] = '\0';
	return text;
}

char *text_from_bytes(const gnutls_datum_t *bytes)
{
	char *text;

	if (bytes->size > 0 && memchr(bytes->data, 0, bytes->size) != NULL)
		return NULL;
	text = malloc((size_t)bytes->size + 1);
	if (text == NULL)
		return NULL;
	if (bytes->size > 0)
		memcpy(text, bytes->data, bytes->size);
	text[bytes->size] = '\0';
	return text;
}

bool text_is_name(const char *name)
{
	size_t length = strlen(name);

	if (length == 0 || length > LIMIT_PROFILE_NAME || name[0] == '-' || name[length - 1] == '-')
		return false;
	return strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;
}
