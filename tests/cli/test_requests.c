/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of operators: requests that wait, upkeep, and who deviates; run as a user runs them. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "lib/mariadb.h"

static const char *database;

static void use_database(void)
{
	database = test_database();
	cr_assert_eq(setenv("CERTCTL_DATABASE_URL", database, 1), 0);
	cr_assert_eq(setenv("CERTCTL_CONFIG", "/dev/null", 1), 0);
}

TestSuite(requests, .init = use_database);
TestSuite(maintain, .init = use_database);
TestSuite(deviations, .init = use_database);

/* Request ID of a printer, waiting since DAYS days ago. */
static void add_request(unsigned id, unsigned days)
{
	test_sql(database,
		 "INSERT INTO requests SET id = %u, profile = 'scep/printers', transaction_id = 'T-%u',"
		 " request_sha256 = REPEAT('%u', 32), remake_sha256 = REPEAT('%u', 32),"
		 " signer_key_sha256 = REPEAT('k', 32), message = 'm', state = 'waiting',"
		 " subject = 'CN=printer-%u', sans = '[\"DNS:printer-%u.example\"]', key_text = 'RSA 2048',"
		 " key_sha256 = UNHEX(REPEAT('ab', 32)), request_id = 'r-%u', client_address = '192.0.2.%u',"
		 " created_at = UTC_TIMESTAMP() - INTERVAL %u DAY",
		 id, id, id, id, id, id, id, id, days);
}

Test(requests, what_cannot_be_decided)
{
	add_request(1, 0);
	expect(command("request show 2"), 1, "request 2: there is no such request");
	expect(command("request approve 2"), 1, "request 2: there is no such request");
	expect(command("request deny 0x1"), 1, "'0x1' is not the number of a request");
	expect(command("request approve 99999999999999999999"), 1, "is not the number");
	expect(command("request approve -- -1"), 1, "is not the number");
	expect(command("request deny 1"), 0, "denied request 1: CN=printer-1");
	expect(command("request approve 1"), 1, "request 1 is decided: it is denied");
	expect(command("request deny 1"), 1, "request 1 is decided: it is denied");
	cr_expect_str_eq(test_sql(database, "SELECT COUNT(*) FROM audit_events"), "1",
			 "what could not be decided left an audit row");
}

Test(requests, are_listed_shown_and_decided)
{
	expect(command("request list"), 0, "no request waits");
	add_request(1, 0);
	add_request(2, 0);
	add_request(3, 0);
	expect(command("request list"), 0, "CN=printer-3");
	expect(command("request show 2"), 0, "DNS:printer-2.example");
	expect(command("request show 2"), 0, "abababab");
	cr_expect_null(strstr(command("request show 2")->out, "tls certificate"), "it came without one");
	test_sql(database,
		 "UPDATE requests SET client_certificate = '{\"subject\":\"CN=till\"}' WHERE id = 2");
	expect(command("request show 2"), 0, "tls certificate {\"subject\":\"CN=till\"}");
	expect(command("request approve --by alice --note 'ticket 4711' 1 3"), 0, "approved request 3");
	expect(command("request list"), 0, "CN=printer-2");
	cr_expect_null(strstr(command("request list")->out, "CN=printer-1"), "decided, and still listed");
	cr_expect_null(strstr(command("request list")->out, "no request waits"), "one does");
	expect(command("request deny 3"), 0, "denied request 3");
	expect(command("request list --all"), 0, "CN=printer-1");
	expect(command("request show 1"), 0, "ticket 4711");
	cr_expect_str_eq(test_sql(database,
				  "SELECT CONCAT_WS(' ', action, outcome, actor, actor_type, resource_type,"
				  " resource_id, JSON_VALUE(details, '$.note'), profile) FROM audit_events"
				  " ORDER BY id LIMIT 1"),
			 "scep_request_approve success alice User request 1 ticket 4711 scep/printers");
}

Test(requests, one_that_is_unknown_does_not_stop_the_others)
{
	add_request(1, 0);
	expect(command("request approve 7 1"), 1, "approved request 1");
	cr_expect_str_eq(test_sql(database, "SELECT state FROM requests"), "approved");
}

Test(maintain, forgets_what_is_over_and_nothing_else)
{
	add_request(1, 31);
	add_request(2, 29);
	test_sql(database, "INSERT INTO transactions SET profile = 'scep/printers', transaction_id = 'a',"
			   " request_sha256 = REPEAT('a', 32), state = 'issued', reply = 'r',"
			   " created_at = UTC_TIMESTAMP() - INTERVAL 8 DAY");
	test_sql(database, "INSERT INTO transactions SET profile = 'scep/printers', transaction_id = 'b',"
			   " request_sha256 = REPEAT('b', 32), state = 'issued', reply = 'r',"
			   " created_at = UTC_TIMESTAMP() - INTERVAL 6 DAY");
	expect(command("maintain"), 0, "forgot 1 stored answers and 1 requests");
	cr_expect_str_eq(test_sql(database, "SELECT subject FROM requests"), "CN=printer-2");
	cr_expect_str_eq(test_sql(database, "SELECT transaction_id FROM transactions"), "b");
	expect(command("maintain"), 0, "forgot 0 stored answers and 0 requests");
}

Test(maintain, lifetimes_are_settings)
{
	add_request(1, 2);
	cr_assert_eq(setenv("CERTCTL_APPROVAL_LIFETIME", "24h", 1), 0);
	expect(command("maintain"), 0, "1 requests");
}

Test(maintain, without_a_database)
{
	cr_assert_eq(setenv("CERTCTL_DATABASE_URL", "mariadb:///certctl?socket=/nowhere/at/all", 1), 0);
	expect(command("maintain"), 1, "maintain: ");
	expect(command("request list"), 1, "certctl-fcgi: ");
	expect(command("deviations"), 1, "deviations: ");
}

/* An audit row of a client at ADDRESS that deviated, DAYS days ago. */
static void add_deviation(const char *address, unsigned days, const char *deviations)
{
	test_sql(database,
		 "INSERT INTO audit_events SET event_id = RANDOM_BYTES(16), action = 'scep_pkcsreq',"
		 " created_at = UTC_TIMESTAMP() - INTERVAL %u DAY, outcome = 'success', reason = 'success',"
		 " actor = 'scep-client', actor_type = 'System', resource_type = 'certificate',"
		 " resource_id = '01', request_id = 'r', client_address = '%s', profile = 'scep/printers',"
		 " details = '{\"subject\":\"CN=p\",\"deviations\":[%s]}'",
		 days, address, deviations);
}

Test(deviations, are_counted_by_profile_and_kind)
{
	expect(command("deviations"), 0, "no client deviated");
	add_deviation("192.0.2.1", 1, "\"content_type\",\"nonce\"");
	add_deviation("192.0.2.1", 2, "\"content_type\"");
	add_deviation("192.0.2.2", 40, "\"content_type\"");
	expect(command("deviations"), 0, "scep/printers     content_type           2        1");
	expect(command("deviations --since 90d"), 0, "scep/printers     content_type           3        2");
	expect(command("deviations"), 0, "nonce");
}
