/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "store/store_private.h"

static unsigned lines;
static char last[1024];

static void sink(const char *line)
{
	lines++;
	(void)snprintf(last, sizeof last, "%s", line);
}

static const struct {
	unsigned number;
	enum err error;
	enum fault fault;
	size_t host; /* tried next, of three, after the first */
	unsigned lines;
	const char *why;
} cases[] = {
	{1062, ERR_EXISTS, FAULT_EXISTS, 0, 0, "duplicate key"},
	{1644, ERR_MISMATCH, FAULT_CHANGED, 0, 0, "a procedure of ours says no"},
	{1205, ERR_UNAVAILABLE, FAULT_RETRY, 0, 0, "lock wait timeout"},
	{1213, ERR_UNAVAILABLE, FAULT_RETRY, 0, 0, "deadlock or certification failure"},
	{1047, ERR_UNAVAILABLE, FAULT_RETRY, 1, 0, "a Galera node that left its cluster"},
	{2006, ERR_UNAVAILABLE, FAULT_GONE, 0, 0, "gone between statements"},
	{2013, ERR_UNAVAILABLE, FAULT_GONE, 0, 0, "lost during a statement"},
	{1927, ERR_UNAVAILABLE, FAULT_GONE, 0, 0, "killed"},
	{4031, ERR_UNAVAILABLE, FAULT_GONE, 0, 0, "idle for too long"},
	{1053, ERR_UNAVAILABLE, FAULT_GONE, 1, 0, "shutting down"},
	{1290, ERR_UNAVAILABLE, FAULT_REFUSED, 1, 1, "read-only"},
	{1036, ERR_UNAVAILABLE, FAULT_REFUSED, 1, 1, "InnoDB is read-only"},
	{1021, ERR_UNAVAILABLE, FAULT_REFUSED, 1, 1, "disk full"},
	{1114, ERR_UNAVAILABLE, FAULT_REFUSED, 1, 1, "table full"},
	{1146, ERR_CONFIG, FAULT_SCHEMA, 0, 1, "no such table"},
	{1305, ERR_CONFIG, FAULT_SCHEMA, 0, 1, "no such procedure"},
	{1142, ERR_CONFIG, FAULT_RIGHTS, 0, 1, "a table that the account may not write"},
	{1370, ERR_CONFIG, FAULT_RIGHTS, 0, 1, "a procedure that it may not call"},
	{1064, ERR_SYSTEM, FAULT_OTHER, 0, 1, "a syntax error"},
	{1406, ERR_SYSTEM, FAULT_OTHER, 0, 1, "data too long"},
	{0, ERR_SYSTEM, FAULT_OTHER, 0, 1, "no number at all"},
	{4294967295u, ERR_SYSTEM, FAULT_OTHER, 0, 1, "a number nobody knows"},
};

Test(fault, every_number_has_its_effect)
{
	log_capture(sink);
	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		struct store_address address = {.host_count = 3};
		struct store store = store_handle(&address, 0, 1);

		lines = 0;
		cr_expect_eq(store_fault(&store, cases[i].number, "words"), cases[i].error, "%s",
			     cases[i].why);
		cr_expect_eq(store.fault, cases[i].fault, "%s", cases[i].why);
		cr_expect_eq(store.host, cases[i].host, "%s", cases[i].why);
		cr_expect_eq(lines, cases[i].lines, "%s", cases[i].why);
	}
}

Test(fault, refused_writes_are_logged_once_and_so_is_their_end)
{
	struct store_address address = {.socket = NULL};
	struct store store = store_handle(&address, 0, 1);

	log_capture(sink);
	store_wrote(&store);
	cr_expect_eq(lines, 0, "nothing was wrong");
	for (int i = 0; i < 10; i++)
		(void)store_fault(&store, i % 2 == 0 ? 1290 : 1021, "read-only");
	cr_expect_eq(lines, 1);
	cr_expect_not_null(strstr(last, "1290"), "%s", last);
	store_wrote(&store);
	store_wrote(&store);
	cr_expect_eq(lines, 2);
}
