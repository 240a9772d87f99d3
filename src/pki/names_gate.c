/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gate for names: characters that people cannot see, or take for others, do not get into a certificate
 * (CWE-1007).
 */
#include "base/limits.h"
#include "base/text.h"
#include "pki/names_private.h"

struct range {
	int32_t first;
	int32_t last;
};

static bool in_ranges(int32_t point, const struct range *ranges, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (point >= ranges[i].first && point <= ranges[i].last)
			return true;
	return false;
}
#define IN_RANGES(point, ranges) in_ranges(point, ranges, sizeof(ranges) / sizeof *(ranges))

static const char *forbidden(int32_t point)
{
	static const struct {
		struct range range;
		const char *name;
	} kinds[] = {
		{{0x00, 0x00}, "NUL"},
		{{0x01, 0x1f}, "a control character"},
		{{0x7f, 0x9f}, "a control character"},
		{{0xad, 0xad}, "a soft hyphen"},
		{{0x061c, 0x061c}, "a bidirectional control"},
		{{0x180e, 0x180e}, "a character of no width"},
		{{0x200b, 0x200d}, "a character of no width"},
		{{0x200e, 0x200f}, "a bidirectional control"},
		{{0x2028, 0x2029}, "a line separator"},
		{{0x202a, 0x202e}, "a bidirectional control"},
		{{0x2060, 0x2065}, "a character of no width"},
		{{0x2066, 0x2069}, "a bidirectional control"},
		{{0x206a, 0x206f}, "a character of no width"},
		{{0xfdd0, 0xfdef}, "a code point that is no character"},
		{{0xfeff, 0xfeff}, "a character of no width"},
		{{0xfff0, 0xfffb}, "a character of no width"},
		{{0xfffe, 0xffff}, "a code point that is no character"},
		{{0xe0000, 0xe0fff}, "a character of no width"},
	};

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (point >= kinds[i].range.first && point <= kinds[i].range.last)
			return kinds[i].name;
	return NULL;
}

/*
 * What may stand beside ASCII letters in one label: Latin letters and the marks that go on them, punctuation,
 * currency, arrows, pictures. Everything else outside ASCII counts as a letter of another script, so that a
 * script not thought of here is refused rather than let through.
 */
static bool fits_latin(int32_t point)
{
	static const struct range ranges[] = {
		{0x00a0, 0x024f},   /* Latin-1, Latin Extended-A and -B */
		{0x0300, 0x036f},   /* combining diacritics: decomposed Latin, as Apple sends it */
		{0x1e00, 0x1eff},   /* Latin Extended Additional */
		{0x2010, 0x205e},   /* punctuation */
		{0x20a0, 0x20cf},   /* currency */
		{0x2116, 0x2116},   /* numero */
		{0x2122, 0x2122},   /* trade mark */
		{0x2190, 0x245f},   /* arrows, mathematical and technical signs */
		{0x2500, 0x2bff},   /* boxes, shapes, pictures */
		{0x3000, 0x3003},   /* CJK punctuation */
		{0x3008, 0x301b},   /* CJK brackets */
		{0xfe0f, 0xfe0f},   /* picture style */
		{0x1f000, 0x1faff}, /* pictures */
	};

	return IN_RANGES(point, ranges);
}

static bool is_ascii_letter(int32_t point)
{
	return (point >= 'a' && point <= 'z') || (point >= 'A' && point <= 'Z');
}

/* One label, up to a dot; moves *OFFSET behind it. */
static enum err gate_label(const gnutls_datum_t *utf8, size_t *offset, const char *what, char *reason)
{
	bool ascii = false;
	bool other = false;

	while (*offset < utf8->size) {
		int32_t point = text_utf8_next(utf8, offset);
		const char *fault = point < 0 ? "malformed UTF-8" : forbidden(point);

		if (fault != NULL)
			return pki_refuse(reason, ERR_PERMISSION, "%s contains %s (U+%04X)", what, fault,
					  point < 0 ? 0xfffdu : (unsigned)point);
		if (point == '.')
			break;
		ascii = ascii || is_ascii_letter(point);
		other = other || (point >= 0x80 && !fits_latin(point));
	}
	if (ascii && other)
		return pki_refuse(reason, ERR_PERMISSION,
				  "%s mixes Latin letters with those of another script in one label", what);
	return ERR_OK;
}

enum err names_gate(const gnutls_datum_t *utf8, const char *what, char *reason)
{
	size_t offset = 0;

	while (offset < utf8->size) {
		enum err error = gate_label(utf8, &offset, what, reason);

		if (error != ERR_OK)
			return error;
	}
	return ERR_OK;
}

enum err names_value(unsigned tag, const gnutls_datum_t *contents, const char *what, char **text,
		     char *reason)
{
	CLEANUP(bytes_free) gnutls_datum_t utf8 = {NULL, 0};
	enum err error;

	*text = NULL;
	if (contents->size > LIMIT_NAME)
		return pki_refuse(reason, ERR_LIMIT, "%s is longer than %d bytes", what, LIMIT_NAME);
	error = names_utf8(tag, contents, &utf8);
	if (error == ERR_MEMORY)
		return pki_no_memory(reason);
	if (error == ERR_UNSUPPORTED)
		return pki_refuse(reason, ERR_SYNTAX,
				  "%s is of an ASN.1 type (0x%02x) that names do not have", what, tag);
	if (error != ERR_OK)
		return pki_refuse(reason, error, "%s is malformed for its string type (0x%02x)", what, tag);
	error = names_gate(&utf8, what, reason);
	if (error != ERR_OK)
		return error;
	*text = text_from_bytes(&utf8);
	return *text == NULL ? pki_no_memory(reason) : ERR_OK;
}
