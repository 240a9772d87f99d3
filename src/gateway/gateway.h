/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way in: FastCGI requests from the fronting web server, one at a time per worker process. This room owns
 * libfcgi, the listening socket, the workers and what is believed about where a request came from; it knows
 * no protocol.
 */
#ifndef GATEWAY_GATEWAY_H
#define GATEWAY_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/error.h"
#include "gateway/client_certificate.h"
#include "gateway/trust.h"

/* Bytes of a request id as text (UUID), final NUL included. */
#define GATEWAY_REQUEST_ID_SIZE 37

enum request_method { METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_OTHER };

/* One request, checked and bounded. Everything belongs to the gateway and lives until the handler returns. */
struct request {
	char id[GATEWAY_REQUEST_ID_SIZE]; /* fresh, random */
	enum request_method method;
	const char *path;    /* normalised: begins with '/', no "//", ".", "..", percent-decoded, UTF-8 */
	const char *query;   /* raw QUERY_STRING, "" when there is none; see query_get */
	gnutls_datum_t body; /* POST: all of it, at most the configured size */
	const char *content_type;   /* as sent, but printable UTF-8 (else '?'), cut; "" when there is none */
	const char *client_address; /* REMOTE_ADDR, or who is before the listed proxies; "": not known */
	bool https; /* HTTPS is "on" (or 1); from a listed proxy, X-Forwarded-Proto is https instead */
	struct client_certificate certificate; /* as forwarded: a claim, to be verified by who uses it;
						  never CLIENT_FIELD_TWICE, which is refused before */
};

/* What to answer. The handler fills it; the gateway adds Content-Length, X-Request-ID and fixed headers. */
struct response {
	int status;               /* HTTP status, 200 when the handler leaves 0 */
	const char *content_type; /* a literal */
	const char *allow;        /* Allow header for 405, a literal or NULL */
	unsigned retry_after;     /* seconds, 0: no header */
	gnutls_datum_t body;      /* the gateway frees it */
};

/* Fills RESPONSE with STATUS and a line of text/plain. */
void response_text(struct response *response, int status, const char *text);

/* What a program brings. STATE is its own. */
struct gateway_app {
	/*
	 * In each worker, before its first request (open the database here). Anything but ERR_OK ends the
	 * program, unless a worker has started well before: then starting is tried again every second. May be
	 * NULL.
	 */
	enum err (*worker_start)(void *state);
	void (*handle)(void *state, const struct request *request, struct response *response);
	/*
	 * Told of a request whose body is refused with STATUS (400, 408, 413 ...), or whose client
	 * certificate's fields came twice (400, the certificate's outcome says so), with everything of it but
	 * the body, so that the program can audit it; the reason was logged and the answer is ours. May be
	 * NULL.
	 */
	void (*refused)(void *state, const struct request *request, int status);
	/*
	 * After SIGHUP, between two requests: load anew, keep the old when that fails. First in the process
	 * that workers are forked from; they follow only when that was ERR_OK. May be NULL.
	 */
	enum err (*reload)(void *state);
	void (*worker_stop)(void *state); /* may be NULL */
};

struct gateway_options {
	const char *program;   /* name for the log */
	const char *listen;    /* "/path" (Unix socket, mode 0660) or "address:port"; NULL: descriptor 0 */
	unsigned workers;      /* 0: serve in this very process */
	unsigned max_requests; /* a worker retires after so many; 0: never */
	size_t max_body;
	const struct gateway_trust *trust; /* NULL: nobody is believed, and there is no TCP */
	const char *probe_key;    /* who has it is told what a request has become (probe.h); NULL: nobody */
	unsigned request_seconds; /* for a whole request to arrive, again for its answer; 0: the default */
};

/*
 * Serves until SIGTERM (SIGINT, SIGUSR1): the current requests are finished, then it returns. Workers that
 * die are replaced, not faster than one a second when they die at once. SIGHUP reloads. Returns
 * the program's exit status.
 */
int gateway_serve(const struct gateway_options *options, const struct gateway_app *app, void *state);

#endif
