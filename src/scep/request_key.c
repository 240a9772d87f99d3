/* SPDX-License-Identifier: BSD-2-Clause */
#include "scep/private.h"

#include "base/digest.h"

bool scep_request_key(const struct pkimessage *message, gnutls_x509_crt_t signer,
		      struct store_request_key *key)
{
	size_t size = sizeof key->signer_key_sha256;
	const uint8_t type[] = {(uint8_t)pkimessage_message_type(message),
				(uint8_t)pkimessage_transaction_id_tag(message)};
	const gnutls_datum_t fields[] = {
		bytes_view(key->signer_key_sha256, sizeof key->signer_key_sha256),
		bytes_view(type, sizeof type),
		*pkimessage_transaction_id(message),
		*pkimessage_sender_nonce(message),
		*pkimessage_content(message),
	};
	struct digest digest;

	if (gnutls_x509_crt_get_key_id(signer, GNUTLS_KEYID_USE_SHA256, key->signer_key_sha256, &size) < 0)
		return false;
	digest = digest_begin();
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		digest_field(&digest, &fields[i]);
	return digest_end(&digest, key->request_sha256);
}
