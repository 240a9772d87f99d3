/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/problem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

bool config_problem(struct config_problems *problems, bool fatal, const char *format, ...)
{
	struct config_problem *items = realloc(problems->items, (problems->count + 1) * sizeof *items);
	char text[CONFIG_PROBLEM_SIZE];
	char clean[CONFIG_PROBLEM_SIZE];
	gnutls_datum_t bytes;
	va_list values;

	if (items == NULL)
		return false;
	problems->items = items;
	va_start(values, format);
	(void)vsnprintf(text, sizeof text, format, values);
	va_end(values);
	bytes = bytes_view_text(text);
	items[problems->count].fatal = fatal;
	items[problems->count].text = strdup(text_printable(&bytes, clean, sizeof clean));
	if (items[problems->count].text == NULL)
		return false;
	problems->count++;
	return true;
}

bool config_problems_fatal(const struct config_problems *problems)
{
	for (size_t i = 0; i < problems->count; i++)
		if (problems->items[i].fatal)
			return true;
	return false;
}

void config_problems_free(struct config_problems *problems)
{
	for (size_t i = 0; i < problems->count; i++)
		free(problems->items[i].text);
	free(problems->items);
	*problems = (struct config_problems){NULL, 0};
}
