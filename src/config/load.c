/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/text.h"
#include "config/file.h"
#include "config/loader.h"
#include "config/value.h"

#define LOCAL_ISSUER "iss-local"

static void clear_profiles(struct config *config)
{
	for (size_t i = 0; i < config->scep_profile_count; i++) {
		config_clear(CONFIG_PROFILE, &config->scep_profiles[i]);
		free(config->scep_profiles[i].name);
	}
	config->scep_profile_count = 0;
}

/* Frees CONFIG whole: the caller's struct config is its first member. */
static void free_whole(struct config_whole *whole)
{
	struct config *config = &whole->config;

	for (size_t i = 0; i < config->issuer_count; i++) {
		config_clear(CONFIG_ISSUER, &config->issuers[i]);
		free(config->issuers[i].id);
	}
	clear_profiles(config);
	free(config->issuers);
	free(config->scep_profiles);
	config_clear(CONFIG_GLOBAL, whole);
	free(whole);
}

CLEANUP_DEFINE(whole_free, struct config_whole *, free_whole)

void config_free(struct config **config)
{
	if (*config != NULL)
		free_whole((struct config_whole *)*config);
	*config = NULL;
}

const struct config_issuer *config_issuer(const struct config *config, const char *id)
{
	for (size_t i = 0; i < config->issuer_count; i++)
		if (strcmp(config->issuers[i].id, id) == 0)
			return &config->issuers[i];
	return NULL;
}

/* What is wrong with the INDEXth of the names in LIST. No name has a '_', so that none shares its variables
 * with another. */
static const char *wrong_name(const struct config_list *list, size_t index, const char *taken)
{
	if (!text_is_name(list->items[index]))
		return "is not a name: letters, digits and '-', at most 64, no '-' at either end";
	if (taken != NULL && strcmp(list->items[index], taken) == 0)
		return "is the name of the issuer of CERTCTL_CA_CERT_PATH; choose another";
	return config_list_has(list, index, list->items[index]) ? "is there twice" : NULL;
}

/* Lower-cases the names of LIST, which SETTING gave, and drops those that are wrong, saying so. TAKEN is
 * refused too. */
static void check_names(struct config_loader *loader, const char *setting, struct config_list *list,
			const char *taken)
{
	for (size_t i = 0; i < list->count;) {
		char *name = list->items[i];
		const char *wrong;

		for (char *c = name; *c != '\0'; c++)
			*c = (char)tolower((unsigned char)*c);
		wrong = wrong_name(list, i, taken);
		if (wrong == NULL) {
			i++;
			continue;
		}
		config_say(loader, true, "%s: '%.80s' %s", setting, name, wrong);
		free(name);
		list->count--;
		memmove(&list->items[i], &list->items[i + 1], (list->count - i) * sizeof *list->items);
	}
}

/* Appends an issuer with the settings under PREFIXES to the room that is there. */
static struct config_issuer *add_issuer(struct config_loader *loader, struct config *config, const char *id,
					const struct config_prefixes *prefixes)
{
	struct config_issuer *issuer = &config->issuers[config->issuer_count++];

	issuer->id = strdup(id);
	if (issuer->id == NULL)
		loader->no_memory = true;
	config_fill(loader, CONFIG_ISSUER, prefixes, issuer);
	return issuer;
}

static void check_issuer(struct config_loader *loader, const struct config_issuer *issuer,
			 const struct config_prefixes *prefixes)
{
	const char *prefix = prefixes->text[prefixes->count - 1];

	if (issuer->ca_cert_path == NULL || issuer->ca_key_path == NULL)
		config_say(loader, true, "%sCERT_PATH and %sKEY_PATH must both be set (issuer %s)", prefix,
			   prefix, issuer->id);
}

/* iss-local is there when either of its paths is. */
static void load_local_issuer(struct config_loader *loader, struct config *config)
{
	struct config_prefixes prefixes = config_prefixes(CONFIG_ISSUER, NULL);
	struct config_issuer *issuer = add_issuer(loader, config, LOCAL_ISSUER, &prefixes);

	if (issuer->ca_cert_path != NULL || issuer->ca_key_path != NULL) {
		check_issuer(loader, issuer, &prefixes);
		return;
	}
	config->issuer_count--;
	config_clear(CONFIG_ISSUER, issuer);
	free(issuer->id);
	*issuer = (struct config_issuer){0};
}

static void load_issuers(struct config_loader *loader, struct config_whole *whole)
{
	struct config *config = &whole->config;
	struct config_list *names = &whole->issuer_names;

	check_names(loader, "CERTCTL_ISSUERS", names, LOCAL_ISSUER);
	config->issuers = calloc(names->count + 1, sizeof *config->issuers);
	if (config->issuers == NULL) {
		loader->no_memory = true;
		return;
	}
	load_local_issuer(loader, config);
	for (size_t i = 0; i < names->count; i++) {
		struct config_prefixes prefixes = config_prefixes(CONFIG_ISSUER, names->items[i]);

		check_issuer(loader, add_issuer(loader, config, names->items[i], &prefixes), &prefixes);
	}
}

/* Appends a profile with the settings under PREFIXES, and checks it when SCEP is enabled. */
static void add_profile(struct config_loader *loader, struct config *config, const char *name,
			const struct config_prefixes *prefixes)
{
	size_t index = config->scep_profile_count++;
	struct config_scep_profile *profile = &config->scep_profiles[index];

	profile->name = strdup(name);
	if (profile->name == NULL) {
		loader->no_memory = true;
		return;
	}
	config_fill(loader, CONFIG_PROFILE, prefixes, profile);
	if (config->scep_enabled)
		config_check_profile(loader, config, profile, index, prefixes);
}

