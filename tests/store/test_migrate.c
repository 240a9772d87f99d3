/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/files.h"
#include "lib/mariadb.h"
#include "store/handle.h"
#include "store/migrate.h"

#define SQL TEST_SOURCE_DIR "/sql"

static const char *file_in(const char *directory, const char *name)
{
	static char path[256];

	(void)snprintf(path, sizeof path, "%s/%s", directory, name);
	return path;
}

static void put(const char *directory, const char *name, const char *text)
{
	FILE *file = fopen(file_in(directory, name), "w");

	cr_assert_not_null(file);
	cr_assert_geq(fputs(text, file), 0);
	cr_assert_eq(fclose(file), 0);
}

static const char first[] =
	"CREATE TABLE schema_migrations (name VARCHAR(128) PRIMARY KEY, sha256 BINARY(32) NOT NULL,"
	" applied_at DATETIME NOT NULL);\n";

struct seen {
	unsigned applied, skipped;
};

static void count(void *context, const char *name, bool applied_now)
{
	struct seen *seen = context;

	cr_expect_not_null(strstr(name, ".sql"));
	seen->applied += applied_now;
	seen->skipped += !applied_now;
}

static const struct {
	const char *files[4][2];
	enum err expected;
	const char *reason; /* part of it */
	const char *why;
} refused[] = {
	{{{NULL, NULL}}, ERR_NOT_FOUND, "no migration", "an empty directory"},
	{{{"readme.txt", ""}}, ERR_NOT_FOUND, "no migration", "no .sql file"},
	{{{"first.sql", first}}, ERR_SYNTAX, "first.sql: number 0001", "no number"},
	{{{"0002-a.sql", first}}, ERR_SYNTAX, "number 0001", "does not start with 1"},
	{{{"0001-a.sql", first}, {"0003-b.sql", "SELECT 1"}}, ERR_SYNTAX, "0003-b.sql: number 0002", "a gap"},
	{{{"0001-a.sql", first}, {"0001-b.sql", "SELECT 1"}},
	 ERR_SYNTAX,
	 "0001-b.sql: number 0002",
	 "a number twice"},
	{{{"0001-a.sql", first}, {"0002-B'.sql", "SELECT 1"}},
	 ERR_SYNTAX,
	 "number 0002",
	 "a quote in the name"},
	{{{"0001-a.sql", "CREATE TABEL x"}},
	 ERR_SYNTAX,
	 "0001-a.sql: 1064",
	 "an error in the first statement"},
	{{{"0001-a.sql", first}, {"0002-b.sql", "SELECT 1; SELECT 2; DROP TABLE nowhere; SELECT 3"}},
	 ERR_SYNTAX,
	 "0002-b.sql: 1051",
	 "an error behind results of several statements"},
	{{{"0001-a.sql", "CREATE TABLE x (a INT PRIMARY KEY)"}}, ERR_CONFIG, "", "nowhere to record it"},
};

Test(migrate, wrong_files_are_refused_by_name)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		struct handle h = handle_open(test_database_empty());
		char directory[128], reason[512] = "";

		(void)snprintf(directory, sizeof directory, "%s/%zu", test_directory(), i);
		cr_assert_eq(mkdir(directory, 0700), 0);
		for (size_t k = 0; k < 4 && refused[i].files[k][0] != NULL; k++)
			put(directory, refused[i].files[k][0], refused[i].files[k][1]);
		cr_expect_eq(store_migrate(h.store, directory, NULL, NULL, reason), refused[i].expected, "%s",
			     refused[i].why);
		cr_expect_not_null(strstr(reason, refused[i].reason), "%s: %s", refused[i].why, reason);
		cr_expect_neq(reason[0], '\0', "%s", refused[i].why);
		handle_close(&h);
	}
}

Test(migrate, a_missing_directory)
{
	struct handle h = handle_open(test_database_empty());
	char reason[512];

	cr_expect_eq(store_migrate(h.store, "/nonexistent/sql", NULL, NULL, reason), ERR_NOT_FOUND);
	cr_expect_not_null(strstr(reason, "/nonexistent/sql"));
	handle_close(&h);
}

