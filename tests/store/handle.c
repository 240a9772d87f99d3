/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/handle.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mariadb.h"

const char count_rows[] = "SELECT CONCAT_WS(' ', (SELECT COUNT(*) FROM transactions),"
			  " (SELECT COUNT(*) FROM certificates), (SELECT COUNT(*) FROM audit_events))";

struct handle handle_open(const char *url)
{
	struct handle handle = {.address = malloc(sizeof *handle.address)};
	char reason[256];

	(void)snprintf(handle.url, sizeof handle.url, "%s", url);
	cr_assert_eq(store_address_parse(url, handle.address, reason), ERR_OK, "%s", reason);
	cr_assert_eq(store_open(handle.address, &handle.store), ERR_OK);
	return handle;
}

void handle_close(struct handle *handle)
{
	store_close(&handle->store);
	store_address_free(handle->address);
	free(handle->address);
}

struct store_issued sample_issued(unsigned n)
{
	static uint8_t serial[8][16];
	static uint8_t digest[32];
	static uint8_t remake[8][32];
	static char transaction[8][32];
	static unsigned use;
	struct store_issued issued = {
		.key.profile = "scep/corp",
		.reply = BYTES_LITERAL("reply\0with a NUL"),
		.issuer_id = "iss-local",
		.der = BYTES_LITERAL("\x30\x03\x02\x01\x00"),
		.certificate_sha256 = digest,
		.key_sha256 = digest,
		.subject = "CN=printer-1",
		.sans = "[\"printer-1.example\"]",
		.not_before = 1767225600,
		.not_after = 1798761600,
		.audit =
			{
				.action = "scep_pkcsreq",
				.success = true,
				.reason = "success",
				.actor = "scep-client",
				.actor_type = "System",
				.resource_type = "certificate",
				.resource_id = "0102",
				.request_id = "r-1",
				.client_address = "192.0.2.1",
				.profile = "scep/corp",
				.details = "{}",
			},
	};

	use = (use + 1) % 8;
	memset(digest, 0xd1, sizeof digest);
	memcpy(issued.key.signer_key_sha256, digest, sizeof digest);
	memset(remake[use], 0xd1, sizeof remake[use]);
	memcpy(remake[use], &n, sizeof n);
	issued.remake_sha256 = remake[use];
	memset(serial[use], 0x5e, sizeof serial[use]);
	memcpy(serial[use], &n, sizeof n);
	issued.serial = bytes_view(serial[use], sizeof serial[use]);
	(void)snprintf(transaction[use], sizeof transaction[use], "transaction %u", n);
	issued.key.transaction_id = bytes_view_text(transaction[use]);
	memset(issued.key.request_sha256, 0x7e, sizeof issued.key.request_sha256);
	memcpy(issued.key.request_sha256, &n, sizeof n);
	return issued;
}

struct store_waiting sample_waiting(unsigned n)
{
	struct store_issued issued = sample_issued(n);

	return (struct store_waiting){
		.key = issued.key,
		.remake_sha256 = issued.remake_sha256,
		.message = BYTES_LITERAL("message\0sent"),
		.subject = issued.subject,
		.sans = issued.sans,
		.key_text = "RSA 2048",
		.key_sha256 = issued.key_sha256,
		.audit = issued.audit,
	};
}

void expect_settled(const char *url, const struct store_issued *issued, const char *why)
{
	struct handle h = handle_open(url);
	struct store_look look;

	cr_expect_eq(store_enrolment_record(h.store, issued), ERR_OK, "%s", why);
	cr_expect_str_eq(test_sql(url, "%s", count_rows), "1 1 1", "%s", why);
	cr_assert_eq(store_enrolment_look(h.store, &issued->key, NULL, 0, &look), ERR_OK);
	cr_expect(look.answered && bytes_equal(&look.reply, &issued->reply), "%s", why);
	store_look_free(&look);
	handle_close(&h);
}
