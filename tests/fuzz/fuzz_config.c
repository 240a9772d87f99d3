/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever the configuration file holds, reading it is safe, and what comes out is text that any setting can
 * be tried with. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/file.h"
#include "config/settings.h"
#include "config/value.h"
#include "fuzz/fuzz.h"

/* Entries of one file whose values are tried. */
#define TRIED 8

static void try_value(const char *value)
{
	static union {
		struct config_whole whole;
		struct config_issuer issuer;
		struct config_scep_profile profile;
	} object;

	for (size_t i = 0; i < config_settings_count; i++) {
		const struct config_setting *setting = &config_settings_table[i];
		char why[CONFIG_WHY_SIZE];
		enum err error;

		memset(&object, 0, sizeof object);
		error = config_value_set(setting, value, &object, why);
		FUZZ_PROMISE(error == ERR_OK || (error == ERR_SYNTAX && why[0] != '\0'));
		config_value_clear(setting, &object);
	}
}

static void look(const struct config_entries *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		const struct config_entry *entry = &entries->items[i];
		gnutls_datum_t value = bytes_view_text(entry->value);

		FUZZ_PROMISE(entry->line > 0 && entry->name[0] != '\0' &&
			     strpbrk(entry->name, "= \t'\"") == NULL);
		FUZZ_PROMISE(text_is_utf8(&value) && strpbrk(entry->value, "\r\n") == NULL);
		FUZZ_PROMISE(config_entry_find(entries, entry->name, true) == entry);
		if (i < TRIED)
			try_value(entry->value);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gnutls_datum_t text = bytes_view(data, size);
	struct config_entries entries = {.file = strdup("fuzz.env")};
	struct config_problems problems = {NULL, 0};

	FUZZ_PROMISE(config_file_parse(&text, &entries, &problems) == ERR_OK);
	look(&entries);
	config_problems_free(&problems);
	config_entries_free(&entries);
	return 0;
}
