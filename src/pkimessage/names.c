/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/private.h"

bool pkimessage_names_equal(const gnutls_datum_t *a, const gnutls_datum_t *b)
{
	return bytes_equal(a, b);
}
