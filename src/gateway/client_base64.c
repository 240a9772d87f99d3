/* SPDX-License-Identifier: BSD-2-Clause */
/* Certificates in base64 without the lines of PEM: bare, between colons, or with commas between them. */
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "gateway/client_private.h"

typedef enum client_outcome add_function(struct client_list *list, const gnutls_datum_t *der);

/* Only what encodes to TEXT again: no blanks, no missing or surplus padding, no bits behind the last byte. */
static enum client_outcome decode(const gnutls_datum_t *text, gnutls_datum_t *der)
{
	CLEANUP(bytes_free) gnutls_datum_t again = {NULL, 0};

	*der = (gnutls_datum_t){NULL, 0};
	if (text->size == 0 || text_base64_decode(text, der) != ERR_OK)
		return CLIENT_SYNTAX;
	if (der->size == 0 || gnutls_base64_encode2(der, &again) != GNUTLS_E_SUCCESS ||
	    !bytes_equal(text, &again)) {
		bytes_free(der);
		return CLIENT_SYNTAX;
	}
	return CLIENT_GIVEN;
}

static enum client_outcome add(const gnutls_datum_t *text, struct client_list *list, add_function *add_to)
{
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	enum client_outcome outcome = decode(text, &der);

	return outcome == CLIENT_GIVEN ? add_to(list, &der) : outcome;
}

enum client_outcome client_read_base64(const gnutls_datum_t *text, struct client_list *list)
{
	return add(text, list, client_list_add);
}

enum client_outcome client_read_base64_joined(const gnutls_datum_t *text, struct client_list *list)
{
	return add(text, list, client_list_add_joined);
}

/* Takes what lies before the first END off the front of REST, or all of it; *FOUND says which. */
static gnutls_datum_t take_until(gnutls_datum_t *rest, char end, bool *found)
{
	const unsigned char *at = rest->size > 0 ? memchr(rest->data, end, rest->size) : NULL;
	size_t size = at != NULL ? (size_t)(at - rest->data) : rest->size;
	gnutls_datum_t taken = bytes_view(rest->data, size);

	*found = at != NULL;
	rest->data += size + (*found ? 1 : 0);
	rest->size -= (unsigned)size + (*found ? 1 : 0);
	return taken;
}

enum client_outcome client_read_commas(const gnutls_datum_t *text, struct client_list *list)
{
	gnutls_datum_t rest = *text;
	enum client_outcome outcome;
	bool more;

	do {
		gnutls_datum_t item = take_until(&rest, ',', &more);

		outcome = client_read_base64(&item, list);
	} while (outcome == CLIENT_GIVEN && more);
	return outcome;
}

/* Drops blanks (OWS) from the front of REST. */
static void skip_blanks(gnutls_datum_t *rest)
{
	while (rest->size > 0 && (rest->data[0] == ' ' || rest->data[0] == '\t')) {
		rest->data++;
		rest->size--;
	}
}

/* Takes C off the front of REST. */
static bool take(gnutls_datum_t *rest, char c)
{
	if (rest->size == 0 || rest->data[0] != (unsigned char)c)
		return false;
	rest->data++;
	rest->size--;
	return true;
}

/* Padding is wanted here, which RFC 8941 section 4.2.7 would forgive: RFC 9440 section 2.1 has it. */
static enum client_outcome read_byte_sequence(gnutls_datum_t *rest, struct client_list *list)
{
	gnutls_datum_t item;
	bool ended;

	if (!take(rest, ':'))
		return CLIENT_SYNTAX;
	item = take_until(rest, ':', &ended);
	return ended ? client_read_base64(&item, list) : CLIENT_SYNTAX;
}

enum client_outcome client_read_colons(const gnutls_datum_t *text, struct client_list *list)
{
	gnutls_datum_t rest = *text;
	enum client_outcome outcome;

	do {
		skip_blanks(&rest);
		outcome = read_byte_sequence(&rest, list);
		skip_blanks(&rest);
	} while (outcome == CLIENT_GIVEN && take(&rest, ','));
	return outcome == CLIENT_GIVEN && rest.size > 0 ? CLIENT_SYNTAX : outcome;
}
