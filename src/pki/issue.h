/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The issuing CA and the certificate template (RFC 5280 section 4).
 */
#ifndef PKI_ISSUE_H
#define PKI_ISSUE_H

#include "pki/csr.h"
#include "pki/key.h"

/* An issuing CA, ready to sign. */
struct pki_issuer {
	char *id;                         /* "iss-local" ... */
	struct pki_pair pair;             /* CA certificate first, then its chain as in the file */
	gnutls_digest_algorithm_t digest; /* by the CA's key: SHA-256, P-384 SHA-384, P-521 SHA-512 */
	gnutls_datum_t subject;           /* the CA's subject in DER */
	gnutls_datum_t key_id;            /* the CA's subjectKeyIdentifier */
};

/*
 * Loads a CA: what pki_pair_load checks, and CA:TRUE, keyCertSign, RSA from 2048 bits or P-256/P-384/P-521.
 * Freed with pki_issuer_free. Errors and REASON as pki_pair_load.
 */
enum err pki_issuer_load(const char *id, const char *certificate_path, const char *key_path, time_t now,
                         struct pki_issuer **issuer, char *reason);
void pki_issuer_free(struct pki_issuer **issuer);

/* What a certificate gets beside what the request names. Times in seconds. */
struct pki_template {
	time_t now;
	unsigned backdate;              /* notBefore = now - backdate, never before the CA's own */
	unsigned validity;              /* notAfter = now + validity, never after the CA's own */
	const char *const *ekus;        /* OIDs in dotted decimal, in this order */
	size_t eku_count;               /* 0: no extKeyUsage extension */
	bool must_staple;               /* id-pe-tlsfeature {5}, RFC 7633 */
	const char *const *copied;      /* OIDs of CSR extensions to copy as they are; see pki_extension_may_be_copied */
	size_t copied_count;
	const char *const *crl_urls;    /* cRLDistributionPoints, RFC 5280 section 4.2.1.13 */
	size_t crl_url_count;
	const char *ocsp_url;           /* authorityInfoAccess id-ad-ocsp, or NULL */
	const char *ca_issuers_url;     /* authorityInfoAccess id-ad-caIssuers, or NULL */
};

/* A certificate just signed. Freed with pki_certificate_free. */
struct pki_certificate {
	gnutls_datum_t der;
	gnutls_datum_t serial;          /* 16 random bytes, positive, as in the certificate */
	time_t not_before;
	time_t not_after;
	uint8_t sha256[32];             /* of the DER */
};

/*
 * Signs a certificate for CSR: v3, 16 random serial bytes, the subject and SANs of the request as they are, SAN critical
 * when the subject is empty, keyUsage by key type (critical; RSA digitalSignature + keyEncipherment, EC and Ed25519
 * digitalSignature), extKeyUsage, 20-byte subjectKeyIdentifier (RFC 5280 section 4.2.1.2 method 1),
 * authorityKeyIdentifier of the CA. ERR_EXPIRED when the CA has no time left; ERR_CRYPTO; ERR_MEMORY.
 */
enum err pki_issue(const struct pki_issuer *issuer, const struct pki_csr *csr, const struct pki_template *template,
                   struct pki_certificate *certificate, char *reason);
void pki_certificate_free(struct pki_certificate *certificate);

/*
 * False for extensions that only the CA decides (basicConstraints, keyUsage, nameConstraints, key identifiers, policy
 * and revocation pointers, SAN): no allow-list can name them (CWE-295).
 */
bool pki_extension_may_be_copied(const char *oid);

/*
 * True when CERTIFICATE (DER) was signed by ISSUER: issuer name and signature; dates are the caller's. *SERIAL, inside
 * CERTIFICATE's memory, is left for looking it up. ERR_OK, ERR_MISMATCH (another issuer), ERR_SIGNATURE, ERR_SYNTAX.
 */
enum err pki_issued_by(const struct pki_issuer *issuer, gnutls_x509_crt_t certificate);

/* Makes a self-signed root (parent NULL) or a subordinate CA, and an RA certificate; for 'ca init' and 'ra init'. */
enum pki_authority_kind { PKI_AUTHORITY_CA, PKI_AUTHORITY_RA };
struct pki_authority_request {
	enum pki_authority_kind kind;
	const char *subject;            /* RFC 4514 */
	time_t now;
	unsigned validity;              /* seconds */
	int path_length;                /* CA: -1 for none */
	const struct pki_issuer *parent;
};
enum err pki_authority_make(const struct pki_authority_request *request, gnutls_privkey_t key, gnutls_datum_t *der,
                            char *reason);

#endif
