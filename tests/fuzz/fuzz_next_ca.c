/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whatever the answer to GetNextCACert holds, reading it is safe and what is given out keeps its bounds. The
 * tests' RA, whose key is the same everywhere, has signed some of the corpus.
 */
#include "base/bytes.h"
#include "base/limits.h"
#include "fuzz/fuzz.h"
#include "lib/fixture.h"
#include "pkimessage/pkimessage.h"

FUZZ_ASN1

static void look(const struct pkimessage_certs *certs)
{
	volatile unsigned sum = 0;

	FUZZ_PROMISE(pkimessage_certs_count(certs) <= LIMIT_CMS_CERTIFICATES);
	for (size_t i = 0; i < pkimessage_certs_count(certs); i++) {
		const gnutls_datum_t *certificate = pkimessage_certs_get(certs, i);

		for (unsigned at = 0; at < certificate->size; at++)
			sum = sum + certificate->data[at];
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gnutls_datum_t input = bytes_view(data, size);
	gnutls_x509_crt_t signers[] = {fixture_ra()->certificate, fixture_ec_client()->certificate};
	struct pkimessage_certs *certs;

	if (pkimessage_next_ca_parse(&input, signers, 2, ~0u, &certs) != PKIMESSAGE_OK) {
		FUZZ_PROMISE(certs == NULL);
		return 0;
	}
	look(certs);
	pkimessage_certs_free(certs);
	return 0;
}
