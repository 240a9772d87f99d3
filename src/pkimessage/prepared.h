/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A private key that decrypts and signs, and the certificate by which messages name it.
 */
#ifndef PKIMESSAGE_PREPARED_H
#define PKIMESSAGE_PREPARED_H

#include "pkimessage/certificate.h"
#include "pkimessage/rsa.h"

/* An RSA key. */
struct msg_private_key {
	gnutls_privkey_t handle; /* the caller's */
	struct msg_rsa *rsa;     /* NULL: GnuTLS alone can use it */
};

/* Makes HANDLE ready. PKIMESSAGE_E_KEY: NULL or not RSA; _E_MEMORY. Freed with msg_private_key_free. */
int msg_private_key_open(gnutls_privkey_t handle, struct msg_private_key *key);
void msg_private_key_free(struct msg_private_key *key);

struct pkimessage_prepared {
	gnutls_datum_t der;
	struct msg_certificate certificate; /* views into DER */
	struct msg_private_key key;
};

/* Reads CERTIFICATE into DER, which the caller frees in any case, and PARTS, views into it. PKIMESSAGE_E_KEY,
 * _E_MEMORY, and what msg_certificate_read returns. */
int msg_certificate_of(gnutls_x509_crt_t certificate, gnutls_datum_t *der, struct msg_certificate *parts);

#endif
