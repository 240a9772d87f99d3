/* SPDX-License-Identifier: BSD-2-Clause */
/* Names with values, as the environment and the file give them, before anything is known about them. */
#ifndef CONFIG_ENTRY_H
#define CONFIG_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/error.h"
#include "config/problem.h"

struct config_entry {
	char *name;
	char *value;
	unsigned line; /* in the file; 0: from the environment */
	bool known;    /* somebody asked for it */
};

struct config_entries {
	struct config_entry *items;
	size_t count;
	char *file; /* for messages; NULL while there is none */
};

/* Adds a copy of NAME and VALUE. ERR_LIMIT over LIMIT_CONFIG_ENTRIES, ERR_MEMORY. */
enum err config_entry_add(struct config_entries *entries, const char *name, const char *value, unsigned line);

/* Frees ENTRIES, wiping the values: some are secret. Fit for CLEANUP. */
void config_entries_free(struct config_entries *entries);

/* The entry NAME from the file or from the environment, or NULL. */
struct config_entry *config_entry_find(const struct config_entries *entries, const char *name, bool in_file);

/* Bytes for a place, final NUL included. */
#define CONFIG_PLACE_SIZE 320

/* Writes where ENTRY stands, "file:line" or "environment", to PLACE of CONFIG_PLACE_SIZE bytes. Returns
 * PLACE. */
const char *config_entry_place(const struct config_entries *entries, const struct config_entry *entry,
			       char *place);

/* Adds what ENVIRONMENT ("NAME=value" ended by NULL) has under names that begin with CERTCTL_. ERR_MEMORY. */
enum err config_environment(char *const *environment, struct config_entries *entries,
			    struct config_problems *problems);

#endif
