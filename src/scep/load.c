/* SPDX-License-Identifier: BSD-2-Clause */
/* From settings to profiles that can serve: keys, certificates and prepared answers, each checked. */
#include "scep/load_private.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"

static void tell(struct loading *loading, const struct config_scep_profile *profile,
		 const struct scep_preflight *preflight)
{
	struct scep_preflight named = *preflight;

	named.profile = profile->name[0] == '\0' ? "<root>" : profile->name;
	if (loading->seen != NULL)
		loading->seen(loading->context, &named);
	if (loading->first_error == ERR_OK)
		loading->first_error = named.error;
}

void scep_report(struct loading *loading, const struct config_scep_profile *profile, const char *check,
		 enum err error, const char *reason)
{
	tell(loading, profile, &(struct scep_preflight){.check = check, .error = error, .reason = reason});
}

void scep_report_note(struct loading *loading, const struct config_scep_profile *profile, const char *check,
		      const char *reason)
{
	tell(loading, profile, &(struct scep_preflight){.check = check, .note = true, .reason = reason});
}

/* The part of the profile that the decision needs. */
static enum err fill_enrol(struct scep_profile *profile, const struct config *all)
{
	const struct config_scep_profile *config = profile->config;
	const struct config_issuer *setting = config_issuer(all, config->issuer_id);
	struct enrol_profile *enrol = &profile->enrol;

	if (asprintf(&enrol->key, "scep/%s", config->name) < 0) {
		enrol->key = NULL;
		return ERR_MEMORY;
	}
	enrol->policy_id = config->profile_id;
	enrol->challenge = bytes_view_text(config->challenge_password);
	enrol->legacy = config->legacy;
	enrol->renewal_challenge = config->renewal_challenge;
	enrol->renewal_subject_change = config->renewal_subject_change;
	enrol->renewal_window = config->renewal_window;
	enrol->renewal_grace = config->renewal_grace;
	enrol->agents = (enum enrol_agents)config->agents;
	enrol->approval = config->approval;
	enrol->client_subject = config->mtls_subject_match;
	enrol->transaction_lifetime = all->transaction_lifetime;
	enrol->validity = setting->validity_days * 24 * 60 * 60;
	enrol->backdate = setting->backdate;
	enrol->urls.crl = (const char *const *)setting->crl_urls.items;
	enrol->urls.crl_count = setting->crl_urls.count;
	enrol->urls.ocsp = setting->ocsp_url;
	enrol->urls.ca_issuers = setting->ca_issuers_url;
	return ERR_OK;
}

static void report_expiry(struct loading *loading, const struct scep_profile *profile)
{
	struct scep_expiry list[SCEP_EXPIRIES];
	size_t count = scep_expiry_list(profile, list);

	for (size_t i = 0; i < count; i++)
		if (list[i].soon)
			scep_report_note(loading, profile->config, list[i].check, list[i].text);
		else
			scep_report(loading, profile->config, list[i].check, ERR_OK, list[i].text);
}

/* What is answered from settings alone. */
static void prepare_answers(struct loading *loading, struct scep_profile *profile)
{
	enum err error = scep_caps_prepare(profile);

	if (error == ERR_OK)
		error = scep_ca_certificates_check(profile);
	scep_report(loading, profile->config, "GetCACaps and GetCACert", error,
		    error == ERR_LIMIT
			    ? "RA and issuer's chain are more certificates than one answer may hold"
			    : err_text(error));
}

static void load_profile(struct loading *loading, struct scep_profile *profile)
{
	const struct config_scep_profile *config = profile->config;
	enum err ra_error = scep_ra_load(loading, profile);
	enum err gate_error = scep_gate_load(loading, profile);
	enum err error = scep_issuer_load(loading, profile);

	if (error != ERR_OK || ra_error != ERR_OK || gate_error != ERR_OK)
		return;
	error = fill_enrol(profile, loading->config);
	if (error != ERR_OK) {
		scep_report(loading, config, "profile", error, err_text(error));
		return;
	}
	prepare_answers(loading, profile);
	report_expiry(loading, profile);
}

static struct scep_service *new_service(const struct config *config, enum scep_kind kind)
{
	struct scep_service *service = calloc(1, sizeof *service);

	if (service == NULL)
		return NULL;
	service->kind = kind;
	service->profiles = calloc(config->scep_profile_count + 1, sizeof *service->profiles);
	service->issuers = calloc(config->issuer_count + 1, sizeof *service->issuers);
	if (service->profiles == NULL || service->issuers == NULL)
		scep_service_free(&service);
	return service;
}

enum err scep_service_load(const struct config *config, enum scep_kind kind, scep_preflight_seen *seen,
			   void *context, struct scep_service **service)
{
	struct loading loading = {.config = config, .seen = seen, .context = context};

	*service = NULL;
	loading.service = new_service(config, kind);
	if (loading.service == NULL)
		return ERR_MEMORY;
	loading.service->reminded = clock_now();
	for (size_t i = 0; i < config->scep_profile_count; i++) {
		struct scep_profile *profile = &loading.service->profiles[loading.service->profile_count];

		if (kind == SCEP_MTLS && !config->scep_profiles[i].mtls_enabled)
			continue;
		loading.service->profile_count++;
		profile->config = &config->scep_profiles[i];
		load_profile(&loading, profile);
	}
	if (loading.first_error != ERR_OK)
		scep_service_free(&loading.service);
	*service = loading.service;
	return loading.first_error;
}

void scep_service_free(struct scep_service **service)
{
	struct scep_service *old = *service;

	*service = NULL;
	if (old == NULL)
		return;
	for (size_t i = 0; i < old->profile_count; i++) {
		free(old->profiles[i].enrol.key);
		scep_ra_free(&old->profiles[i]);
		bytes_free(&old->profiles[i].caps);
		pki_bundle_free(&old->profiles[i].gate.bundle);
	}
	scep_issuer_names_free(old);
	for (size_t i = 0; i < old->issuer_count; i++)
		scep_issuer_free(&old->issuers[i]);
	free(old->profiles);
	free(old->issuers);
	free(old);
}
