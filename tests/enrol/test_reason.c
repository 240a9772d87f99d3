/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "enrol/reason.h"
#include "pkimessage/pkimessage.h"

Test(reason, every_refusal_means_something_in_every_protocol)
{
	for (int i = ENROL_PENDING + 1; i < ENROL_REASON_COUNT; i++) {
		const struct enrol_meaning *meaning = enrol_meaning((enum enrol_reason)i);

		cr_assert_not_null(meaning->label, "reason %d has no label", i);
		cr_assert_not_null(meaning->text, "%s has no text", meaning->label);
		cr_expect(meaning->fail_info >= PKIMESSAGE_BAD_ALG &&
				  meaning->fail_info <= PKIMESSAGE_BAD_CERT_ID,
			  "%s has no failInfo", meaning->label);
		cr_expect(meaning->http_status >= 400 && meaning->http_status < 600, "%s has no HTTP error",
			  meaning->label);
	}
}

Test(reason, labels_are_distinct_and_fit_for_metrics)
{
	for (int i = 0; i < ENROL_REASON_COUNT; i++) {
		const char *label = enrol_meaning((enum enrol_reason)i)->label;

		cr_expect_eq(label[strspn(label, "abcdefghijklmnopqrstuvwxyz_")], '\0', "%s", label);
		for (int j = 0; j < i; j++)
			cr_expect_str_neq(label, enrol_meaning((enum enrol_reason)j)->label);
	}
}

Test(reason, decryption_and_what_comes_out_of_it_are_one_reason)
{
	/* A second reason for garbage after decryption would be the oracle (CWE-203). */
	const struct enrol_meaning *unreadable = enrol_meaning(ENROL_UNREADABLE);
	const struct enrol_meaning *unproven = enrol_meaning(ENROL_CSR_SIGNATURE);

	cr_expect_eq(unreadable->fail_info, PKIMESSAGE_BAD_MESSAGE_CHECK);
	/* So would be one for a request that was changed under its encryption and still parses. */
	cr_expect_eq(unproven->fail_info, unreadable->fail_info);
	cr_expect_eq(unproven->http_status, unreadable->http_status);
	cr_expect_str_eq(unproven->text, unreadable->text);
}

Test(reason, an_unknown_value_is_an_internal_error)
{
	cr_expect_str_eq(enrol_meaning((enum enrol_reason)ENROL_REASON_COUNT)->label, "internal");
	cr_expect_str_eq(enrol_meaning((enum enrol_reason) - 1)->label, "internal");
}
