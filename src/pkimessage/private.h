/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the files of libpkimessage share. Internal functions begin with msg_ and are not exported; only
 * pkimessage_* is.
 */
#ifndef PKIMESSAGE_PRIVATE_H
#define PKIMESSAGE_PRIVATE_H

#include "base/bytes.h"
#include "base/error.h"
#include "pkimessage/pkimessage.h"

/* The empty byte string, what every output begins as. */
#define MSG_EMPTY ((gnutls_datum_t){NULL, 0})

/* Content types (RFC 5652 sections 3, 4, 5.1 and 6.1). */
#define MSG_OID_DATA           "1.2.840.113549.1.7.1"
#define MSG_OID_SIGNED_DATA    "1.2.840.113549.1.7.2"
#define MSG_OID_ENVELOPED_DATA "1.2.840.113549.1.7.3"

/* rsaEncryption (RFC 8017 appendix C): the key type, and in CMS the signature and key transport algorithm. */
#define MSG_OID_RSA "1.2.840.113549.1.1.1"

/* The enum pkimessage_error for an error of the base room. */
int msg_error(enum err error);

/* The enum pkimessage_error for a return value of GnuTLS: PKIMESSAGE_OK, _E_MEMORY, or else FALLBACK. */
int msg_gnutls_error(int code, int fallback);

/* Hands what BUFFER holds to *OUT: PKIMESSAGE_OK, or PKIMESSAGE_E_MEMORY when an append failed. */
int msg_take(struct buffer *buffer, gnutls_datum_t *out);

#endif
