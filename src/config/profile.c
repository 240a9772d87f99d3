/* SPDX-License-Identifier: BSD-2-Clause */
/* What a SCEP profile must have (contract A.6), once its values are read. All of it is said, not the first
 * alone. */
#include <stdio.h>
#include <string.h>

#include "config/loader.h"
#include "config/value.h"

struct subject {
	struct config_loader *loader;
	const struct config *config;
	const struct config_scep_profile *profile;
	const char *prefix; /* of the names of its settings */
	char which[128];    /* "SCEP profile 0, PathID 'corp'" */
};

static bool is_empty(const char *text)
{
	return text == NULL || *text == '\0';
}

static void check_challenge(const struct subject *s)
{
	if (is_empty(s->profile->challenge_password))
		config_say(s->loader, true,
			   "%sCHALLENGE_PASSWORD is not set, and without it anybody could enrol (CWE-306): "
			   "set it or "
			   "%sCHALLENGE_PASSWORD_FILE, or disable SCEP with CERTCTL_SCEP_ENABLED=false (%s)",
			   s->prefix, s->prefix, s->which);
}

static void check_ra(const struct subject *s)
{
	if (is_empty(s->profile->ra_cert_path) || is_empty(s->profile->ra_key_path))
		config_say(s->loader, true,
			   "%sRA_CERT_PATH and %sRA_KEY_PATH must both be set: clients encrypt to the RA "
			   "certificate "
			   "(RFC 8894 section 3.2.2), its key decrypts; 'certctl-fcgi ra init' makes a pair "
			   "(%s)",
			   s->prefix, s->prefix, s->which);
}

/* A key may serve a second certificate; a certificate that is there twice is one that was not replaced. */
static void check_old_ra(const struct subject *s)
{
	const struct config_list *certs = &s->profile->ra_old_cert_paths;
	const struct config_list *keys = &s->profile->ra_old_key_paths;

	if (certs->count != keys->count)
		config_say(s->loader, true,
			   "%sRA_OLD_CERT_PATHS has %zu items and %sRA_OLD_KEY_PATHS %zu: give each old RA "
			   "certificate its key, in the same order (%s)",
			   s->prefix, certs->count, s->prefix, keys->count, s->which);
	for (size_t i = 0; i < certs->count; i++)
		if (config_list_has(certs, i, certs->items[i]) ||
		    (s->profile->ra_cert_path != NULL &&
		     strcmp(certs->items[i], s->profile->ra_cert_path) == 0))
			config_say(s->loader, true,
				   "%sRA_OLD_CERT_PATHS: '%.80s' is there twice, or is RA_CERT_PATH: an old "
				   "RA certificate "
				   "is listed once, beside a new one with a file of its own (%s)",
				   s->prefix, certs->items[i], s->which);
}

/*
 * A message signed with a certificate of this profile is its renewal. Where that may change names, an agent's
 * request for another device is one too.
 */
static void check_renewal(const struct subject *s)
{
	const struct config_scep_profile *p = s->profile;

	if (!p->renewal_subject_change || p->renewal_challenge)
		return;
	if (p->agents != CONFIG_AGENTS_NONE)
		config_say(
			s->loader, true,
			"%sAGENTS asks an agent for the challenge, but %sRENEWAL_SUBJECT_CHANGE=true lets it "
			"have any names without: set %sRENEWAL_CHALLENGE=true, or one of the two otherwise "
			"(%s)",
			s->prefix, s->prefix, s->prefix, s->which);
	else
		config_say(
			s->loader, false,
			"%sRENEWAL_SUBJECT_CHANGE is true: whoever holds a certificate of this profile gets "
			"one with other names, without challenge%s; %sRENEWAL_CHALLENGE=true asks for it "
			"(%s)",
			s->prefix, p->approval ? " and without approval" : "", s->prefix, s->which);
}

/* Sent over plain HTTP, a raw request shows the challenge to the network. */
static void check_raw(const struct subject *s)
{
	if (s->profile->raw_csr && s->profile->allow_http)
		config_say(
			s->loader, false,
			"%sRAW_CSR and %sALLOW_HTTP are both true: a raw request over plain HTTP shows its "
			"challenge to the network; say %sRAW_CSR=false unless devices need it (%s)",
			s->prefix, s->prefix, s->prefix, s->which);
}

