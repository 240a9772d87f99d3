/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include "lib/mariadb.h"
#include "store/enrolment.h"
#include "store/handle.h"

Test(look, an_empty_database_has_no_answer_and_no_policy)
{
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(1);
	struct store_look look;

	cr_assert_eq(store_enrolment_look(h.store, &issued.key, "none", 0, &look), ERR_OK);
	cr_expect_not(look.answered);
	cr_expect_not(look.has_policy);
	cr_expect_eq(look.reply.size, 0);
	store_look_free(&look);
	handle_close(&h);
}

Test(look, finds_the_policy_as_it_is)
{
	struct handle h = handle_open(test_database());
	struct store_issued issued = sample_issued(1);
	struct store_look look;

	(void)test_sql(h.url, "INSERT INTO certificate_profiles (id, name) VALUES ('plain', 'Plain')");
	(void)test_sql(
		h.url,
		"INSERT INTO certificate_profiles (id, name, max_ttl_seconds, allowed_key_algorithms,"
		" allowed_ekus, copied_extensions, must_staple, enabled) VALUES ('off', 'Off', 86400, '[]',"
		" '[\"clientAuth\"]', '[\"1.2.3\"]', TRUE, FALSE)");
	cr_assert_eq(store_enrolment_look(h.store, &issued.key, NULL, 0, &look), ERR_OK);
	cr_expect_not(look.has_policy, "none was wanted");
	store_look_free(&look);
	cr_assert_eq(store_enrolment_look(h.store, &issued.key, "off", 0, &look), ERR_OK);
	cr_expect(look.has_policy);
	cr_expect_not(look.policy.enabled);
	cr_expect_eq(look.policy.max_ttl, 86400);
	cr_expect(look.policy.must_staple);
	cr_expect_str_eq(look.policy.key_algorithms, "[]");
	cr_expect_str_eq(look.policy.ekus, "[\"clientAuth\"]");
	cr_expect_str_eq(look.policy.copied_extensions, "[\"1.2.3\"]");
	store_look_free(&look);
	cr_assert_eq(store_enrolment_look(h.store, &issued.key, "plain", 0, &look), ERR_OK);
	cr_expect(look.policy.enabled);
	cr_expect_eq(look.policy.max_ttl, 0);
	cr_expect_str_eq(look.policy.ekus, "[\"serverAuth\"]");
	store_look_free(&look);
	handle_close(&h);
}

Test(find, unknown_serial_and_other_issuer)
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

Test(find, gives_what_was_recorded_and_the_revoked_flag)
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
