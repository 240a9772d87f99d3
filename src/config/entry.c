/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/entry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "config/value.h"

enum err config_entry_add(struct config_entries *entries, const char *name, const char *value, unsigned line)
{
	struct config_entry entry = {.line = line};
	struct config_entry *items;

	if (entries->count == LIMIT_CONFIG_ENTRIES)
		return ERR_LIMIT;
	items = realloc(entries->items, (entries->count + 1) * sizeof *items);
	if (items == NULL)
		return ERR_MEMORY;
	entries->items = items;
	entry.name = strdup(name);
	entry.value = strdup(value);
	items[entries->count++] = entry;
	return entry.name != NULL && entry.value != NULL ? ERR_OK : ERR_MEMORY;
}

void config_entries_free(struct config_entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		text_free(&entries->items[i].name);
		config_wipe_text(&entries->items[i].value);
	}
	free(entries->items);
	free(entries->file);
	*entries = (struct config_entries){NULL, 0, NULL};
}

struct config_entry *config_entry_find(const struct config_entries *entries, const char *name, bool in_file)
{
	for (size_t i = 0; i < entries->count; i++) {
		struct config_entry *entry = &entries->items[i];

		if ((entry->line != 0) == in_file && strcmp(entry->name, name) == 0)
			return entry;
	}
	return NULL;
}

const char *config_entry_place(const struct config_entries *entries, const struct config_entry *entry,
			       char *place)
{
	if (entry->line == 0)
		(void)snprintf(place, CONFIG_PLACE_SIZE, "environment");
	else
		(void)snprintf(place, CONFIG_PLACE_SIZE, "%.300s:%u", entries->file, entry->line);
	return place;
}

static enum err add_variable(const char *variable, struct config_entries *entries,
			     struct config_problems *problems)
{
	CLEANUP(text_free) char *name = NULL;
	const char *equals = strchr(variable, '=');

	if (strncmp(variable, "CERTCTL_", 8) != 0 || equals == NULL)
		return ERR_OK;
	name = strndup(variable, (size_t)(equals - variable));
	if (name == NULL)
		return ERR_MEMORY;
	if (config_entry_find(entries, name, false) == NULL)
		return config_entry_add(entries, name, equals + 1, 0);
	if (!config_problem(problems, true, "environment: %.128s is there twice; keep one", name))
		return ERR_MEMORY;
	return ERR_OK;
}

enum err config_environment(char *const *environment, struct config_entries *entries,
			    struct config_problems *problems)
{
	enum err error = ERR_OK;

	for (; error == ERR_OK && environment != NULL && *environment != NULL; environment++)
		error = add_variable(*environment, entries, problems);
	if (error != ERR_LIMIT)
		return error;
	return config_problem(problems, true, "environment: more than %d CERTCTL_ variables",
			      LIMIT_CONFIG_ENTRIES)
		       ? ERR_OK
		       : ERR_MEMORY;
}
