/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/query.h"

#include <string.h>

#include "base/limits.h"
#include "gateway/gateway_private.h"

/* The size of the parameter at TEXT, up to the next '&' or the end. */
static size_t parameter_size(const char *text)
{
	return strcspn(text, "&");
}

/* The size of its name, up to the first '='. */
static size_t name_size(const char *parameter, size_t size)
{
	const char *equals = memchr(parameter, '=', size);

	return equals != NULL ? (size_t)(equals - parameter) : size;
}

static bool is_within_limits(const char *query)
{
	size_t count = 1;

	if (strnlen(query, LIMIT_QUERY + 1) > LIMIT_QUERY)
		return false;
	for (; (query = strchr(query, '&')) != NULL; query++)
		count++;
	return count <= LIMIT_QUERY_PARAMETERS;
}

/* Finds the one parameter called NAME: its value, still encoded. */
static enum err find(const char *query, const char *name, const char **value, size_t *size)
{
	size_t wanted = strlen(name);

	*value = NULL;
	*size = 0;
	while (*query != '\0') {
		size_t length = parameter_size(query);
		size_t named = name_size(query, length);

		if (named == wanted && memcmp(query, name, wanted) == 0) {
			if (*value != NULL)
				return ERR_EXISTS;
			*value = query + named + (named < length ? 1 : 0);
			*size = length - named - (named < length ? 1 : 0);
		}
		query += length + (query[length] == '&' ? 1 : 0);
	}
	return *value != NULL ? ERR_OK : ERR_NOT_FOUND;
}

enum err query_get(const char *query, const char *name, gnutls_datum_t *value)
{
	struct buffer decoded = {0};
	const char *encoded;
	size_t size;
	enum err error;

	*value = (gnutls_datum_t){NULL, 0};
	if (!is_within_limits(query))
		return ERR_LIMIT;
	error = find(query, name, &encoded, &size);
	if (error == ERR_OK)
		error = percent_decode(encoded, size, &decoded);
	if (error != ERR_OK) {
		buffer_free(&decoded);
		return error;
	}
	return buffer_take(&decoded, value) ? ERR_OK : ERR_MEMORY;
}
