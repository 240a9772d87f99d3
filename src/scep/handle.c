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

/* TEXT is for client and log; NAME, the operation's, and DETAIL, for the operator, may be NULL. */
static void refuse(struct exchange *exchange, int status, const char *text, const char *name,
		   const char *detail)
{
	log_warn("request refused", "reason", text, "detail", detail, "path", exchange->request->path,
		 "operation", name, "client", exchange->request->client_address);
	response_text(exchange->response, status, text);
}

static void dispatch(struct exchange *exchange)
{
	CLEANUP(bytes_free) gnutls_datum_t value = {NULL, 0};
	enum err error = query_get(exchange->request->query, "operation", &value);
	CLEANUP(text_free) char *name = error == ERR_OK ? text_from_bytes(&value) : NULL;
	const struct operation *operation = name == NULL ? NULL : find_operation(name);

	if (operation == NULL) {
		refuse(exchange, 400, "operation must be GetCACaps, GetCACert or PKIOperation, once", name,
		       NULL);
	} else if ((operation->methods & 1u << exchange->request->method) == 0) {
		refuse(exchange, 405, "method not allowed for this operation", operation->name, NULL);
		exchange->response->allow = operation->allow;
	} else {
		operation->answer(exchange);
	}
}

void scep_handle(const struct scep_service *service, struct store *store, const struct request *request,
		 struct response *response)
{
	struct exchange exchange = {
		.profile = scep_route(service, request->path),
		.store = store,
		.request = request,
		.response = response,
	};

	if (exchange.profile == NULL) {
		refuse(&exchange, 404, "no SCEP profile has this path", NULL, NULL);
		return;
	}
	log_profile(exchange.profile->enrol.key);
	/* DESIGN 4.9: the messages protect themselves, but plain HTTP is a profile's own decision. */
	if (!request->https && !exchange.profile->config->allow_http) {
		refuse(&exchange, 403, "this profile is served over HTTPS only", NULL,
		       "the web server did not pass HTTPS=on, and the profile does not set _ALLOW_HTTP");
		return;
	}
	dispatch(&exchange);
}
