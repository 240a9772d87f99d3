/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/client_certificate.h"

#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "gateway/client_private.h"
#include "gateway/gateway_private.h"

/* What the server says it thinks of the certificate. */
enum verdict { VERDICT_NONE, VERDICT_SUCCESS, VERDICT_FAILED, VERDICT_BROKEN };

struct source {
	enum verdict (*judge)(const char *verdict); /* NULL: the certificate's presence is the verdict */
	enum client_outcome without;                /* success, but of no certificate */
	bool escaped;                               /* %XX may stand in the values */
	bool whole;                                 /* the leaf may be followed by its chain */
	client_reader *certificate;                 /* NULL: X-Forwarded-Client-Cert */
	client_reader *chain;
};

static bool is_given(const char *value)
{
	/* Apache writes "(null)" into header fields where it has nothing. */
	return value != NULL && value[0] != '\0' && strcmp(value, "(null)") != 0;
}

/* nginx and Apache: SUCCESS, NONE, FAILED:reason, and Apache's GENEROUS for one that nobody verified. */
static enum verdict judge_word(const char *verdict)
{
	if (!is_given(verdict) || strcmp(verdict, "NONE") == 0)
		return VERDICT_NONE;
	return strcmp(verdict, "SUCCESS") == 0 ? VERDICT_SUCCESS : VERDICT_FAILED;
}

/* HAProxy's ssl_c_verify: a number of OpenSSL, 0 for success and also where there was no certificate. */
static enum verdict judge_number(const char *verdict)
{
	if (!is_given(verdict))
		return VERDICT_NONE;
	if (verdict[strspn(verdict, "0123456789")] != '\0')
		return VERDICT_BROKEN;
	return strcmp(verdict, "0") == 0 ? VERDICT_SUCCESS : VERDICT_FAILED;
}

/* nginx's and Apache's PEM, and what HAProxy's users put into the same fields. */
static enum client_outcome read_any(const gnutls_datum_t *text, struct client_list *list)
{
	if (text->size > 0 && text->data[0] == '-')
		return client_read_pem(text, list);
	if (text->size > 0 && text->data[0] == ':')
		return client_read_colons(text, list);
	return client_read_base64_joined(text, list);
}

static const struct source sources[CLIENT_SOURCE_COUNT] = {
	[CLIENT_SOURCE_PARAMS] = {judge_word, CLIENT_EMPTY, true, false, read_any, read_any},
	[CLIENT_SOURCE_X_SSL_CLIENT_CERT] = {judge_word, CLIENT_EMPTY, true, false, read_any, read_any},
	[CLIENT_SOURCE_RFC9440] = {NULL, CLIENT_ABSENT, false, false, client_read_colons, client_read_colons},
	[CLIENT_SOURCE_XFCC] = {NULL, CLIENT_ABSENT, false, false, NULL, NULL},
	[CLIENT_SOURCE_AWS_ALB] = {NULL, CLIENT_ABSENT, true, true, client_read_pem, NULL},
	/* Escaped by version 1 and early ones of 2. */
	[CLIENT_SOURCE_TRAEFIK] = {NULL, CLIENT_ABSENT, true, true, client_read_commas, NULL},
	[CLIENT_SOURCE_HAPROXY_DER] = {judge_number, CLIENT_ABSENT, false, false, client_read_base64_joined,
				       client_read_base64_joined},
};

enum client_outcome client_read_escaped(client_reader *reader, const gnutls_datum_t *text,
					struct client_list *list)
{
	CLEANUP(buffer_free) struct buffer plain = {0};
	gnutls_datum_t view;

	if (percent_decode((const char *)text->data, text->size, &plain) != ERR_OK)
		return CLIENT_SYNTAX;
	if (plain.failed)
		return CLIENT_LIMIT;
	view = bytes_view(plain.data, plain.size);
	return reader(&view, list);
}

static bool has_chain(const struct client_fields *fields)
{
	bool found = is_given(fields->chain);

	for (size_t i = 0; i < fields->chain_item_count; i++)
		found = found || is_given(fields->chain_items[i]);
	return found;
}

static bool fits(const char *value)
{
	return value == NULL || strnlen(value, LIMIT_CLIENT_FIELD + 1) <= LIMIT_CLIENT_FIELD;
}

static bool all_fit(const struct client_fields *fields)
{
	bool fit = fits(fields->certificate) && fits(fields->verdict) && fits(fields->chain);

	for (size_t i = 0; i < fields->chain_item_count; i++)
		fit = fit && fits(fields->chain_items[i]);
	return fit;
}

/* What the fields say before any of them is decoded; CLIENT_GIVEN: go on. */
static enum client_outcome look(const struct source *source, const struct client_fields *fields)
{
	bool given = is_given(fields->certificate);
	enum verdict verdict = source->judge != NULL ? source->judge(fields->verdict) : VERDICT_SUCCESS;

