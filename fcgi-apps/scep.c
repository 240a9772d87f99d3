/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scep.fcgi: SCEP (RFC 8894) at /scep and /scep/<profile>.
 *
 * Security: anybody who reaches the web server may talk to this program; it holds the RA keys and the issuing
 * keys of its profiles, and its database account may record certificates. Who breaks in can issue; nothing
 * here listens on a network by itself unless --listen says so.
 */
#include <stdlib.h>

#include "base/log.h"
#include "fcgi-apps/program.h"
#include "scep/scep.h"

static void preflight_seen(void *context, const struct scep_preflight *seen)
{
	(void)context;
	if (seen->error != ERR_OK)
		log_error("cannot serve profile", "profile", seen->profile, "check", seen->check, "problem",
			  seen->reason);
	else if (seen->note)
		log_warn("profile", "profile", seen->profile, "check", seen->check, "note", seen->reason);
}

static enum err load(const struct config *config, void **service)
{
	struct scep_service *scep = NULL;
	enum err error;

	if (!config->scep_enabled) {
		log_error("cannot serve", "setting", "CERTCTL_SCEP_ENABLED", "problem",
			  "SCEP is not enabled");
		return ERR_CONFIG;
	}
	error = scep_service_load(config, preflight_seen, NULL, &scep);
	*service = scep;
	return error;
}

static void handle(void *service, struct store *store, const struct request *request,
		   struct response *response)
{
	scep_handle(service, store, request, response);
}

static void refused(void *service, struct store *store, const struct request *request, int status)
{
	scep_refused(service, store, request, status);
}

static void unload(void *service)
{
	struct scep_service *scep = service;

	scep_service_free(&scep);
}

int main(int argc, char **argv)
{
	static const struct program scep = {
		.name = "scep.fcgi",
		.summary = "Serves SCEP (RFC 8894) to the web server that speaks FastCGI to it.",
		.load = load,
		.handle = handle,
		.refused = refused,
		.unload = unload,
	};

	return program_main(argc, argv, &scep);
}
