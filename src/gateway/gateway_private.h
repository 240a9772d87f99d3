/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the files of the gateway. How a request travels through them:
 *
 *	serve.c      options checked, process hardened, then in this process or under a master
 *	master.c     forks workers, replaces them, passes signals on
 *	worker.c     one worker's life: start, requests, reload, retire
 *	waiting.c    the next connection that has something to read
 *	peer.c trust.c    whose it may be
 *	exchange.c   one request and its answer over libfcgi
 *	params.c request.c path.c body.c    what the request says, checked
 *	client_fields.c    what listed proxies say of a client certificate
 *	forwarded.c    where it came from, as listed proxies say
 *	probe.c      is it the doctor's? then what became of it is the answer
 *	respond.c    the answer, as bytes
 */
#ifndef GATEWAY_GATEWAY_PRIVATE_H
#define GATEWAY_GATEWAY_PRIVATE_H

#include <fcgiapp.h>
#include <signal.h>
#include <sys/types.h>

#include "base/limits.h"
#include "gateway/gateway.h"
#include "gateway/trust.h"

/* What gateway_serve was given, and the socket it listens on. */
struct gateway {
	const struct gateway_options *options;
	const struct gateway_app *app;
	void *state;
	const struct gateway_trust *trust; /* never NULL */
	int listener;
};

/* Exit status of a worker whose worker_start failed, so that the master can tell (EX_CONFIG, sysexits.h). */
#define GATEWAY_EXIT_START 78

/* --- listen.c --- */

struct listener {
	int fd;
	const char *path; /* of a Unix socket made here, else NULL */
};

/* Opens WHERE (see gateway_options.listen) or takes descriptor 0, not blocking. False: the reason was logged.
 */
bool listener_open(const char *where, struct listener *listener);

/*
 * True when TRUST allows to listen on the socket FD, whoever has opened it: over TCP somebody must be listed.
 * False: the reason was logged. A Unix socket whose peers are not believed, though others are, is pointed
 * out.
 */
bool listener_check(int fd, const struct gateway_trust *trust);

/* Closes it, and removes the Unix socket made for it unless another process has its own there by now. */
void listener_close(struct listener *listener);

/* --- process.c --- */

/* No core files and no tracing by others of the same user: the process holds keys. */
void process_harden(void);

/* Bounds the address space at LIMIT_WORKER_MEMORY above what is in use: libfcgi allocates what is announced.
 */
void process_limit_memory(void);

/* Ends a forked worker without running what its parent registered with atexit. */
_Noreturn void process_exit(int status);

/* --- signals.c --- */

extern struct gateway_signals {
	volatile sig_atomic_t stop;   /* SIGTERM, SIGINT, SIGUSR1 */
	volatile sig_atomic_t reload; /* SIGHUP */
} gateway_signals;

/*
 * Blocks these signals and SIGCHLD, so that they arrive only inside signals_deliver or a ppoll with
 * signals_waiting's mask, and installs our handlers in place of libfcgi's. SIGPIPE is ignored.
 */
void signals_install(void);

/* The mask to wait with: the process's own without those signals. */
const sigset_t *signals_waiting(void);

/* Lets pending signals in. Needed beside ppoll, which delivers none while a descriptor is always ready. */
void signals_deliver(void);

/* --- deadline.c --- */

/* After SECONDS shuts the socket FD down as HOW says (SHUT_RD, SHUT_RDWR): reads and writes on it end. */
void deadline_start(int fd, int how, unsigned seconds);
void deadline_stop(void);

/* True when the last one that was started has passed. */
bool deadline_expired(void);

/* --- master.c, worker.c --- */

/* Keeps options->workers workers running until a signal says stop. The program's exit status. */
int master_run(const struct gateway *gateway);

/* Serves in this process until told to stop or retired. READY (or NULL) is called when worker_start was good.
 */
int worker_run(const struct gateway *gateway, void (*ready)(void));

/* --- peer.c --- */

/* Who may connect, and what was logged about those who may not. */
struct admission {
	const struct gateway_trust *trust;
	uint64_t said;         /* clock_monotonic_ns of the last line, 0: none yet */
	unsigned long refused; /* since then */
};

/* Whether the peer of FD, just accepted, may speak FastCGI to us; else it is to be closed unread. */
bool peer_admit(struct admission *admission, int fd);

