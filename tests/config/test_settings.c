/* SPDX-License-Identifier: BSD-2-Clause */
#include "support.h"

#include "base/limits.h"
#include "config/settings.h"
#include "config/value.h"

static bool same_form(const struct config_setting *a, const struct config_setting *b)
{
	return a->scope == b->scope;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text);
	size_t tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Then CERTCTL_SCEP_PROFILE_A_B_X cannot be setting B_X of profile a and setting X of profile a-b at once. */
Test(settings, no_name_ends_another_of_its_scope)
{
	for (size_t i = 0; i < config_settings_count; i++)
		for (size_t j = 0; j < config_settings_count; j++) {
			const struct config_setting *a = &config_settings_table[i];
			const struct config_setting *b = &config_settings_table[j];
			char tail[128];

			if (i == j || !same_form(a, b))
				continue;
			cr_expect_str_neq(a->name, b->name);
			(void)snprintf(tail, sizeof tail, "_%s", b->name);
			cr_expect_not(a->scope != CONFIG_GLOBAL && ends_with(a->name, tail), "%s, %s",
				      a->name, b->name);
		}
}

Test(settings, every_row_makes_sense)
{
	for (size_t i = 0; i < config_settings_count; i++) {
		const struct config_setting *s = &config_settings_table[i];
		bool number =
			s->type == CONFIG_NUMBER || s->type == CONFIG_SIZE || s->type == CONFIG_DURATION;
		bool words = s->type == CONFIG_CHOICE || s->type == CONFIG_ALGORITHMS;

		cr_expect_eq(s->max > s->min, number || s->type == CONFIG_LIST,
			     "%s: limits where a number or a list is", s->name);
		cr_expect_eq(s->words != NULL, words, "%s: words where a word is", s->name);
		cr_expect(s->help != NULL && ends_with(s->help, "."), "%s: a sentence of help", s->name);
		cr_expect(s->default_text != NULL || !(number || words || s->type == CONFIG_BOOL),
			  "%s: a default", s->name);
		cr_expect_not(ends_with(s->name, "_FILE"), "%s: that is for secrets", s->name);
		cr_expect_eq(strncmp(s->name, "CERTCTL_", 8) == 0, s->scope == CONFIG_GLOBAL, "%s", s->name);
		if (s->flat_default != NULL)
			cr_expect_eq(s->scope, CONFIG_PROFILE, "%s", s->name);
	}
}

Test(settings, no_two_share_a_field)
{
	for (size_t i = 0; i < config_settings_count; i++)
		for (size_t j = i + 1; j < config_settings_count; j++)
			cr_expect_not(same_form(&config_settings_table[i], &config_settings_table[j]) &&
					      config_settings_table[i].offset ==
						      config_settings_table[j].offset,
				      "%s, %s", config_settings_table[i].name, config_settings_table[j].name);
}

/* What RFC 8894 leaves to a profile: as many devices as possible, as few liberties as possible. */
static void expect_default_rules(const struct config_scep_profile *p)
{
	cr_expect_not(p->renewal_subject_change || p->approval || p->certrep_ca);
	cr_expect(p->raw_csr);
	cr_expect_eq(p->renewal_window, 0);
	cr_expect_eq(p->renewal_grace, 0);
	cr_expect_eq(p->agents, CONFIG_AGENTS_NONE);
	cr_expect_eq(p->ca_chain, CONFIG_CHAIN_ROOT);
	cr_expect_eq(p->nonce, CONFIG_WARN);
	cr_expect_eq(p->signing_time, CONFIG_LENIENT);
	cr_expect_eq(p->content_type, CONFIG_LENIENT);
	cr_expect_eq(p->ra_old_cert_paths.count, 0);
	cr_expect_eq(p->ra_old_key_paths.count, 0);
	cr_expect_eq(p->ra_overlap, 30 * 24 * 3600);
}

