/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of settings. Parsing, freeing, wiping, the view of 'certctl-fcgi settings' and the test of the
 * manual page all go by it; nothing in this room knows a setting by name that the table does not have.
 */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"

/* struct config with the settings that only the loading needs. The caller sees the first member alone. */
struct config_whole {
	struct config config;
	char *path;                       /* CERTCTL_CONFIG */
	struct config_list issuer_names;  /* CERTCTL_ISSUERS */
	struct config_list profile_names; /* CERTCTL_SCEP_PROFILES */
	unsigned log_format;
};

/* What a setting belongs to; the type of object that its offset is in. */
enum config_scope {
	CONFIG_GLOBAL,  /* struct config_whole */
	CONFIG_ISSUER,  /* struct config_issuer */
	CONFIG_PROFILE, /* struct config_scep_profile */
};

/* The type of a value; its field's C type in brackets. */
enum config_type {
	CONFIG_BOOL,       /* true 1 yes false 0 no, and nothing else (bool) */
	CONFIG_SWITCH,     /* the same, or not given (enum config_switch, as unsigned) */
	CONFIG_NUMBER,     /* decimal digits (unsigned) */
	CONFIG_SIZE,       /* bytes, decimal digits (size_t) */
	CONFIG_DURATION,   /* Go's notation, whole seconds (unsigned) */
	CONFIG_CHOICE,     /* one word of the setting's (an enum, as unsigned) */
	CONFIG_ALGORITHMS, /* words of the setting's, as bits; empty or "none" is none (unsigned) */
	CONFIG_LIST,       /* items between commas, trimmed, empty ones dropped (struct config_list) */
	CONFIG_TEXT,       /* (char *) */
	CONFIG_PATH,       /* a file, or a pkcs11: URL where a key is meant (char *) */
	CONFIG_SECRET,     /* never shown, wiped when freed, NAME_FILE too (char *) */
};

/* A word that a value may be, and what it stands for. An array of them ends with {NULL, 0}. */
struct config_word {
	const char *word;
	unsigned value;
};

struct config_setting {
	const char *name; /* whole for a global one, else what follows the issuer's or profile's prefix */
	enum config_scope scope;
	enum config_type type;
	bool named_only; /* has no form without <NAME>: not for the root profile */
	size_t offset;
	const char *default_text; /* parsed like a given value; NULL: none */
	const char *flat_default; /* the same in the form without <NAME>, where it differs; else NULL */
	unsigned min, max;        /* CONFIG_NUMBER, _SIZE, _DURATION; CONFIG_LIST: at most MAX items */
	const struct config_word *words; /* CONFIG_CHOICE, _ALGORITHMS */
	/* Says what is wrong with TEXT (a value; of a list, each item), NULL when nothing is. Before the type
	 * is. */
	const char *(*check)(const char *text);
	/* Of a secret that is not always one: true when TEXT holds something to hide. NULL: always. */
	bool (*hides)(const char *text);
	const char *help;
};

extern const struct config_setting config_settings_table[];
extern const size_t config_settings_count;

/* How the names of a scope begin; several for a scope that has several forms. <NAME> stands for a name in
 * upper case. */
struct config_form {
	enum config_scope scope;
	bool named;
	const char *prefix;
};

extern const struct config_form config_forms[];
extern const size_t config_forms_count;

/* The prefix of SCOPE's form with (NAMED) or without <NAME>; there is one of each but for CONFIG_GLOBAL. */
const char *config_form_prefix(enum config_scope scope, bool named);

/* The words of a CONFIG_CHOICE or CONFIG_ALGORITHMS setting, in TEXT of SIZE bytes with ", " between them. */
void config_words_text(const struct config_setting *setting, char *text, size_t size);

#endif
