/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One SHA-256 over several byte strings, so that two sequences of fields have the same digest only when they
 * are the same field by field. Nothing is logged, and errors stick: hash as often as you like, ask once.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <gnutls/crypto.h>

#include "base/bytes.h"

#define DIGEST_SIZE 32

struct digest {
	gnutls_hash_hd_t hash;
	bool failed; /* GnuTLS refused, or memory ran out */
};

/* Begins; ends with digest_end. */
struct digest digest_begin(void);

/* Hashes the length of FIELD (4 bytes) and FIELD, so that one field's end is not another's beginning. */
void digest_field(struct digest *digest, const gnutls_datum_t *field);

/* Writes DIGEST_SIZE bytes to OUT and frees what DIGEST holds. False, and OUT zeroed, when something failed.
 */
bool digest_end(struct digest *digest, uint8_t *out);

#endif
