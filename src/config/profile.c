/* SPDX-License-Identifier: BSD-2-Clause */
/* What a SCEP profile must have (contract A.6), once its values are read. All of it is said, not the first
 * alone. */
#include <stdio.h>
#include <string.h>

#include "config/loader.h"

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

static void check_mtls(const struct subject *s)
{
	if (!s->profile->mtls_enabled)
		return;
	config_say(s->loader, true,
		   "%sMTLS_ENABLED is true, but /scep-mtls is not in this version yet; say false (%s)",
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
	check_issuer(&subject);
	check_mtls(&subject);
	check_intune(&subject);
}
