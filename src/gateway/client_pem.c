/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Our own reading of PEM, because GnuTLS skips what it does not know: what a web server sends is one form,
 * and anything else in it was not put there by the server.
 */
#include <string.h>

#include "base/cleanup.h"
#include "gateway/client_private.h"

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END   "-----END CERTIFICATE-----"

static bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip(gnutls_datum_t *rest, size_t size)
{
	rest->data += size;
	rest->size -= (unsigned)size;
}

/* Drops blanks from the front of REST; true when there were any. */
static bool skip_blanks(gnutls_datum_t *rest)
{
	size_t before = rest->size;

	while (rest->size > 0 && is_blank(rest->data[0]))
		skip(rest, 1);
	return rest->size < before;
}

static bool skip_word(gnutls_datum_t *rest, const char *word)
{
	size_t size = strlen(word);

	if (rest->size < size || memcmp(rest->data, word, size) != 0)
		return false;
	skip(rest, size);
	return true;
}

/* Moves the front of REST, up to the next '-', to BODY without its blanks. False when no blank ended it. */
static bool take_body(gnutls_datum_t *rest, struct buffer *body)
{
	bool blank = false;

	for (; rest->size > 0 && rest->data[0] != '-'; skip(rest, 1)) {
		blank = is_blank(rest->data[0]);
		if (!blank)
			buffer_append_byte(body, rest->data[0]);
	}
	return blank;
}

static enum client_outcome read_block(gnutls_datum_t *rest, struct client_list *list)
{
	CLEANUP(buffer_free) struct buffer body = {0};
	gnutls_datum_t base64;

	if (!skip_word(rest, BEGIN) || !skip_blanks(rest) || !take_body(rest, &body) || !skip_word(rest, END))
		return CLIENT_SYNTAX;
	if (body.failed)
		return CLIENT_LIMIT;
	base64 = bytes_view(body.data, body.size);
	return client_read_base64(&base64, list);
}

enum client_outcome client_read_pem(const gnutls_datum_t *text, struct client_list *list)
{
	gnutls_datum_t rest = *text;
	enum client_outcome outcome;

	do {
		outcome = read_block(&rest, list);
		(void)skip_blanks(&rest);
	} while (outcome == CLIENT_GIVEN && rest.size > 0);
	return outcome;
}
