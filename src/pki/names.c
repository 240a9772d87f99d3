/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of a request or certificate as a whole: parsing, comparing, JSON. */
#include "pki/names.h"

#include <string.h>
#include <strings.h>

#include "base/limits.h"
#include "base/text.h"
#include "pki/names_private.h"

/* The bit of an identifier octet that says the contents are encodings themselves (X.690 section 8.1.2.5). */
#define DER_CONSTRUCTED 0x20u

void pki_names_free(struct pki_names *names)
{
	for (size_t i = 0; i < names->san_count; i++)
		free(names->sans[i].text);
	free(names->sans);
	free(names->subject_text);
	free(names->common_name);
	*names = (struct pki_names){0};
}

enum err pki_names_parse(const gnutls_datum_t *subject, const gnutls_datum_t *san, struct pki_names *names,
			 char *reason)
{
	enum err error;

	*names = (struct pki_names){.subject = *subject};
	error = names_directory(subject, "subject", &names->subject_text, &names->common_name, reason);
	if (error == ERR_OK && san->size > 0)
		error = names_sans(san, names, reason);
	if (error != ERR_OK)
		pki_names_free(names);
	return error;
}

static bool walk(struct der *der, unsigned depth)
{
	while (der_more(der)) {
		unsigned tag = der_next_tag(der);
		gnutls_datum_t contents = der_contents(der, tag);
		struct der inner = der_open(&contents);

		if ((tag & DER_CONSTRUCTED) != 0 && (depth == 0 || !walk(&inner, depth - 1)))
			return false;
	}
	return !der->failed;
}

bool names_well_framed(const gnutls_datum_t *bytes)
{
	struct der der = der_open(bytes);

	return walk(&der, LIMIT_ASN1_DEPTH);
}

/* DNS names are the same in any case (RFC 4343); everything else to the letter. */
static bool same_san(const struct pki_san *a, const struct pki_san *b)
{
	if (a->type != b->type)
		return false;
	return a->type == PKI_SAN_DNS ? strcasecmp(a->text, b->text) == 0 : bytes_equal(&a->raw, &b->raw);
}

/* True when every SAN of A is one of B. */
static bool within(const struct pki_names *a, const struct pki_names *b)
{
	for (size_t i = 0; i < a->san_count; i++) {
		size_t j = 0;

		while (j < b->san_count && !same_san(&a->sans[i], &b->sans[j]))
			j++;
		if (j == b->san_count)
			return false;
	}
	return true;
}

bool pki_sans_equal(const struct pki_names *a, const struct pki_names *b)
{
	return within(a, b) && within(b, a);
}

/* The text is free of control characters, so only these two need care (RFC 8259 section 7). */
static void append_json(struct buffer *out, const char *text)
{
	buffer_append_byte(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buffer_append_byte(out, '\\');
		buffer_append_byte(out, (uint8_t)*text);
	}
	buffer_append_byte(out, '"');
}

char *pki_sans_json(const struct pki_names *names)
{
	CLEANUP(bytes_free) gnutls_datum_t json = {NULL, 0};
	struct buffer out = {0};

	buffer_append_byte(&out, '[');
	for (size_t i = 0; i < names->san_count; i++) {
		if (i > 0)
			buffer_append_byte(&out, ',');
		append_json(&out, names->sans[i].text);
	}
	buffer_append_byte(&out, ']');
	return buffer_take(&out, &json) ? text_from_bytes(&json) : NULL;
}
