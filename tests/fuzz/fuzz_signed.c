/* SPDX-License-Identifier: BSD-2-Clause */
/* Whatever a pkiMessage or a certs-only SignedData holds, reading it is safe and what is given out keeps its
 * bounds. */
#include "base/bytes.h"
#include "base/limits.h"
#include "base/text.h"
#include "fuzz/fuzz.h"
#include "pkimessage/pkimessage.h"

/* Reads all of BYTES, so that a sanitizer sees where they end. */
static void touch(const gnutls_datum_t *bytes)
{
	volatile unsigned sum = 0;

	for (unsigned i = 0; i < bytes->size; i++)
		sum = sum + bytes->data[i];
}

static void look(const struct pkimessage *message)
{
	int type = pkimessage_message_type(message);

	FUZZ_PROMISE(type >= 0 && type <= 999);
	FUZZ_PROMISE(pkimessage_transaction_id(message)->size >= 1);
	FUZZ_PROMISE(pkimessage_transaction_id(message)->size <= LIMIT_TRANSACTION_ID);
	FUZZ_PROMISE(pkimessage_sender_nonce(message)->size <= LIMIT_NONCE);
	FUZZ_PROMISE(pkimessage_recipient_nonce(message)->size <= LIMIT_NONCE);
	FUZZ_PROMISE(text_is_utf8(pkimessage_fail_info_text(message)));
	FUZZ_PROMISE(pkimessage_certificate_count(message) <= LIMIT_CMS_CERTIFICATES);
	touch(pkimessage_transaction_id(message));
	touch(pkimessage_sender_nonce(message));
	touch(pkimessage_recipient_nonce(message));
	touch(pkimessage_signer_certificate(message));
	touch(pkimessage_content(message));
	for (size_t i = 0; i < pkimessage_certificate_count(message); i++)
		touch(pkimessage_certificate(message, i));
}

static void try_certs(const gnutls_datum_t *input)
{
	struct pkimessage_certs *certs;
	int error = pkimessage_certs_parse(input, &certs);

	FUZZ_PROMISE((certs != NULL) == (error == PKIMESSAGE_OK));
	if (certs == NULL)
		return;
	for (size_t i = 0; i < pkimessage_certs_count(certs); i++)
		touch(pkimessage_certs_get(certs, i));
	pkimessage_certs_free(certs);
}

FUZZ_ASN1

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	gnutls_datum_t input = bytes_view(data, size);
	struct pkimessage *message;
	int error = pkimessage_parse(&input, &message);

	FUZZ_PROMISE((message != NULL) == (error == PKIMESSAGE_OK));
	if (message != NULL) {
		look(message);
		(void)pkimessage_verify(message, 0);
		(void)pkimessage_verify(message, ~0u);
		pkimessage_free(message);
	}
	try_certs(&input);
	return 0;
}
