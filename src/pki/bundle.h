/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trust bundles: the CA certificates that an operator trusts for one purpose of one profile, and client
 * certificates verified against them (RFC 5280 section 6).
 */
#ifndef PKI_BUNDLE_H
#define PKI_BUNDLE_H

#include <time.h>

#include "pki/key.h"

struct pki_bundle;

/*
 * Loads every CERTIFICATE block of the PEM file PATH (or a token's, by pkcs11: URL); other blocks are passed
 * over. At least one, at most LIMIT_PEM_CERTIFICATES, none expired at NOW (ERR_EXPIRED; REASON names subject,
 * end and PATH). Other errors and REASON (PKI_REASON_SIZE bytes) as pki_chain_load. Freed with
 * pki_bundle_free.
 */
enum err pki_bundle_load(const char *path, time_t now, struct pki_bundle **bundle, char *reason);
void pki_bundle_free(struct pki_bundle **bundle);

/* Its certificates, in the order of the file; they stay the bundle's. */
const struct pki_chain *pki_bundle_certificates(const struct pki_bundle *bundle);

/* What came of verifying a client certificate. */
enum pki_client {
	PKI_CLIENT_GOOD,
	PKI_CLIENT_SYNTAX,    /* it, or one that was presented beside it, is no certificate */
	PKI_CLIENT_UNTRUSTED, /* no chain to the bundle holds: issuer unknown, signature wrong, a CA that is
				 none, weak algorithm or key, a critical extension nobody knows, a name
				 constraint broken, or of a kind that is not compared */
	PKI_CLIENT_EXPIRED,   /* a chain holds, but one of its certificates has ended ... */
	PKI_CLIENT_NOT_YET,   /* ... or not begun */
	PKI_CLIENT_PURPOSE,   /* extKeyUsage or keyUsage is for something else than a TLS client */
	PKI_CLIENT_MEMORY,
};

/*
 * Verifies the client certificate LEAF (DER) at NOW: it chains to a certificate of BUNDLE, whether that is a
 * root, an intermediate CA or the certificate itself, by way of the COUNT certificates CHAIN (DER), which are
 * untrusted and in any order, at most LIMIT_CLIENT_CHAIN. Every certificate of the way is in date, both ends
 * included, the one of the bundle too. extKeyUsage, where any of them has it, has clientAuth or
 * anyExtendedKeyUsage; the client's keyUsage, where there is one, digitalSignature. RSA from 2048 bits,
 * curves from 224, SHA-224 and better. A certificate of the bundle vouches for others when it says that it is
 * a CA, or is of version 1, which cannot say so. CAs may be confined to DNS names, e-mail and IP addresses;
 * what comes by one that is confined in another way, to directory names for one, is refused. Of two CAs with
 * one name and two keys, authorityKeyIdentifier tells the right one; a certificate without it may be refused
 * then. Revocation is the caller's question.
 *
 * *CERTIFICATE is LEAF parsed, whatever was found wrong with it, or NULL where it does not parse; the caller
 * frees it. REASON (PKI_REASON_SIZE bytes) says what is wrong, in printable words, "" when nothing is.
 */
enum pki_client pki_bundle_verify(const struct pki_bundle *bundle, const gnutls_datum_t *leaf,
				  const gnutls_datum_t *chain, size_t count, time_t now,
				  gnutls_x509_crt_t *certificate, char *reason);

/* The subject, or issuer, of CERTIFICATE as RFC 4514 text for people, cut to SIZE bytes; "" when it cannot be
 * read. Returns TEXT. */
const char *pki_subject_text(gnutls_x509_crt_t certificate, char *text, size_t size);
const char *pki_issuer_text(gnutls_x509_crt_t certificate, char *text, size_t size);

#endif
