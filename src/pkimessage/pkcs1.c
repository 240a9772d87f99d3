/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/pkcs1.h"

#include "base/cleanup.h"
#include "pkimessage/constant_time.h"

#include <gnutls/crypto.h>
#include <string.h>

/* Bytes of a block that are neither key nor digest: a zero, a one or two, at least eight that are not zero,
 * and a zero. */
#define PADDING_MIN 11

#define DIGEST_MAX 64

/* Looks at all of BLOCK, whose key should begin behind the byte ZERO. All ones when it is as RFC 8017 section
 * 7.2.1 makes it. */
static unsigned check_block(const unsigned char *block, size_t zero)
{
	unsigned wrong = block[0] | (block[1] ^ 2u) | block[zero];

	for (size_t i = 2; i < zero; i++)
		wrong |= msg_mask_zero(block[i]) & 1;
	return msg_mask_zero(wrong);
}

void msg_pkcs1_decrypt(struct msg_rsa *rsa, const gnutls_datum_t *encrypted, unsigned char *key, size_t size)
{
	unsigned char block[LIMIT_RSA_BYTES];
	size_t length = msg_rsa_length(rsa);
	unsigned good;

	/* Lengths are no secret. */
	if (encrypted->size != length || length < size + PADDING_MIN)
		return;
	/* Without a result, the zeros are looked at like one. */
	good = msg_rsa_private(rsa, encrypted, block) ? ~0u : 0;
	good &= check_block(block, length - size - 1);
	msg_copy_if(good, key, block + length - size, size);
	gnutls_memset(block, 0, sizeof block);
}

/* DigestInfo of DATA, the octets T of EMSA-PKCS1-v1_5 (RFC 8017 section 9.2). */
static int digest_info(gnutls_digest_algorithm_t digest, const gnutls_datum_t *data, gnutls_datum_t *info)
{
	unsigned char octets[DIGEST_MAX];
	gnutls_datum_t view = bytes_view(octets, gnutls_hash_get_len(digest));
	int code = GNUTLS_E_INVALID_REQUEST;

	if (view.size > 0 && view.size <= sizeof octets)
		code = gnutls_hash_fast(digest, data->data, data->size, octets);
	if (code >= 0)
		code = gnutls_encode_ber_digest_info(digest, &view, info);
	return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
}

/* Fills BLOCK of LENGTH bytes, which are enough, with the encoded message of INFO. */
static void encode(const gnutls_datum_t *info, unsigned char *block, size_t length)
{
	memset(block, 0xff, length);
	block[0] = 0;
	block[1] = 1;
	block[length - info->size - 1] = 0;
	memcpy(block + length - info->size, info->data, info->size);
}

int msg_pkcs1_sign(struct msg_rsa *rsa, gnutls_digest_algorithm_t digest, const gnutls_datum_t *data,
		   gnutls_datum_t *signature)
{
	CLEANUP(bytes_free) gnutls_datum_t info = {NULL, 0};
	unsigned char block[LIMIT_RSA_BYTES];
	gnutls_datum_t encoded = bytes_view(block, msg_rsa_length(rsa));
	int error;

	*signature = MSG_EMPTY;
	error = digest_info(digest, data, &info);
	if (error != PKIMESSAGE_OK)
		return error;
	if (encoded.size < info.size + PADDING_MIN)
		return PKIMESSAGE_E_KEY;
	encode(&info, block, encoded.size);
	signature->data = gnutls_malloc(encoded.size);
	if (signature->data == NULL)
		return PKIMESSAGE_E_MEMORY;
	signature->size = encoded.size;
	if (msg_rsa_private(rsa, &encoded, signature->data))
		return PKIMESSAGE_OK;
	bytes_free(signature);
	return PKIMESSAGE_E_CRYPTO;
}