Test(settings, defaults)
{
	struct loaded loaded = load(MINIMAL, NULL);
	const struct config *c = loaded.config;
	const struct config_scep_profile *p;

	cr_assert_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
	cr_expect_eq(loaded.problems.count, 0, "%s", all_problems(&loaded));
	cr_expect_eq(c->max_body, LIMIT_BODY_DEFAULT);
	cr_expect_eq(c->workers, 4);
	cr_expect_eq(c->max_requests, 10000);
	cr_expect_eq(c->log_level, LOG_LEVEL_INFO);
	cr_expect_eq(c->log_target, LOG_TARGET_AUTO);
	cr_expect_null(c->database_password);
	cr_expect_eq(c->trusted_proxies.count, 0, "nobody is believed");
	cr_expect_eq(c->trusted_proxy_users.count, 0);
	cr_expect_eq(c->trust_client_cert, CONFIG_UNSET, "not set is not false");
	cr_expect_eq(c->client_cert_source, CONFIG_SOURCE_PARAMS);
	cr_expect_null(c->probe_key);
	cr_expect_eq(c->transaction_lifetime, 7 * 24 * 3600);
	cr_expect_eq(c->approval_lifetime, 30 * 24 * 3600);
	cr_assert_eq(c->issuer_count, 1);
	cr_expect_str_eq(c->issuers[0].id, "iss-local");
	cr_expect_eq(c->issuers[0].validity_days, 90);
	cr_expect_eq(c->issuers[0].backdate, 600);
	cr_expect_null(c->issuers[0].ocsp_url);
	cr_expect_null(c->issuers[0].next_cert_path);
	cr_assert_eq(c->scep_profile_count, 1);
	p = &c->scep_profiles[0];
	cr_expect_str_eq(p->name, "");
	cr_expect_str_eq(p->issuer_id, "iss-local");
	cr_expect_null(p->profile_id);
	cr_expect_eq(p->legacy, 2 | 8, "sha1 and 3des");
	cr_expect_not(p->allow_http || p->renewal_challenge || p->mtls_enabled || p->intune_enabled);
	cr_expect_eq(p->extra_caps.count, 0);
	cr_expect_eq(p->intune_challenge_validity, 3600);
	cr_expect_eq(p->intune_rate_limit_24h, 3);
	cr_expect_eq(p->intune_clock_skew, 60);
	expect_default_rules(p);
	unload(&loaded);
}

/* A value for SETTING that is neither its default nor empty. */
static const char *example(const struct config_setting *setting)
{
	switch (setting->type) {
	case CONFIG_BOOL: return strcmp(setting->name, "CERTCTL_SCEP_ENABLED") == 0 ? "true" : "no";
	case CONFIG_SWITCH: return "yes";
	case CONFIG_NUMBER: return "7";
	case CONFIG_SIZE: return "7777";
	case CONFIG_DURATION:
		return strstr(setting->name, "SKEW") != NULL ? "8s" : setting->min > 0 ? "7h" : "7m";
	case CONFIG_CHOICE: return setting->words[1].word != NULL ? setting->words[1].word : "json";
	case CONFIG_ALGORITHMS: return "md5";
	default: break;
	}
	if (strstr(setting->name, "ISSUER_ID") != NULL)
		return "east-ca";
	if (strcmp(setting->name, "CERTCTL_ISSUERS") == 0)
		return "east-ca";
	if (strcmp(setting->name, "CERTCTL_SCEP_PROFILES") == 0)
		return "corp";
	if (strcmp(setting->name, "CERTCTL_DATABASE_URL") == 0)
		return "mariadb://u@db/certctl";
	if (strcmp(setting->name, "CERTCTL_TRUSTED_PROXY_CIDRS") == 0)
		return "unix, 10.0.0.0/8";
	if (strcmp(setting->name, "CERTCTL_PROXY_PROBE_KEY") == 0)
		return "0123456789abcdef0123456789abcdef";
	if (strstr(setting->name, "_OLD_") != NULL)
		return "/some/old/thing";
	return strstr(setting->name, "_URL") != NULL ? "http://ca.example.com/x" : "/some/thing";
}

/* The rules of the examples: each field has its own setting's value. */
static void expect_other_rules(const struct config *c, const struct config_scep_profile *p)
{
	cr_expect_eq(c->transaction_lifetime, 7 * 3600);
	cr_expect_eq(c->approval_lifetime, 7 * 3600);
	cr_expect_str_eq(c->issuers[1].next_cert_path, "/some/thing");
	cr_expect_not(p->raw_csr);
	cr_expect_eq(p->renewal_window, 420);
	cr_expect_eq(p->renewal_grace, 420);
	cr_expect_eq(p->agents, CONFIG_AGENTS_ISSUED);
	cr_expect_eq(p->ca_chain, CONFIG_CHAIN_NO_ROOT);
	cr_expect_eq(p->nonce, CONFIG_WARN);
	cr_expect_eq(p->signing_time, CONFIG_WARN);
	cr_expect_eq(p->content_type, CONFIG_WARN);
	cr_assert_eq(p->ra_old_cert_paths.count, 1);
	cr_expect_str_eq(p->ra_old_cert_paths.items[0], "/some/old/thing");
	cr_expect_eq(p->ra_old_key_paths.count, 1);
	cr_expect_eq(p->ra_overlap, 420);
}

