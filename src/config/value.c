/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/value.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/limits.h"

#define IS_CHOICE(type) (sizeof(type) == sizeof(unsigned))
_Static_assert(IS_CHOICE(enum log_level) && IS_CHOICE(enum log_target) && IS_CHOICE(enum config_strictness) &&
		       IS_CHOICE(enum config_ca_chain) && IS_CHOICE(enum config_agents) &&
		       IS_CHOICE(enum config_switch) && IS_CHOICE(enum config_client_source),
	       "a CONFIG_CHOICE or CONFIG_SWITCH is stored as unsigned");

void config_wipe_text(char **text)
{
	if (*text != NULL)
		gnutls_memset(*text, 0, strlen(*text));
	text_free(text);
}

void config_list_free(struct config_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
	*list = (struct config_list){NULL, 0};
}

static enum err refuse(char *why, const char *reason)
{
	(void)snprintf(why, CONFIG_WHY_SIZE, "%s", reason);
	return ERR_SYNTAX;
}

static enum err read_bool(const char *text, bool *value, char *why)
{
	static const struct config_word words[] = {{"true", 1}, {"1", 1},  {"yes", 1}, {"false", 0},
						   {"0", 0},    {"no", 0}, {NULL, 0}};

	for (const struct config_word *word = words; word->word != NULL; word++) {
		if (strcmp(word->word, text) == 0) {
			*value = word->value != 0;
			return ERR_OK;
		}
	}
	return refuse(why, "must be true, 1, yes, false, 0 or no");
}

static enum err set_bool(const struct config_setting *setting, const char *text, void *field, char *why)
{
	(void)setting;
	return read_bool(text, field, why);
}

static enum err set_switch(const struct config_setting *setting, const char *text, void *field, char *why)
{
	bool value = false;
	enum err error = read_bool(text, &value, why);

	(void)setting;
	if (error == ERR_OK)
		*(unsigned *)field = value ? CONFIG_ON : CONFIG_OFF;
	return error;
}

static enum err set_digits(const struct config_setting *setting, const char *text, unsigned *value, char *why)
{
	size_t length = strlen(text);
	uint64_t number = 0;

	if (length > 0 && length <= 18 && strspn(text, "0123456789") == length)
		number = strtoull(text, NULL, 10);
	else
		number = UINT64_MAX;
	if (number >= setting->min && number <= setting->max) {
		*value = (unsigned)number;
		return ERR_OK;
	}
	(void)snprintf(why, CONFIG_WHY_SIZE, "must be a whole number from %u to %u", setting->min,
		       setting->max);
	return ERR_SYNTAX;
}

static enum err set_number(const struct config_setting *setting, const char *text, void *field, char *why)
{
	return set_digits(setting, text, field, why);
}

static enum err set_size(const struct config_setting *setting, const char *text, void *field, char *why)
{
	unsigned value;
	enum err error = set_digits(setting, text, &value, why);

	if (error == ERR_OK)
		*(size_t *)field = value;
	return error;
}

static enum err set_duration(const struct config_setting *setting, const char *text, void *field, char *why)
{
	unsigned seconds;

	if (!config_duration(text, &seconds))
		return refuse(why, "must be a duration in whole seconds, such as 90s, 10m, 1h30m or 720h");
	if (seconds < setting->min || seconds > setting->max) {
		(void)snprintf(why, CONFIG_WHY_SIZE, "must be a duration from %us to %us", setting->min,
			       setting->max);
		return ERR_SYNTAX;
	}
	*(unsigned *)field = seconds;
	return ERR_OK;
}

/* The word that is the SIZE bytes at TEXT, or NULL. */
static const struct config_word *find_word(const struct config_word *word, const char *text, size_t size)
{
	for (; word->word != NULL; word++)
		if (strlen(word->word) == size && memcmp(word->word, text, size) == 0)
			return word;
	return NULL;
}

static enum err refuse_word(const struct config_setting *setting, const char *must, char *why)
{
	char words[128];

	config_words_text(setting, words, sizeof words);
	(void)snprintf(why, CONFIG_WHY_SIZE, "%s %s", must, words);
	return ERR_SYNTAX;
}

static enum err set_choice(const struct config_setting *setting, const char *text, void *field, char *why)
{
	const struct config_word *word = find_word(setting->words, text, strlen(text));

	if (word == NULL)
		return refuse_word(setting, "must be one of:", why);
	*(unsigned *)field = word->value;
	return ERR_OK;
}

