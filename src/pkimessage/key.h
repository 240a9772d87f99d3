/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Public keys out of SubjectPublicKeyInfo, and the one signature check of SignedData and PKCS#10.
 */
#ifndef PKIMESSAGE_KEY_H
#define PKIMESSAGE_KEY_H

#include "pkimessage/algorithm.h"

/*
 * Imports PUBLIC_KEY, a SubjectPublicKeyInfo in DER. PKIMESSAGE_E_KEY when GnuTLS cannot use it,
 * PKIMESSAGE_E_LIMIT for RSA keys whose modulus or exponent would make a signature check expensive. Freed
 * with gnutls_pubkey_deinit.
 */
int msg_key_import(const gnutls_datum_t *public_key, gnutls_pubkey_t *key);

/*
 * Verifies SIGNATURE over DATA. ALGORITHM is the signature algorithm; DIGEST is the digest algorithm named
 * beside it, or GNUTLS_DIG_UNKNOWN when only the signature algorithm tells (PKCS#10). PKIMESSAGE_E_ALGORITHM:
 * unknown, or a digest LEGACY does not allow. PKIMESSAGE_E_ALGORITHM_MISMATCH: digest, signature algorithm
 * and key disagree. PKIMESSAGE_E_SIGNATURE, _E_KEY, _E_LIMIT, _E_MEMORY.
 */
int msg_key_verify(const gnutls_datum_t *public_key, const struct msg_algorithm *algorithm,
		   gnutls_digest_algorithm_t digest, unsigned legacy, const gnutls_datum_t *data,
		   const gnutls_datum_t *signature);

#endif
