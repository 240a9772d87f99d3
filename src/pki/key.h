/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Private keys and the certificates that belong to them: from files or, wherever a path is accepted, from a
 * PKCS#11 token by its "pkcs11:" URL (RFC 7512).
 */
#ifndef PKI_KEY_H
#define PKI_KEY_H

#include "base/cleanup.h"
#include "base/error.h"

/* Bytes for a reason in words, final NUL included. */
#define PKI_REASON_SIZE 512

/* Certificates from one PEM file, in its order, with their DER. */
struct pki_chain {
	gnutls_x509_crt_t *certificates;
	gnutls_datum_t *der;
	size_t count;
};

/* A certificate (first of CHAIN) with its private key: an RA pair or an issuing CA. */
struct pki_pair {
	struct pki_chain chain;
	gnutls_privkey_t key;
};

/*
 * Loads a private key. A file must be a regular file, PEM, not encrypted, and without any permission for
 * group or others (ERR_PERMISSION; the reason gives the octal mode and suggests chmod 0600). PKCS#11 imports
 * are serialised over all processes of the host by a lock file, because tokens fail when several processes
 * initialise them at once (token.c says where it lies); a PIN comes from the URL's pin-value or pin-source.
 * On error REASON (PKI_REASON_SIZE bytes) says what is wrong and names PATH, a URL without its query. The
 * caller frees *KEY (privkey_free). ERR_NOT_FOUND, ERR_PERMISSION, ERR_SYNTAX, ERR_LIMIT, ERR_UNSUPPORTED
 * (encrypted), ERR_UNAVAILABLE (another process holds the lock), ERR_SYSTEM, ERR_CRYPTO, ERR_MEMORY.
 */
enum err pki_key_load(const char *path, gnutls_privkey_t *key, char *reason);

/* Loads every CERTIFICATE block of a PEM file; other blocks are passed over, a block that does not parse is
 * an error. At least one, at most LIMIT_PEM_CERTIFICATES. Errors and REASON as above. Freed with
 * pki_chain_free. */
enum err pki_chain_load(const char *path, struct pki_chain *chain, char *reason);
void pki_chain_free(struct pki_chain *chain);

/*
 * Loads certificate and key, checks that they belong together and that the certificate is in date at NOW,
 * both ends of its validity included. Additionally ERR_MISMATCH and ERR_EXPIRED. Freed with pki_pair_free.
 * PKI_ANY_TIME as NOW leaves the dates to the caller, who asks pki_pair_dates.
 */
#define PKI_ANY_TIME ((time_t)-1)
enum err pki_pair_load(const char *certificate_path, const char *key_path, time_t now, struct pki_pair *pair,
		       char *reason);
void pki_pair_free(struct pki_pair *pair);

/* ERR_OK when PAIR, loaded from CERTIFICATE_PATH, is in date at NOW; else ERR_EXPIRED (ERR_SYNTAX when its
 * dates cannot be read) and REASON. */
enum err pki_pair_dates(const struct pki_pair *pair, const char *certificate_path, time_t now, char *reason);

/*
 * The RA preflight of one pair (RFC 8894 section 2.2): what pki_pair_load checks, and that the key can
 * decrypt: RSA of 2048 bits or more, and a keyUsage, where there is one, with digitalSignature and
 * keyEncipherment. An EC key cannot receive a SCEP request, so it is ERR_UNSUPPORTED here rather than a
 * failure of every enrolment later.
 */
enum err pki_ra_load(const char *certificate_path, const char *key_path, time_t now, struct pki_pair *pair,
		     char *reason);

/*
 * To be called in a worker after fork, before its first request. Where keys from tokens were loaded before
 * the fork, the token modules are initialised anew, under the lock of pki_key_load: GnuTLS would do it at the
 * first use, in all workers at once. Does nothing otherwise. ERR_UNAVAILABLE, ERR_CRYPTO and what locking may
 * return, with REASON.
 */
enum err pki_token_after_fork(char *reason);

/* Makes a private key: RSA of 2048 to 8192 BITS, or with ALGORITHM GNUTLS_PK_ECDSA and BITS 256, 384 or 521
 * an EC key. The caller frees *KEY (x509_privkey_free). ERR_UNSUPPORTED, ERR_CRYPTO, ERR_MEMORY. */
enum err pki_key_generate(gnutls_pk_algorithm_t algorithm, unsigned bits, gnutls_x509_privkey_t *key);

#endif
