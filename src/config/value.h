/* SPDX-License-Identifier: BSD-2-Clause */
/* Values: text in, the field of an object out, by the setting's type. */
#ifndef CONFIG_VALUE_H
#define CONFIG_VALUE_H

#include "base/error.h"
#include "config/settings.h"

/* Bytes for the reason a value is refused, final NUL included. */
#define CONFIG_WHY_SIZE 320

/*
 * Sets the field of SETTING in OBJECT (of the type its scope says) from TEXT, clearing what it held.
 * ERR_SYNTAX with WHY (CONFIG_WHY_SIZE bytes: what to put behind the setting's name, without the value of a
 * secret); the field is unchanged then. ERR_MEMORY.
 */
enum err config_value_set(const struct config_setting *setting, const char *text, void *object, char *why);

/* Frees what the field of SETTING in OBJECT holds, wiping a secret, and empties it. */
void config_value_clear(const struct config_setting *setting, void *object);

/* The name of TYPE for people. */
const char *config_type_name(enum config_type type);

/* Appends a copy of the SIZE bytes at ITEM to LIST; false when memory is out. */
bool config_list_append(struct config_list *list, const char *item, size_t size);

/* True when one of the first COUNT items of LIST is TEXT. */
bool config_list_has(const struct config_list *list, size_t count, const char *text);

/* Frees the items of LIST and empties it. */
void config_list_free(struct config_list *list);

/* Overwrites and frees *TEXT, and sets it to NULL; NULL inside is allowed. Fit for CLEANUP. */
void config_wipe_text(char **text);

/* Reads Go's notation of durations ("90s", "1h30m", "1.5h", "0") into *SECONDS; false when it is malformed,
 * negative, not a whole number of seconds, or too long. */
bool config_duration(const char *text, unsigned *seconds);

#endif
