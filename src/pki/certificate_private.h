/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing certificates (RFC 5280 section 4.1) as DER directly: subject, SANs and copied extensions go in to
 * the letter, which GnuTLS's builder cannot promise, and the order of the extensions is ours.
 */
#ifndef PKI_CERTIFICATE_PRIVATE_H
#define PKI_CERTIFICATE_PRIVATE_H

#include "base/der.h"
#include "pki/issue.h"
#include "pki/pki_private.h"

/* Size of a key identifier: SHA-1 (RFC 5280 section 4.2.1.2 method 1). A name for a key, not a protection. */
#define PKI_KEY_ID_SIZE 20

/* keyUsage bits as they lie in the first octet of the BIT STRING, RFC 5280 section 4.2.1.3. */
enum pki_usage {
	PKI_USAGE_DIGITAL_SIGNATURE = 0x80,
	PKI_USAGE_KEY_ENCIPHERMENT = 0x20,
	PKI_USAGE_KEY_CERT_SIGN = 0x04,
	PKI_USAGE_CRL_SIGN = 0x02,
};

/* What is to be signed. The byte strings are complete encodings and stay the caller's. */
struct pki_tbs {
	gnutls_datum_t issuer;
	gnutls_datum_t subject;
	gnutls_datum_t public_key;
	time_t not_before;
	time_t not_after;
	struct buffer extensions; /* the Extensions one after the other; freed by pki_tbs_free */
};
void pki_tbs_free(struct pki_tbs *tbs);

/*
 * Sets the validity: from NOW - BACKDATE to NOW + VALIDITY, both within those of CA (NULL: no bounds).
 * ERR_EXPIRED when NOW is outside the CA's own validity or nothing would be left.
 */
enum err pki_tbs_set_validity(struct pki_tbs *tbs, gnutls_x509_crt_t ca, time_t now, unsigned backdate,
			      unsigned validity, char *reason);

/* Draws the serial number and signs: the first and only use of KEY. ERR_UNSUPPORTED, ERR_CRYPTO, ERR_MEMORY.
 */
enum err pki_tbs_sign(const struct pki_tbs *tbs, gnutls_privkey_t key, gnutls_digest_algorithm_t digest,
		      struct pki_certificate *certificate, char *reason);

/* SHA-1 of the key inside PUBLIC_KEY (subjectPublicKeyInfo in DER). */
enum err pki_key_id(const gnutls_datum_t *public_key, uint8_t id[PKI_KEY_ID_SIZE]);

/* --- extensions, RFC 5280 section 4.2: each appends one complete Extension to OUT --- */

void pki_put_extension(struct buffer *out, const char *oid, bool critical, const gnutls_datum_t *value);
void pki_put_key_ids(struct buffer *out, const gnutls_datum_t *subject_key_id,
		     const gnutls_datum_t *issuer_key_id);
void pki_put_key_usage(struct buffer *out, unsigned usage);
void pki_put_ekus(struct buffer *out, const char *const *oids, size_t count);
void pki_put_ca(struct buffer *out, int path_length);
void pki_put_crl_urls(struct buffer *out, const char *const *urls, size_t count);
void pki_put_authority_access(struct buffer *out, const char *ocsp_url, const char *ca_issuers_url);
void pki_put_must_staple(struct buffer *out);

#endif