/* --- waiting.c --- */

enum connection_state {
	CONNECTION_NEW,    /* no request has come over it yet */
	CONNECTION_KEPT,   /* its peer may send another one */
	CONNECTION_CLOSING /* answered: only the peer's end is waited for */
};

struct waiting {
	int listener;
	struct admission admission;
	unsigned patience; /* seconds a silent connection may keep its place when there are too many */
	struct connection {
		int fd;
		uint64_t since; /* clock_monotonic_ns */
		enum connection_state state;
	} items[LIMIT_WAITING_CONNECTIONS]; /* oldest first */
	size_t count;
	size_t turn; /* who is asked first, so that nobody starves: 0 the listening socket, then the items */
};

void waiting_init(struct waiting *waiting, const struct gateway *gateway, unsigned patience);

enum waiting_result { WAITING_READY, WAITING_SIGNAL, WAITING_FAILED };

/*
 * Waits for a connection with something to read (or its end), accepting new ones of admitted peers, and takes
 * it out of WAITING into *FD. WAITING_SIGNAL: a signal came first. WAITING_FAILED: nothing can be accepted
 * any more; the reason was logged.
 */
enum waiting_result waiting_next(struct waiting *waiting, int *fd);

/*
 * The last call before a worker ends: one that has a request, or gets it within LIMIT_LAST_CALL_MS when it
 * has not sent any before. -1 when there is none. Nothing is accepted any more.
 */
int waiting_last_call(struct waiting *waiting);

/*
 * Takes over FD, KEPT or CLOSING; when there is no place for it, it is closed. A CLOSING one is shut down and
 * closed once its peer has closed it: doing so before everything was read could cost the peer the answer. No
 * worker waits for that, and its place is given up first when there are too many.
 */
void waiting_add(struct waiting *waiting, int fd, enum connection_state state);

void waiting_close(struct waiting *waiting);

/* --- exchange.c --- */

/* The seconds a peer has, once for its request and once for the answer. */
unsigned exchange_patience(const struct gateway_options *options);

/*
 * One request over the connection FD, which must have something to read. Takes over FD and hands it
 * back in *REST to be added to those waiting, in *STATE, or -1 when it was closed. True when a request was
 * answered.
 */
bool exchange_run(const struct gateway *gateway, int fd, int *rest, enum connection_state *state);

/* --- params.c --- */

/* The FastCGI parameters that are read of every request; forwarded.c and client_fields.c look for more. */
enum param {
	PARAM_REQUEST_METHOD,
	PARAM_CONTENT_LENGTH,
	PARAM_CONTENT_TYPE,
	PARAM_QUERY_STRING,
	PARAM_HTTPS,
	PARAM_REMOTE_ADDR,
	PARAM_REQUEST_URI,
	PARAM_DOCUMENT_URI,
	PARAM_SCRIPT_NAME,
	PARAM_PATH_INFO,
	PARAM_COUNT,
};

struct request_params {
	const char *values[PARAM_COUNT]; /* NULL: not given */
};

/* Picks them out of ENVIRONMENT ("NAME=value" strings, ended by NULL). False: *TWICE was given twice. */
bool params_read(char *const *environment, struct request_params *params, const char **twice);

/* The value in PAIR, "NAME=value", when it is NAME's, else NULL. */
const char *param_value(const char *pair, const char *name);

/* --- request.c --- */

/* The largest normalised path, final NUL included. */
#define GATEWAY_PATH_SIZE (LIMIT_PATH + 1)

/* What of a request is not used as the web server sent it. */
struct request_text {
	char path[GATEWAY_PATH_SIZE];
	char content_type[LIMIT_CONTENT_TYPE + 1];
	char client_address[ADDRESS_TEXT_SIZE];
};

/*
 * Fills all of REQUEST but id and body; it points into PARAMS or TEXT. 0, or the HTTP status of a refusal,
 * whose reason was logged.
 */
int request_fill(const struct request_params *params, struct request_text *text, struct request *request);

/* --- forwarded.c --- */

