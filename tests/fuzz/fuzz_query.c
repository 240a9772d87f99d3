/* SPDX-License-Identifier: BSD-2-Clause */
/* A query string from anywhere: what is found is decoded within the input's size, and the rest is an error.
 */
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "fuzz/fuzz.h"
#include "gateway/query.h"

static void look(const char *query, const char *name)
{
	static const enum err possible[] = {ERR_OK, ERR_NOT_FOUND, ERR_SYNTAX, ERR_EXISTS, ERR_LIMIT};
	gnutls_datum_t value;
	enum err error = query_get(query, name, &value);
	bool known = false;

	for (size_t i = 0; i < sizeof possible / sizeof *possible; i++)
		known = known || error == possible[i];
	FUZZ_PROMISE(known);
	FUZZ_PROMISE(error == ERR_OK || value.size == 0);
	FUZZ_PROMISE(value.size <= strlen(query));
	FUZZ_PROMISE(error != ERR_OK || strstr(query, name) != NULL);
	FUZZ_PROMISE(error == ERR_LIMIT || strlen(query) <= LIMIT_QUERY);
	bytes_free(&value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *query = malloc(size + 1);

	if (query == NULL)
		return 0;
	if (size > 0)
		memcpy(query, data, size);
	query[size] = '\0';
	look(query, "operation");
	look(query, "message");
	free(query);
	return 0;
}
