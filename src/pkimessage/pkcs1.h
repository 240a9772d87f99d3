/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * RSAES-PKCS1-v1_5 (RFC 8017 section 7.2) for content keys whose length is known, which the content cipher
 * tells: nothing has to be searched for (RFC 3218 section 2.3.2).
 */
#ifndef PKIMESSAGE_PKCS1_H
#define PKIMESSAGE_PKCS1_H

#include "pkimessage/rsa.h"

/* Writes the SIZE bytes of the content key in ENCRYPTED to KEY, or, whatever is wrong with it (padding,
 * length), leaves KEY as it is, without a branch on which. */
void msg_pkcs1_decrypt(struct msg_rsa *rsa, const gnutls_datum_t *encrypted, unsigned char *key, size_t size);

#endif