static void check_issuer(const struct subject *s)
{
	const char *id = s->profile->issuer_id;

	if (is_empty(id))
		config_say(s->loader, true,
			   "%sISSUER_ID is not set: name the issuing CA, such as iss-local (%s)", s->prefix,
			   s->which);
	else if (config_issuer(s->config, id) == NULL && strcmp(id, "iss-local") == 0)
		config_say(s->loader, true,
			   "%sISSUER_ID: there is no iss-local, because CERTCTL_CA_CERT_PATH and "
			   "CERTCTL_CA_KEY_PATH "
			   "are not set (%s)",
			   s->prefix, s->which);
	else if (config_issuer(s->config, id) == NULL)
		config_say(s->loader, true,
			   "%sISSUER_ID is '%.80s', which CERTCTL_ISSUERS does not name (%s)", s->prefix, id,
			   s->which);
}

/* What depends on mTLS would be without effect, and somebody counts on it. */
static void check_mtls_off(const struct subject *s)
{
	if (s->profile->mtls_only)
		config_say(
			s->loader, true,
			"%sMTLS_ONLY is true, but %sMTLS_ENABLED is not: the profile would be served nowhere "
			"(%s)",
			s->prefix, s->prefix, s->which);
	if (s->profile->mtls_subject_match)
		config_say(s->loader, true,
			   "%sMTLS_SUBJECT_MATCH is true, but %sMTLS_ENABLED is not: there is no client "
			   "certificate "
			   "to compare with (%s)",
			   s->prefix, s->prefix, s->which);
}

static void check_mtls(const struct subject *s)
{
	if (!s->profile->mtls_enabled) {
		check_mtls_off(s);
		return;
	}
	if (!config_believes_certificates(s->loader, s->config))
		config_say(s->loader, true,
			   "%sMTLS_ENABLED is true, but nobody is believed about client certificates: it "
			   "needs both "
			   "CERTCTL_TRUSTED_PROXY_CIDRS and CERTCTL_TRUST_PROXY_CLIENT_CERT=true (%s)",
			   s->prefix, s->which);
	if (is_empty(s->profile->mtls_bundle_path))
		config_say(s->loader, true,
			   "%sMTLS_ENABLED is true, but %sMTLS_CLIENT_CA_TRUST_BUNDLE_PATH is not set (%s)",
			   s->prefix, s->prefix, s->which);
}

static void check_intune(const struct subject *s)
{
	const struct config_scep_profile *p = s->profile;

	if (p->intune_enabled)
		config_say(s->loader, true,
			   "%sINTUNE_ENABLED is true, but Intune challenges are not in this version yet; say "
			   "false (%s)",
			   s->prefix, s->which);
	if (p->intune_enabled && is_empty(p->intune_connector_cert_path))
		config_say(s->loader, true,
			   "%sINTUNE_ENABLED is true, but %sINTUNE_CONNECTOR_CERT_PATH is not set (%s)",
			   s->prefix, s->prefix, s->which);
	if (p->intune_challenge_validity > 0 && p->intune_clock_skew >= p->intune_challenge_validity)
		config_say(s->loader, true,
			   "%sINTUNE_CLOCK_SKEW_TOLERANCE must be less than %sINTUNE_CHALLENGE_VALIDITY (%us "
			   "and %us; %s)",
			   s->prefix, s->prefix, p->intune_clock_skew, p->intune_challenge_validity,
			   s->which);
}

void config_check_profile(struct config_loader *loader, const struct config *config,
			  const struct config_scep_profile *profile, size_t index,
			  const struct config_prefixes *prefixes)
{
	struct subject subject = {.loader = loader,
				  .config = config,
				  .profile = profile,
				  .prefix = prefixes->text[prefixes->count - 1]};

	(void)snprintf(subject.which, sizeof subject.which, "SCEP profile %zu, PathID '%.64s'", index,
		       profile->name);
	check_challenge(&subject);
	check_ra(&subject);
	check_old_ra(&subject);
	check_issuer(&subject);
	check_renewal(&subject);
	check_raw(&subject);
	check_mtls(&subject);
	check_intune(&subject);
}
