/* SPDX-License-Identifier: BSD-2-Clause */
/* PKCS#10 requests put together by hand, so that each part can be wrong. Failures end the test. */
#ifndef TEST_MAKE_CSR_H
#define TEST_MAKE_CSR_H

#include <gnutls/gnutls.h>
#include <stdbool.h>

#include "lib/fixture.h"

/* NULL and zero mean what a good request has; attributes are complete encodings, in the order given. */
struct csr_parts {
	enum fixture_key key;
	const gnutls_datum_t *attributes;
	size_t attribute_count;
	bool no_attributes;   /* not even an empty [0] */
	const char *version;  /* hex; INTEGER 0 */
	const char *after;    /* hex, behind the attributes; none */
	const char *oid;      /* signature algorithm; SHA-256 with the key's algorithm */
	bool unused_bits;     /* in the signature's BIT STRING */
	const char *trailing; /* hex, behind the signature; none */
};

gnutls_datum_t make_csr(const struct csr_parts *parts);

/* Attribute of OID with the values VALUES, complete encodings one after the other. Freed with bytes_free. */
gnutls_datum_t make_attribute(const char *oid, const void *values, size_t size);

/* challengePassword with one value: a string of TAG with these contents. */
gnutls_datum_t make_challenge(unsigned tag, const void *contents, size_t size);

#endif
