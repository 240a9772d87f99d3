/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The probe of 'certctl-fcgi doctor': a GET that the gateway answers itself, in place of the program, with
 *what became of it on its way through the front end. It is answered only to who has the key, and tells
 *nothing but of the asker's own request. Its parameter in the query is
 *
 *	certctl-probe=NONCE.SECONDS.HMAC
 *
 * with 32 hex digits, the seconds since 1970, and the HMAC-SHA256 in hex of "certctl-probe NONCE SECONDS
 *PATH". The answer is lines of "name value", the last of them the HMAC of those before it.
 */
#ifndef GATEWAY_PROBE_H
#define GATEWAY_PROBE_H

#include <stdbool.h>
#include <time.h>

#include "base/bytes.h"
#include "base/error.h"

#define PROBE_PARAMETER "certctl-probe"

/* Sizes as text, final NUL included: of a nonce, an HMAC, and a token. */
#define PROBE_NONCE_SIZE 33
#define PROBE_HMAC_SIZE  65
#define PROBE_TOKEN_SIZE (PROBE_NONCE_SIZE + 20 + PROBE_HMAC_SIZE)

/*
 * Makes the token of a probe with NONCE (32 lower-case hex digits) at NOW for PATH, as it stands in a URL
 * before the '?', into TOKEN of PROBE_TOKEN_SIZE bytes, "" on error. Errors as for the path of a request:
 * ERR_SYNTAX, ERR_LIMIT, ERR_MEMORY; ERR_CRYPTO.
 */
enum err probe_token_make(const char *key, const char *nonce, time_t now, const char *path, char *token);

/*
 * Whether TOKEN was made with KEY for PATH (normalised), at most LIMIT_PROBE_SECONDS before or after NOW.
 * NONCE of PROBE_NONCE_SIZE bytes gets its nonce, "" when not. Takes the same time whichever digit of an HMAC
 * is wrong.
 */
bool probe_token_check(const char *key, const gnutls_datum_t *token, time_t now, const char *path,
		       char *nonce);

/* Adds the last line, with the HMAC of what LINES holds. False, and LINES unfit, when GnuTLS or memory fails.
 */
bool probe_answer_sign(const char *key, struct buffer *lines);

/*
 * Whether BODY is the answer of somebody with KEY: *LINES gets its lines without the last one. It points into
 * BODY and is empty when not.
 */
bool probe_answer_check(const char *key, const gnutls_datum_t *body, gnutls_datum_t *lines);

#endif
