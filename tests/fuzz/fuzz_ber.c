/* SPDX-License-Identifier: BSD-2-Clause */
/* What comes out of ber_to_der goes in again and comes out the same. */
#include "base/ber.h"
#include "base/cleanup.h"
#include "base/der.h"
#include "fuzz/fuzz.h"

FUZZ_ASN1

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gnutls_datum_t input = bytes_view(data, size);
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t again = {NULL, 0};
	struct der cursor;

	if (ber_to_der(&input, &der) != ERR_OK) {
		FUZZ_PROMISE(der.data == NULL && der.size == 0);
		return 0;
	}
	cursor = der_open(&der);
	FUZZ_PROMISE(der_any(&cursor).size == der.size);
	FUZZ_PROMISE(ber_to_der(&der, &again) == ERR_OK && bytes_equal(&der, &again));
	return 0;
}
