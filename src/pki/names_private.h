/* SPDX-License-Identifier: BSD-2-Clause */
/* How names are taken apart; see names.h for what comes out. */
#ifndef PKI_NAMES_PRIVATE_H
#define PKI_NAMES_PRIVATE_H

#include "base/der.h"
#include "pki/names.h"
#include "pki/pki_private.h"

/* Bytes for what a refusal is about ("subject CN", "SAN 3 (DNS)"), final NUL included. */
#define NAMES_WHAT_SIZE 256

/*
 * Turns the contents of an ASN.1 string of TAG into UTF-8: BMPString as UTF-16, UniversalString as UTF-32,
 * T61String as Latin-1 (as everybody does who still sends it), the others as ASCII. The caller frees *UTF8.
 * ERR_UNSUPPORTED (TAG is no string type of names), ERR_SYNTAX (malformed), ERR_MEMORY.
 */
enum err names_utf8(unsigned tag, const gnutls_datum_t *contents, gnutls_datum_t *utf8);

/* Applies the gate of names.h to UTF8, which is well-formed. WHAT names it in REASON. ERR_PERMISSION. */
enum err names_gate(const gnutls_datum_t *utf8, const char *what, char *reason);

/* Limit, conversion and gate in one: *TEXT is free of NUL and control characters; the caller frees it with
 * free(). Errors of both functions, ERR_LIMIT. */
enum err names_value(unsigned tag, const gnutls_datum_t *contents, const char *what, char **text,
		     char *reason);

/*
 * Takes a Name apart: *TEXT in RFC 4514, *COMMON_NAME the first CN that is not empty or NULL; both freed with
 * free(). COMMON_NAME may be NULL. WHAT names it in REASON ("subject", "SAN 2 (dirName)").
 */
enum err names_directory(const gnutls_datum_t *name, const char *what, char **text, char **common_name,
			 char *reason);

/* Takes the contents of a subjectAltName apart into NAMES (sans and san_count). */
enum err names_sans(const gnutls_datum_t *san, struct pki_names *names, char *reason);

/* True when BYTES are encodings with definite lengths that add up at every depth, up to LIMIT_ASN1_DEPTH. */
bool names_well_framed(const gnutls_datum_t *bytes);

#endif
