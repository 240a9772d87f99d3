/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever is taken for a bare request is within the limit, is found in itself again, and can be read safely.
 */
#include "base/bytes.h"
#include "base/limits.h"
#include "fuzz/fuzz.h"
#include "pkimessage/pkimessage.h"

FUZZ_ASN1

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gnutls_datum_t input = bytes_view(data, size);
	gnutls_datum_t csr, again;
	struct pkimessage_csr *parsed;

	if (pkimessage_raw_csr(&input, &csr) != PKIMESSAGE_OK) {
		FUZZ_PROMISE(csr.data == NULL && csr.size == 0);
		return 0;
	}
	FUZZ_PROMISE(csr.size > 0 && csr.size <= LIMIT_CSR);
	FUZZ_PROMISE(pkimessage_raw_csr(&csr, &again) == PKIMESSAGE_OK && bytes_equal(&csr, &again));
	(void)pkimessage_csr_parse(&csr, &parsed);
	pkimessage_csr_free(parsed);
	bytes_wipe(&again);
	bytes_wipe(&csr);
	return 0;
}
