/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A certification request under our rules: libpkimessage reads it, this room judges it.
 */
#ifndef PKI_CSR_H
#define PKI_CSR_H

#include <gnutls/abstract.h>

#include "pkimessage/pkimessage.h"
#include "pki/names.h"

struct pki_csr {
	struct pkimessage_csr *message; /* the bytes, as sent */
	gnutls_pubkey_t key;
	gnutls_pk_algorithm_t key_algorithm;
	unsigned key_bits;      /* modulus or field size */
	uint8_t key_sha256[32]; /* SHA-256 of subjectPublicKeyInfo in DER, as in a certificate for it */
	struct pki_names names;
	gnutls_datum_t san; /* contents of the requested subjectAltName, size 0 when there is none */
};

/*
 * Parses DER and checks everything that does not depend on who asks: a usable key (RSA 1024 to 8192 bits,
 * P-256, P-384, P-521, Ed25519; what is enough is policy), the request's own signature (digests in LEGACY
 * allowed, see enum pkimessage_legacy), the names gate, and a subject or at least one
 * SAN. In this order: what comes before the signature may be garbage, what comes behind is meant. REASON
 * (PKI_REASON_SIZE bytes) in words. Freed with pki_csr_free. ERR_SYNTAX and ERR_LIMIT (no request at all),
 * ERR_UNSUPPORTED (key or algorithm), ERR_SIGNATURE, ERR_PERMISSION (names and extensions against the rules),
 * ERR_CRYPTO, ERR_MEMORY.
 */
enum err pki_csr_parse(const gnutls_datum_t *der, unsigned legacy, struct pki_csr **csr, char *reason);
void pki_csr_free(struct pki_csr **csr);

/* True when CERTIFICATE holds the request's public key. */
bool pki_csr_has_key_of(const struct pki_csr *csr, gnutls_x509_crt_t certificate);

#endif
