/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DER (X.690), reading and writing, one encoding at a time. The reader is a cursor with bounds and a sticky
 * error: a failed read empties its output and every later read fails too, so a caller may read ten fields and
 * ask once. Tags and lengths are decoded by libtasn1. BER is brought to DER by ber.h first.
 */
#ifndef BASE_DER_H
#define BASE_DER_H

#include "base/bytes.h"

/* Identifier octets of the encodings we meet; all tag numbers are below 31, so one byte each. */
enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8_STRING = 0x0c,
	DER_NUMERIC_STRING = 0x12,
	DER_PRINTABLE_STRING = 0x13,
	DER_T61_STRING = 0x14,
	DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_VISIBLE_STRING = 0x1a,
	DER_UNIVERSAL_STRING = 0x1c,
	DER_BMP_STRING = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
};

/* Context-specific tags [n]: primitive (IMPLICIT of a primitive type) and constructed. */
#define DER_CONTEXT(n)             (0x80u | (unsigned)(n))
#define DER_CONTEXT_CONSTRUCTED(n) (0xa0u | (unsigned)(n))

/* --- reading --- */

struct der {
	const uint8_t *at; /* next unread byte */
	size_t left;       /* unread bytes */
	bool failed;       /* sticky */
};

/* A cursor over BYTES, which must outlive it. */
struct der der_open(const gnutls_datum_t *bytes);

/* True when everything was read and nothing failed: the answer to ask for at the end (no trailing bytes). */
bool der_done(const struct der *der);

/* True when there is a further encoding to read. */
bool der_more(const struct der *der);

/* True when the next encoding has the identifier octet TAG. Reads nothing. */
bool der_next_is(const struct der *der, unsigned tag);

/* The identifier octet of the next encoding, 0 when there is none or its tag number is 31 or more. Reads
 * nothing. */
unsigned der_next_tag(const struct der *der);

/* Reads an encoding that must have TAG: a cursor over its contents. */
struct der der_enter(struct der *der, unsigned tag);

/* Reads an encoding that must have TAG: its contents octets, inside the input (not to be freed). */
gnutls_datum_t der_contents(struct der *der, unsigned tag);

/* Reads an encoding of any tag: all of it, identifier and length octets included, inside the input. */
gnutls_datum_t der_any(struct der *der);

/* The same where the encoding must have TAG. */
gnutls_datum_t der_raw(struct der *der, unsigned tag);

/*
 * Reads the length octets at OCTETS, behind which no more than LEFT bytes lie, themselves included: how many
 * they are in *SIZE, what they say in *LENGTH. False for an indefinite length (X.690 section 10.1), and when
 * they are cut short or say more than is there.
 */
bool der_length(const uint8_t *octets, size_t left, size_t *size, size_t *length);

/* Reads and drops an encoding of TAG if it is next; true when it was there. */
bool der_skip_optional(struct der *der, unsigned tag);

/* Reads a non-negative INTEGER below 2^31; fails on anything else. */
int der_small_integer(struct der *der);

/* True when BYTES are the contents octets of the OBJECT IDENTIFIER written in dotted decimal as OID. */
bool der_oid_is(const gnutls_datum_t *contents, const char *oid);

/* Writes the OBJECT IDENTIFIER with these contents octets as dotted decimal to TEXT of SIZE bytes; "" when it
 * is malformed or does not fit. */
void der_oid_text(const gnutls_datum_t *contents, char *text, size_t size);

/* True when TEXT is an OBJECT IDENTIFIER in dotted decimal, just as der_oid_text would write it. */
bool der_oid_is_valid(const char *text);

/* Counts the encodings left in DER without moving it; stops at, and returns, LIMIT + 1 when there are more
 * than LIMIT. Malformed ones end the count. */
size_t der_count(const struct der *der, size_t limit);

/* --- writing: from the inside out into a buffer --- */

/* Appends an encoding with TAG around CONTENTS. */
void der_put(struct buffer *out, unsigned tag, const void *contents, size_t size);
void der_put_bytes(struct buffer *out, unsigned tag, const gnutls_datum_t *contents);

/* Appends an encoding with TAG around what INNER holds, and frees INNER. A failure of INNER becomes one of
 * OUT. */
void der_put_buffer(struct buffer *out, unsigned tag, struct buffer *inner);

/* Appends a complete encoding as it is. */
void der_put_raw(struct buffer *out, const gnutls_datum_t *encoding);

/* Appends an OBJECT IDENTIFIER given in dotted decimal. A malformed OID fails the buffer. */
void der_put_oid(struct buffer *out, const char *oid);

/* Appends a small non-negative INTEGER. */
void der_put_integer(struct buffer *out, unsigned value);

/* Appends NULL. */
void der_put_null(struct buffer *out);

/* Appends SEQUENCE { OID, NULL } or SEQUENCE { OID }: an AlgorithmIdentifier. */
void der_put_algorithm(struct buffer *out, const char *oid, bool with_null);

/* Appends the COUNT complete ENCODINGS as a SET OF with TAG, sorted as DER wants (X.690 section 11.6). Sorts
 * ENCODINGS in place. */
void der_put_set_of(struct buffer *out, unsigned tag, gnutls_datum_t *encodings, size_t count);

#endif
