/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever names a request holds, what comes through the gate is fit for people, logs and the database. The
 * input is a SEQUENCE of a subject and a subjectAltName. */
#include <string.h>

#include "base/cleanup.h"
#include "base/der.h"
#include "base/limits.h"
#include "base/text.h"
#include "fuzz/fuzz.h"
#include "pki/key.h"
#include "pki/names.h"
#include "pkimessage/pkimessage.h"

static bool is_inside(const gnutls_datum_t *part, const gnutls_datum_t *whole)
{
	return part->data >= whole->data && part->size <= whole->size &&
	       (size_t)(part->data - whole->data) <= whole->size - part->size;
}

/* What the gate promises of any text that it lets through. */
static void expect_clean(const char *text)
{
	gnutls_datum_t bytes = bytes_view_text(text);
	size_t offset = 0;

	FUZZ_PROMISE(text_is_utf8(&bytes));
	while (offset < bytes.size) {
		int32_t point = text_utf8_next(&bytes, &offset);

		FUZZ_PROMISE(point >= 0x20 && !(point >= 0x7f && point < 0xa0));
		FUZZ_PROMISE(!(point >= 0x200b && point <= 0x200f) && !(point >= 0x202a && point <= 0x202e));
		FUZZ_PROMISE(!(point >= 0x2060 && point <= 0x2069) && point != 0xfeff);
	}
}

static void look(const struct pki_names *names, const gnutls_datum_t *san)
{
	CLEANUP(text_free) char *json = pki_sans_json(names);

	expect_clean(names->subject_text);
	FUZZ_PROMISE(names->subject.size <= LIMIT_SUBJECT);
	FUZZ_PROMISE(names->san_count <= LIMIT_SANS);
	FUZZ_PROMISE((names->san_count > 0) == (san->size > 0));
	if (names->common_name != NULL) {
		FUZZ_PROMISE(names->common_name[0] != '\0');
		expect_clean(names->common_name);
	}
	for (size_t i = 0; i < names->san_count; i++) {
		FUZZ_PROMISE(is_inside(&names->sans[i].raw, san));
		FUZZ_PROMISE(strchr(names->sans[i].text, ':') != NULL);
		expect_clean(names->sans[i].text);
	}
	FUZZ_PROMISE(json != NULL && pki_sans_equal(names, names));
	expect_clean(json);
}

/* The same two as names to compare. */
static void compare(const gnutls_datum_t *a, const gnutls_datum_t *b)
{
	bool equal = pkimessage_names_equal(a, b);

	FUZZ_PROMISE(pkimessage_names_equal(b, a) == equal);
	FUZZ_PROMISE(pkimessage_names_equal(a, a) == (a->size > 0));
	if (equal)
		FUZZ_PROMISE(pkimessage_name_is_blank(a) == pkimessage_name_is_blank(b));
}

FUZZ_ASN1

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gnutls_datum_t input = bytes_view(data, size);
	char reason[PKI_REASON_SIZE] = "";
	struct der outer = der_open(&input);
	struct der both = der_enter(&outer, DER_SEQUENCE);
	gnutls_datum_t subject = der_any(&both);
	gnutls_datum_t san = der_more(&both) ? der_any(&both) : (gnutls_datum_t){NULL, 0};
	struct pki_names names;
	enum err error = pki_names_parse(&subject, &san, &names, reason);

	FUZZ_PROMISE(memchr(reason, 0, sizeof reason) != NULL);
	if (error == ERR_OK)
		look(&names, &san);
	else
		FUZZ_PROMISE(reason[0] != '\0' && names.subject_text == NULL && names.san_count == 0);
	pki_names_free(&names);
	compare(&subject, &san);
	return 0;
}
