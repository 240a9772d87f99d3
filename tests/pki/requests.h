/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests, issuers and certificates for the tests of this room. Failures end the test. */
#ifndef TEST_PKI_REQUESTS_H
#define TEST_PKI_REQUESTS_H

#include "lib/fixture.h"
#include "pki/issue.h"

/* A Name with COMMON_NAME as UTF8String; NULL gives the empty one. Freed with bytes_free. */
gnutls_datum_t test_name(const char *common_name);

/* A certification request to make; zeros mean what each line names. */
struct test_request {
	gnutls_privkey_t key;   /* FIXTURE_RSA_CLIENT */
	gnutls_datum_t subject; /* CN=device */
	const char *extensions; /* Extensions one after the other; none */
	size_t extensions_size;
	gnutls_sign_algorithm_t algorithm; /* RSA with SHA-256 */
	gnutls_datum_t public_key;         /* the key's */
};
gnutls_datum_t test_request_make(const struct test_request *request);

/* Parses what test_request_make gives for REQUEST; it must be accepted. Freed with pki_csr_free. */
struct pki_csr *test_csr(const struct test_request *request);

/* A generated private key. Freed with privkey_free. */
gnutls_privkey_t test_key(gnutls_pk_algorithm_t algorithm, unsigned bits);

/* Writes DER as PEM with LABEL to the file NAME of the test's directory; the path is good until the next
 * call. */
const char *test_write_pem(const char *name, const char *label, const gnutls_datum_t *der, unsigned mode);

/* Loads CERTIFICATE (DER) with KEY as an issuer through pki_issuer_load at FIXTURE_NOW. Freed with
 * pki_issuer_free. */
struct pki_issuer *test_issuer(const gnutls_datum_t *certificate, gnutls_privkey_t key);

/* DER as a certificate object. Freed with x509_crt_free. */
gnutls_x509_crt_t test_certificate(const gnutls_datum_t *der);

/* The contents of extension OID, size 0 when there is none; whether it is critical in *CRITICAL (may be
 * NULL). Freed with bytes_free. */
gnutls_datum_t test_extension(gnutls_x509_crt_t certificate, const char *oid, bool *critical);

#endif
