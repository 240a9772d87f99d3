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
	unsigned backdate;       /* notBefore = now - backdate, never before the CA's own */
	unsigned validity;       /* notAfter = now + validity, never after the CA's own */
	const char *const *ekus; /* OIDs in dotted decimal, in this order */
	size_t eku_count;        /* 0: no extKeyUsage extension */
	bool must_staple;        /* id-pe-tlsfeature {5}, RFC 7633 */
	/* OIDs of CSR extensions to copy as they are, where pki_extension_may_be_copied allows; others are
	 * dropped */
	const char *const *copied;
	size_t copied_count;
	const char *const *crl_urls; /* cRLDistributionPoints, RFC 5280 section 4.2.1.13 */
	size_t crl_url_count;
	const char *ocsp_url;       /* authorityInfoAccess id-ad-ocsp, or NULL */
	const char *ca_issuers_url; /* authorityInfoAccess id-ad-caIssuers, or NULL */
};

/* A certificate just signed. Freed with pki_certificate_free. */
struct pki_certificate {
	gnutls_datum_t der;
	gnutls_datum_t serial; /* 16 random bytes, positive, as in the certificate */
	time_t not_before;
	time_t not_after;
	uint8_t sha256[32]; /* of the DER */
};

/*
 * Signs a certificate for CSR: v3, 16 serial bytes (126 bits of them random), the subject and SANs of the
 * request as they are, SAN critical when the subject is empty, keyUsage by key type (critical; RSA
 * digitalSignature + keyEncipherment, EC and Ed25519 digitalSignature), extKeyUsage, 20-byte
 * subjectKeyIdentifier (RFC 5280 section 4.2.1.2 method 1), authorityKeyIdentifier of the CA, no
 * basicConstraints (so no CA). The CA's key is used last, when nothing else can fail. ERR_EXPIRED when the CA
 * has no time left; ERR_SYNTAX (an extension to copy is not DER), ERR_CRYPTO, ERR_MEMORY.
 */
enum err pki_issue(const struct pki_issuer *issuer, const struct pki_csr *csr,
		   const struct pki_template *template, struct pki_certificate *certificate, char *reason);
void pki_certificate_free(struct pki_certificate *certificate);

/*
 * False for extensions that only the CA decides: all of RFC 5280's own (2.5.29), PKIX's but the TLS feature,
 * and those of Microsoft and Netscape that make a CA, an EKU or an account of the holder. No allow-list can
 * name them (CWE-295).
 */
bool pki_extension_may_be_copied(const char *oid);

/*
 * Whether CERTIFICATE was signed by ISSUER: issuer name and signature (SHA-256 to SHA-512); dates, revocation
 * and whether it was recorded are the caller's questions, and a self-signed CA is its own issuer. ERR_OK,
 * ERR_MISMATCH (another issuer's name), ERR_SIGNATURE, ERR_SYNTAX, ERR_CRYPTO, ERR_MEMORY.
 */
enum err pki_issued_by(const struct pki_issuer *issuer, gnutls_x509_crt_t certificate);

/*
 * Makes a self-signed root (parent NULL), a subordinate CA, or an RA certificate (parent needed, RSA key);
 * for 'ca init' and 'ra init'. Back-dated by an hour, within the parent's validity. ERR_SYNTAX (subject),
 * ERR_PERMISSION (names gate), ERR_UNSUPPORTED (key), ERR_MISMATCH (the parent's path length), ERR_EXPIRED,
 * ERR_CRYPTO, ERR_MEMORY. The caller frees *DER.
 */
enum pki_authority_kind { PKI_AUTHORITY_CA, PKI_AUTHORITY_RA };
struct pki_authority_request {
	enum pki_authority_kind kind;
	const char *subject; /* RFC 4514 */
	time_t now;
	unsigned validity; /* seconds */
	int path_length;   /* CA: -1 for none */
	const struct pki_issuer *parent;
};
enum err pki_authority_make(const struct pki_authority_request *request, gnutls_privkey_t key,
			    gnutls_datum_t *der, char *reason);

#endif
