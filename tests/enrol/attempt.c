/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/attempt.h"

#include <criterion/criterion.h>

#include "base/cleanup.h"

void try_out_init(struct try_out *try_out, enum fixture_key key, const char *challenge)
{
	CLEANUP(bytes_wipe) gnutls_datum_t csr = fixture_csr(key, "CN=device", challenge, NULL);
	char reason[PKI_REASON_SIZE];

	*try_out = (struct try_out){
		.profile = {.challenge = BYTES_LITERAL("secret"), .validity = 90 * 86400, .backdate = 600},
	};
	try_out->enrolment.profile = &try_out->profile;
	try_out->attempt.enrolment = &try_out->enrolment;
	try_out->attempt.look = &try_out->look;
	cr_assert_eq(pki_csr_parse(&csr, 0, &try_out->attempt.csr, reason), ERR_OK, "%s", reason);
}

void try_out_free(struct try_out *try_out)
{
	pki_csr_free(&try_out->attempt.csr);
}
