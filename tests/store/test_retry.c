/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>

#include "base/limits.h"
#include "lib/mariadb.h"
#include "store/handle.h"
#include "store/store_private.h"

struct script {
	unsigned number;   /* the error of every try ... */
	unsigned failures; /* ... up to this many */
	unsigned tries;    /* seen */
};

static enum err play(struct store *store, void *context)
{
	struct script *script = context;

	cr_expect_not_null(store->connection, "a body always finds a connection");
	if (script->tries++ < script->failures)
		return store_fault(store, script->number, "scripted");
	return ERR_OK;
}

static const struct {
	unsigned number, failures;
	enum err expected;
	unsigned tries;
	const char *why;
} cases[] = {
	{1213, 100, ERR_UNAVAILABLE, LIMIT_DB_RETRIES + 1, "a deadlock every time"},
	{2013, 100, ERR_UNAVAILABLE, LIMIT_DB_RETRIES + 1, "lost every time"},
	{1047, 100, ERR_UNAVAILABLE, LIMIT_DB_RETRIES + 1, "never in the cluster"},
	{1290, 100, ERR_UNAVAILABLE, 1, "read-only, and no other host to try"},
	{1062, 100, ERR_EXISTS, 1, "a duplicate stays one"},
	{1064, 100, ERR_SYSTEM, 1, "an error of ours stays one"},
	{1146, 100, ERR_CONFIG, 1, "a missing table stays missing"},
	{1213, LIMIT_DB_RETRIES, ERR_OK, LIMIT_DB_RETRIES + 1, "the last try succeeds"},
	{1205, 1, ERR_OK, 2, "a lock wait that ends"},
	{2006, 1, ERR_OK, 2, "a connection that was gone"},
	{0, 0, ERR_OK, 1, "nothing is wrong"},
};

Test(retry, only_what_may_go_through_is_tried_again)
{
	const char *url = test_database_empty();

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct handle h = handle_open(url);
		struct script script = {.number = cases[i].number, .failures = cases[i].failures};

		cr_expect_eq(store_try(h.store, play, &script), cases[i].expected, "%s", cases[i].why);
		cr_expect_eq(script.tries, cases[i].tries, "%s", cases[i].why);
		handle_close(&h);
	}
}
