/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/gateway_private.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"

void request_id_make(char *id)
{
	unsigned char random[16] = {0};
	static const unsigned groups[] = {4, 2, 2, 2, 6};
	unsigned offset = 0;

	if (gnutls_rnd(GNUTLS_RND_NONCE, random, sizeof random) != GNUTLS_E_SUCCESS)
		log_error("no random bytes for a request id");
	random[6] = (unsigned char)((random[6] & 0x0f) | 0x40); /* version 4 */
	random[8] = (unsigned char)((random[8] & 0x3f) | 0x80); /* variant of RFC 4122 */
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		gnutls_datum_t group = bytes_view(random + offset, groups[i]);

		if (i > 0)
			*id++ = '-';
		text_hex(&group, id);
		id += 2 * groups[i];
		offset += groups[i];
	}
}
