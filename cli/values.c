/* SPDX-License-Identifier: BSD-2-Clause */
/* What options take. */
#include "cli/cli.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "pkimessage/pkimessage.h"

#define DAY         86400u
#define DAYS_MAX    36500u
#define WORD_LENGTH 64

bool cli_set_flag(char *text, void *field)
{
	bool *value = field;

	(void)text;
	*value = true;
	return true;
}

bool cli_set_text(char *text, void *field)
{
	const char **value = field;

	*value = text;
	return text[0] != '\0';
}

bool cli_add_text(char *text, void *field)
{
	struct cli_list *list = field;

	if (text[0] == '\0' || list->count == sizeof(list->items) / sizeof(list->items[0]))
		return false;
	list->items[list->count++] = text;
	return true;
}

bool cli_set_words(char *text, void *field)
{
	struct cli_list *list = field;
	char *word;

	list->count = 0;
	while ((word = strsep(&text, ",")) != NULL) {
		if (!cli_add_text(word, list))
			return false;
	}
	return true;
}

/* Reads digits up to LIMIT; *END is what follows them. */
static bool number(const char *text, unsigned limit, unsigned *value, const char **end)
{
	unsigned long read;
	char *stop = NULL;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	read = strtoul(text, &stop, 10);
	*end = stop;
	if (errno != 0 || read > limit)
		return false;
	*value = (unsigned)read;
	return true;
}

bool cli_set_number(char *text, void *field)
{
	const char *end;

	return number(text, INT_MAX, field, &end) && *end == '\0';
}

bool cli_set_path_length(char *text, void *field)
{
	int *value = field;
	unsigned read;
	const char *end;

	if (!number(text, 100, &read, &end) || *end != '\0')
		return false;
	*value = (int)read;
	return true;
}

bool cli_set_days(char *text, void *field)
{
	unsigned *seconds = field;
	const char *end;

	if (!number(text, DAYS_MAX, seconds, &end) || *end != '\0' || *seconds == 0)
		return false;
	*seconds *= DAY;
	return true;
}

bool cli_set_duration(char *text, void *field)
{
	static const struct {
		char unit;
		unsigned seconds;
	} units[] = {{'d', DAY}, {'h', 3600}, {'m', 60}, {'s', 1}};
	unsigned *seconds = field;
	unsigned count;
	const char *end;

	if (!number(text, INT_MAX, &count, &end))
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (end[0] == units[i].unit && end[1] == '\0' && count <= DAYS_MAX * DAY / units[i].seconds) {
			*seconds = count * units[i].seconds;
			return true;
		}
	}
	*seconds = 0;
	return strcmp(text, "0") == 0;
}

bool cli_set_key_type(char *text, void *field)
{
	static const struct {
		const char *text;
		struct cli_key_type type;
	} types[] = {
		{"rsa:2048", {GNUTLS_PK_RSA, 2048}},   {"rsa:3072", {GNUTLS_PK_RSA, 3072}},
		{"rsa:4096", {GNUTLS_PK_RSA, 4096}},   {"ecdsa:256", {GNUTLS_PK_ECDSA, 256}},
		{"ecdsa:384", {GNUTLS_PK_ECDSA, 384}}, {"ecdsa:521", {GNUTLS_PK_ECDSA, 521}},
	};
	struct cli_key_type *type = field;

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].text, text) == 0) {
			*type = types[i].type;
			return true;
		}
	}
	return false;
}

static bool legacy_bit(const char *word, unsigned *bits)
{
	static const struct {
		const char *word;
		unsigned bit;
	} words[] = {
		{"none", 0},
		{"md5", PKIMESSAGE_LEGACY_MD5},
		{"sha1", PKIMESSAGE_LEGACY_SHA1},
		{"des", PKIMESSAGE_LEGACY_DES},
		{"3des", PKIMESSAGE_LEGACY_3DES},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(words[i].word, word) == 0) {
			*bits |= words[i].bit;
			return true;
		}
	}
	return false;
}

bool cli_set_legacy(char *text, void *field)
{
	unsigned *bits = field;
	char word[WORD_LENGTH];
	size_t length;

	*bits = 0;
	for (;;) {
		length = strcspn(text, ",");
		if (length >= sizeof(word))
			return false;
		memcpy(word, text, length);
		word[length] = '\0';
		if (!legacy_bit(word, bits))
			return false;
		if (text[length] == '\0')
			return true;
		text += length + 1;
	}
}
