/* SPDX-License-Identifier: BSD-2-Clause */
/* By which way a request may come: /scep, or /scep-mtls with a client certificate. */
#include "scep/private.h"

#include "base/log.h"

/* Nobody asks for a certificate here, so whatever is wrong with one that is told is of no consequence. */
static enum enrol_reason plain_gate(const struct exchange *exchange, enum client_outcome outcome)
{
	if (exchange->profile->config->mtls_only)
		return ENROL_MTLS_ONLY;
	if (outcome != CLIENT_ABSENT && outcome != CLIENT_GIVEN)
		log_debug("what is told of a client certificate is not looked at", "reason",
			  enrol_meaning(enrol_client_reason(outcome))->label, "client",
			  exchange->request->client_address);
	return ENROL_SUCCESS;
}

enum enrol_reason scep_gate(const struct exchange *exchange, enum scep_kind kind, struct enrol_client *client,
			    char *detail)
{
	const struct client_certificate *given = &exchange->request->certificate;

	*client = (struct enrol_client){0};
	detail[0] = '\0';
	/* A field that is there twice was sent by two: one of them is not the web server. */
	if (given->outcome == CLIENT_FIELD_TWICE)
		return ENROL_CLIENT_FIELD_TWICE;
	if (kind == SCEP_PLAIN)
		return plain_gate(exchange, given->outcome);
	return enrol_client_check(exchange->store, &exchange->profile->gate, given, client, detail);
}
