/* SPDX-License-Identifier: BSD-2-Clause */
/* Names that no setting has: certctl's other ones, which have no effect here, and mistakes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/loader.h"

/* Longest name a suggestion is looked for. */
#define NAME_MAX_LENGTH 120
/* Unknown names after which the rest is not looked at. */
#define UNKNOWN_MAX 50

/* certctl's variables that this version has nothing for. A name that ends in '_' stands for all that begin
 * so. */
static const struct {
	const char *name;
	const char *why;
} foreign[] = {
	{"CERTCTL_SERVER_", "the web server listens and terminates TLS"},
	{"CERTCTL_AUDIT_FLUSH_TIMEOUT_SECONDS", "audit rows are written with the certificate"},
	{"CERTCTL_DATABASE_MAX_CONNS", "each worker has one connection"},
	{"CERTCTL_DATABASE_MIGRATIONS_PATH", "'certctl-fcgi migrate' knows where they are"},
	{"CERTCTL_MIGRATIONS_VIA_HOOK", "only 'certctl-fcgi migrate' changes the schema"},
	{"CERTCTL_DEMO_", "there is no demo mode"},
	{"CERTCTL_AUTH_", "the admin API is not in this version"},
	{"CERTCTL_API_KEYS_NAMED", "the admin API is not in this version"},
	{"CERTCTL_BOOTSTRAP_TOKEN", "the admin API is not in this version"},
	{"CERTCTL_CORS_ORIGINS", "the admin API is not in this version"},
	{"CERTCTL_SESSION_", "the admin API is not in this version"},
	{"CERTCTL_OIDC_", "the admin API is not in this version"},
	{"CERTCTL_BREAKGLASS_", "the admin API is not in this version"},
	{"CERTCTL_APPROVAL_BYPASS", "nothing passes an approval by"},
	{"CERTCTL_TRUSTED_PROXIES", "CERTCTL_TRUSTED_PROXY_CIDRS lists whom to believe"},
	{"CERTCTL_AGENT_", "there are no agents"},
	{"CERTCTL_CONFIG_ENCRYPTION_KEY", "no configuration is kept in the database"},
	{"CERTCTL_KEYGEN_MODE", "devices make their own keys"},
	{"CERTCTL_RATE_LIMIT_", "rate limits are not in this version"},
	{"CERTCTL_CERT_EXPORT_", "the admin API is not in this version"},
	{"CERTCTL_CRL_", "CRLs are not in this version"},
	{"CERTCTL_OCSP_", "OCSP is not in this version"},
	{"CERTCTL_AUDIT_CHAIN_VERIFY_INTERVAL", "there is no audit chain"},
	{"CERTCTL_NETWORK_SCAN_", "networks are not scanned"},
	{"CERTCTL_BLOCK_RFC1918_OUTBOUND", "no connections are made to devices"},
	{"CERTCTL_SHORT_LIVED_EXPIRY_CHECK_INTERVAL", "there is no scheduler"},
	{"CERTCTL_EST_", "EST is not in this version"},
};

static const char *why_foreign(const char *name)
{
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++) {
		size_t length = strlen(foreign[i].name);
		bool prefix = foreign[i].name[length - 1] == '_';

		if (strncmp(name, foreign[i].name, length) == 0 && (prefix || name[length] == '\0'))
			return foreign[i].why;
	}
	return NULL;
}

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
	unsigned least = a < b ? a : b;

	return least < c ? least : c;
}

/* Letters to insert, drop or replace to make B of A (Levenshtein). Both have at most NAME_MAX_LENGTH. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[NAME_MAX_LENGTH + 1];
	size_t columns = strlen(b);

	for (size_t j = 0; j <= columns; j++)
		row[j] = (unsigned)j;
	for (size_t i = 0; a[i] != '\0'; i++) {
		unsigned diagonal = row[0];

		row[0]++;
		for (size_t j = 0; j < columns; j++) {
			unsigned above = row[j + 1];

			row[j + 1] = smallest(above + 1, row[j] + 1, diagonal + (a[i] != b[j]));
			diagonal = above;
		}
	}
	return row[columns];
}

/* The name somebody asked for that NAME is most like, or NULL when none is near. */
static const char *nearest(const struct config_list *asked, const char *name)
{
	size_t length = strlen(name);
	unsigned best = (unsigned)(length / 8) + 2; /* one more than may differ */
	const char *found = NULL;

	for (size_t i = 0; i < asked->count && length <= NAME_MAX_LENGTH; i++) {
		size_t other = strlen(asked->items[i]);
		unsigned far;

		if (other > NAME_MAX_LENGTH || other + best <= length || length + best <= other)
			continue;
		far = distance(name, asked->items[i]);
		if (far < best) {
			best = far;
			found = asked->items[i];
		}
	}
	return found;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text);
	size_t tail = strlen(end);

	return length > tail && strcmp(text + length - tail, end) == 0;
}

