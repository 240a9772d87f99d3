/* SPDX-License-Identifier: BSD-2-Clause */
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/text.h"
#include "config/file.h"
#include "config/loader.h"
#include "config/value.h"

/* Bytes for the whole name of a setting, "_FILE" and final NUL included. */
#define NAME_SIZE 160

void config_say(struct config_loader *loader, bool fatal, const char *format, ...)
{
	char text[CONFIG_PROBLEM_SIZE];
	va_list values;

	va_start(values, format);
	(void)vsnprintf(text, sizeof text, format, values);
	va_end(values);
	if (!config_problem(loader->problems, fatal, "%s", text))
		loader->no_memory = true;
}

/* Writes FORM with <NAME> replaced by NAME in upper case, '-' as HYPHEN. */
static void expand(const char *form, const char *name, char hyphen, char *text, size_t size)
{
	const char *hole = strchr(form, '<');
	size_t start = (size_t)(hole - form);

	(void)snprintf(text, size, "%.*s%.*s%s", (int)start, form, LIMIT_PROFILE_NAME, name,
		       strchr(hole, '>') + 1);
	for (char *c = text + start; *c != '\0'; c++)
		*c = *c == '-' ? hyphen : (char)toupper((unsigned char)*c);
}

struct config_prefixes config_prefixes(enum config_scope scope, const char *name)
{
	struct config_prefixes prefixes = {.count = 1, .named = name != NULL};
	const char *form = config_form_prefix(scope, prefixes.named);

	if (name == NULL) {
		(void)snprintf(prefixes.text[0], sizeof prefixes.text[0], "%s", form);
		return prefixes;
	}
	expand(form, name, '-', prefixes.text[0], sizeof prefixes.text[0]);
	if (strchr(name, '-') != NULL)
		expand(form, name, '_', prefixes.text[prefixes.count++], sizeof prefixes.text[0]);
	return prefixes;
}

const struct config_entry *config_lookup(struct config_loader *loader, const char *name, bool keep_empty)
{
	const struct config_entry *found = NULL;

	if (!config_list_append(&loader->asked, name, strlen(name)))
		loader->no_memory = true;
	for (int in_file = 1; in_file >= 0; in_file--) {
		struct config_entry *entry = config_entry_find(&loader->entries, name, in_file != 0);

		if (entry == NULL)
			continue;
		entry->known = true;
		if (keep_empty || entry->value[0] != '\0')
			found = entry;
	}
	return found;
}

/* The entry for SETTING with SUFFIX behind its name, under whichever of PREFIXES. Two that differ are a
 * problem. */
static const struct config_entry *find(struct config_loader *loader, const struct config_setting *setting,
				       const struct config_prefixes *prefixes, const char *suffix)
{
	const struct config_entry *found = NULL;

	for (size_t i = 0; i < prefixes->count; i++) {
		const struct config_entry *entry;
		char name[NAME_SIZE];

		(void)snprintf(name, sizeof name, "%s%s%s", prefixes->text[i], setting->name, suffix);
		entry = config_lookup(loader, name, setting->type == CONFIG_ALGORITHMS);
		if (entry != NULL && found != NULL && strcmp(entry->value, found->value) != 0)
			config_say(loader, true,
				   "%s and %s are the same setting with different values; keep one",
				   found->name, entry->name);
		if (entry != NULL)
			found = entry;
	}
	return found;
}

static bool is_plain_text(const char *text)
{
	gnutls_datum_t bytes = bytes_view_text(text);

	for (unsigned i = 0; i < bytes.size; i++)
		if (bytes.data[i] < ' ' || bytes.data[i] == 0x7f)
			return false;
	return text_is_utf8(&bytes);
}

bool config_is_unread(const struct config_loader *loader, const char *name)
{
	return config_list_has(&loader->unread, loader->unread.count, name);
}

