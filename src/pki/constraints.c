/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a CA confines those below it to (nameConstraints, RFC 5280 section 4.2.1.10). GnuTLS compares the
 * names, but is not asked what there is to compare: its reader stops at a directory name that is empty, and
 * forgets all behind it (seen in 3.7.9).
 */
#include "base/cleanup.h"
#include "base/der.h"
#include "pki/pki_private.h"

#define OID_NAME_CONSTRAINTS "2.5.29.30"

/* Whether GnuTLS compares names of this tag of GeneralName: rfc822Name, dNSName and iPAddress. It passes over
 * directory names that are permitted (seen in 3.7.9), as if they were no constraint. */
static bool is_compared(unsigned tag)
{
	return tag == DER_CONTEXT(1) || tag == DER_CONTEXT(2) || tag == DER_CONTEXT(7);
}

/* One list, permitted or excluded, if it is next: false when one of it is not compared. None has a minimum or
 * maximum, which RFC 5280 does not use and nobody compares. */
static bool compares_list(struct der *constraints, unsigned tag)
{
	struct der list;

	if (!der_next_is(constraints, tag))
		return true;
	list = der_enter(constraints, tag);
	do {
		struct der subtree = der_enter(&list, DER_SEQUENCE);

		if (!is_compared(der_next_tag(&subtree)))
			return false;
		(void)der_any(&subtree);
		if (!der_done(&subtree))
			return false;
	} while (der_more(&list));
	return der_done(&list);
}

bool pki_constraints_are_compared(const gnutls_datum_t *extension)
{
	struct der outer = der_open(extension);
	struct der constraints = der_enter(&outer, DER_SEQUENCE);

	/* There is at least one list (RFC 5280 section 4.2.1.10). */
	return der_more(&constraints) && compares_list(&constraints, DER_CONTEXT_CONSTRUCTED(0)) &&
	       compares_list(&constraints, DER_CONTEXT_CONSTRUCTED(1)) && der_done(&constraints) &&
	       der_done(&outer);
}

bool pki_confines(gnutls_x509_crt_t ca)
{
	CLEANUP(bytes_free) gnutls_datum_t value = {NULL, 0};
	int code = gnutls_x509_crt_get_extension_by_oid2(ca, OID_NAME_CONSTRAINTS, 0, &value, NULL);

	if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return false;
	return code < 0 || !pki_constraints_are_compared(&value);
}
