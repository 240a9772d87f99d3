/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/digest.h"

#include <string.h>

struct digest digest_begin(void)
{
	struct digest digest = {NULL, false};

	digest.failed = gnutls_hash_init(&digest.hash, GNUTLS_DIG_SHA256) < 0;
	return digest;
}

static void put(struct digest *digest, const void *data, size_t size)
{
	if (!digest->failed && size > 0)
		digest->failed = gnutls_hash(digest->hash, data, size) < 0;
}

void digest_field(struct digest *digest, const gnutls_datum_t *field)
{
	const uint8_t length[] = {(uint8_t)(field->size >> 24), (uint8_t)(field->size >> 16),
				  (uint8_t)(field->size >> 8), (uint8_t)field->size};

	put(digest, length, sizeof length);
	put(digest, field->data, field->size);
}

bool digest_end(struct digest *digest, uint8_t *out)
{
	memset(out, 0, DIGEST_SIZE);
	if (digest->hash != NULL)
		gnutls_hash_deinit(digest->hash, digest->failed ? NULL : out);
	digest->hash = NULL;
	return !digest->failed;
}
