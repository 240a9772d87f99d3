/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "lib/mariadb.h"
#include "store/deviations.h"
#include "store/handle.h"

static char seen[2048];

static void see(void *context, const struct store_deviation *row)
{
	size_t length = strlen(seen);

	(void)context;
	(void)snprintf(seen + length, sizeof seen - length, "%s %s %" PRIu64 " %" PRIu64 " %s '%s' %ld\n",
		       row->profile, row->deviation, row->requests, row->clients, row->last_client,
		       row->last_subject, (long)row->last_at);
}

static void audit(struct handle *h, time_t now, const char *profile, const char *client, const char *details)
{
	struct store_audit row = sample_issued(1).audit;

	clock_fix(now);
	row.profile = profile;
	row.client_address = client;
	row.details = details;
	cr_assert_eq(store_audit_write(h->store, &row), ERR_OK);
}

Test(deviations, without_a_database_nobody_is_told)
{
	struct handle h = handle_open("mariadb:///x?socket=/nonexistent/socket&user=u");

	cr_expect_eq(store_deviations(h.store, 0, see, NULL), ERR_UNAVAILABLE);
	cr_expect_str_empty(seen);
	handle_close(&h);
}

static const char *const without[] = {
	"{}",
	"[]",
	"\"deviations\"",
	"{\"deviations\":[]}",
	"{\"deviations\":null}",
	"{\"deviations\":{}}",
	"{\"deviations\":[[\"nested\"]]}",
	"{\"detail\":{\"deviations\":[\"nonce\"]}}",
};

Test(deviations, rows_that_name_none_do_not_count)
{
	struct handle h = handle_open(test_database());

	for (size_t i = 0; i < sizeof without / sizeof *without; i++)
		audit(&h, 1767225600, "scep/corp", "192.0.2.1", without[i]);
	cr_expect_eq(store_deviations(h.store, 0, see, NULL), ERR_OK);
	cr_expect_str_empty(seen);
	handle_close(&h);
}

Test(deviations, are_counted_by_profile_and_kind)
{
	struct handle h = handle_open(test_database());

	audit(&h, 1767225599, "scep/corp", "192.0.2.9", "{\"deviations\":[\"nonce\",\"legacy_md5\"]}");
	audit(&h, 1767225600, "scep/corp", "192.0.2.1",
	      "{\"subject\":\"CN=a\",\"deviations\":[\"nonce\",\"signing_time\"]}");
	audit(&h, 1767225610, "scep/corp", "192.0.2.2", "{\"subject\":\"CN=b\",\"deviations\":[\"nonce\"]}");
	audit(&h, 1767225620, "scep/corp", "192.0.2.1", "{\"deviations\":[\"nonce\"]}");
	audit(&h, 1767225630, "scep/branch", "192.0.2.3",
	      "{\"subject\":\"CN='c'\",\"deviations\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"nonce\"]"
	      "}");
	cr_expect_eq(store_deviations(h.store, 1767225600, see, NULL), ERR_OK);
	cr_expect_str_eq(seen, "scep/branch 1 1 1 192.0.2.3 'CN='c'' 1767225630\n"
			       "scep/branch 2 1 1 192.0.2.3 'CN='c'' 1767225630\n"
			       "scep/branch 3 1 1 192.0.2.3 'CN='c'' 1767225630\n"
			       "scep/branch 4 1 1 192.0.2.3 'CN='c'' 1767225630\n"
			       "scep/branch 5 1 1 192.0.2.3 'CN='c'' 1767225630\n"
			       "scep/branch 6 1 1 192.0.2.3 'CN='c'' 1767225630\n"
			       "scep/branch 7 1 1 192.0.2.3 'CN='c'' 1767225630\n"
			       "scep/branch nonce 1 1 192.0.2.3 'CN='c'' 1767225630\n"
			       "scep/corp nonce 3 2 192.0.2.1 '' 1767225620\n"
			       "scep/corp signing_time 1 1 192.0.2.1 'CN=a' 1767225600\n");
	handle_close(&h);
}
