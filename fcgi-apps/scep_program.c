/* SPDX-License-Identifier: BSD-2-Clause */
#include "fcgi-apps/scep_program.h"

#include "base/log.h"

static void preflight_seen(void *context, const struct scep_preflight *seen)
{
	(void)context;
	if (seen->error != ERR_OK)
		log_error("cannot serve profile", "profile", seen->profile, "check", seen->check, "problem",
			  seen->reason);
	else if (seen->note)
		log_warn("profile", "profile", seen->profile, "check", seen->check, "note", seen->reason);
}

static bool any_mtls(const struct config *config)
{
	for (size_t i = 0; i < config->scep_profile_count; i++)
		if (config->scep_profiles[i].mtls_enabled)
			return true;
	return false;
}

enum err scep_program_load(const struct config *config, enum scep_kind kind, void **service)
{
	struct scep_service *scep = NULL;
	enum err error;

	if (!config->scep_enabled) {
		log_error("cannot serve", "setting", "CERTCTL_SCEP_ENABLED", "problem",
			  "SCEP is not enabled");
		return ERR_CONFIG;
	}
	if (kind == SCEP_MTLS && !any_mtls(config)) {
		log_error("cannot serve", "setting", "CERTCTL_SCEP_PROFILE_<NAME>_MTLS_ENABLED", "problem",
			  "no profile is served at /scep-mtls");
		return ERR_CONFIG;
	}
	error = scep_service_load(config, kind, preflight_seen, NULL, &scep);
	*service = scep;
	return error;
}

void scep_program_handle(void *service, struct store *store, const struct request *request,
			 struct response *response)
{
	scep_handle(service, store, request, response);
}

void scep_program_refused(void *service, struct store *store, const struct request *request, int status)
{
	scep_refused(service, store, request, status);
}

void scep_program_unload(void *service)
{
	struct scep_service *scep = service;

	scep_service_free(&scep);
}
