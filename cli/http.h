/* SPDX-License-Identifier: BSD-2-Clause */
/* HTTP for the client commands: one request, one bounded answer, no redirects. */
#ifndef CLI_HTTP_H
#define CLI_HTTP_H

#include "cli/cli.h"

struct http_options {
	const char
		*tls_ca; /* PEM file with what the server's certificate must chain to; NULL: the system's */
	const char *tls_max;  /* "1.2" or "1.3", or NULL */
	const char *tls_cert; /* PEM file with the certificate, and its chain, to present when asked; NULL:
				 none */
	const char *tls_key;  /* PEM file with its private key; NULL: it is in TLS_CERT too */
};

struct http_answer {
	long status;
	char content_type[128]; /* "" when there is none */
	gnutls_datum_t body;    /* freed with bytes_free */
};

/*
 * GETs URL, or POSTs BODY with CONTENT_TYPE there. Whatever the status, an answer is true; false after an
 * error message when there was none: no connection, a bad certificate, too slow, or larger than LIMIT_FILE.
 */
bool http_get(const struct http_options *options, const char *url, struct http_answer *answer);
bool http_post(const struct http_options *options, const char *url, const char *content_type,
	       const gnutls_datum_t *body, struct http_answer *answer);

#endif