/* The next item of the list at *TEXT, which moves behind it: trimmed, never empty. NULL at the end. */
static const char *next_item(const char **text, size_t *size)
{
	const char *item = *text;

	item += strspn(item, ", \t");
	*size = strcspn(item, ",");
	*text = item + *size;
	while (*size > 0 && (item[*size - 1] == ' ' || item[*size - 1] == '\t'))
		(*size)--;
	return *size > 0 ? item : NULL;
}

static enum err set_algorithms(const struct config_setting *setting, const char *text, void *field, char *why)
{
	unsigned bits = 0;
	const char *item;
	size_t size;

	if (strcmp(text, "none") != 0) {
		while ((item = next_item(&text, &size)) != NULL) {
			const struct config_word *word = find_word(setting->words, item, size);

			if (word == NULL)
				return refuse_word(setting, "must be 'none' or a list of:", why);
			bits |= word->value;
		}
	}
	*(unsigned *)field = bits;
	return ERR_OK;
}

bool config_list_append(struct config_list *list, const char *item, size_t size)
{
	char **items = realloc(list->items, (list->count + 1) * sizeof *items);

	if (items == NULL)
		return false;
	list->items = items;
	items[list->count] = strndup(item, size);
	return items[list->count] != NULL && ++list->count > 0;
}

bool config_list_has(const struct config_list *list, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list->items[i], text) == 0)
			return true;
	return false;
}

static enum err set_list(const struct config_setting *setting, const char *text, void *field, char *why)
{
	CLEANUP(config_list_free) struct config_list list = {NULL, 0};
	const char *item;
	size_t size;

	while ((item = next_item(&text, &size)) != NULL) {
		const char *wrong = NULL;

		if (list.count == setting->max) {
			(void)snprintf(why, CONFIG_WHY_SIZE, "has more than %u items", setting->max);
			return ERR_SYNTAX;
		}
		if (!config_list_append(&list, item, size))
			return ERR_MEMORY;
		if (setting->check != NULL)
			wrong = setting->check(list.items[list.count - 1]);
		if (wrong != NULL)
			return refuse(why, wrong);
	}
	config_list_free(field);
	*(struct config_list *)field = list;
	list = (struct config_list){NULL, 0};
	return ERR_OK;
}

static enum err set_text(const struct config_setting *setting, const char *text, void *field, char *why)
{
	char *copy = strdup(text);

	(void)setting;
	(void)why;
	if (copy == NULL)
		return ERR_MEMORY;
	config_wipe_text(field);
	*(char **)field = copy;
	return ERR_OK;
}

static void clear_text(void *field)
{
	config_wipe_text(field);
}

static void clear_list(void *field)
{
	config_list_free(field);
}

static const struct {
	const char *name;
	enum err (*set)(const struct config_setting *setting, const char *text, void *field, char *why);
	void (*clear)(void *field); /* NULL: holds no memory */
} types[] = {
	[CONFIG_BOOL] = {"boolean", set_bool, NULL},
	[CONFIG_SWITCH] = {"boolean", set_switch, NULL},
	[CONFIG_NUMBER] = {"number", set_number, NULL},
	[CONFIG_SIZE] = {"size in bytes", set_size, NULL},
	[CONFIG_DURATION] = {"duration", set_duration, NULL},
	[CONFIG_CHOICE] = {"word", set_choice, NULL},
	[CONFIG_ALGORITHMS] = {"algorithms", set_algorithms, NULL},
	[CONFIG_LIST] = {"list", set_list, clear_list},
	[CONFIG_TEXT] = {"text", set_text, clear_text},
	[CONFIG_PATH] = {"path", set_text, clear_text},
	[CONFIG_SECRET] = {"secret", set_text, clear_text},
};

const char *config_type_name(enum config_type type)
{
	return types[type].name;
}

enum err config_value_set(const struct config_setting *setting, const char *text, void *object, char *why)
{
	const char *wrong = NULL;

	why[0] = '\0';
	if (setting->check != NULL && setting->type != CONFIG_LIST)
		wrong = setting->check(text);
	if (wrong != NULL)
		return refuse(why, wrong);
	return types[setting->type].set(setting, text, (char *)object + setting->offset, why);
}

void config_value_clear(const struct config_setting *setting, void *object)
{
	if (types[setting->type].clear != NULL)
		types[setting->type].clear((char *)object + setting->offset);
}
