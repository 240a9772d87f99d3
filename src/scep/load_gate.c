/* SPDX-License-Identifier: BSD-2-Clause */
/* Whom /scep-mtls lets in, from settings to certificates. */
#include "scep/load_private.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

/* The name of the CA that SETTING describes; its key is the business of who issues. */
static enum err load_known(const struct config_issuer *setting, struct enrol_known_issuer *known,
			   char *reason)
{
	CLEANUP(pki_chain_free) struct pki_chain chain = {0};
	enum err error = pki_chain_load(setting->ca_cert_path, &chain, reason);

	if (error != ERR_OK)
		return error;
	known->id = setting->id;
	return gnutls_x509_crt_get_raw_dn(chain.certificates[0], &known->subject) < 0 ? ERR_MEMORY : ERR_OK;
}

/* All that are configured, also those that no profile here issues with: a device may come with a certificate
 * that another program issued. */
static enum err load_all_known(struct loading *loading, char *reason)
{
	struct scep_service *service = loading->service;
	const struct config *config = loading->config;

	if (service->known != NULL)
		return ERR_OK;
	service->known = calloc(config->issuer_count + 1, sizeof *service->known);
	if (service->known == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < config->issuer_count; i++) {
		enum err error = load_known(&config->issuers[i], &service->known[i], reason);

		service->known_count = i + 1;
		if (error != ERR_OK)
			return error;
	}
	return ERR_OK;
}

/* The path alone does not say where it was set. */
static void name_setting(char *reason)
{
	size_t length = strlen(reason);

	(void)snprintf(reason + length, PKI_REASON_SIZE - length, " (_MTLS_CLIENT_CA_TRUST_BUNDLE_PATH)");
}

enum err scep_gate_load(struct loading *loading, struct scep_profile *profile)
{
	char reason[PKI_REASON_SIZE] = "";
	enum err error;

	if (loading->service->kind != SCEP_MTLS)
		return ERR_OK;
	error = load_all_known(loading, reason);
	if (error != ERR_OK) {
		scep_report(loading, profile->config, "issuers of client certificates", error, reason);
		return error;
	}
	profile->gate.issuers = loading->service->known;
	profile->gate.issuer_count = loading->service->known_count;
	error = pki_bundle_load(profile->config->mtls_bundle_path, clock_now(), &profile->gate.bundle,
				reason);
	if (error != ERR_OK)
		name_setting(reason);
	scep_report(loading, profile->config, "client CA bundle", error, reason);
	return error;
}

void scep_known_free(struct scep_service *service)
{
	for (size_t i = 0; i < service->known_count; i++)
		bytes_free(&service->known[i].subject);
	free(service->known);
}
