/* SPDX-License-Identifier: BSD-2-Clause */
/* A CA's nameConstraints, of which we must know what is compared: no part of what is good is good itself. */
#include "fuzz/fuzz.h"
#include "pki/pki_private.h"

FUZZ_ASN1

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const gnutls_datum_t whole = bytes_view(data, size);
	const gnutls_datum_t part = bytes_view(data, size == 0 ? 0 : size - 1);

	if (pki_constraints_are_compared(&whole))
		FUZZ_PROMISE(!pki_constraints_are_compared(&part));
	return 0;
}
