/* SPDX-License-Identifier: BSD-2-Clause */
/* Recognises the doctor's probe and tells it what became of its request. */
#include "gateway/probe.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/gateway_private.h"
#include "gateway/query.h"

/* Finds a token in REQUEST that is good now. NONCE as probe_token_check. */
static bool asks(const char *key, const struct request *request, char *nonce)
{
	CLEANUP(bytes_free) gnutls_datum_t token = {NULL, 0};
	enum err error;

	nonce[0] = '\0';
	if (key == NULL || request->method != METHOD_GET)
		return false;
	error = query_get(request->query, PROBE_PARAMETER, &token);
	if (error == ERR_NOT_FOUND || error == ERR_LIMIT)
		return false;
	if (error == ERR_OK && probe_token_check(key, &token, clock_now(), request->path, nonce))
		return true;
	log_debug("a probe is not answered: its token is not good");
	return false;
}

/* SIZE bytes of TEXT, of which at most LIMIT_PROBE_NAME; escaped, so that they are one word. */
static void put_word(struct buffer *out, const char *text, size_t size)
{
	char escape[4];

	if (size > LIMIT_PROBE_NAME)
		size = LIMIT_PROBE_NAME;
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c > 0x20 && c < 0x7f && c != '%') {
			buffer_append_byte(out, c);
			continue;
		}
		(void)snprintf(escape, sizeof escape, "%%%02X", c);
		buffer_append_text(out, escape);
	}
}

static void put_line(struct buffer *out, const char *name, const char *value)
{
	buffer_append_text(out, name);
	buffer_append_byte(out, ' ');
	if (value == NULL || value[0] == '\0')
		value = "-";
	put_word(out, value, strlen(value));
	buffer_append_byte(out, '\n');
}

static void put_answer(struct buffer *out, const char *name, bool yes)
{
	put_line(out, name, yes ? "yes" : "no");
}

static void put_peer(struct buffer *out, const struct peer *peer)
{
	char text[ADDRESS_TEXT_SIZE];
	char number[24];

	(void)snprintf(number, sizeof number, "%lu", (unsigned long)peer->user);
	buffer_append_text(out, peer->local ? "peer unix uid " : "peer tcp ");
	buffer_append_text(out, peer->local ? number : address_text(&peer->address, text));
	buffer_append_byte(out, '\n');
}

static void put_certificate(struct buffer *out, const struct client_certificate *certificate)
{
	uint8_t value[32];
	gnutls_datum_t bytes = {value, sizeof value};
	char hex[TEXT_HEX_SIZE(sizeof value)];

	put_line(out, "certificate", client_outcome_label(certificate->outcome));
	if (certificate->leaf.size == 0 ||
	    gnutls_hash_fast(GNUTLS_DIG_SHA256, certificate->leaf.data, certificate->leaf.size, value) < 0)
		return;
	text_hex(&bytes, hex);
	buffer_append_text(out, "certificate-sha256 ");
	buffer_append_text(out, hex);
	buffer_append_byte(out, '\n');
}

/* The parameter NAME's value in ENVIRONMENT ("NAME=value" strings), or NULL. */
static const char *find(char *const *environment, const char *name)
{
	size_t size = strlen(name);

	for (; *environment != NULL; environment++)
		if (strncmp(*environment, name, size) == 0 && (*environment)[size] == '=')
			return *environment + size + 1;
	return NULL;
}

/* What can carry an identity, a verdict, or a field of the client's. */
static bool is_told(const char *pair)
{
	return strncmp(pair, "HTTP_", 5) == 0 || strncmp(pair, "SSL_CLIENT_", 11) == 0;
}

/* "reached NAME BYTES" for each such parameter, in the order they came, twice for one that came twice. */
static void put_reached(struct buffer *out, char *const *environment)
{
	size_t lines = 0;
	char bytes[24];

	for (; *environment != NULL && lines < LIMIT_PROBE_LINES; environment++) {
		size_t name = strcspn(*environment, "=");

		if (!is_told(*environment))
			continue;
		lines++;
		buffer_append_text(out, "reached ");
		put_word(out, *environment, name);
		(void)snprintf(bytes, sizeof bytes, " %zu\n",
			       strlen(*environment + name + ((*environment)[name] == '=' ? 1 : 0)));
		buffer_append_text(out, bytes);
	}
}

static void put_all(struct buffer *out, const struct probe_facts *facts, const char *nonce)
{
	const struct request *request = facts->request;

	put_line(out, "nonce", nonce);
	put_peer(out, facts->peer);
	put_answer(out, "peer-listed", facts->peer_listed);
	put_line(out, "remote-addr", facts->remote_address);
	put_line(out, "client-address", request->client_address);
	put_answer(out, "client-listed", facts->client_listed);
	put_answer(out, "https", request->https);
	put_line(out, "protocol", find(facts->environment, "SERVER_PROTOCOL"));
	put_certificate(out, &request->certificate);
	put_reached(out, facts->environment);
}

bool probe_answer(const char *key, const struct probe_facts *facts, struct response *response)
{
	CLEANUP(buffer_free) struct buffer lines = {0};
	char nonce[PROBE_NONCE_SIZE];

	if (!asks(key, facts->request, nonce))
		return false;
	put_all(&lines, facts, nonce);
	if (!probe_answer_sign(key, &lines) || !buffer_take(&lines, &response->body)) {
		log_error("no memory to answer a probe");
		response_text(response, 500, "no memory");
		return true;
	}
	response->status = 200;
	response->content_type = "text/plain; charset=utf-8";
	log_info("a probe of certctl-fcgi doctor was answered");
	return true;
}