Test(migrate, a_file_that_failed_is_applied_when_mended)
{
	struct handle h = handle_open(test_database_empty());
	const char *directory = test_directory();
	char reason[512];

	put(directory, "0001-a.sql", first);
	put(directory, "0002-b.sql",
	    "CREATE TABLE IF NOT EXISTS b (a INT PRIMARY KEY); SELECT * FROM nowhere;");
	cr_expect_eq(store_migrate(h.store, directory, NULL, NULL, reason), ERR_SYNTAX);
	cr_expect_str_eq(test_sql(h.url, "SELECT GROUP_CONCAT(name) FROM schema_migrations"), "0001-a.sql");
	put(directory, "0002-b.sql", "CREATE TABLE IF NOT EXISTS b (a INT PRIMARY KEY); SELECT 1;");
	cr_expect_eq(store_migrate(h.store, directory, NULL, NULL, reason), ERR_OK, "%s", reason);
	cr_expect_str_eq(test_sql(h.url, "SELECT COUNT(*) FROM schema_migrations"), "2");
	handle_close(&h);
}

Test(migrate, a_changed_file_is_refused)
{
	struct handle h = handle_open(test_database_empty());
	const char *directory = test_directory();
	char reason[512];

	put(directory, "0001-a.sql", first);
	cr_assert_eq(store_migrate(h.store, directory, NULL, NULL, reason), ERR_OK, "%s", reason);
	put(directory, "0001-a.sql", "CREATE TABLE other (a INT PRIMARY KEY);");
	put(directory, "0002-b.sql", "CREATE TABLE b (a INT PRIMARY KEY);");
	cr_expect_eq(store_migrate(h.store, directory, NULL, NULL, reason), ERR_MISMATCH);
	cr_expect_not_null(strstr(reason, "0001-a.sql: changed"), "%s", reason);
	cr_expect_str_eq(test_sql(h.url, "SELECT COUNT(*) FROM schema_migrations"), "1",
			 "nothing after it is applied");
	handle_close(&h);
}

Test(migrate, a_newer_database_is_refused)
{
	struct handle h = handle_open(test_database());
	char reason[512];

	(void)test_sql(h.url,
		       "INSERT INTO schema_migrations VALUES ('9999-future.sql', REPEAT('x', 32), NOW())");
	cr_expect_eq(store_migrate(h.store, SQL, NULL, NULL, reason), ERR_MISMATCH);
	cr_expect_not_null(strstr(reason, "9999-future.sql"), "%s", reason);
	handle_close(&h);
}

Test(migrate, a_file_slipped_in_before_applied_ones_is_refused)
{
	struct handle h = handle_open(test_database());
	char reason[512];

	(void)test_sql(h.url, "DELETE FROM schema_migrations WHERE name LIKE '0001%%'");
	cr_expect_eq(store_migrate(h.store, SQL, NULL, NULL, reason), ERR_SYNTAX);
	cr_expect_not_null(strstr(reason, "0001-foundation.sql: not applied"), "%s", reason);
	handle_close(&h);
}

Test(migrate, running_again_changes_nothing)
{
	struct handle h = handle_open(test_database_empty());
	struct seen once = {0}, again = {0};
	char reason[512];

	cr_assert_eq(store_migrate(h.store, SQL, count, &once, reason), ERR_OK, "%s", reason);
	cr_expect_gt(once.applied, 0);
	cr_expect_eq(once.skipped, 0);
	cr_assert_eq(store_migrate(h.store, SQL, count, &again, reason), ERR_OK, "%s", reason);
	cr_expect_eq(again.applied, 0);
	cr_expect_eq(again.skipped, once.applied);
	handle_close(&h);
}

