/* SPDX-License-Identifier: BSD-2-Clause */
/* Whom /scep-mtls lets in, from settings to certificates. */
#include "scep/load_private.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"

/* The name of the CA that SETTING describes; its key is the business of who issues. */
static enum err load_name(const struct config_issuer *setting, gnutls_datum_t *name, char *reason)
{
	CLEANUP(pki_chain_free) struct pki_chain chain = {0};
	enum err error = pki_chain_load(setting->ca_cert_path, &chain, reason);

	if (error != ERR_OK)
		return error;
	return gnutls_x509_crt_get_raw_dn(chain.certificates[0], name) < 0 ? ERR_MEMORY : ERR_OK;
}

/* All that are configured, also those that no profile here issues with: a device may come with a certificate
 * that another program issued. */
static enum err load_names(struct loading *loading, char *reason)
{
	struct scep_service *service = loading->service;
	const struct config *config = loading->config;

	if (service->issuer_names != NULL)
		return ERR_OK;
	service->issuer_names = calloc(config->issuer_count + 1, sizeof *service->issuer_names);
	if (service->issuer_names == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < config->issuer_count; i++) {
		enum err error = load_name(&config->issuers[i], &service->issuer_names[i], reason);

		service->issuer_name_count = i + 1;
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
	error = load_names(loading, reason);
	if (error != ERR_OK) {
		scep_report(loading, profile->config, "issuers of client certificates", error, reason);
		return error;
	}
	profile->gate.issuers = loading->service->issuer_names;
	profile->gate.issuer_count = loading->service->issuer_name_count;
	error = pki_bundle_load(profile->config->mtls_bundle_path, clock_now(), &profile->gate.bundle,
				reason);
	if (error != ERR_OK)
		name_setting(reason);
	scep_report(loading, profile->config, "client CA bundle", error, reason);
	return error;
}

void scep_issuer_names_free(struct scep_service *service)
{
	for (size_t i = 0; i < service->issuer_name_count; i++)
		bytes_free(&service->issuer_names[i]);
	free(service->issuer_names);
}
