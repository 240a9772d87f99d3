/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Query strings as SCEP clients write them: percent-decoded WITHOUT turning '+' into a space, because some
 * leave the '+' of base64 as it is (field.md W7).
 */
#ifndef GATEWAY_QUERY_H
#define GATEWAY_QUERY_H

#include "base/bytes.h"
#include "base/error.h"

/*
 * Finds parameter NAME (exact, case-sensitive) in QUERY and decodes its value into *VALUE, which the caller
 * frees. Present without value gives size 0. ERR_NOT_FOUND; ERR_SYNTAX: a broken escape; ERR_EXISTS: given
 * twice; ERR_LIMIT: over LIMIT_QUERY or LIMIT_QUERY_PARAMETERS; ERR_MEMORY.
 */
enum err query_get(const char *query, const char *name, gnutls_datum_t *value);

#endif
