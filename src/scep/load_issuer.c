/* SPDX-License-Identifier: BSD-2-Clause */
/* Issuing CAs, from settings to keys, once each however many profiles share them. */
#include "scep/load_private.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

static struct scep_issuer *loaded(const struct scep_service *service, const char *id)
{
	for (size_t i = 0; i < service->issuer_count; i++)
		if (strcmp(service->issuers[i].ca->id, id) == 0)
			return &service->issuers[i];
	return NULL;
}

static enum err load_ca(struct loading *loading, const struct config_scep_profile *profile,
			const struct config_issuer *setting, struct pki_issuer **ca)
{
	char reason[PKI_REASON_SIZE] = "";
	enum err error = ERR_CONFIG;

	if (setting == NULL)
		(void)snprintf(reason, sizeof reason, "issuer %.100s is not configured", profile->issuer_id);
	else
		error = pki_issuer_load(setting->id, setting->ca_cert_path, setting->ca_key_path, clock_now(),
					ca, reason);
	scep_report(loading, profile, "issuer", error, reason);
	return error;
}

static enum err load_next(struct loading *loading, const struct config_scep_profile *profile,
			  const struct config_issuer *setting, struct scep_issuer *issuer)
{
	char reason[PKI_REASON_SIZE] = "";
	enum err error;

	if (setting->next_cert_path == NULL)
		return ERR_OK;
	error = scep_next_ca_prepare(setting->next_cert_path, issuer, reason);
	scep_report(loading, profile, "next CA", error, reason);
	return error;
}

enum err scep_issuer_load(struct loading *loading, struct scep_profile *profile)
{
	const struct config_issuer *setting = config_issuer(loading->config, profile->config->issuer_id);
	struct scep_service *service = loading->service;
	struct scep_issuer *issuer = loaded(service, profile->config->issuer_id);
	struct pki_issuer *ca = NULL;
	enum err error = ERR_OK;

	if (issuer != NULL) {
		scep_report(loading, profile->config, "issuer", ERR_OK, "");
	} else {
		error = load_ca(loading, profile->config, setting, &ca);
		if (error != ERR_OK)
			return error;
		issuer = &service->issuers[service->issuer_count++];
		issuer->ca = ca;
		error = load_next(loading, profile->config, setting, issuer);
	}
	profile->enrol.issuer = issuer->ca;
	profile->next_ca = issuer->next_ca.size > 0 ? &issuer->next_ca : NULL;
	return error;
}

void scep_issuer_free(struct scep_issuer *issuer)
{
	pki_issuer_free(&issuer->ca);
	bytes_free(&issuer->next_ca);
}
