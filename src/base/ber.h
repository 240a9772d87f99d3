/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * BER to DER framing. Apple, BouncyCastle and Microsoft clients send indefinite lengths and OCTET STRINGs cut
 * into segments (X.690 sections 8.1.3.6 and 8.7.3); everything above reads definite lengths only.
 */
#ifndef BASE_BER_H
#define BASE_BER_H

#include "base/bytes.h"
#include "base/error.h"

/*
 * Copies one complete BER encoding to *DER with every length definite and every constructed OCTET STRING of
 * the universal tag made primitive, its segments (nested ones, too) joined. A constructed encoding with
 * nothing of that kind inside is copied to the letter, whatever the form of its length, so signatures over it
 * still hold.
 *
 * Context-specific tags are kept as they are: only their reader knows whether [0] around one OCTET STRING is
 * an EXPLICIT tag (eContent) or an IMPLICIT one around segments (encryptedContent), and in the latter case
 * joins what it finds. Other constructed strings (BIT STRING, character strings) also stay, with definite
 * lengths.
 *
 * ERR_SYNTAX: malformed, cut short, a tag number above 30, or bytes follow the encoding. ERR_LIMIT: over
 * LIMIT_ASN1_DEPTH, _ELEMENTS or _SEGMENTS. ERR_MEMORY. The caller frees *DER; it is empty on error. X.690
 * section 8.
 */
enum err ber_to_der(const gnutls_datum_t *ber, gnutls_datum_t *der);

#endif