/* Sets the field of SETTING from TEXT, which ENTRY gave. */
static void set(struct config_loader *loader, const struct config_setting *setting,
		const struct config_entry *entry, const char *text, void *object)
{
	char place[CONFIG_PLACE_SIZE];
	char why[CONFIG_WHY_SIZE] = "must be UTF-8 text without control characters";
	enum err error = is_plain_text(text) ? config_value_set(setting, text, object, why) : ERR_SYNTAX;

	if (error == ERR_MEMORY)
		loader->no_memory = true;
	if (error != ERR_SYNTAX)
		return;
	if (!config_list_append(&loader->unread, entry->name, strlen(entry->name)))
		loader->no_memory = true;
	(void)config_entry_place(&loader->entries, entry, place);
	if (setting->type == CONFIG_SECRET)
		config_say(loader, true, "%s: %s %s", place, entry->name, why);
	else
		config_say(loader, true, "%s: %s %s (it is '%.80s')", place, entry->name, why, text);
}

/* Drops the line end that an editor or echo leaves behind a secret. */
static void drop_line_end(gnutls_datum_t *content)
{
	if (content->size > 0 && content->data[content->size - 1] == '\n')
		content->size--;
	else
		return;
	if (content->size > 0 && content->data[content->size - 1] == '\r')
		content->size--;
}

/* Sets the secret SETTING to the content of the file that ENTRY names. */
static void set_from_file(struct config_loader *loader, const struct config_setting *setting,
			  const struct config_entry *entry, void *object)
{
	CLEANUP(bytes_wipe) gnutls_datum_t content = {NULL, 0};
	CLEANUP(config_wipe_text) char *text = NULL;
	char place[CONFIG_PLACE_SIZE];
	struct stat status;
	enum err error = config_file_read(entry->value, LIMIT_SECRET_FILE, &content, &status);
	const char *reason = error == ERR_SYSTEM ? strerror(errno) : err_text(error);

	(void)config_entry_place(&loader->entries, entry, place);
	if (error != ERR_OK) {
		config_say(loader, true, "%s: %s: cannot read '%.300s': %s", place, entry->name, entry->value,
			   reason);
		return;
	}
	if (!config_file_check_mode(entry->value, &status, true, getegid(), loader->problems))
		loader->no_memory = true;
	drop_line_end(&content);
	text = text_from_bytes(&content);
	if (text == NULL || *text == '\0')
		config_say(loader, true, "%s: %s: '%.300s' %s", place, entry->name, entry->value,
			   text == NULL ? "holds a NUL byte" : "is empty");
	else
		set(loader, setting, entry, text, object);
}

/* Sets the field of SETTING from what was given, which is left at its default when nothing was. */
static void fill_one(struct config_loader *loader, const struct config_setting *setting,
		     const struct config_prefixes *prefixes, void *object)
{
	const struct config_entry *entry = find(loader, setting, prefixes, "");
	const struct config_entry *file =
		setting->type == CONFIG_SECRET ? find(loader, setting, prefixes, "_FILE") : NULL;

	if (entry != NULL && file != NULL)
		config_say(loader, true, "%s and %s are both set; keep one", entry->name, file->name);
	else if (file != NULL)
		set_from_file(loader, setting, file, object);
	else if (entry != NULL)
		set(loader, setting, entry, entry->value, object);
	if (entry != NULL && entry->line != 0 && setting->type == CONFIG_SECRET &&
	    (setting->hides == NULL || setting->hides(entry->value)))
		loader->secret_in_file = true;
}

void config_fill(struct config_loader *loader, enum config_scope scope,
		 const struct config_prefixes *prefixes, void *object)
{
	for (size_t i = 0; i < config_settings_count; i++) {
		const struct config_setting *setting = &config_settings_table[i];
		const char *text = setting->default_text;
		char why[CONFIG_WHY_SIZE];

		if (setting->scope != scope)
			continue;
		if (!prefixes->named && setting->flat_default != NULL)
			text = setting->flat_default;
		if (text != NULL && config_value_set(setting, text, object, why) != ERR_OK)
			loader->no_memory = true;
		if (prefixes->named || !setting->named_only)
			fill_one(loader, setting, prefixes, object);
	}
}

void config_clear(enum config_scope scope, void *object)
{
	for (size_t i = 0; i < config_settings_count; i++)
		if (config_settings_table[i].scope == scope)
			config_value_clear(&config_settings_table[i], object);
}
