/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which parameters tell of a client certificate, and whether whoever sends them is listened to (DESIGN 4.1).
 * A header field "X-Y" comes as HTTP_X_Y, and so does a field "X_Y": where a web server passes both, they are
 * two of one name.
 */
#include "gateway/gateway_private.h"

#include <string.h>

#include "base/log.h"

enum role { CERTIFICATE, VERDICT, CHAIN, CHAIN_ITEM };

static const struct field {
	const char *name;
	enum client_source source;
	enum role role;
	bool tells; /* of a certificate by itself */
} fields[] = {
	{"SSL_CLIENT_CERT", CLIENT_SOURCE_PARAMS, CERTIFICATE, true},
	{"SSL_CLIENT_VERIFY", CLIENT_SOURCE_PARAMS, VERDICT, false},
	{"SSL_CLIENT_CERT_CHAIN_", CLIENT_SOURCE_PARAMS, CHAIN_ITEM, false},
	{"HTTP_X_SSL_CLIENT_CERT", CLIENT_SOURCE_X_SSL_CLIENT_CERT, CERTIFICATE, true},
	{"HTTP_X_SSL_CLIENT_VERIFY", CLIENT_SOURCE_X_SSL_CLIENT_CERT, VERDICT, false},
	{"HTTP_CLIENT_CERT", CLIENT_SOURCE_RFC9440, CERTIFICATE, true},
	{"HTTP_CLIENT_CERT_CHAIN", CLIENT_SOURCE_RFC9440, CHAIN, false},
	{"HTTP_X_FORWARDED_CLIENT_CERT", CLIENT_SOURCE_XFCC, CERTIFICATE, true},
	{"HTTP_X_AMZN_MTLS_CLIENTCERT", CLIENT_SOURCE_AWS_ALB, CERTIFICATE, true},
	{"HTTP_X_AMZN_MTLS_CLIENTCERT_LEAF", CLIENT_SOURCE_AWS_ALB, CHAIN, true},
	{"HTTP_X_FORWARDED_TLS_CLIENT_CERT", CLIENT_SOURCE_TRAEFIK, CERTIFICATE, true},
	{"HTTP_X_SSL_CLIENT_DER", CLIENT_SOURCE_HAPROXY_DER, CERTIFICATE, true},
	{"HTTP_X_SSL_CLIENT_VERIFY", CLIENT_SOURCE_HAPROXY_DER, VERDICT, false},
	{"HTTP_X_SSL_CLIENT_CHAIN_DER", CLIENT_SOURCE_HAPROXY_DER, CHAIN, false},
};

struct search {
	enum client_source source;
	struct client_fields found; /* of that source; its chain items by their number, while searching */
	bool told;                  /* that source tells of a certificate */
	bool other;                 /* another does */
};

/* Apache writes "(null)" into header fields where it has nothing. */
static bool has_something(const char *value)
{
	return value[0] != '\0' && strcmp(value, "(null)") != 0;
}

static void put(struct search *search, const char **slot, const char *value)
{
	search->found.twice |= *slot != NULL;
	*slot = value;
}

/* PREFIX, a number without leading zeros, '=': its value, and *NUMBER, at most LIMIT_CLIENT_CHAIN. Else NULL.
 */
static const char *item_value(const char *pair, const char *prefix, size_t *number)
{
	size_t length = strlen(prefix);
	size_t digits;

	if (strncmp(pair, prefix, length) != 0)
		return NULL;
	pair += length;
	digits = strspn(pair, "0123456789");
	if (digits == 0 || (pair[0] == '0' && digits > 1) || pair[digits] != '=')
		return NULL;
	*number = digits == 1 ? (size_t)(pair[0] - '0') : LIMIT_CLIENT_CHAIN;
	return pair + digits + 1;
}
_Static_assert(LIMIT_CLIENT_CHAIN < 10, "an item of a chain has one digit");

static void put_item(struct search *search, const char *pair, const char *prefix)
{
	size_t number;
	const char *value = item_value(pair, prefix, &number);

	if (value == NULL)
		return;
	if (number < LIMIT_CLIENT_CHAIN)
		put(search, &search->found.chain_items[number], value);
	else
		search->found.chain_too_long |= has_something(value);
}

static void put_value(struct search *search, const struct field *field, const char *value)
{
	switch (field->role) {
	case CERTIFICATE: put(search, &search->found.certificate, value); break;
	case VERDICT: put(search, &search->found.verdict, value); break;
	default: put(search, &search->found.chain, value); break;
	}
	search->told |= field->tells && has_something(value);
}

static void look_for(struct search *search, const struct field *field, const char *pair)
{
	bool ours = field->source == search->source;
	const char *value;

	if (field->role == CHAIN_ITEM) {
		if (ours)
			put_item(search, pair, field->name);
		return;
	}
	value = param_value(pair, field->name);
	if (value != NULL && ours)
		put_value(search, field, value);
	else if (value != NULL)
		search->other |= field->tells && has_something(value);
}

/* Closes the gaps between the chain's items. */
static void close_gaps(struct client_fields *found)
{
	for (size_t i = 0; i < LIMIT_CLIENT_CHAIN; i++) {
		const char *item = found->chain_items[i];

		found->chain_items[i] = NULL;
		if (item != NULL)
			found->chain_items[found->chain_item_count++] = item;
	}
}

static void find(struct search *search, char *const *environment)
{
	for (; *environment != NULL; environment++) {
		if (strncmp(*environment, "HTTP_", 5) != 0 && strncmp(*environment, "SSL_CLIENT_", 11) != 0)
			continue;
		for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
			look_for(search, &fields[i], *environment);
	}
	close_gaps(&search->found);
}

static bool is_believed(const struct gateway_trust *trust, const struct peer *peer, const char *remote)
{
	return trust->source == CLIENT_SOURCE_PARAMS ? trust_believes_peer(trust, peer)
						     : trust_believes_headers(trust, peer, remote);
}

/* What becomes of certificates that are told where the configured source has none that is listened to. */
static enum client_outcome unheard(const struct search *search)
{
	if (search->told)
		return CLIENT_SENDER;
	return search->other ? CLIENT_OTHER_SOURCE : CLIENT_ABSENT;
}

void client_fields_read(const struct gateway_trust *trust, const struct peer *peer, const char *remote,
			char *const *environment, struct client_certificate *certificate)
{
	struct search search = {.source = trust->source};

	*certificate = (struct client_certificate){.outcome = CLIENT_ABSENT};
	find(&search, environment);
	if (!trust->certificates) {
		certificate->outcome = search.told || search.other ? CLIENT_TRUST_OFF : CLIENT_ABSENT;
	} else if (!is_believed(trust, peer, remote)) {
		certificate->outcome = unheard(&search);
	} else {
		client_certificate_decode(trust->source, &search.found, certificate);
		if (certificate->outcome == CLIENT_ABSENT && search.other)
			certificate->outcome = CLIENT_OTHER_SOURCE;
	}
}
