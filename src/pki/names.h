/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names in requests and certificates: subjects and subjectAltNames, taken apart for people, for comparison
 * and for policy, and never changed in kind (a URI stays a URI, a UPN a UPN).
 */
#ifndef PKI_NAMES_H
#define PKI_NAMES_H

#include "base/bytes.h"
#include "base/error.h"

/* GeneralName choices, RFC 5280 section 4.2.1.6; the value is the context tag. */
enum pki_san_type {
	PKI_SAN_OTHER_NAME = 0,
	PKI_SAN_EMAIL = 1,
	PKI_SAN_DNS = 2,
	PKI_SAN_X400 = 3,
	PKI_SAN_DIRECTORY = 4,
	PKI_SAN_EDI = 5,
	PKI_SAN_URI = 6,
	PKI_SAN_IP = 7,
	PKI_SAN_REGISTERED_ID = 8,
};

struct pki_san {
	enum pki_san_type type;
	gnutls_datum_t raw; /* the complete GeneralName in DER, inside the object it came from */
	/* "DNS:host", "IP:192.0.2.1", "URI:...", "email:...", "UPN:user@realm", "dirName:CN=...",
	   "RID:1.2.3", "otherName:OID": free of NUL and control characters
	 */
	char *text;
};

struct pki_names {
	gnutls_datum_t subject; /* Name in DER, inside the object it came from */
	char *subject_text;     /* RFC 4514; "" when empty */
	char *common_name;      /* the first CN that is not empty, or NULL */
	struct pki_san *sans;
	size_t san_count;
};

/*
 * Takes SUBJECT (Name in DER) and SAN (contents of the subjectAltName extension, size 0 when there is none)
 * apart, and applies the gate for names to every subject attribute and every SAN that is text: no NUL, no
 * control characters, well-formed strings, nothing over LIMIT_NAME, LIMIT_SUBJECT or LIMIT_SANS, no
 * bidirectional controls, invisible or zero-width characters (U+200B-200F, 202A-202E, 2060-206F, FEFF and the
 * like; names_gate.c has the list), and no dot-separated label that mixes ASCII letters with letters of other
 * scripts (CWE-1007). Beyond that a DNS name is letters, digits, '-' and '_' in labels, with an optional
 * leading "*.", an e-mail address has an '@', a URI a scheme, and an address 4 or 16 bytes; X.400 and EDI
 * party names are ERR_UNSUPPORTED, as are names that GnuTLS cannot read back. Both inputs must outlive
 * *NAMES, which pki_names_free frees. ERR_SYNTAX, ERR_LIMIT, ERR_PERMISSION (the gate), and REASON
 * (PKI_REASON_SIZE bytes) in words.
 */
enum err pki_names_parse(const gnutls_datum_t *subject, const gnutls_datum_t *san, struct pki_names *names,
			 char *reason);
void pki_names_free(struct pki_names *names);

/* True when both hold the same set of SANs, order and duplicates aside: DNS names in any case, others to the
 * letter. */
bool pki_sans_equal(const struct pki_names *a, const struct pki_names *b);

/* The SAN texts as a JSON array of strings; NULL when memory is out. The caller frees it with free(). */
char *pki_sans_json(const struct pki_names *names);

#endif
