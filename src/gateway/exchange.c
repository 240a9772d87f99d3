/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One request and its answer. libfcgi speaks FastCGI, but is handed a connection that was accepted in
 * waiting.c, in the way it keeps one between two requests itself: ipcFd set and keepConnection true. Its own
 * listening socket is none, so that FCGX_Accept_r returns when this connection brings no request, instead of
 * accepting another.
 */
#include "gateway/gateway_private.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/log.h"

/* FCGI_RESPONDER of the FastCGI specification; what an authorizer answers would be taken for a permission. */
#define ROLE_RESPONDER 1

struct exchange {
	const struct gateway *gateway;
	FCGX_Request *fcgi;
	struct peer peer;
	uint64_t started;
	struct request_params params;
	struct request_text text;
	struct request request;
	struct response response;
};

unsigned exchange_patience(const struct gateway_options *options)
{
	return options->request_seconds > 0 ? options->request_seconds : LIMIT_REQUEST_SECONDS;
}

/* The body into the request. 0, or the HTTP status of a refusal, of which the program is told. */
static int take_body(struct exchange *exchange)
{
	const struct gateway *gateway = exchange->gateway;
	struct request *request = &exchange->request;
	int status = body_read(exchange->fcgi->in, exchange->params.values[PARAM_CONTENT_LENGTH],
			       gateway->options->max_body, &request->body);

	if (status != 0 && gateway->app->refused != NULL)
		gateway->app->refused(gateway->state, request, status);
	if (status == 0 && request->method != METHOD_POST)
		bytes_free(&request->body);
	return status;
}

/* One line for a certificate that is told and not believed; none for one that nobody would listen to. */
static void log_outcome(enum client_outcome outcome)
{
	enum log_level level = outcome == CLIENT_TRUST_OFF     ? LOG_LEVEL_DEBUG
			       : outcome == CLIENT_FIELD_TWICE ? LOG_LEVEL_WARN
							       : LOG_LEVEL_INFO;

	if (outcome != CLIENT_ABSENT && outcome != CLIENT_GIVEN)
		log_line(level, "what was told of a client certificate is not believed", "outcome",
			 client_outcome_label(outcome), "because", client_outcome_text(outcome), NULL);
}

/* What proxies say into the request. 0, or the HTTP status of a refusal, of which the program is told. */
static int take_forwarded(struct exchange *exchange)
{
	const struct gateway *gateway = exchange->gateway;
	char *const *environment = exchange->fcgi->envp;
	struct request *request = &exchange->request;

	client_fields_read(gateway->trust, &exchange->peer, exchange->params.values[PARAM_REMOTE_ADDR],
			   environment, &request->certificate);
	log_outcome(request->certificate.outcome);
	forwarded_apply(gateway->trust, &exchange->peer, environment, &exchange->text, request);
	if (request->certificate.outcome != CLIENT_FIELD_TWICE)
		return 0;
	if (gateway->app->refused != NULL)
		gateway->app->refused(gateway->state, request, 400);
	return 400;
}

/* Parameters and body into the request. 0, or the HTTP status of a refusal, whose reason was logged. */
static int understand(struct exchange *exchange)
{
	struct request *request = &exchange->request;
	const char *twice;
	int status = 0;

	if (FCGX_GetError(exchange->fcgi->in) != 0) { /* which FCGX_Accept_r does not tell */
		status = body_broken();
	} else if (exchange->fcgi->role != ROLE_RESPONDER) {
		log_warn("the web server asks for another FastCGI role than responder");
		status = 400;
	} else if (!params_read(exchange->fcgi->envp, &exchange->params, &twice)) {
		log_warn("a FastCGI parameter is given twice", "name", twice);
		status = 400;
	} else {
		status = request_fill(&exchange->params, &exchange->text, request);
	}
	if (status == 0)
		status = take_forwarded(exchange);
	return status == 0 ? take_body(exchange) : status;
}

/*
 * One write for what fits libfcgi's buffer of 8 KB, end of request included: some clients read once
 * (clients.md 22).
 */
static void send_answer(struct exchange *exchange, const gnutls_datum_t *answer)
{
	FCGX_Request *fcgi = exchange->fcgi;

	(void)FCGX_PutStr((const char *)answer->data, (int)answer->size, fcgi->out);
	(void)FCGX_FClose(fcgi->err);
	if (FCGX_FClose(fcgi->out) != 0)
		log_info("the web server did not take the answer");
}

/* NULL when nobody told of a client certificate. */
static const char *told_certificate(const struct exchange *exchange)
{
	enum client_outcome outcome = exchange->request.certificate.outcome;

	return outcome == CLIENT_ABSENT ? NULL : client_outcome_label(outcome);
}

