/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/client_case.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/der.h"
#include "base/text.h"
#include "lib/fixture.h"

#define BEGIN "-----BEGIN CERTIFICATE-----\n"
#define END   "-----END CERTIFICATE-----\n"

/* Kept, and so no leak. */
static struct kept {
	struct kept *next;
	gnutls_datum_t bytes;
} * kept;

static gnutls_datum_t keep(struct buffer *buffer)
{
	struct kept *one = malloc(sizeof *one);

	cr_assert_not_null(one);
	cr_assert(buffer_take(buffer, &one->bytes));
	one->next = kept;
	kept = one;
	return one->bytes;
}

/* A SEQUENCE of SIZE bytes. */
static void put_sequence(struct buffer *out, size_t size)
{
	static const uint8_t zeros[LIMIT_CLIENT_CERTIFICATE];

	der_put(out, DER_SEQUENCE, zeros, size - 4);
}

/* CERTIFICATE with the four bytes of its header made the two of an indefinite length, and the end marked. */
static void put_indefinite(struct buffer *out, const gnutls_datum_t *certificate)
{
	buffer_append(out, "\x30\x80", 2);
	buffer_append(out, certificate->data + 4, certificate->size - 4);
	buffer_append(out, "\0", 2);
}

gnutls_datum_t client_der(char x)
{
	const gnutls_datum_t first = fixture_client()->der;
	struct buffer out = {0};

	if (strchr("1jcto", x) != NULL)
		buffer_append(&out, first.data, first.size - (x == 'c' ? 1 : 0));
	if (strchr("2jk", x) != NULL)
		buffer_append(&out, fixture_ra()->der.data, fixture_ra()->der.size);
	if (strchr("3k", x) != NULL)
		buffer_append(&out, fixture_ca()->der.data, fixture_ca()->der.size);
	if (x == 't')
		buffer_append_byte(&out, 0);
	if (x == 'o')
		out.data[0] = DER_OCTET_STRING;
	if (x == 'i')
		put_indefinite(&out, &first);
	if (x == '0')
		der_put(&out, DER_SEQUENCE, NULL, 0);
	if (x == 'l' || x == 'm')
		put_sequence(&out, LIMIT_CLIENT_CERTIFICATE + (x == 'm' ? 1 : 0));
	return keep(&out);
}

static void put_base64(struct buffer *out, const gnutls_datum_t *der)
{
	char *text = text_base64_encode(der);

	cr_assert_not_null(text);
	buffer_append_text(out, text);
	free(text);
}

/* PEM, its lines ended by NEWLINE. */
static void put_pem(struct buffer *out, const gnutls_datum_t *der, const char *newline)
{
	CLEANUP(buffer_free) struct buffer pem = {0};
	char *text = text_base64_encode(der);
	size_t size;

	cr_assert_not_null(text);
	size = strlen(text);
	buffer_append_text(&pem, BEGIN);
	for (size_t i = 0; i < size; i += 64) {
		buffer_append(&pem, text + i, size - i < 64 ? size - i : 64);
		buffer_append_byte(&pem, '\n');
	}
	buffer_append_text(&pem, END);
	free(text);
	for (size_t i = 0; i < pem.size; i++)
		if (pem.data[i] == '\n')
			buffer_append_text(out, newline);
		else
			buffer_append_byte(out, pem.data[i]);
}

/* Moves PLAIN to OUT, escaping with these DIGITS all but letters, digits, "-._~" and SAFE. */
static void put_escaped(struct buffer *out, struct buffer *plain, const char *safe, const char *digits)
{
	for (size_t i = 0; i < plain->size; i++) {
		unsigned char c = plain->data[i];

		if (isalnum(c) || strchr("-._~", c) != NULL || strchr(safe, c) != NULL) {
			buffer_append_byte(out, c);
			continue;
		}
		buffer_append_byte(out, '%');
		buffer_append_byte(out, (uint8_t)digits[c >> 4]);
		buffer_append_byte(out, (uint8_t)digits[c & 15]);
	}
	buffer_free(plain);
}

static void put_digest(struct buffer *out, const gnutls_datum_t *der, bool upper)
{
	uint8_t digest[32];
	char text[TEXT_HEX_SIZE(sizeof digest)];
	gnutls_datum_t bytes = bytes_view(digest, sizeof digest);

	cr_assert_eq(gnutls_hash_fast(GNUTLS_DIG_SHA256, der->data, der->size, digest), 0);
	text_hex(&bytes, text);
	for (char *c = text; upper && *c != '\0'; c++)
		*c = (char)toupper(*c);
	buffer_append_text(out, text);
}

