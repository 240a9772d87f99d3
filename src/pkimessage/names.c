/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/cleanup.h"
#include "base/der.h"
#include "base/limits.h"
#include "base/text.h"
#include "pkimessage/asn1_string.h"
#include "pkimessage/private.h"

/* What next_folded returns behind the last character. */
#define TEXT_END (-1)

/* A string in UTF-8 being read character by character, folded as it goes: runs of spaces, upper case. */
struct text {
	gnutls_datum_t bytes;
	size_t offset;
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

/* The next character as it compares: spaces at the ends dropped, runs of them one, letters folded. */
static int32_t next_folded(struct text *text)
{
	bool spaces = false;
	int32_t point = text->held;

	text->held = 0;
	if (point != 0)
		return point;
	while (is_space(point = text_utf8_next(&text->bytes, &text->offset)))
		spaces = true;
	point = point < 0 ? TEXT_END : fold(point);
	if (spaces && text->begun && point != TEXT_END) {
		text->held = point;
		return ' ';
	}
	text->begun = true;
	return point;
}

/* Compares two strings in UTF-8, which has been checked: well-formed and without NUL. */
static bool texts_equal(const struct buffer *a, const struct buffer *b)
{
	struct text left = {.bytes = bytes_view(a->data, a->size)};
	struct text right = {.bytes = bytes_view(b->data, b->size)};
	int32_t point;

	do {
		point = next_folded(&left);
		if (point != next_folded(&right))
			return false;
	} while (point != TEXT_END);
	return true;
}

/* Compares the values that LEFT and RIGHT read next, when both are strings. */
static bool values_equal(struct der *left, struct der *right)
{
	CLEANUP(buffer_free) struct buffer a = {0};
	CLEANUP(buffer_free) struct buffer b = {0};
	unsigned left_tag = der_next_tag(left);
	unsigned right_tag = der_next_tag(right);
	gnutls_datum_t left_value = der_contents(left, left_tag);
	gnutls_datum_t right_value = der_contents(right, right_tag);

	return der_done(left) && der_done(right) && msg_string_put(&a, left_tag, &left_value) == ERR_OK &&
	       msg_string_put(&b, right_tag, &right_value) == ERR_OK && !a.failed && !b.failed &&
	       texts_equal(&a, &b);
}

/* Compares two AttributeTypeAndValues: SEQUENCE { type, value }. */
static bool attributes_equal(const gnutls_datum_t *a, const gnutls_datum_t *b)
{
	struct der left = der_open(a);
	struct der right = der_open(b);
	gnutls_datum_t left_type;
	gnutls_datum_t right_type;

	if (bytes_equal(a, b))
		return true;
	left = der_enter(&left, DER_SEQUENCE);
	right = der_enter(&right, DER_SEQUENCE);
	left_type = der_contents(&left, DER_OID);
	right_type = der_contents(&right, DER_OID);
	return bytes_equal(&left_type, &right_type) && values_equal(&left, &right);
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

/* Whether the value that ATTRIBUTE has behind its type says nothing. */
static bool attribute_is_blank(struct der attribute)
{
	CLEANUP(buffer_free) struct buffer string = {0};
	struct text text = {.offset = 0};
	gnutls_datum_t type = der_contents(&attribute, DER_OID);
	unsigned tag = der_next_tag(&attribute);
	gnutls_datum_t value = der_contents(&attribute, tag);

	if (type.size == 0 || !der_done(&attribute))
		return true;
	if (msg_string_put(&string, tag, &value) != ERR_OK)
		return false;
	text.bytes = bytes_view(string.data, string.size);
	return string.failed || next_folded(&text) == TEXT_END;
}

bool pkimessage_name_is_blank(const gnutls_datum_t *name)
{
	struct der rdns = der_open(name);
	bool blank = true;

	rdns = der_enter(&rdns, DER_SEQUENCE);
	while (der_more(&rdns)) {
		struct der rdn = der_enter(&rdns, DER_SET);

		while (der_more(&rdn))
			if (!attribute_is_blank(der_enter(&rdn, DER_SEQUENCE)))
				blank = false;
		if (!der_done(&rdn))
			return true;
	}
	return blank || !der_done(&rdns);
}
