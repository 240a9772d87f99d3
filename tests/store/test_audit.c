/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "base/clock.h"
#include "lib/mariadb.h"
#include "store/handle.h"
#include "store/store_private.h"

static const struct store_audit plain = {
	.action = "scep_pkcsreq",
	.reason = "challenge",
	.actor = "scep-client",
	.actor_type = "System",
	.resource_type = "certificate",
	.resource_id = "",
	.request_id = "r-1",
	.client_address = "192.0.2.1",
	.profile = "scep/corp",
	.details = "{}",
};

Test(audit, refuses_what_is_not_text_and_goes_on)
{
	struct handle h = handle_open(test_database());
	struct store_audit audit = plain;

	audit.actor = "\xff\xfe";
	cr_expect_eq(store_audit_write(h.store, &audit), ERR_SYSTEM, "not UTF-8");
	audit = plain;
	audit.details = "{\"open\":";
	cr_expect_eq(store_audit_write(h.store, &audit), ERR_SYSTEM, "not JSON");
	cr_expect_str_eq(test_sql(h.url, "SELECT COUNT(*) FROM audit_events"), "0");
	cr_expect_eq(store_audit_write(h.store, &plain), ERR_OK);
	handle_close(&h);
}

Test(audit, writes_one_row_as_told)
{
	struct handle h = handle_open(test_database());

	clock_fix(1795248000);
	cr_assert_eq(store_audit_write(h.store, &plain), ERR_OK);
	cr_expect_str_eq(
		test_sql(h.url,
			 "SELECT CONCAT_WS('|', created_at, category, action, outcome, reason, actor,"
			 " actor_type, resource_type, resource_id, request_id, client_address, profile,"
			 " details) FROM audit_events"),
		"2026-11-21 08:00:00|cert_lifecycle|scep_pkcsreq|failure|challenge|scep-client|System|"
		"certificate||r-1|192.0.2.1|scep/corp|{}");
	handle_close(&h);
}

static const char *const texts[] = {
	"'; DROP TABLE audit_events; --",
	"\"double\" `back` \\ backslash % percent",
	"na\xc3\xafve \xe2\x82\xac",
	"\xf0\x9f\x96\xa8 four bytes",
	"line\nbreak",
};

Test(audit, keeps_quotes_and_all_of_utf8)
{
	struct handle h = handle_open(test_database());

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct store_audit audit = plain;

		audit.actor = audit.resource_id = audit.request_id = audit.client_address = texts[i];
		cr_assert_eq(store_audit_write(h.store, &audit), ERR_OK, "%s", texts[i]);
		cr_expect_str_eq(test_sql(h.url, "SELECT actor FROM audit_events ORDER BY id DESC LIMIT 1"),
				 texts[i]);
	}
	handle_close(&h);
}

Test(audit, long_values_lose_no_event)
{
	struct handle h = handle_open(test_database());
	struct store_audit audit = plain;
	static char path[3000];

	memset(path, 'p', sizeof path - 1);
	audit.resource_id = audit.actor = path;
	audit.details = NULL;
	audit.profile = NULL;
	cr_expect_eq(store_audit_write(h.store, &audit), ERR_OK);
	cr_expect_str_eq(
		test_sql(h.url, "SELECT CONCAT_WS(' ', LENGTH(resource_id), details) FROM audit_events"),
		"2999 {}");
	handle_close(&h);
}

Test(audit, event_ids_begin_with_the_time_and_differ)
{
	uint8_t early[16], late[16], twin[16];

	cr_assert_eq(store_event_id(1795248000, early), ERR_OK);
	cr_assert_eq(store_event_id(1795248001, late), ERR_OK);
	cr_assert_eq(store_event_id(1795248001, twin), ERR_OK);
	cr_expect_lt(memcmp(early, late, 16), 0);
	cr_expect_eq(memcmp(late, twin, 6), 0);
	cr_expect_neq(memcmp(late, twin, 16), 0);
}