static void log_access(const struct exchange *exchange, int status, size_t size)
{
	const char *method = exchange->params.values[PARAM_REQUEST_METHOD];
	uint64_t microseconds = (clock_monotonic_ns() - exchange->started) / 1000;
	char status_text[12];
	char duration[32];
	char bytes[24];

	(void)snprintf(status_text, sizeof status_text, "%d", status);
	(void)snprintf(duration, sizeof duration, "%llu.%03u", (unsigned long long)(microseconds / 1000),
		       (unsigned)(microseconds % 1000));
	(void)snprintf(bytes, sizeof bytes, "%zu", size);
	log_info("request completed", "method", method, "path", exchange->text.path, "status", status_text,
		 "duration_ms", duration, "remote_addr", exchange->request.client_address, "bytes", bytes,
		 "client_certificate", told_certificate(exchange));
}

/* Answers the doctor's probe. False: the request is none. */
static bool answer_probe(struct exchange *exchange)
{
	const struct gateway *gateway = exchange->gateway;
	const char *remote = exchange->params.values[PARAM_REMOTE_ADDR];
	struct probe_facts facts = {.request = &exchange->request, .environment = exchange->fcgi->envp};
	struct address client;
	struct peer peer;

	if (gateway->options->probe_key == NULL || peer_find(exchange->fcgi->ipcFd, &peer) != ERR_OK)
		return false;
	facts.peer = &peer;
	facts.peer_listed = trust_believes_peer(gateway->trust, &peer);
	facts.remote_address = remote != NULL ? remote : "";
	facts.client_listed = address_parse(exchange->request.client_address, &client) == ERR_OK &&
			      trust_lists(gateway->trust, &client);
	return probe_answer(gateway->options->probe_key, &facts, &exchange->response);
}

static void answer(struct exchange *exchange)
{
	const struct gateway *gateway = exchange->gateway;
	gnutls_datum_t bytes = {NULL, 0};
	int status = understand(exchange);

	deadline_stop();
	if (status != 0)
		response_text(&exchange->response, status, respond_phrase(status));
	else if (!answer_probe(exchange))
		gateway->app->handle(gateway->state, &exchange->request, &exchange->response);
	deadline_start(exchange->fcgi->ipcFd, SHUT_RDWR, exchange_patience(gateway->options));
	if (respond_build(&exchange->request, &exchange->response, &status, &bytes))
		send_answer(exchange, &bytes);
	else
		log_error("no memory for an answer");
	log_access(exchange, status, exchange->response.body.size);
	bytes_free(&bytes);
	bytes_free(&exchange->response.body);
	bytes_free(&exchange->request.body);
	client_certificate_free(&exchange->request.certificate);
}

/*
 * Ends the request. libfcgi would close the connection and wait up to two seconds for its peer to do the
 * same, so it is made to believe that it is kept.
 */
static enum connection_state finish(FCGX_Request *fcgi)
{
	/* An unread rest would be taken for the next request. */
	bool keep = fcgi->keepConnection && FCGX_GetError(fcgi->in) == 0 && FCGX_HasSeenEOF(fcgi->in) == EOF;

	FCGX_ClearError(fcgi->in);
	fcgi->keepConnection = 1;
	FCGX_Finish_r(fcgi);
	return keep ? CONNECTION_KEPT : CONNECTION_CLOSING;
}

/* Else nobody's name matters, and nobody is asked for it. */
static bool trusts_anybody(const struct gateway_trust *trust)
{
	return trust->local || trust->network_count > 0;
}

bool exchange_run(const struct gateway *gateway, int fd, int *rest, enum connection_state *state)
{
	FCGX_Request fcgi;
	struct exchange exchange = {.gateway = gateway, .fcgi = &fcgi, .started = clock_monotonic_ns()};
	bool served;

	*state = CONNECTION_CLOSING;
	*rest = fd;
	if (trusts_anybody(gateway->trust) && peer_find(fd, &exchange.peer) != ERR_OK)
		return false; /* reset already */
	(void)FCGX_InitRequest(&fcgi, -1, 0);
	fcgi.ipcFd = fd;
	fcgi.keepConnection = 1;
	deadline_start(fd, SHUT_RD, exchange_patience(gateway->options));
	served = FCGX_Accept_r(&fcgi) == 0;
	if (served) {
		request_id_make(exchange.request.id);
		log_request(exchange.request.id, NULL);
		exchange.request.client_address = "";
		answer(&exchange);
		log_request(NULL, NULL);
		*state = finish(&fcgi);
	} else if (deadline_expired()) {
		log_warn("the request took too long to arrive");
	}
	deadline_stop();
	*rest = fcgi.ipcFd;
	return served;
}