/* The length of the <NAME> that NAME has between the prefix of FORM and the rest of a setting; 0: it is none
 * such. */
static size_t named_part(const struct config_form *form, const char *name)
{
	size_t start = strcspn(form->prefix, "<");

	if (!form->named || strncmp(name, form->prefix, start) != 0)
		return 0;
	for (size_t i = 0; i < config_settings_count; i++) {
		const struct config_setting *setting = &config_settings_table[i];
		size_t tail = strlen(setting->name) + (ends_with(name, "_FILE") ? strlen("_FILE") : 0);
		size_t length = strlen(name);

		if (setting->scope == form->scope && length > start + tail + 1 &&
		    name[length - tail - 1] == '_' &&
		    strncmp(name + length - tail, setting->name, strlen(setting->name)) == 0)
			return length - tail - 1 - start;
	}
	return 0;
}

/* True, having said so, when NAME is a setting of a profile or issuer that no list names. */
static bool is_unlisted(struct config_loader *loader, const struct config_entry *entry, const char *place)
{
	for (size_t i = 0; i < config_forms_count; i++) {
		const struct config_form *form = &config_forms[i];
		size_t length = named_part(form, entry->name);

		if (length == 0)
			continue;
		config_say(loader, true, "%s: %.128s belongs to '%.*s', which %s does not list", place,
			   entry->name, (int)length, entry->name + strcspn(form->prefix, "<"),
			   form->scope == CONFIG_ISSUER ? "CERTCTL_ISSUERS" : "CERTCTL_SCEP_PROFILES");
		return true;
	}
	return false;
}

/* True, having said so, when NAME is a setting of profiles with a name alone, given to the root profile. */
static bool is_named_only(struct config_loader *loader, const struct config_entry *entry, const char *place)
{
	const char *flat = config_form_prefix(CONFIG_PROFILE, false);
	size_t start = strlen(flat);

	if (strncmp(entry->name, flat, start) != 0)
		return false;
	for (size_t i = 0; i < config_settings_count; i++) {
		const struct config_setting *setting = &config_settings_table[i];

		if (setting->scope != CONFIG_PROFILE || !setting->named_only ||
		    strcmp(entry->name + start, setting->name) != 0)
			continue;
		config_say(loader, true,
			   "%s: %s is for profiles with a name alone: list one in CERTCTL_SCEP_PROFILES, and "
			   "say %s%s",
			   place, entry->name, config_form_prefix(CONFIG_PROFILE, true), setting->name);
		return true;
	}
	return false;
}

static void check_one(struct config_loader *loader, const struct config_entry *entry)
{
	const char *why = why_foreign(entry->name);
	const char *near = nearest(&loader->asked, entry->name);
	bool ours = strncmp(entry->name, "CERTCTL_", 8) == 0;
	char place[CONFIG_PLACE_SIZE];

	(void)config_entry_place(&loader->entries, entry, place);
	if (why != NULL)
		config_say(loader, false, "%s: %.128s has no effect here: %s", place, entry->name, why);
	else if (is_unlisted(loader, entry, place) || is_named_only(loader, entry, place))
		return;
	else if (near != NULL)
		config_say(loader, true, "%s: %.128s is not a setting; did you mean %s?", place, entry->name,
			   near);
	else
		config_say(loader, ours, "%s: %.128s is not a setting%s; 'certctl-fcgi settings' lists them",
			   place, entry->name, ours ? "" : " and has no effect");
}

void config_check_unknown(struct config_loader *loader)
{
	size_t limit = loader->problems->count + UNKNOWN_MAX;

	for (size_t i = 0; i < loader->entries.count && loader->problems->count < limit; i++)
		if (!loader->entries.items[i].known)
			check_one(loader, &loader->entries.items[i]);
}
