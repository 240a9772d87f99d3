/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/line.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/text.h"
#include "config/value.h"

#define BLANKS     " \t"
#define NAME_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

/* What a shell gives a meaning to outside quotes, and systemd does not. */
#define SHELL_CHARS "$`\\;&|<>()"

#define NEEDS_QUOTES "a shell would not read this value as systemd does: put it in 'single quotes'"

/* Copies what 'single quotes' hold, from behind the first to behind the second. */
static const char *take_literal(const char *from, char **to, const char **wrong)
{
	const char *end = strchr(from, '\'');

	if (end == NULL) {
		*wrong = "a single quote is not closed on the line";
		return NULL;
	}
	memcpy(*to, from, (size_t)(end - from));
	*to += end - from;
	return end + 1;
}

/* Copies what "double quotes" hold. A backslash before another character than these four stands for itself.
 */
static const char *take_quoted(const char *from, char **to, const char **wrong)
{
	for (; *from != '"'; from++) {
		if (*from == '\0') {
			*wrong = "a double quote is not closed on the line";
			return NULL;
		}
		if (*from == '$' || *from == '`') {
			*wrong = NEEDS_QUOTES " ('$' and '`' mean something inside double ones)";
			return NULL;
		}
		if (*from == '\\' && from[1] != '\0' && strchr("\"\\$`", from[1]) != NULL)
			from++;
		*(*to)++ = *from;
	}
	return from + 1;
}

/* True when a shell would put a home directory for the '~' at FROM. */
static bool is_home(const char *start, const char *from)
{
	return *from == '~' && (from == start || from[-1] == ':');
}

/* Writes the value that begins at FROM to TO, which has room for as many bytes as there are; NULL when it is
 * malformed. */
static const char *take_value(const char *from, char *to, const char **wrong)
{
	const char *start = from;

	while (from != NULL && *from != '\0' && strchr(BLANKS, *from) == NULL) {
		if (*from == '\'') {
			from = take_literal(from + 1, &to, wrong);
		} else if (*from == '"') {
			from = take_quoted(from + 1, &to, wrong);
		} else if (strchr(SHELL_CHARS, *from) != NULL || is_home(start, from)) {
			*wrong = NEEDS_QUOTES;
			return NULL;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
	return from;
}

/* Moves behind "export", if the line begins so. */
static const char *skip_export(const char *text)
{
	if (strncmp(text, "export", 6) == 0 && (text[6] == ' ' || text[6] == '\t'))
		return text + 6 + strspn(text + 6, BLANKS);
	return text;
}

static enum err parse(const char *text, struct config_line *line, const char **wrong)
{
	size_t length;

	text += strspn(text, BLANKS);
	if (*text == '\0' || *text == '#')
		return ERR_OK;
	text = skip_export(text);
	length = strspn(text, NAME_CHARS);
	if (length == 0 || text[length] != '=') {
		*wrong = "not a comment and not NAME=value, without blanks around the '='";
		return ERR_SYNTAX;
	}
	line->name = strndup(text, length);
	line->value = calloc(1, strlen(text) + 1); /* zeroed: it is wiped as text even half-filled */
	if (line->name == NULL || line->value == NULL)
		return ERR_MEMORY;
	text = take_value(text + length + 1, line->value, wrong);
	if (text == NULL)
		return ERR_SYNTAX;
	if (text[strspn(text, BLANKS)] == '\0')
		return ERR_OK;
	*wrong = "more follows behind the value: " NEEDS_QUOTES;
	return ERR_SYNTAX;
}

/* True for text without control characters other than the tab. */
static bool is_plain(const gnutls_datum_t *text)
{
	for (unsigned i = 0; i < text->size; i++)
		if ((text->data[i] < ' ' && text->data[i] != '\t') || text->data[i] == 0x7f)
			return false;
	return text_is_utf8(text);
}

enum err config_line_parse(const gnutls_datum_t *text, struct config_line *line, const char **wrong)
{
	gnutls_datum_t bytes = *text;
	CLEANUP(config_wipe_text) char *copy = NULL;
	enum err error;

	*line = (struct config_line){NULL, NULL};
	*wrong = NULL;
	if (bytes.size > 0 && bytes.data[bytes.size - 1] == '\r')
		bytes.size--;
	if (bytes.size > LIMIT_CONFIG_LINE)
		*wrong = "the line is too long";
	else if (!is_plain(&bytes))
		*wrong = "the line is not UTF-8 text, or holds a control character";
	if (*wrong != NULL)
		return ERR_SYNTAX;
	copy = text_from_bytes(&bytes);
	error = copy == NULL ? ERR_MEMORY : parse(copy, line, wrong);
	if (error != ERR_OK)
		config_line_free(line);
	return error;
}

void config_line_free(struct config_line *line)
{
	text_free(&line->name);
	config_wipe_text(&line->value);
}
