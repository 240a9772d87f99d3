/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever names a certificate, it has one of two forms, keeps its bounds, and is written as it was read. */
#include "base/bytes.h"
#include "base/limits.h"
#include "fuzz/fuzz.h"
#include "pkimessage/pkimessage.h"

FUZZ_ASN1

/* What was read can be written, and read again as the same. */
static void again(const struct pkimessage_reference *reference)
{
	struct pkimessage_reference second;
	gnutls_datum_t built;

	FUZZ_PROMISE(pkimessage_reference_build(reference, &built) == PKIMESSAGE_OK);
	FUZZ_PROMISE(pkimessage_reference_parse(&built, &second) == PKIMESSAGE_OK);
	FUZZ_PROMISE(bytes_equal(&reference->issuer, &second.issuer));
	FUZZ_PROMISE(bytes_equal(&reference->subject, &second.subject));
	FUZZ_PROMISE(bytes_equal(&reference->serial, &second.serial));
	pkimessage_reference_free(&second);
	bytes_free(&built);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gnutls_datum_t input = bytes_view(data, size);
	struct pkimessage_reference reference;

	if (pkimessage_reference_parse(&input, &reference) != PKIMESSAGE_OK) {
		FUZZ_PROMISE(reference.der.data == NULL);
		return 0;
	}
	FUZZ_PROMISE((reference.subject.size > 0) != (reference.serial.size > 0));
	FUZZ_PROMISE(reference.issuer.size >= 2 && reference.issuer.size <= LIMIT_SUBJECT);
	again(&reference);
	pkimessage_reference_free(&reference);
	return 0;
}
