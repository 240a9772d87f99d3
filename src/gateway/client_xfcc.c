/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * X-Forwarded-Client-Cert as Envoy writes it: hops with commas between them, each of pairs KEY=VALUE with
 * semicolons between them; a value that holds any of these is in quotes. Keys are read without regard to
 * case.
 */
#include <gnutls/crypto.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/digest.h"
#include "base/text.h"
#include "gateway/client_private.h"

/* What a hop says: values without their quotes, data NULL where not given. */
struct hop {
	gnutls_datum_t certificate;
	gnutls_datum_t chain;
	gnutls_datum_t hash;
	bool several; /* Cert came twice */
	bool twice;   /* another of these did */
};

/* What is not read yet. */
struct cursor {
	const char *at;
	const char *end;
};

static bool take(struct cursor *cursor, char c)
{
	if (cursor->at == cursor->end || *cursor->at != c)
		return false;
	cursor->at++;
	return true;
}

/* Takes the bytes in front of any of STOPS. */
static gnutls_datum_t take_until(struct cursor *cursor, const char *stops)
{
	const char *start = cursor->at;

	while (cursor->at < cursor->end && strchr(stops, *cursor->at) == NULL)
		cursor->at++;
	return bytes_view(start, (size_t)(cursor->at - start));
}

/* Takes the rest of a quoted value and its closing quote; a backslash makes the next byte one of the value.
 */
static bool take_quoted(struct cursor *cursor, gnutls_datum_t *value)
{
	const char *start = cursor->at;

	while (cursor->at < cursor->end && *cursor->at != '"')
		cursor->at += *cursor->at == '\\' && cursor->end - cursor->at > 1 ? 2 : 1;
	*value = bytes_view(start, (size_t)(cursor->at - start));
	return take(cursor, '"');
}

static bool take_value(struct cursor *cursor, gnutls_datum_t *value)
{
	if (take(cursor, '"'))
		return take_quoted(cursor, value);
	*value = take_until(cursor, ",;\"");
	return true;
}

static bool is_word(const gnutls_datum_t *text, const char *word)
{
	return text->size == strlen(word) && strncasecmp((const char *)text->data, word, text->size) == 0;
}

static void keep(struct hop *hop, const gnutls_datum_t *key, const gnutls_datum_t *value)
{
	gnutls_datum_t *place = NULL;

	if (is_word(key, "Cert"))
		place = &hop->certificate;
	else if (is_word(key, "Chain"))
		place = &hop->chain;
	else if (is_word(key, "Hash"))
		place = &hop->hash;
	if (place == NULL)
		return;
	if (place->data != NULL && place == &hop->certificate)
		hop->several = true;
	else if (place->data != NULL)
		hop->twice = true;
	*place = *value;
}

static bool read_hop(struct cursor *cursor, struct hop *hop)
{
	do {
		gnutls_datum_t key = take_until(cursor, "=,;\" \t");
		gnutls_datum_t value;

		if (key.size == 0 || !take(cursor, '=') || !take_value(cursor, &value))
			return false;
		keep(hop, &key, &value);
	} while (take(cursor, ';'));
	return true;
}

/* Reads all hops, so that each is known to be in form; the last one into HOP, *COUNT of them. */
static bool read_hops(const gnutls_datum_t *text, struct hop *hop, size_t *count)
{
	struct cursor cursor = {(const char *)text->data, (const char *)text->data + text->size};

	*count = 0;
	do {
		*hop = (struct hop){0};
		(*count)++;
		while (take(&cursor, ' ') || take(&cursor, '\t'))
			;
		if (!read_hop(&cursor, hop))
			return false;
	} while (take(&cursor, ','));
	return cursor.at == cursor.end;
}

/* HASH as hex is the SHA-256 of DER. */
static bool is_hash_of(const gnutls_datum_t *hash, const gnutls_datum_t *der)
{
	uint8_t digest[DIGEST_SIZE];
	char expected[TEXT_HEX_SIZE(DIGEST_SIZE)];
	gnutls_datum_t bytes = bytes_view(digest, sizeof digest);

	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, der->data, der->size, digest) != GNUTLS_E_SUCCESS)
		return false;
	text_hex(&bytes, expected);
	return is_word(hash, expected);
}

static enum client_outcome read_certificates(const struct hop *hop, struct client_list *leaf,
					     struct client_list *chain)
{
	enum client_outcome outcome = client_read_escaped(client_read_pem, &hop->certificate, leaf);

	if (outcome == CLIENT_GIVEN && hop->hash.data != NULL && !is_hash_of(&hop->hash, &leaf->items[0]))
		return CLIENT_SYNTAX;
	if (outcome == CLIENT_GIVEN && hop->chain.size > 0)
		outcome = client_read_escaped(client_read_pem, &hop->chain, chain);
	return outcome;
}

enum client_outcome client_read_xfcc(const gnutls_datum_t *text, struct client_list *leaf,
				     struct client_list *chain)
{
	struct hop hop;
	size_t count;

	if (!read_hops(text, &hop, &count))
		return CLIENT_SYNTAX;
	if (count > 1 || hop.several)
		return CLIENT_SEVERAL;
	if (hop.twice)
		return CLIENT_SYNTAX;
	if (hop.certificate.size == 0)
		return CLIENT_EMPTY;
	return read_certificates(&hop, leaf, chain);
}
