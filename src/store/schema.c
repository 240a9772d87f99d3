/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/store_private.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"

#define REASON_SIZE 256

/* tests/store/test_schema.c holds this to the newest file in sql/. */
const char store_schema_wanted[] = "0003-requests.sql";

enum err store_schema_newest(struct store *store, char **name)
{
	const struct output newest[] = {{VALUE_TEXT, name}};
	uint64_t there;
	const struct output exists[] = {{VALUE_NUMBER, &there}};
	enum err error = store_run(store, STATEMENT_SCHEMA_EXISTS, NULL, 0, exists, COUNT_OF(exists));

	*name = NULL;
	if (error == ERR_OK)
		error = store_run(store, STATEMENT_SCHEMA_NEWEST, NULL, 0, newest, COUNT_OF(newest));
	if (error != ERR_NOT_FOUND)
		return error;
	*name = strdup("");
	return *name == NULL ? ERR_MEMORY : ERR_OK;
}

static enum err newest(struct store *store, void *context)
{
	text_free(context);
	return store_schema_newest(store, context);
}

enum err store_check_schema(struct store *store, char *reason)
{
	CLEANUP(text_free) char *name = NULL;
	enum err error = store_try(store, newest, &name);

	reason[0] = '\0';
	if (error != ERR_OK || strcmp(name, store_schema_wanted) == 0)
		return error;
	if (name[0] == '\0')
		(void)snprintf(reason, REASON_SIZE, "the database is empty; run certctl-fcgi migrate");
	else if (strcmp(name, store_schema_wanted) < 0)
		(void)snprintf(reason, REASON_SIZE,
			       "the database is at %.80s, this program needs %s; run certctl-fcgi migrate",
			       name, store_schema_wanted);
	else
		(void)snprintf(reason, REASON_SIZE,
			       "the database is at %.80s, newer than this program, which knows %s", name,
			       store_schema_wanted);
	return ERR_CONFIG;
}
