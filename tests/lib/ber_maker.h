/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes BER as jscep (BouncyCastle) does. */
#ifndef TEST_BER_MAKER_H
#define TEST_BER_MAKER_H

#include <gnutls/gnutls.h>
#include <stddef.h>

/*
 * Copies INPUT, BER or DER, with every constructed encoding given an indefinite length, and every OCTET
 * STRING and primitive [0] longer than SEGMENT bytes cut into segments. Freed with bytes_free. Failures end
 * the test.
 */
gnutls_datum_t ber_make(const gnutls_datum_t *input, size_t segment);

#endif
