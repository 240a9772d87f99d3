/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A FastCGI client that speaks records to the real gateway, well-formed or not. Waits are bounded
 * (TEST_FCGI_SECONDS) and end when something happens, never by the clock. Failures of the set-up end the
 * test.
 */
#ifndef TEST_FCGI_H
#define TEST_FCGI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

/* The longest wait for anything. */
#define TEST_FCGI_SECONDS 20

enum fcgi_type {
	FCGI_TYPE_BEGIN = 1,
	FCGI_TYPE_ABORT = 2,
	FCGI_TYPE_END = 3,
	FCGI_TYPE_PARAMS = 4,
	FCGI_TYPE_STDIN = 5,
	FCGI_TYPE_STDOUT = 6,
	FCGI_TYPE_STDERR = 7,
};

/* One FastCGI parameter; a list ends with a NULL name. */
struct fcgi_param {
	const char *name;
	const char *value;
};

/* What came back. Freed with fcgi_reply_free. */
struct fcgi_reply {
	bool complete;  /* END_REQUEST was read; else the connection ended before */
	int status;     /* of the Status header, 0 when there is none */
	size_t records; /* STDOUT records with content */
	char *headers;  /* all lines, "" when there are none */
	gnutls_datum_t body;
};

/* Whom the next connections to TCP ports come from, an address of 127.0.0.0/8; NULL: 127.0.0.1. */
extern const char *fcgi_source;

/* Connects to a Unix socket ('/path') or a TCP port of 127.0.0.1 (digits); waits until somebody listens. */
int fcgi_connect(const char *where);

/* --- records one by one; false when the peer has hung up --- */

bool fcgi_send(int fd, const void *data, size_t size);
bool fcgi_record(int fd, enum fcgi_type type, const void *content, size_t size);
bool fcgi_begin(int fd, unsigned role, bool keep);

/* Appends a name-value pair as PARAMS carries it. */
void fcgi_put_param(struct buffer *out, const char *name, const char *value);

/* All of PARAMS, and the empty record that ends them. */
bool fcgi_params(int fd, const struct fcgi_param *params);

/* BODY in records of at most 32 KB, and the empty record that ends it. */
bool fcgi_stdin(int fd, const gnutls_datum_t *body);

/* Reads until END_REQUEST or the end of the connection. */
void fcgi_read(int fd, struct fcgi_reply *reply);

/* --- a whole request --- */

/* Begin, PARAMS, BODY (may be NULL) and the reply, over FD. */
void fcgi_exchange(int fd, bool keep, const struct fcgi_param *params, const gnutls_datum_t *body,
		   struct fcgi_reply *reply);

/* The same over a connection of its own. */
void fcgi_request(const char *where, const struct fcgi_param *params, const gnutls_datum_t *body,
		  struct fcgi_reply *reply);

/* The value of header NAME, "" when it is not there; until the next call. */
const char *fcgi_header(const struct fcgi_reply *reply, const char *name);

void fcgi_reply_free(struct fcgi_reply *reply);

/* True when the peer has closed FD, or does within the longest wait. Drops what it sends. */
bool fcgi_closed(int fd);

#endif
