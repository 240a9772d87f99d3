/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text: encodings of bytes as text, and what may go where text goes. C strings are used only for text already
 * checked free of NUL.
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/bytes.h"
#include "base/error.h"

/* Bytes text_hex needs for SIZE bytes, final NUL included. */
#define TEXT_HEX_SIZE(size) (2 * (size) + 1)

/* Writes BYTES as lower-case hex to TEXT, which has at least TEXT_HEX_SIZE(bytes->size) bytes. */
void text_hex(const gnutls_datum_t *bytes, char *text);

/* Reads hex digits (an even number, either case) into *BYTES, which the caller frees. ERR_SYNTAX, ERR_MEMORY.
 */
enum err text_unhex(const char *text, gnutls_datum_t *bytes);

/*
 * Decodes base64 as clients send it (RFC 4648 section 4): white space and line breaks dropped, missing
 * padding forgiven, everything else outside the alphabet refused. The caller frees *BYTES. ERR_SYNTAX,
 * ERR_MEMORY.
 */
enum err text_base64_decode(const gnutls_datum_t *text, gnutls_datum_t *bytes);

/* Encodes BYTES as one line of base64 with padding; NULL when memory is out. The caller frees it with free().
 */
char *text_base64_encode(const gnutls_datum_t *bytes);

/* True when BYTES are well-formed UTF-8 (RFC 3629) without NUL. */
bool text_is_utf8(const gnutls_datum_t *bytes);

/*
 * Reads one UTF-8 character at *OFFSET of BYTES and moves *OFFSET behind it. The code point, or -1 when it is
 * malformed (overlong, surrogate, above U+10FFFF, cut short) or the bytes are at their end.
 */
int32_t text_utf8_next(const gnutls_datum_t *bytes, size_t *offset);

/*
 * Copies BYTES to TEXT of SIZE bytes for people to read: control characters, NUL and malformed UTF-8 become
 * '?', and what does not fit is cut and ends in "...". SIZE is at least 4. Returns TEXT.
 */
char *text_printable(const gnutls_datum_t *bytes, char *text, size_t size);

/* BYTES as a new C string; NULL when they hold a NUL or memory is out. The caller frees it with free(). */
char *text_from_bytes(const gnutls_datum_t *bytes);

/* True when NAME is a profile or issuer name: [a-z0-9-], 1 to LIMIT_PROFILE_NAME bytes, no '-' at either end.
 */
bool text_is_name(const char *name);

#endif
