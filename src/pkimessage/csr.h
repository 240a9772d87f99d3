/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A parsed certification request (RFC 2986), shared by the files that read it, its attributes and its
 * signature.
 */
#ifndef PKIMESSAGE_CSR_H
#define PKIMESSAGE_CSR_H

#include "pkimessage/algorithm.h"

/* Byte strings are views into DER, except the challenge. */
struct pkimessage_csr {
	gnutls_datum_t der;
	gnutls_datum_t info;       /* CertificationRequestInfo as it is signed, complete encoding */
	gnutls_datum_t subject;    /* Name, complete encoding */
	gnutls_datum_t public_key; /* SubjectPublicKeyInfo, complete encoding */
	struct msg_algorithm signature_algorithm;
	gnutls_datum_t signature;
	gnutls_datum_t challenge; /* UTF-8, secret */
	struct pkimessage_extension *extensions;
	size_t extension_count;
	bool challenge_seen;
	bool extensions_seen;
};

/*
 * Reads the attributes, ATTRIBUTES being a cursor over the contents of their [0], into CSR.
 * PKIMESSAGE_E_SYNTAX, _E_LIMIT, _E_MEMORY, _E_ATTRIBUTE_DUPLICATE, _E_ATTRIBUTE_VALUE.
 */
int msg_csr_read_attributes(struct der *attributes, struct pkimessage_csr *csr);

#endif
