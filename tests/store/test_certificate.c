/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "lib/mariadb.h"
#include "store/enrolment.h"
#include "store/handle.h"

Test(certificate, unknown_serial_and_other_issuer)
{
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(1);
	struct store_certificate certificate;
	gnutls_datum_t other = BYTES_LITERAL("\x01\x02");

	cr_assert_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	cr_expect_eq(store_certificate_find(h.store, issued.issuer_id, &other, &certificate), ERR_NOT_FOUND);
	cr_expect_eq(store_certificate_find(h.store, "iss-other", &issued.serial, &certificate),
		     ERR_NOT_FOUND);
	cr_expect_null(certificate.profile);
	handle_close(&h);
}

Test(certificate, gives_what_was_recorded_and_the_revoked_flag)
{
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(1);
	struct store_certificate certificate;

	cr_assert_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	cr_assert_eq(store_certificate_find(h.store, issued.issuer_id, &issued.serial, &certificate), ERR_OK);
	cr_expect_str_eq(certificate.profile, "scep/corp");
	cr_expect(bytes_equal(&certificate.der, &issued.der));
	cr_expect_eq(certificate.not_before, issued.not_before);
	cr_expect_eq(certificate.not_after, issued.not_after);
	cr_expect_not(certificate.revoked);
	store_certificate_free(&certificate);
	(void)test_sql(h.url,
		       "UPDATE certificates SET revoked_at = '2026-01-02 03:04:05', revocation_reason = 1");
	cr_assert_eq(store_certificate_find(h.store, issued.issuer_id, &issued.serial, &certificate), ERR_OK);
	cr_expect(certificate.revoked);
	store_certificate_free(&certificate);
	handle_close(&h);
}

Test(certificate, is_recognized_by_itself_whoever_recorded_it)
{
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(1);
	struct store_certificate certificate;
	gnutls_datum_t other = BYTES_LITERAL("\x01\x02");

	cr_assert_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	cr_expect_eq(store_certificate_recognize(h.store, &issued.serial, &other, &certificate),
		     ERR_NOT_FOUND, "another certificate with this serial number");
	cr_expect_eq(store_certificate_recognize(h.store, &other, &issued.der, &certificate), ERR_NOT_FOUND);
	cr_expect_null(certificate.profile);
	(void)test_sql(h.url,
		       "INSERT INTO certificates (issuer_id, serial, profile, subject, sans,"
		       " not_before, not_after, sha256, key_sha256, der, transaction_id, request_id,"
		       " client_address, created_at, revoked_at) SELECT 'iss-second', serial, profile,"
		       " subject, sans, not_before, not_after, sha256, key_sha256, der, transaction_id,"
		       " request_id, client_address, created_at, NULL FROM certificates");
	cr_assert_eq(store_certificate_recognize(h.store, &issued.serial, &issued.der, &certificate), ERR_OK);
	cr_expect_not(certificate.revoked);
	store_certificate_free(&certificate);
	(void)test_sql(h.url, "UPDATE certificates SET revoked_at = NOW() WHERE issuer_id = 'iss-second'");
	cr_assert_eq(store_certificate_recognize(h.store, &issued.serial, &issued.der, &certificate), ERR_OK);
	cr_expect(certificate.revoked, "one of two records says so");
	store_certificate_free(&certificate);
	handle_close(&h);
}

Test(certificate, a_row_without_a_profile_is_a_fault)
{
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(1);
	struct store_certificate certificate;

	cr_assert_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	(void)test_sql(h.url, "ALTER TABLE certificates MODIFY profile VARCHAR(80) NULL");
	(void)test_sql(h.url, "UPDATE certificates SET profile = NULL");
	cr_expect_eq(store_certificate_find(h.store, issued.issuer_id, &issued.serial, &certificate),
		     ERR_SYSTEM, "whose it is would be anybody's guess");
	store_certificate_free(&certificate);
	handle_close(&h);
}

/* --- the same request made anew --- */

static const struct {
	const char *profile;
	uint8_t digest; /* the last byte, in place of the right one */
	time_t since;   /* it was recorded at 2026-01-01 00:00:00 */
	enum err expected;
	const char *why;
} remakes[] = {
	{"scep/other", 0xd1, 0, ERR_NOT_FOUND, "profiles do not share requests"},
	{"scep/corp", 0xd2, 0, ERR_NOT_FOUND, "another request, if only by its end"},
	{"scep/corp", 0xd1, 1767225601, ERR_NOT_FOUND, "a second too early"},
	{"scep/corp", 0xd1, 1767225600, ERR_OK, "just in time"},
	{"scep/corp", 0xd1, 0, ERR_OK, "any time"},
};

Test(remade, is_found_by_profile_digest_and_time)
{
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(1);

	cr_assert_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	(void)test_sql(h.url, "UPDATE transactions SET created_at = '2026-01-01 00:00:00'");
	for (size_t i = 0; i < sizeof remakes / sizeof *remakes; i++) {
		struct store_certificate certificate;
		uint8_t digest[32];

		memcpy(digest, issued.remake_sha256, sizeof digest);
		digest[31] = remakes[i].digest;
		cr_expect_eq(store_remade_find(h.store, remakes[i].profile, digest, remakes[i].since,
					       &certificate),
			     remakes[i].expected, "%s", remakes[i].why);
		cr_expect_eq(bytes_equal(&certificate.der, &issued.der), remakes[i].expected == ERR_OK, "%s",
			     remakes[i].why);
		store_certificate_free(&certificate);
	}
	handle_close(&h);
}
