/* SPDX-License-Identifier: BSD-2-Clause */
/* The rooms below log for machines, one JSON object a line; whoever sits at a terminal is told the same in
 * words. */
#include "cli/cli.h"

#include <string.h>

#include "base/limits.h"

/* Copies the JSON string that begins behind *AT's quotation mark to TEXT, escapes of quotes and backslashes
 * undone, and moves *AT behind its end. */
static void read_string(const char **at, char *text, size_t size)
{
	size_t length = 0;

	for (; **at != '\0' && **at != '"'; (*at)++) {
		if (**at == '\\' && ((*at)[1] == '"' || (*at)[1] == '\\'))
			(*at)++;
		if (length + 1 < size)
			text[length++] = **at;
	}
	text[length] = '\0';
	if (**at == '"')
		(*at)++;
}

/* What a person at a terminal knows without being told. */
static bool is_known(const char *name)
{
	static const char *const names[] = {"time", "level", "program", "pid", "message"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(names[i], name) == 0)
			return true;
	}
	return false;
}

void cli_log_line(const char *line)
{
	char name[64], value[LIMIT_LOG_VALUE + 8], message[256] = "", details[2048] = "";
	size_t length = 0;

	while ((line = strchr(line, '"')) != NULL) {
		line++;
		read_string(&line, name, sizeof(name));
		line += strspn(line, ": ");
		if (*line != '"') /* a number */
			continue;
		line++;
		read_string(&line, value, sizeof(value));
		if (strcmp(name, "message") == 0)
			(void)snprintf(message, sizeof(message), "%.255s", value);
		if (is_known(name) || length >= sizeof(details))
			continue;
		length += (size_t)snprintf(details + length, sizeof(details) - length, "%s%s %s",
					   length > 0 ? ", " : "", name, value);
	}
	cli_error("%s%s%s%s", message, details[0] != '\0' ? " (" : "", details,
		  details[0] != '\0' ? ")" : "");
}
