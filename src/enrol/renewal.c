/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/private.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/limits.h"

#define OID_SUBJECT_ALT_NAME "2.5.29.17"

/* Same subject and same set of SANs as the certificate to renew (RFC 8894 section 2.3). */
static enum enrol_reason names_match(struct attempt *attempt, gnutls_x509_crt_t signer)
{
	CLEANUP(bytes_free) gnutls_datum_t subject = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t san = {NULL, 0};
	CLEANUP(pki_names_free) struct pki_names names = {0};
	const struct pki_names *asked = &attempt->csr->names;

	if (gnutls_x509_crt_get_raw_dn(signer, &subject) != GNUTLS_E_SUCCESS)
		return ENROL_INTERNAL;
	(void)gnutls_x509_crt_get_extension_by_oid2(signer, OID_SUBJECT_ALT_NAME, 0, &san, NULL);
	if (pki_names_parse(&subject, &san, &names, attempt->detail) != ERR_OK)
		return ENROL_RENEWAL_NAMES;
	if (!pkimessage_names_equal(&subject, &asked->subject)) {
		(void)snprintf(attempt->detail, sizeof attempt->detail, "the certificate's subject is %.200s",
			       names.subject_text);
		return ENROL_RENEWAL_NAMES;
	}
	if (!pki_sans_equal(&names, asked)) {
		(void)snprintf(attempt->detail, sizeof attempt->detail, "the SANs differ");
		return ENROL_RENEWAL_NAMES;
	}
	return ENROL_SUCCESS;
}

/* What the record says about the signer's certificate: ours, this very one, alive, and of this profile. */
static enum enrol_reason judge(const struct store_certificate *recorded, gnutls_x509_crt_t signer,
			       const char *profile)
{
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	time_t now = clock_now();

	if (gnutls_x509_crt_export2(signer, GNUTLS_X509_FMT_DER, &der) != GNUTLS_E_SUCCESS)
		return ENROL_INTERNAL;
	if (!bytes_equal(&der, &recorded->der))
		return ENROL_RENEWAL_UNKNOWN;
	if (recorded->revoked)
		return ENROL_RENEWAL_REVOKED;
	if (strcmp(recorded->profile, profile) != 0)
		return ENROL_RENEWAL_PROFILE;
	if (now < recorded->not_before || now > recorded->not_after)
		return ENROL_RENEWAL_EXPIRED;
	return ENROL_SUCCESS;
}

enum enrol_reason renewal_check(struct attempt *attempt)
{
	const struct enrol_profile *profile = attempt->enrolment->profile;
	gnutls_x509_crt_t signer = attempt->enrolment->signer;
	CLEANUP(store_certificate_free) struct store_certificate recorded = {0};
	unsigned char serial[LIMIT_SERIAL + 1];
	size_t serial_size = sizeof serial;
	gnutls_datum_t serial_bytes;
	enum enrol_reason reason;
	enum err error;

	if (pki_issued_by(profile->issuer, signer) != ERR_OK ||
	    gnutls_x509_crt_get_serial(signer, serial, &serial_size) != GNUTLS_E_SUCCESS)
		return ENROL_RENEWAL_UNKNOWN;
	serial_bytes = bytes_view(serial, serial_size);
	error = store_certificate_find(attempt->store, profile->issuer->id, &serial_bytes, &recorded);
	if (error != ERR_OK)
		return error == ERR_NOT_FOUND ? ENROL_RENEWAL_UNKNOWN : ENROL_UNAVAILABLE;
	reason = judge(&recorded, signer, profile->key);
	return reason == ENROL_SUCCESS ? names_match(attempt, signer) : reason;
}
