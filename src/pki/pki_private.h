/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this room share. */
#ifndef PKI_PRIVATE_H
#define PKI_PRIVATE_H

#include "base/bytes.h"
#include "base/error.h"
#include "pki/key.h"

/* Writes the reason in words to REASON (PKI_REASON_SIZE bytes) and returns ERROR, so that a refusal is one
 * statement. Bytes from outside go through text_printable or the names gate first. */
enum err pki_refuse(char *reason, enum err error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The reason for memory running out, which is the same everywhere. */
enum err pki_no_memory(char *reason);

/* Bytes pki_display_path needs, final NUL included. */
#define PKI_DISPLAY_SIZE 300

/* Writes PATH for people to TEXT (PKI_DISPLAY_SIZE bytes): a pkcs11: URL without its query, which may hold a
 * PIN. */
const char *pki_display_path(const char *path, char *text);

/* True when PATH is a pkcs11: URL (RFC 7512). */
bool pki_is_token(const char *path);

enum pki_file_kind {
	PKI_FILE_PUBLIC,  /* certificates: any mode will do */
	PKI_FILE_PRIVATE, /* keys: nothing for group or others */
};

/*
 * Reads the regular file PATH whole, up to LIMIT_FILE. Everything that is judged (kind of file, mode, size)
 * is judged on the opened file, so that nobody can change it in between (CWE-367). The caller wipes and frees
 * *CONTENT. ERR_NOT_FOUND, ERR_PERMISSION, ERR_SYNTAX (no regular file, or empty), ERR_LIMIT, ERR_SYSTEM,
 * ERR_MEMORY.
 */
enum err pki_file_read(const char *path, enum pki_file_kind kind, gnutls_datum_t *content, char *reason);

/*
 * Takes the host-wide lock around token access; *LOCK is freed with pki_token_unlock (fit for CLEANUP). The
 * lock file is per user, see token.c. ERR_PERMISSION when the lock file is not ours, ERR_UNAVAILABLE when
 * another process holds it for LIMIT_TOKEN_LOCK_SECONDS, ERR_SYSTEM.
 */
enum err pki_token_lock(int *lock, char *reason);
void pki_token_unlock(int *lock);

/* The same with another DIRECTORY and PATIENCE in milliseconds, for tests. */
enum err pki_token_lock_in(const char *directory, unsigned patience, int *lock, char *reason);

/* Imports a private key, or certificates, by pkcs11: URL under the lock. Errors as in key.h. */
enum err pki_token_key(const char *url, gnutls_privkey_t *key, char *reason);
enum err pki_token_certificates(const char *url, gnutls_x509_crt_t **certificates, unsigned *count,
				char *reason);

/*
 * What an RSA or EC key or Ed25519 key must be to serve as an issuing CA's: RSA of 2048 bits or more, or
 * P-256, P-384 or P-521. *DIGEST is the one its signatures are made with. ERR_UNSUPPORTED.
 */
enum err pki_issuer_digest(gnutls_pubkey_t key, const char *path, gnutls_digest_algorithm_t *digest,
			   char *reason);

/* True when CA confines those below it (nameConstraints, RFC 5280 section 4.2.1.10) to names that GnuTLS does
 * not compare, or in a form that cannot be read. */
bool pki_confines(gnutls_x509_crt_t ca);

/* Whether GnuTLS compares all that the value of a nameConstraints extension (DER) holds; false, too, of what
 * is not in that form. */
bool pki_constraints_are_compared(const gnutls_datum_t *extension);

#endif