/* Beside CERTCTL_SCEP_PROFILES the settings of the root profile count for nothing, and /scep is not served.
 */
static void note_flat(struct config_loader *loader)
{
	const char *prefix = config_form_prefix(CONFIG_PROFILE, false);

	for (size_t i = 0; i < config_settings_count; i++) {
		const struct config_setting *setting = &config_settings_table[i];
		char place[CONFIG_PLACE_SIZE];

		for (int file = 0; setting->scope == CONFIG_PROFILE && !setting->named_only && file < 2;
		     file++) {
			char name[128];
			const struct config_entry *entry;

			(void)snprintf(name, sizeof name, "%s%s%s", prefix, setting->name,
				       file != 0 ? "_FILE" : "");
			entry = file == 0 || setting->type == CONFIG_SECRET
					? config_lookup(loader, name, false)
					: NULL;
			if (entry != NULL)
				config_say(loader, false,
					   "%s: %s is ignored, because CERTCTL_SCEP_PROFILES is set; /scep "
					   "itself is not served",
					   config_entry_place(&loader->entries, entry, place), name);
		}
	}
}

static void load_profiles(struct config_loader *loader, struct config_whole *whole)
{
	struct config *config = &whole->config;
	struct config_list *names = &whole->profile_names;
	struct config_prefixes prefixes = config_prefixes(CONFIG_PROFILE, NULL);

	check_names(loader, "CERTCTL_SCEP_PROFILES", names, NULL);
	config->scep_profiles = calloc(names->count + 1, sizeof *config->scep_profiles);
	if (config->scep_profiles == NULL) {
		loader->no_memory = true;
		return;
	}
	if (names->count == 0)
		add_profile(loader, config, "", &prefixes);
	else
		note_flat(loader);
	for (size_t i = 0; i < names->count; i++) {
		prefixes = config_prefixes(CONFIG_PROFILE, names->items[i]);
		add_profile(loader, config, names->items[i], &prefixes);
	}
	if (!config->scep_enabled)
		clear_profiles(config); /* unchecked, so that nobody shall use them */
	else if (config->database_url == NULL)
		config_say(loader, true,
			   "CERTCTL_DATABASE_URL is not set, and SCEP records what it issues: give the "
			   "database, such as mariadb:///certctl?socket=/run/mysqld/mysqld.sock");
}

/* Reads the file PATH, which may be missing when OPTIONAL, and its settings. */
static enum err load_file(struct config_loader *loader, const char *path, bool optional, struct stat *status)
{
	CLEANUP(bytes_wipe) gnutls_datum_t text = {NULL, 0};
	enum err error = config_file_read(path, LIMIT_FILE, &text, status);

	if (error == ERR_SYSTEM && errno == ENOENT && optional)
		return ERR_OK;
	if (error == ERR_MEMORY)
		return error;
	if (error != ERR_OK) {
		config_say(loader, true, "%.300s: cannot read the configuration file: %s", path,
			   error == ERR_SYSTEM ? strerror(errno) : err_text(error));
		return ERR_OK;
	}
	loader->entries.file = strdup(path);
	return loader->entries.file == NULL ? ERR_MEMORY
					    : config_file_parse(&text, &loader->entries, loader->problems);
}

/* The environment, then the file it or the caller names. */
static enum err load_entries(struct config_loader *loader, const char *path, char *const *environment,
			     struct stat *status)
{
	enum err error = config_environment(environment, &loader->entries, loader->problems);
	const struct config_entry *named;
	bool optional = false;
	const struct config_entry *inside;

	if (error != ERR_OK)
		return error;
	named = config_lookup(loader, "CERTCTL_CONFIG", false);
	if (path == NULL && named != NULL) {
		path = named->value;
	} else if (path == NULL) {
		path = CERTCTL_DEFAULT_CONFIG;
		optional = true;
	}
	error = load_file(loader, path, optional, status);
	inside = config_entry_find(&loader->entries, "CERTCTL_CONFIG", true);
	if (inside != NULL)
		config_say(loader, true,
			   "%.300s:%u: CERTCTL_CONFIG belongs in the environment: it names this file", path,
			   inside->line);
	return error;
}

/* Everything, in the order in which it depends on each other. */
static enum err load(struct config_loader *loader, const char *path, char *const *environment,
		     struct config_whole *whole)
{
	struct config_prefixes none = {.count = 1};
	struct stat status = {0};
	enum err error = load_entries(loader, path, environment, &status);

	if (error != ERR_OK)
		return error;
	config_fill(loader, CONFIG_GLOBAL, &none, whole);
	config_check_proxies(loader, &whole->config);
	load_issuers(loader, whole);
	load_profiles(loader, whole);
	config_check_unknown(loader);
	if (loader->entries.file != NULL &&
	    !config_file_check_mode(loader->entries.file, &status, loader->secret_in_file, getegid(),
				    loader->problems))
		loader->no_memory = true;
	if (loader->no_memory)
		return ERR_MEMORY;
	return config_problems_fatal(loader->problems) ? ERR_CONFIG : ERR_OK;
}

enum err config_load(const char *path, char *const *environment, struct config **config,
		     struct config_problems *problems)
{
	CLEANUP(whole_free) struct config_whole *whole = calloc(1, sizeof *whole);
	struct config_loader loader = {.problems = problems};
	enum err error;

	*config = NULL;
	*problems = (struct config_problems){NULL, 0};
	if (whole == NULL)
		return ERR_MEMORY;
	error = load(&loader, path, environment, whole);
	config_entries_free(&loader.entries);
	config_list_free(&loader.asked);
	config_list_free(&loader.unread);
	if (error == ERR_OK)
		*config = &TAKE(whole)->config;
	return error;
}