static void expect_proxies(const struct config *c)
{
	cr_assert_eq(c->trusted_proxies.count, 2);
	cr_expect_str_eq(c->trusted_proxies.items[0], "unix");
	cr_expect_str_eq(c->trusted_proxies.items[1], "10.0.0.0/8");
	cr_assert_eq(c->trusted_proxy_users.count, 1);
	cr_expect_str_eq(c->trusted_proxy_users.items[0], "/some/thing");
	cr_expect_eq(c->trust_client_cert, CONFIG_ON);
	cr_expect_eq(c->client_cert_source, CONFIG_SOURCE_X_SSL_CLIENT_CERT);
	cr_expect_str_eq(c->probe_key, "0123456789abcdef0123456789abcdef");
}

/* Loads a file in which every setting of every form has a value; then nothing in any object is left zeroed.
 */
Test(settings, every_name_is_read)
{
	static char text[32768];
	size_t used = 0;
	struct loaded loaded;

	for (size_t f = 0; f < config_forms_count; f++)
		for (size_t i = 0; i < config_settings_count; i++) {
			const struct config_setting *s = &config_settings_table[i];
			const struct config_form *form = &config_forms[f];
			size_t start = strcspn(form->prefix, "<");

			if (s->scope != form->scope || strcmp(s->name, "CERTCTL_CONFIG") == 0 ||
			    (form->scope == CONFIG_PROFILE && !form->named))
				continue;
			used += (size_t)snprintf(text + used, sizeof text - used, "%.*s%s%s%s='%s'\n",
						 (int)start, form->prefix,
						 !form->named                   ? ""
						 : form->scope == CONFIG_ISSUER ? "EAST_CA"
										: "CORP",
						 form->named ? "_" : "", s->name, example(s));
		}
	loaded = load(text, NULL);
	cr_assert_eq(loaded.error, ERR_OK, "%s", all_problems(&loaded));
	cr_expect_eq(loaded.problems.count, 0, "%s", all_problems(&loaded));
	cr_assert_eq(loaded.config->issuer_count, 2);
	cr_expect_eq(config_issuer(loaded.config, "east-ca")->backdate, 420);
	cr_expect_str_eq(config_issuer(loaded.config, "iss-local")->ca_issuers_url,
			 "http://ca.example.com/x");
	cr_expect_null(config_issuer(loaded.config, "west-ca"));
	cr_assert_eq(loaded.config->scep_profile_count, 1);
	cr_expect_str_eq(loaded.config->scep_profiles[0].issuer_id, "east-ca");
	cr_expect_str_eq(loaded.config->scep_profiles[0].mtls_bundle_path, "/some/thing");
	cr_expect_eq(loaded.config->scep_profiles[0].intune_clock_skew, 8);
	expect_proxies(loaded.config);
	expect_other_rules(loaded.config, &loaded.config->scep_profiles[0]);
	unload(&loaded);
}

static void count_view(void *context, const struct config_setting_view *setting)
{
	size_t *count = context;

	(*count)++;
	cr_expect_eq(strncmp(setting->name, "CERTCTL_", 8), 0, "%s", setting->name);
	cr_expect(setting->type != NULL && setting->default_text != NULL && setting->help != NULL);
	cr_expect_eq(setting->secret,
		     ends_with(setting->name, "PASSWORD") || ends_with(setting->name, "DATABASE_URL") ||
			     ends_with(setting->name, "PROBE_KEY"),
		     "%s", setting->name);
	if (strcmp(setting->name, "CERTCTL_SCEP_ISSUER_ID") == 0)
		cr_expect_str_eq(setting->default_text, "iss-local");
	if (strcmp(setting->name, "CERTCTL_SCEP_PROFILE_<NAME>_ISSUER_ID") == 0)
		cr_expect_str_eq(setting->default_text, "");
	cr_expect_str_neq(setting->name, "CERTCTL_SCEP_MTLS_ENABLED", "not for the root");
}

Test(settings, view_shows_every_name_once)
{
	size_t count = 0;

	config_settings(count_view, &count);
	cr_expect_gt(count, config_settings_count);
}