	if (verdict == VERDICT_BROKEN)
		return CLIENT_SYNTAX;
	if (verdict == VERDICT_FAILED)
		return CLIENT_VERDICT_FAILED;
	if (given)
		return verdict == VERDICT_SUCCESS ? CLIENT_GIVEN : CLIENT_VERDICT_MISSING;
	if (verdict == VERDICT_SUCCESS && source->without != CLIENT_ABSENT)
		return source->without;
	/* A chain of nothing. */
	return has_chain(fields) ? CLIENT_SYNTAX : CLIENT_ABSENT;
}

static enum client_outcome read_value(const struct source *source, client_reader *reader, const char *value,
				      struct client_list *list)
{
	gnutls_datum_t text = bytes_view_text(value);

	return source->escaped ? client_read_escaped(reader, &text, list) : reader(&text, list);
}

static enum client_outcome read_chain(const struct source *source, const struct client_fields *fields,
				      struct client_list *chain)
{
	enum client_outcome outcome = CLIENT_GIVEN;

	if (source->chain == NULL)
		return CLIENT_GIVEN;
	if (is_given(fields->chain))
		outcome = read_value(source, source->chain, fields->chain, chain);
	for (size_t i = 0; i < fields->chain_item_count && outcome == CLIENT_GIVEN; i++)
		if (is_given(fields->chain_items[i]))
			outcome = read_value(source, source->chain, fields->chain_items[i], chain);
	return fields->chain_too_long && outcome == CLIENT_GIVEN ? CLIENT_LIMIT : outcome;
}

static enum client_outcome read_fields(const struct source *source, const struct client_fields *fields,
				       struct client_list *leaf, struct client_list *chain)
{
	gnutls_datum_t text = bytes_view_text(fields->certificate);
	enum client_outcome outcome;

	if (source->certificate == NULL)
		return client_read_xfcc(&text, leaf, chain);
	outcome = read_value(source, source->certificate, fields->certificate, leaf);
	return outcome == CLIENT_GIVEN ? read_chain(source, fields, chain) : outcome;
}

/* Moves LIST's certificates from FIRST on to the end of the chain. False: it has no place for them. */
static bool append(struct client_certificate *certificate, struct client_list *list, size_t first)
{
	for (size_t i = first; i < list->count; i++) {
		if (certificate->chain_count == LIMIT_CLIENT_CHAIN)
			return false;
		certificate->chain[certificate->chain_count++] = list->items[i];
		list->items[i] = (gnutls_datum_t){NULL, 0};
	}
	return true;
}

/* LEAF holds one at least. Envoy repeats the leaf in front of its chain. */
static enum client_outcome hand_over(struct client_list *leaf, struct client_list *chain,
				     struct client_certificate *certificate)
{
	size_t repeated = chain->count > 0 && bytes_equal(&chain->items[0], &leaf->items[0]) ? 1 : 0;

	certificate->leaf = leaf->items[0];
	leaf->items[0] = (gnutls_datum_t){NULL, 0};
	if (append(certificate, leaf, 1) && append(certificate, chain, repeated))
		return CLIENT_GIVEN;
	client_certificate_free(certificate);
	return CLIENT_LIMIT;
}

static enum client_outcome decode(const struct source *source, const struct client_fields *fields,
				  struct client_certificate *certificate)
{
	CLEANUP(client_list_free) struct client_list chain = {.max = CLIENT_LIST_SIZE, .over = CLIENT_LIMIT};
	CLEANUP(client_list_free) struct client_list leaf = chain;
	enum client_outcome outcome = look(source, fields);

	if (!source->whole) {
		leaf.max = 1;
		leaf.over = CLIENT_SEVERAL;
	}
	if (outcome == CLIENT_GIVEN)
		outcome = read_fields(source, fields, &leaf, &chain);
	return outcome == CLIENT_GIVEN ? hand_over(&leaf, &chain, certificate) : outcome;
}

/* AWS sends the whole chain, or the leaf alone in the field that stands in chain's place: not both. */
static enum client_outcome decode_aws(const struct client_fields *fields,
				      struct client_certificate *certificate)
{
	struct source source = sources[CLIENT_SOURCE_AWS_ALB];
	struct client_fields one = *fields;

	if (is_given(fields->certificate) && is_given(fields->chain))
		return CLIENT_SEVERAL;
	if (is_given(fields->chain)) {
		one.certificate = fields->chain;
		source.whole = false;
	}
	one.chain = NULL;
	return decode(&source, &one, certificate);
}

void client_certificate_decode(enum client_source source, const struct client_fields *fields,
			       struct client_certificate *certificate)
{
	*certificate = (struct client_certificate){0};
	if (fields->twice)
		certificate->outcome = CLIENT_FIELD_TWICE;
	else if (!all_fit(fields))
		certificate->outcome = CLIENT_LIMIT;
	else if (source == CLIENT_SOURCE_AWS_ALB)
		certificate->outcome = decode_aws(fields, certificate);
	else
		certificate->outcome = decode(&sources[source], fields, certificate);
}

void client_certificate_free(struct client_certificate *certificate)
{
	bytes_free(&certificate->leaf);
	for (size_t i = 0; i < certificate->chain_count; i++)
		bytes_free(&certificate->chain[i]);
	*certificate = (struct client_certificate){0};
}
