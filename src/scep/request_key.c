/* SPDX-License-Identifier: BSD-2-Clause */
#include "scep/private.h"

#include <gnutls/crypto.h>

/* Hashes the length of BYTES and BYTES, so that one field's end is not another's beginning. */
static int hash_field(gnutls_hash_hd_t hash, const gnutls_datum_t *bytes)
{
	const uint8_t length[] = {(uint8_t)(bytes->size >> 24), (uint8_t)(bytes->size >> 16),
				  (uint8_t)(bytes->size >> 8), (uint8_t)bytes->size};
	int code = gnutls_hash(hash, length, sizeof length);

	return code < 0 || bytes->size == 0 ? code : gnutls_hash(hash, bytes->data, bytes->size);
}

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
	gnutls_hash_hd_t hash = NULL;
	int code = gnutls_x509_crt_get_key_id(signer, GNUTLS_KEYID_USE_SHA256, key->signer_key_sha256, &size);

	if (code >= 0)
		code = gnutls_hash_init(&hash, GNUTLS_DIG_SHA256);
	for (size_t i = 0; code >= 0 && i < sizeof fields / sizeof *fields; i++)
		code = hash_field(hash, &fields[i]);
	if (hash != NULL)
		gnutls_hash_deinit(hash, key->request_sha256);
	return code >= 0;
}
