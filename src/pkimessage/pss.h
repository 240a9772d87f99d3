/* SPDX-License-Identifier: BSD-2-Clause */
/* The parameters of RSASSA-PSS (RFC 4055 section 3.1, RFC 4056), for verification. */
#ifndef PKIMESSAGE_PSS_H
#define PKIMESSAGE_PSS_H

#include "pkimessage/algorithm.h"

struct msg_pss {
	gnutls_digest_algorithm_t digest; /* of the message and of MGF1 */
	unsigned salt;                    /* bytes */
};

/* Reads RSASSA-PSS-params, a complete encoding. False when they are malformed, name two digests, or a salt
 * longer than any key has room for. */
bool msg_pss_read(const gnutls_datum_t *parameters, struct msg_pss *pss);

/*
 * Tells KEY to verify by PSS. PKIMESSAGE_E_ALGORITHM_MISMATCH: it is not an RSA key, or an RSASSA-PSS key
 * that wants another digest or a longer salt; _E_MEMORY, _E_KEY.
 */
int msg_pss_set(const struct msg_pss *pss, gnutls_pubkey_t key);

#endif
