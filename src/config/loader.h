/* SPDX-License-Identifier: BSD-2-Clause */
/* What the loading carries from step to step. */
#ifndef CONFIG_LOADER_H
#define CONFIG_LOADER_H

#include "config/entry.h"
#include "config/settings.h"

struct config_loader {
	struct config_entries entries;
	struct config_list asked;  /* every name looked for, to suggest from */
	struct config_list unread; /* names whose values are none, which was said */
	struct config_problems *problems;
	bool no_memory;      /* sticky */
	bool secret_in_file; /* the file itself holds a secret */
};

/* The beginnings of the names that one object's settings have; the last is the one to show people. */
struct config_prefixes {
	char text[2][112];
	size_t count;
	bool named; /* in the form with <NAME> */
};

/* The names of SCOPE in the form without <NAME>, or with NAME (lower case, text_is_name; also with '-' as
 * '_'). */
struct config_prefixes config_prefixes(enum config_scope scope, const char *name);

/* Adds a problem, remembering when memory is out. */
void config_say(struct config_loader *loader, bool fatal, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The entry that counts for NAME: the environment's unless it is empty (which is as good as not set), else
 * the file's, else NULL. With KEEP_EMPTY an empty value counts too. Marks NAME as known. */
const struct config_entry *config_lookup(struct config_loader *loader, const char *name, bool keep_empty);

/* Fills every field of OBJECT that SCOPE has settings for, from the names with PREFIXES, or the defaults.
 * OBJECT is zeroed before the first call. */
void config_fill(struct config_loader *loader, enum config_scope scope,
		 const struct config_prefixes *prefixes, void *object);

/* Frees what the settings of SCOPE hold in OBJECT. */
void config_clear(enum config_scope scope, void *object);

/* --- the steps behind the filling --- */

/* Contract A.6: says what is missing or contradictory in PROFILE, the INDEXth, whose settings have PREFIXES.
 */
void config_check_profile(struct config_loader *loader, const struct config *config,
			  const struct config_scep_profile *profile, size_t index,
			  const struct config_prefixes *prefixes);

/* True when NAME was given with a value that is none. What depends on it cannot be judged then. */
bool config_is_unread(const struct config_loader *loader, const char *name);

/* Says what is missing or contradictory in the settings of whom to believe. */
void config_check_proxies(struct config_loader *loader, const struct config *config);

/* True when they let anybody tell of client certificates, or cannot be read. */
bool config_believes_certificates(const struct config_loader *loader, const struct config *config);

/* Says of every entry nobody asked for whether it is certctl's and without effect here, or unknown. */
void config_check_unknown(struct config_loader *loader);

#endif
