/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "lib/mariadb.h"
#include "store/handle.h"
#include "store/store_private.h"

Test(schema, the_wanted_migration_is_the_newest_file)
{
	DIR *directory = opendir(TEST_SOURCE_DIR "/sql");
	char newest[256] = "";

	cr_assert_not_null(directory);
	for (const struct dirent *entry; (entry = readdir(directory)) != NULL;)
		if (strstr(entry->d_name, ".sql") != NULL && strcmp(entry->d_name, newest) > 0)
			(void)snprintf(newest, sizeof newest, "%s", entry->d_name);
	(void)closedir(directory);
	cr_expect_str_eq(store_schema_wanted, newest);
}

static const struct {
	const char *sql;
	enum err expected;
	const char *reason;
} cases[] = {
	{"DROP TABLE schema_migrations", ERR_CONFIG, "the database is empty; run certctl-fcgi migrate"},
	{"DELETE FROM schema_migrations", ERR_CONFIG, "the database is empty; run certctl-fcgi migrate"},
	{"DELETE FROM schema_migrations WHERE name > '0001-z'", ERR_CONFIG, "is at 0001-foundation.sql"},
	{"INSERT INTO schema_migrations VALUES ('9999-a.sql', '', NOW())", ERR_CONFIG,
	 "newer than this program"},
	{"SELECT 1", ERR_OK, ""},
};

Test(schema, another_one_than_ours_is_told)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct handle h = handle_open(test_database());
		char reason[256] = "untouched";

		(void)test_sql(h.url, "%s", cases[i].sql);
		cr_expect_eq(store_check_schema(h.store, reason), cases[i].expected, "%s", cases[i].sql);
		cr_expect_not_null(strstr(reason, cases[i].reason), "%s", reason);
		handle_close(&h);
	}
}

Test(schema, no_database_to_ask)
{
	struct handle h = handle_open("mariadb:///certctl?socket=/nonexistent/socket");
	char reason[256];

	cr_expect_eq(store_check_schema(h.store, reason), ERR_UNAVAILABLE);
	handle_close(&h);
}
