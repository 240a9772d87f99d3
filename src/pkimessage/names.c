/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/der.h"
#include "base/limits.h"
#include "base/text.h"
#include "pkimessage/private.h"

enum {
	TEXT_END = -1,
	TEXT_MALFORMED = -2,
};

/* A string being read character by character, folded as it goes: spaces in runs, upper case. */
struct text {
	gnutls_datum_t bytes;
	size_t offset;
	unsigned tag;
	int32_t held; /* read ahead behind a run of spaces; 0 when nothing is */
	bool begun;
};

/* Upper case letters and the way to their lower case ones; STEP 2: every other one, the lower case beside it.
 */
static const struct {
	int32_t first, last;
	int32_t distance, step;
} letters[] = {
	{'A', 'Z', 32, 1},       {0x00c0, 0x00d6, 32, 1}, {0x00d8, 0x00de, 32, 1}, {0x0100, 0x012e, 1, 2},
	{0x0132, 0x0136, 1, 2},  {0x0139, 0x0147, 1, 2},  {0x014a, 0x0176, 1, 2},  {0x0178, 0x0178, -121, 1},
	{0x0179, 0x017d, 1, 2},  {0x0386, 0x0386, 38, 1}, {0x0388, 0x038a, 37, 1}, {0x038c, 0x038c, 64, 1},
	{0x038e, 0x038f, 63, 1}, {0x0391, 0x03a1, 32, 1}, {0x03a3, 0x03ab, 32, 1}, {0x03c2, 0x03c2, 1, 1},
	{0x0400, 0x040f, 80, 1}, {0x0410, 0x042f, 32, 1}, {0x0460, 0x0480, 1, 2},  {0x048a, 0x04be, 1, 2},
	{0x0531, 0x0556, 48, 1},
};

static int32_t fold(int32_t point)
{
	for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
		if (point >= letters[i].first && point <= letters[i].last &&
		    (point - letters[i].first) % letters[i].step == 0)
			return point + letters[i].distance;
	return point;
}

/* What RFC 4518 section 2.2 maps to a space. */
static bool is_space(int32_t point)
{
	return point == ' ' || (point >= 0x09 && point <= 0x0d) || point == 0x85 || point == 0xa0;
}

/* Bytes a character has in the string type, 0 where it depends. */
static size_t width(unsigned tag)
{
	switch (tag) {
	case DER_UTF8_STRING: return 0;
	case DER_BMP_STRING: return 2;
	case DER_UNIVERSAL_STRING: return 4;
	default: return 1;
	}
}

static bool is_text(unsigned tag)
{
	switch (tag) {
	case DER_UTF8_STRING:
	case DER_PRINTABLE_STRING:
	case DER_IA5_STRING:
	case DER_NUMERIC_STRING:
	case DER_VISIBLE_STRING:
	case DER_T61_STRING:
	case DER_BMP_STRING:
	case DER_UNIVERSAL_STRING: return true;
	default: return false;
	}
}

/* The next character as it stands. T61String is read as Latin-1, which is what is written in it. */
static int32_t next_point(struct text *text)
{
	size_t size = width(text->tag);
	uint32_t point = 0;
	int32_t decoded;

	if (text->offset >= text->bytes.size)
		return TEXT_END;
	if (size == 0) {
		decoded = text_utf8_next(&text->bytes, &text->offset);
		return decoded < 0 ? TEXT_MALFORMED : decoded;
	}
	if (size > text->bytes.size - text->offset)
		return TEXT_MALFORMED;
	while (size-- > 0)
		point = point << 8 | text->bytes.data[text->offset++];
	if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
		return TEXT_MALFORMED;
	if (point > 0x7f && width(text->tag) == 1 && text->tag != DER_T61_STRING)
		return TEXT_MALFORMED;
	return (int32_t)point;
}

/* The next character as it compares: spaces at the ends dropped, runs of them one, letters folded. */
static int32_t next_folded(struct text *text)
{
	bool spaces = false;
	int32_t point = text->held;

	if (point != 0) {
		text->held = 0;
		return point;
	}
	for (point = next_point(text); is_space(point); point = next_point(text))
		spaces = true;
	point = fold(point);
	if (spaces && text->begun && point >= 0) {
		/* A NUL cannot be held, and no name needs one. */
		text->held = point == 0 ? TEXT_MALFORMED : point;
		return ' ';
	}
	text->begun = true;
	return point;
}

static bool texts_equal(struct text a, struct text b)
{
	int32_t left;

	do {
		left = next_folded(&a);
		if (left != next_folded(&b) || left == TEXT_MALFORMED)
			return false;
	} while (left != TEXT_END);
	return true;
}

/* Compares two AttributeTypeAndValues: SEQUENCE { type, value }. */
static bool attributes_equal(const gnutls_datum_t *a, const gnutls_datum_t *b)
{
	struct der left = der_open(a);
	struct der right = der_open(b);
	struct text x = {0};
	struct text y = {0};
	gnutls_datum_t left_type;
	gnutls_datum_t right_type;

	if (bytes_equal(a, b))
		return true;
	left = der_enter(&left, DER_SEQUENCE);
	right = der_enter(&right, DER_SEQUENCE);
	left_type = der_contents(&left, DER_OID);
	right_type = der_contents(&right, DER_OID);
	x.tag = der_next_tag(&left);
	y.tag = der_next_tag(&right);
	if (!bytes_equal(&left_type, &right_type) || !is_text(x.tag) || !is_text(y.tag))
		return false;
	x.bytes = der_contents(&left, x.tag);
	y.bytes = der_contents(&right, y.tag);
	return der_done(&left) && der_done(&right) && texts_equal(x, y);
}

/* Finds ATTRIBUTE among COUNT LEFT ones and empties the place it was in. */
static bool take_match(const gnutls_datum_t *attribute, gnutls_datum_t *left, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (left[i].size > 0 && attributes_equal(attribute, &left[i])) {
			left[i] = MSG_EMPTY;
			return true;
		}
	}
	return false;
}

/* Compares two RelativeDistinguishedNames, whose attributes may come in any order. */
static bool rdns_equal(struct der a, struct der b)
{
	gnutls_datum_t others[LIMIT_RDN_ATTRIBUTES];
	size_t count = der_count(&b, LIMIT_RDN_ATTRIBUTES);
	gnutls_datum_t attribute;

	if (count > LIMIT_RDN_ATTRIBUTES || count != der_count(&a, LIMIT_RDN_ATTRIBUTES))
		return false;
	for (size_t i = 0; i < count; i++)
		others[i] = der_any(&b);
	for (size_t i = 0; i < count; i++) {
		attribute = der_any(&a);
		if (!take_match(&attribute, others, count))
			return false;
	}
	return der_done(&a) && der_done(&b);
}

bool pkimessage_names_equal(const gnutls_datum_t *a, const gnutls_datum_t *b)
{
	struct der left;
	struct der right;
	size_t count;

	if (a == NULL || b == NULL || a->size == 0 || b->size == 0)
		return false;
	if (bytes_equal(a, b))
		return true;
	left = der_open(a);
	right = der_open(b);
	left = der_enter(&left, DER_SEQUENCE);
	right = der_enter(&right, DER_SEQUENCE);
	count = der_count(&left, LIMIT_RDNS);
	if (count > LIMIT_RDNS || count != der_count(&right, LIMIT_RDNS))
		return false;
	while (der_more(&left) && der_more(&right))
		if (!rdns_equal(der_enter(&left, DER_SET), der_enter(&right, DER_SET)))
			return false;
	return der_done(&left) && der_done(&right);
}
