/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever a request holds, parsing and verifying it are safe and what is given out keeps its bounds. */
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/text.h"
#include "fuzz/fuzz.h"
#include "pkimessage/pkimessage.h"

/* Reads all of BYTES, so that a sanitizer sees where they end. */
static unsigned touch(const gnutls_datum_t *bytes)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < bytes->size; i++)
		sum += bytes->data[i];
	return sum;
}

static void look(const struct pkimessage_csr *csr)
{
	volatile unsigned sum = touch(pkimessage_csr_der(csr)) + touch(pkimessage_csr_subject(csr)) +
				touch(pkimessage_csr_public_key(csr)) + touch(pkimessage_csr_challenge(csr));

	FUZZ_PROMISE(pkimessage_csr_challenge(csr)->size <= LIMIT_CHALLENGE);
	FUZZ_PROMISE(text_is_utf8(pkimessage_csr_challenge(csr)));
	FUZZ_PROMISE(pkimessage_csr_extension_count(csr) <= LIMIT_EXTENSIONS);
	for (size_t i = 0; i < pkimessage_csr_extension_count(csr); i++) {
		const struct pkimessage_extension *extension = pkimessage_csr_extension(csr, i);

		FUZZ_PROMISE(strlen(extension->oid) >= 3);
		sum = touch(&extension->value);
	}
	(void)sum;
}

FUZZ_ASN1

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gnutls_datum_t input = bytes_view(data, size);
	struct pkimessage_csr *csr;
	int error = pkimessage_csr_parse(&input, &csr);

	FUZZ_PROMISE((csr != NULL) == (error == PKIMESSAGE_OK));
	if (csr == NULL)
		return 0;
	look(csr);
	(void)pkimessage_csr_verify(csr, 0);
	(void)pkimessage_csr_verify(csr, ~0u);
	pkimessage_csr_free(csr);
	return 0;
}