static bool put_as_lines(struct buffer *out, const char *how, const gnutls_datum_t *der)
{
	static const char *const newlines[][2] = {
		{"pem", "\n"}, {"crlf", "\r\n"}, {"tabs", "\n\t"}, {"spaces", " "}};

	for (size_t i = 0; i < sizeof newlines / sizeof *newlines; i++)
		if (strcmp(how, newlines[i][0]) == 0) {
			put_pem(out, der, newlines[i][1]);
			/* nginx ends without the last newline. */
			if (strcmp(how, "tabs") == 0)
				out->size -= 2;
			return true;
		}
	return false;
}

static void put(struct buffer *out, const char *how, const gnutls_datum_t *der)
{
	struct buffer plain = {0};

	if (put_as_lines(out, how, der))
		return;
	if (strcasecmp(how, "sha256") == 0) {
		put_digest(out, der, how[0] == 'S');
		return;
	}
	if (strcmp(how, "base64") == 0) {
		put_base64(out, der);
		return;
	}
	if (strcmp(how, "urlbase64") == 0)
		put_base64(&plain, der);
	else
		put_pem(&plain, der, "\n");
	cr_assert(strcmp(how, "url") == 0 || strcmp(how, "lower") == 0 || strcmp(how, "alb") == 0 ||
			  strcmp(how, "urlbase64") == 0,
		  "no spelling is called %s", how);
	put_escaped(out, &plain, strcmp(how, "alb") == 0 ? "+=/" : "",
		    strcmp(how, "lower") == 0 ? "0123456789abcdef" : "0123456789ABCDEF");
}

const char *client_spell(const char *template)
{
	struct buffer out = {0};

	if (template == NULL)
		return NULL;
	while (*template != '\0') {
		char how[16];
		char x;
		int used = 0;

		if (sscanf(template, "{%15[a-zA-Z0-9] %c}%n", how, &x, &used) == 2 && used > 0) {
			gnutls_datum_t der = client_der(x);

			put(&out, how, &der);
			template += used;
			continue;
		}
		buffer_append_byte(&out, (uint8_t) * template ++);
	}
	buffer_append_byte(&out, 0);
	return (const char *)keep(&out).data;
}

static bool is(const gnutls_datum_t *found, char x)
{
	gnutls_datum_t expected = client_der(x);

	return bytes_equal(found, &expected);
}

static void expect_found(const struct client_certificate *certificate, const char *found, const char *why)
{
	size_t chain = strlen(found) - 1;

	cr_expect(is(&certificate->leaf, found[0]), "leaf: %s", why);
	cr_assert_eq(certificate->chain_count, chain, "length of the chain: %s", why);
	for (size_t i = 0; i < chain; i++)
		cr_expect(is(&certificate->chain[i], found[1 + i]), "chain, %zu: %s", i, why);
}

static void run(enum client_source source, const struct client_case *one)
{
	struct client_fields fields = {.certificate = client_spell(one->certificate),
				       .verdict = client_spell(one->verdict),
				       .chain = client_spell(one->chain)};
	struct client_certificate certificate;

	while (fields.chain_item_count < 3 && one->chain_items[fields.chain_item_count] != NULL) {
		fields.chain_items[fields.chain_item_count] =
			client_spell(one->chain_items[fields.chain_item_count]);
		fields.chain_item_count++;
	}
	client_certificate_decode(source, &fields, &certificate);
	cr_expect_eq(certificate.outcome, one->expected, "%s: %s", one->why,
		     client_outcome_label(certificate.outcome));
	if (certificate.outcome == CLIENT_GIVEN && one->found != NULL) {
		expect_found(&certificate, one->found, one->why);
	} else {
		cr_expect_eq(certificate.leaf.size, 0, "no leaf: %s", one->why);
		cr_expect_eq(certificate.chain_count, 0, "no chain: %s", one->why);
	}
	client_certificate_free(&certificate);
}

void client_cases_run(enum client_source source, const struct client_case *cases, size_t count)
{
	for (size_t i = 0; i < count; i++)
		run(source, &cases[i]);
}

void client_cuts_run(enum client_source source, const char *verdict, const char *template, size_t spare)
{
	const char *whole = client_spell(template);
	size_t size = strlen(whole);
	char *cut = strdup(whole);

	cr_assert_not_null(cut);
	for (size_t left = size; left-- > 1;) {
		struct client_fields fields = {.certificate = cut, .verdict = verdict};
		struct client_certificate certificate;

		cut[left] = '\0';
		client_certificate_decode(source, &fields, &certificate);
		cr_expect_eq(certificate.outcome == CLIENT_GIVEN, left == size - spare,
			     "the first %zu of %zu bytes of %s", left, size, template);
		client_certificate_free(&certificate);
	}
	free(cut);
}
