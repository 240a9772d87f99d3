/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Keys, certificates and requests for tests. The keys lie in tests/keys/ of the build folder, made by
 * tests/lib/make_keys; certificates are made from them in each process. Everything is valid at FIXTURE_NOW:
 * tests fix their clock to it. Failures end the test.
 */
#ifndef TEST_FIXTURE_H
#define TEST_FIXTURE_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* 2026-11-21T08:00:00Z, and what fixtures are valid from and to: a year before and ten years after. */
#define FIXTURE_NOW        ((time_t)1795248000)
#define FIXTURE_NOT_BEFORE (FIXTURE_NOW - 365 * 86400)
#define FIXTURE_NOT_AFTER  (FIXTURE_NOW + 3650 * (time_t)86400)

/* RSA-2048 and P-256 keys. */
enum fixture_key {
	FIXTURE_RSA_CA,
	FIXTURE_RSA_RA,
	FIXTURE_RSA_CLIENT,
	FIXTURE_RSA_OTHER,
	FIXTURE_EC_CA,
	FIXTURE_EC_CLIENT,
	FIXTURE_KEYS,
};

/* A certificate, its key, and the certificate in DER. */
struct fixture {
	gnutls_x509_crt_t certificate;
	gnutls_privkey_t key;
	gnutls_datum_t der;
};

/* What to make; zeros mean the default that each line names. */
struct fixture_options {
	enum fixture_key key;
	const char *subject;              /* RFC 4514 string; "CN=fixture" */
	const struct fixture *issuer;     /* self-signed */
	int version;                      /* 3 */
	const char *serial;               /* hex, at most 20 bytes; the key's number */
	time_t not_before, not_after;     /* FIXTURE_NOT_BEFORE, FIXTURE_NOT_AFTER */
	bool ca;                          /* basicConstraints CA:FALSE */
	bool no_constraints;              /* with basicConstraints (version 3) */
	unsigned usage;                   /* no keyUsage extension */
	const char *dns;                  /* no subjectAltName */
	bool no_key_id;                   /* with subjectKeyIdentifier (version 3) */
	bool issuer_key_id;               /* without authorityKeyIdentifier */
	const char *eku;                  /* OID; no extKeyUsage extension */
	const char *critical;             /* OID of a critical extension of nobody's; none */
	int path_length;                  /* of a CA, counted from 1; without */
	gnutls_digest_algorithm_t digest; /* of the signature; SHA-256 */
};

/* Makes a certificate; freed with fixture_free. */
struct fixture fixture_make(const struct fixture_options *options);
void fixture_free(struct fixture *fixture);

/* Made once per process, not to be freed: a root CA, the RA it certified (digitalSignature, keyEncipherment),
 * another CA of P-256, and self-signed clients as SCEP clients make them: RSA "CN=device", P-256
 * "CN=device-ec". */
const struct fixture *fixture_ca(void);
const struct fixture *fixture_ra(void);
const struct fixture *fixture_ec_ca(void);
const struct fixture *fixture_client(void);
const struct fixture *fixture_ec_client(void);

/* The private key KEY; made once per process, not to be freed. */
gnutls_privkey_t fixture_key(enum fixture_key key);

/*
 * A PKCS#10 request in DER for KEY: SUBJECT (RFC 4514; NULL for none), CHALLENGE (NULL for none), one dNSName
 * DNS (NULL for none). Freed with bytes_free.
 */
gnutls_datum_t fixture_csr(enum fixture_key key, const char *subject, const char *challenge, const char *dns);

#endif
