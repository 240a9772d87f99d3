/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The character strings of ASN.1 (X.680 section 41) as UTF-8.
 */
#ifndef PKIMESSAGE_ASN1_STRING_H
#define PKIMESSAGE_ASN1_STRING_H

#include "base/bytes.h"
#include "base/error.h"

/*
 * Appends the contents octets of a string with identifier octet TAG as UTF-8. PrintableString, NumericString,
 * IA5String and VisibleString may hold any ASCII (clients put '@' and '_' in the first); T61String is read as
 * ISO 8859-1, which is what those who use it write; BMPString as UTF-16, which is what Windows writes.
 * ERR_SYNTAX: another tag, or contents that are not of this type, or a NUL; then OUT may hold a part.
 */
enum err msg_string_put(struct buffer *out, unsigned tag, const gnutls_datum_t *contents);

#endif
