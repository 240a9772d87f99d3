/* SPDX-License-Identifier: BSD-2-Clause */
/* What the doctor and the gateway tell each other by: tokens and signed answers. Free of FastCGI, for the
 * doctor. */
#include "gateway/probe.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"
#include "gateway/gateway_private.h"

#define NONCE_DIGITS   (PROBE_NONCE_SIZE - 1)
#define HMAC_DIGITS    (PROBE_HMAC_SIZE - 1)
#define SECONDS_DIGITS 12 /* as many as fit a time_t for the next thirty thousand years */

/* The words before the HMAC in the last line of an answer. */
#define HMAC_LINE "hmac "

static bool hmac(const char *key, const void *data, size_t size, char *hex)
{
	uint8_t value[32];
	gnutls_datum_t bytes = {value, sizeof value};

	hex[0] = '\0';
	if (gnutls_hmac_fast(GNUTLS_MAC_SHA256, key, strlen(key), data, size, value) < 0)
		return false;
	text_hex(&bytes, hex);
	return true;
}

/* The HMAC of a token with NONCE and SECONDS, as they stand in it, for the normalised PATH. */
static bool token_hmac(const char *key, const char *nonce, const char *seconds, const char *path, char *hex)
{
	char text[NONCE_DIGITS + SECONDS_DIGITS + GATEWAY_PATH_SIZE + sizeof PROBE_PARAMETER + 4];
	int size = snprintf(text, sizeof text, PROBE_PARAMETER " %s %s %s", nonce, seconds, path);

	hex[0] = '\0';
	return size > 0 && (size_t)size < sizeof text && hmac(key, text, (size_t)size, hex);
}

enum err probe_token_make(const char *key, const char *nonce, time_t now, const char *path, char *token)
{
	char normal[GATEWAY_PATH_SIZE];
	char hex[PROBE_HMAC_SIZE];
	char seconds[24];
	enum err error = path_normalise(path, strlen(path), true, normal);

	token[0] = '\0';
	if (error != ERR_OK)
		return error;
	(void)snprintf(seconds, sizeof seconds, "%lld", (long long)now);
	if (!token_hmac(key, nonce, seconds, normal, hex))
		return ERR_CRYPTO;
	(void)snprintf(token, PROBE_TOKEN_SIZE, "%s.%s.%s", nonce, seconds, hex);
	return ERR_OK;
}

/* How many of the SIZE characters at TEXT are among ALPHABET before the first that is not. */
static size_t span(const char *text, size_t size, const char *alphabet)
{
	size_t count = 0;

	while (count < size && text[count] != '\0' && strchr(alphabet, text[count]) != NULL)
		count++;
	return count;
}

struct parts {
	char nonce[PROBE_NONCE_SIZE];
	char seconds[SECONDS_DIGITS + 1];
	char hmac[PROBE_HMAC_SIZE];
};

/* Moves *TEXT over MIN to MAX characters of ALPHABET, which it copies to PART. */
static bool take(gnutls_datum_t *text, size_t min, size_t max, const char *alphabet, char *part)
{
	size_t count = span((const char *)text->data, text->size, alphabet);

	if (count < min || count > max)
		return false;
	memcpy(part, text->data, count);
	part[count] = '\0';
	*text = bytes_view(text->data + count, text->size - count);
	return true;
}

static bool take_dot(gnutls_datum_t *text)
{
	char dot[2];

	return take(text, 1, 1, ".", dot);
}

/* In the one form that probe_token_make gives it. */
static bool split(const gnutls_datum_t *token, struct parts *parts)
{
	static const char hex[] = "0123456789abcdef";
	gnutls_datum_t rest = *token;

	return take(&rest, NONCE_DIGITS, NONCE_DIGITS, hex, parts->nonce) && take_dot(&rest) &&
	       take(&rest, 1, SECONDS_DIGITS, "0123456789", parts->seconds) && take_dot(&rest) &&
	       take(&rest, HMAC_DIGITS, HMAC_DIGITS, hex, parts->hmac) && rest.size == 0;
}

static bool is_fresh(const char *seconds, time_t now)
{
	long long then = strtoll(seconds, NULL, 10);

	return then >= (long long)now - LIMIT_PROBE_SECONDS && then <= (long long)now + LIMIT_PROBE_SECONDS;
}

bool probe_token_check(const char *key, const gnutls_datum_t *token, time_t now, const char *path,
		       char *nonce)
{
	char wanted[PROBE_HMAC_SIZE];
	struct parts parts;

	nonce[0] = '\0';
	if (!split(token, &parts) || !token_hmac(key, parts.nonce, parts.seconds, path, wanted) ||
	    gnutls_memcmp(wanted, parts.hmac, HMAC_DIGITS) != 0 || !is_fresh(parts.seconds, now))
		return false;
	memcpy(nonce, parts.nonce, sizeof parts.nonce);
	return true;
}

bool probe_answer_sign(const char *key, struct buffer *lines)
{
	char hex[PROBE_HMAC_SIZE];

	if (lines->failed || !hmac(key, lines->data, lines->size, hex))
		return false;
	buffer_append_text(lines, HMAC_LINE);
	buffer_append_text(lines, hex);
	buffer_append_byte(lines, '\n');
	return !lines->failed;
}

bool probe_answer_check(const char *key, const gnutls_datum_t *body, gnutls_datum_t *lines)
{
	const size_t last = strlen(HMAC_LINE) + HMAC_DIGITS + 1;
	char hex[PROBE_HMAC_SIZE];
	size_t size;

	*lines = (gnutls_datum_t){NULL, 0};
	if (body->size <= last)
		return false;
	size = body->size - last;
	if (body->data[size - 1] != '\n' || memcmp(body->data + size, HMAC_LINE, strlen(HMAC_LINE)) != 0 ||
	    body->data[body->size - 1] != '\n' || !hmac(key, body->data, size, hex) ||
	    gnutls_memcmp(body->data + size + strlen(HMAC_LINE), hex, HMAC_DIGITS) != 0)
		return false;
	*lines = bytes_view(body->data, size);
	return true;
}