/*
 * Follows X-Forwarded-For in ENVIRONMENT from right to left, over addresses that TRUST lists, to the first
 * other one, which goes to *CLIENT; when all are listed, the left-most. *CLIENT is REMOTE_ADDR before, and
 * stays it when the field is not there. An element that is no address, with or without port, and one more
 * than LIMIT_FORWARDED_HOPS end the walk at the one before; returns why then, else NULL.
 */
const char *forwarded_client(const struct gateway_trust *trust, char *const *environment,
			     struct address *client);

/* What X-Forwarded-Proto in ENVIRONMENT says: https when every element is that. */
enum forwarded_proto {
	FORWARDED_UNSAID,
	FORWARDED_HTTPS,
	FORWARDED_OTHER
} forwarded_proto(char *const *environment);

/* Puts both into REQUEST, filled by request_fill, when its client_address over PEER is believed. */
void forwarded_apply(const struct gateway_trust *trust, const struct peer *peer, char *const *environment,
		     struct request_text *text, struct request *request);

/* --- client_fields.c --- */

/*
 * What ENVIRONMENT tells of a client certificate, into CERTIFICATE: decoded when TRUST listens to who sends
 * it, by PEER from REMOTE (REMOTE_ADDR, "" when not known), else the outcome alone.
 */
void client_fields_read(const struct gateway_trust *trust, const struct peer *peer, const char *remote,
			char *const *environment, struct client_certificate *certificate);

/* --- path.c --- */

/* Decodes escapes of TEXT (when ENCODED) and normalises it into PATH, "" on error. ERR_SYNTAX, ERR_LIMIT. */
enum err path_normalise(const char *text, size_t size, bool encoded, char *path);

/*
 * The path of a request: REQUEST_URI, decoded here once, where it is an absolute path or URI (nginx, Apache
 * and HAProxy all send it, as the client wrote it); else DOCUMENT_URI; else SCRIPT_NAME and PATH_INFO, which
 * web servers have decoded already. A front end that rewrites paths must set REQUEST_URI to the rewritten
 * one.
 */
enum err path_from_params(const struct request_params *params, char *path);

/* --- percent.c --- */

/* Appends SIZE bytes of TEXT to OUT, %XX decoded (RFC 3986 section 2.1), '+' kept. ERR_SYNTAX: broken escape.
 */
enum err percent_decode(const char *text, size_t size, struct buffer *out);

/* --- body.c --- */

/* CONTENT_LENGTH as a number; NULL and "" are "not given". False when it is not a number or does not fit. */
bool body_length(const char *text, bool *given, size_t *length);

/* The status, 400 or 408, for a request that broke off; logs why. */
int body_broken(void);

/*
 * Reads the body to its end, at most MAX bytes, whether or not LENGTH says how long it is. 0, or the HTTP
 * status of a refusal, whose reason was logged: 400 (no number, or another length than announced), 408 or
 * 413. The caller frees *BODY.
 */
int body_read(FCGX_Stream *in, const char *length, size_t max, gnutls_datum_t *body);

/* --- request_id.c --- */

/* Writes a random UUID (RFC 4122 section 4.4) to ID of GATEWAY_REQUEST_ID_SIZE bytes. */
void request_id_make(char *id);

/* --- probe.c --- */

/* What the answer to a probe tells, beside what the request says itself. */
struct probe_facts {
	const struct request *request;
	char *const *environment; /* all parameters: "NAME=value" strings, ended by NULL */
	const struct peer *peer;
	bool peer_listed;
	const char *remote_address; /* REMOTE_ADDR as the peer says, "" when it does not */
	bool client_listed;         /* the request's client_address is one of the listed networks' */
};

/*
 * Fills RESPONSE when the request is a GET with a token that is good for KEY (NULL: none is). False for all
 * others, of which nothing is to be seen but a line for debugging.
 */
bool probe_answer(const char *key, const struct probe_facts *facts, struct response *response);

/* --- respond.c --- */

/* The standard reason phrase of an HTTP status, "Unknown" for those we never send. */
const char *respond_phrase(int status);

/*
 * The whole answer, header and body, as the FastCGI standard output wants it (RFC 3875 section 6). A response
 * with characters in its header values that would start another line is a fault of ours: logged, answered
 * with 500. *STATUS is what was sent in the end. False when memory is out.
 */
bool respond_build(const struct request *request, const struct response *response, int *status,
		   gnutls_datum_t *answer);

#endif
