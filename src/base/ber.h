/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BER to DER framing. Apple, BouncyCastle and Microsoft clients send indefinite lengths and OCTET STRINGs cut into
 * segments (X.690 sections 8.1.3.6 and 8.7.3); everything above reads definite lengths only.
 */
#ifndef BASE_BER_H
#define BASE_BER_H

#include "base/bytes.h"
#include "base/error.h"

/*
 * Copies one complete BER encoding to *DER with every length definite and every constructed OCTET STRING (universal, or
 * context-specific [0] directly around OCTET STRING segments, as encryptedContent has it) made primitive. Parts that
 * already are in that form are copied to the letter, so signatures over them still hold.
 *
 * ERR_SYNTAX: malformed, cut short, or bytes follow the encoding. ERR_LIMIT: over LIMIT_ASN1_DEPTH, _ELEMENTS or
 * _SEGMENTS. ERR_MEMORY. The caller frees *DER; it is empty on error. X.690 section 8.
 */
enum err ber_to_der(const gnutls_datum_t *ber, gnutls_datum_t *der);

#endif
