/* SPDX-License-Identifier: BSD-2-Clause */
/* A server that answers and takes no writes. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/log.h"
#include "lib/mariadb.h"
#include "store/handle.h"

static unsigned lines;
static char last[2048];

static void sink(const char *line)
{
	lines++;
	(void)snprintf(last, sizeof last, "%s", line);
}

/* Nothing is recorded, reading goes on, and the log says it once. */
static void expect_refused(struct handle *h, const struct store_issued *issued, const char *rows)
{
	struct store_look look;

	for (int i = 0; i < 3; i++) {
		cr_expect_eq(store_enrolment_record(h->store, issued), ERR_UNAVAILABLE);
		cr_expect_eq(store_enrolment_look(h->store, &issued->key, NULL, 0, &look), ERR_OK);
		cr_expect_not(look.answered);
		store_look_free(&look);
	}
	cr_expect_eq(lines, 1, "%s", last);
	cr_expect_not_null(strstr(last, "does not take writes"), "%s", last);
	cr_expect_str_eq(test_sql(h->url, "%s", count_rows), rows);
}

static const char *const read_only[] = {"--innodb-read-only", NULL};

Test(unwritable, a_server_started_to_be_read)
{
	struct store_issued issued = sample_issued(1);
	struct test_mariadb server;
	struct handle h;

	test_mariadb_create(&server, NULL);
	h = handle_open(test_mariadb_database(&server));
	test_mariadb_stop(&server);
	server.options = read_only;
	test_mariadb_start(&server);
	log_capture(sink);
	expect_refused(&h, &issued, "0 0 0");
	test_mariadb_stop(&server);
	server.options = NULL;
	test_mariadb_start(&server);
	cr_expect_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	cr_expect_eq(lines, 2, "%s", last);
	expect_settled(h.url, &issued, "it takes writes again");
	handle_close(&h);
	test_mariadb_kill(&server);
}

/* No file of SERVER may grow beyond SIZE, which is to it as if the disk were full. */
static void limit_files(const struct test_mariadb *server, rlim_t size)
{
	const struct rlimit limit = {.rlim_cur = size, .rlim_max = RLIM_INFINITY};

	cr_assert_eq(prlimit(server->pid, RLIMIT_FSIZE, &limit, NULL), 0);
}

/* Rows of a size that InnoDB keeps in one page: it ends itself when it has to take back half a larger one. */
Test(unwritable, a_disk_that_is_full)
{
	enum { REPLY = 6000, FULL = 13 * 1024 * 1024, MOST = 2000 };
	uint8_t *reply = calloc(1, REPLY);
	struct store_issued issued;
	struct test_mariadb server;
	struct handle h;
	char rows[32];
	unsigned n = 0;

	(void)signal(SIGXFSZ, SIG_IGN); /* the server inherits that, and sees an error where it writes */
	test_mariadb_create(&server, NULL);
	h = handle_open(test_mariadb_database(&server));
	limit_files(&server, FULL);
	log_capture(sink);
	do {
		issued = sample_issued(++n);
		issued.reply = bytes_view(reply, REPLY);
	} while (store_enrolment_record(h.store, &issued) == ERR_OK && n < MOST);
	cr_assert_lt(n, MOST, "it is never full");
	(void)snprintf(rows, sizeof rows, "%u %u %u", n - 1, n - 1, n - 1);
	expect_refused(&h, &issued, rows);
	limit_files(&server, RLIM_INFINITY);
	cr_expect_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	cr_expect_eq(lines, 2, "%s", last);
	(void)snprintf(rows, sizeof rows, "%u %u %u", n, n, n);
	cr_expect_str_eq(test_sql(h.url, "%s", count_rows), rows);
	handle_close(&h);
	free(reply);
	test_mariadb_kill(&server);
}
