/* SPDX-License-Identifier: BSD-2-Clause */
#include "scep/private.h"

#include <stdio.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/text.h"
#include "gateway/query.h"

#define METHODS_READ (1u << METHOD_GET | 1u << METHOD_HEAD)

/* The operations of RFC 8894 section 4.1, and the methods each is asked with. */
static const struct operation {
	const char *name;
	unsigned methods;
	const char *allow;
	void (*answer)(struct exchange *exchange);
} operations[] = {
	{"GetCACaps", METHODS_READ, "GET, HEAD", scep_get_ca_caps},
	{"GetCACert", METHODS_READ, "GET, HEAD", scep_get_ca_cert},
	{"GetNextCACert", METHODS_READ, "GET, HEAD", scep_get_next_ca_cert},
	{"PKIOperation", 1u << METHOD_GET | 1u << METHOD_POST, "GET, POST", scep_pki_operation},
};

/* Names are compared without case: clients exist that write them otherwise (field.md W5). */
static const struct operation *find_operation(const char *name)
{
	for (size_t i = 0; i < sizeof operations / sizeof *operations; i++)
		if (strcasecmp(name, operations[i].name) == 0)
			return &operations[i];
	return NULL;
}

/* What is known of a request that no message came of. */
static struct enrol_origin origin_of(const struct request *request)
{
	return (struct enrol_origin){
		.protocol = "SCEP",
		.action = "scep_request",
		.actor = "scep-client",
		.request_id = request->id,
		.client_address = request->client_address,
	};
}

/* Refuses at the level of HTTP, where nothing can be signed. DETAIL, for the operator, may be NULL. */
static void refuse(struct exchange *exchange, enum enrol_reason reason, const char *detail)
{
	struct enrol_origin origin = origin_of(exchange->request);

	origin.client = exchange->client;
	enrol_refuse(exchange->store, &exchange->profile->enrol, &origin, reason, detail);
	scep_reply_verdict(exchange, NULL, reason);
}

static void dispatch(struct exchange *exchange)
{
	CLEANUP(bytes_free) gnutls_datum_t value = {NULL, 0};
	enum err error = query_get(exchange->request->query, "operation", &value);
	CLEANUP(text_free) char *name = error == ERR_OK ? text_from_bytes(&value) : NULL;
	const struct operation *operation = name == NULL ? NULL : find_operation(name);

	if (error == ERR_LIMIT) {
		refuse(exchange, ENROL_TOO_LARGE, "the query string");
	} else if (operation == NULL) {
		refuse(exchange, ENROL_OPERATION, name);
	} else if ((operation->methods & 1u << exchange->request->method) == 0) {
		refuse(exchange, ENROL_METHOD, operation->name);
		exchange->response->allow = operation->allow;
	} else {
		operation->answer(exchange);
	}
}

/* DESIGN 4.9: the messages protect themselves, but plain HTTP is a profile's own decision. */
static bool is_plain_http(const struct exchange *exchange)
{
	return !exchange->request->https && !exchange->profile->config->allow_http;
}

/* First whether it may come at all, whatever it asks. */
static void serve(struct exchange *exchange, enum scep_kind kind)
{
	CLEANUP(enrol_client_free) struct enrol_client client = {0};
	char detail[PKI_REASON_SIZE] = "";
	enum enrol_reason reason;

	if (is_plain_http(exchange)) {
		refuse(exchange, ENROL_NOT_HTTPS,
		       "the web server did not pass HTTPS=on, and the profile does not set _ALLOW_HTTP");
		return;
	}
	reason = scep_gate(exchange, kind, &client, detail);
	if (client.certificate != NULL)
		exchange->client = &client;
	if (reason == ENROL_SUCCESS)
		dispatch(exchange);
	else
		refuse(exchange, reason, detail);
	exchange->client = NULL;
}

void scep_handle(struct scep_service *service, struct store *store, const struct request *request,
		 struct response *response)
{
	struct exchange exchange = {
		.profile = scep_route(service, request->path),
		.store = store,
		.request = request,
		.response = response,
	};

	scep_expiry_remind(service);
	if (exchange.profile == NULL) {
		/* Scanners ask for anything: a line, but no audit row for what concerns no profile. */
		log_warn("request refused", "reason", enrol_meaning(ENROL_NO_PROFILE)->label, "path",
			 request->path, "client", request->client_address);
		scep_reply_verdict(&exchange, NULL, ENROL_NO_PROFILE);
		return;
	}
	log_profile(exchange.profile->enrol.key);
	serve(&exchange, service->kind);
}

/* Why the gateway refused REQUEST itself, with STATUS. */
static enum enrol_reason gateway_reason(const struct request *request, int status)
{
	if (request->certificate.outcome == CLIENT_FIELD_TWICE)
		return ENROL_CLIENT_FIELD_TWICE;
	return status == enrol_meaning(ENROL_TOO_LARGE)->http_status ? ENROL_TOO_LARGE : ENROL_MALFORMED;
}

void scep_refused(const struct scep_service *service, struct store *store, const struct request *request,
		  int status)
{
	const struct scep_profile *profile = scep_route(service, request->path);
	const struct enrol_origin origin = origin_of(request);

	if (profile != NULL)
		enrol_audit_refusal(store, &profile->enrol, &origin, gateway_reason(request, status));
}
