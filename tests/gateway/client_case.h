/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Forwarded client certificates for tests, spelled as web servers do. Values are written as templates, in
 * which "{how X}" stands for certificate X spelled HOW:
 *
 *	base64   one line              pem      PEM with LF              crlf    the same with CRLF
 *	tabs     nginx's $ssl_client_cert: a tab before each line but the first
 *	spaces   Apache in a header field: a space for each LF
 *	url      nginx's $ssl_client_escaped_cert and Envoy: PEM, all escaped that is not unreserved
 *	lower    the same with lower-case escapes
 *	alb      AWS: the same, but '+', '=' and '/' stay
 *	urlbase64    early Traefik: base64, escaped
 *	sha256, SHA256   the digest in hex, of either case
 *
 * X is 1, 2, 3 (different certificates), or a flaw of 1: c (cut short by a byte), t (a byte behind), o (an
 * OCTET STRING), i (indefinite length); j is 1 and 2 joined, a chain of 2 and 3 is k; e is no bytes at all; l
 *is a SEQUENCE as large as is allowed, m one byte more.
 */
#ifndef TEST_CLIENT_CASE_H
#define TEST_CLIENT_CASE_H

#include "gateway/client_certificate.h"

/* What TEMPLATE stands for; NULL for NULL. Kept until the process ends. */
const char *client_spell(const char *template);

/* The certificate X as DER, not to be freed. */
gnutls_datum_t client_der(char x);

struct client_case {
	const char *certificate;
	const char *verdict;
	const char *chain;
	const char *chain_items[3];
	enum client_outcome expected;
	const char *found; /* the leaf and the chain, as X each: "123"; NULL unless CLIENT_GIVEN */
	const char *why;
};

/* Decodes each of the COUNT cases from SOURCE and expects what it says. */
void client_cases_run(enum client_source source, const struct client_case *cases, size_t count);

/* Expects that the certificate TEMPLATE, which is good, is refused when cut anywhere but before its last
 * SPARE bytes, a line break. */
void client_cuts_run(enum client_source source, const char *verdict, const char *template, size_t spare);

#define CLIENT_CASES(source, cases) client_cases_run(source, cases, sizeof(cases) / sizeof *(cases))

#endif