/* A migration may be cut off after any statement; each of ours can then be run again from its start. */
Test(migrate, our_files_can_be_repeated)
{
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(1);
	struct seen seen = {0};
	char reason[512];

	cr_assert_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	(void)test_sql(h.url, "DELETE FROM schema_migrations");
	cr_expect_eq(store_migrate(h.store, SQL, count, &seen, reason), ERR_OK, "%s", reason);
	cr_expect_gt(seen.applied, 0);
	cr_expect_str_eq(test_sql(h.url, "SELECT COUNT(*) FROM certificates"), "1", "and no row is lost");
	handle_close(&h);
}

struct migrator {
	struct handle handle;
	struct seen seen;
	enum err error;
	pthread_t thread;
};

static void *migrate(void *context)
{
	struct migrator *migrator = context;
	char reason[512];

	migrator->error = store_migrate(migrator->handle.store, SQL, count, &migrator->seen, reason);
	return NULL;
}

Test(migrate, several_at_once_apply_each_file_once)
{
	struct migrator migrators[4] = {0};
	const char *url = test_database_empty();
	unsigned applied = 0;

	for (size_t i = 0; i < 4; i++) {
		migrators[i].handle = handle_open(url);
		cr_assert_eq(pthread_create(&migrators[i].thread, NULL, migrate, &migrators[i]), 0);
	}
	for (size_t i = 0; i < 4; i++) {
		cr_assert_eq(pthread_join(migrators[i].thread, NULL), 0);
		cr_expect_eq(migrators[i].error, ERR_OK);
		applied += migrators[i].seen.applied;
		handle_close(&migrators[i].handle);
	}
	cr_expect_eq(applied, (unsigned)atoi(test_sql(url, "SELECT COUNT(*) FROM schema_migrations")));
}

/* The tables are those of DESIGN section 5, whatever the server's defaults are. */
Test(migrate, every_table_is_fit_for_a_cluster)
{
	struct handle h = handle_open(test_database());

	cr_expect_str_eq(test_sql(h.url,
				  "SELECT GROUP_CONCAT(table_name) FROM information_schema.tables WHERE"
				  " table_schema = DATABASE() AND (engine <> 'InnoDB' OR"
				  " table_collation <> 'utf8mb4_bin')"),
			 "");
	cr_expect_str_eq(
		test_sql(h.url,
			 "SELECT GROUP_CONCAT(table_name) FROM information_schema.tables AS t WHERE"
			 " table_schema = DATABASE() AND NOT EXISTS (SELECT 1 FROM"
			 " information_schema.statistics AS s WHERE s.table_schema = t.table_schema AND"
			 " s.table_name = t.table_name AND s.index_name = 'PRIMARY')"),
		"");
	cr_expect_str_eq(test_sql(h.url, "SELECT COUNT(*) FROM information_schema.triggers WHERE"
					 " trigger_schema = DATABASE()"),
			 "0");
	handle_close(&h);
}

/* The grants of docs/database.md for an account that migrates; SUPER is not among them. */
Test(migrate, needs_no_super_with_binary_logging)
{
	static const char *const options[] = {"--log-bin=binlog", NULL};
	struct test_mariadb server;
	struct handle h;
	char reason[512];

	test_mariadb_create(&server, options);
	h = handle_open(test_mariadb_database(&server));
	(void)test_sql(h.url, "DROP PROCEDURE enrolment_record");
	(void)test_sql(h.url, "DELETE FROM schema_migrations");
	(void)test_sql(h.url, "CREATE USER migrator@localhost");
	(void)test_sql(h.url,
		       "BEGIN NOT ATOMIC EXECUTE IMMEDIATE CONCAT('GRANT CREATE, ALTER, DROP, INDEX, SELECT,"
		       " INSERT, UPDATE, CREATE ROUTINE, ALTER ROUTINE ON ', DATABASE(),"
		       " '.* TO migrator@localhost'); END");
	free(h.address->user);
	h.address->user = strdup("migrator");
	cr_expect_eq(store_migrate(h.store, SQL, NULL, NULL, reason), ERR_OK, "%s", reason);
	cr_expect_eq(store_migrate(h.store, SQL, NULL, NULL, reason), ERR_OK, "%s", reason);
	handle_close(&h);
	test_mariadb_kill(&server);
}
