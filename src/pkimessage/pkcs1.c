/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/pkcs1.h"

#include "pkimessage/constant_time.h"

#include <gnutls/crypto.h>

/* Bytes of a block that are no key: a zero, a two, at least eight that are not zero, and a zero. */
#define PADDING_MIN 11

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
