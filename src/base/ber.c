/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/ber.h"

enum err ber_to_der(const gnutls_datum_t *ber, gnutls_datum_t *der)
{
	return bytes_copy(ber, der) ? ERR_OK : ERR_MEMORY;
}
