/* SPDX-License-Identifier: BSD-2-Clause */
/* Who signed: whether the certificate is ours, and what the record says of it. */
#include "enrol/private.h"

#include <string.h>

#include "base/cleanup.h"

bool signer_serial(gnutls_x509_crt_t certificate, uint8_t *serial, size_t *size)
{
	return gnutls_x509_crt_get_serial(certificate, serial, size) == GNUTLS_E_SUCCESS;
}

const char *signer_serial_text(gnutls_x509_crt_t certificate, char *text)
{
	uint8_t serial[LIMIT_SERIAL + 1];
	size_t size = sizeof serial;
	gnutls_datum_t view;

	text[0] = '\0';
	if (!signer_serial(certificate, serial, &size))
		return text;
	view = bytes_view(serial, size);
	text_hex(&view, text);
	return text;
}

/* What the record says: this very certificate, alive, and of this profile. */
static enum enrol_reason judge(const struct store_certificate *recorded, gnutls_x509_crt_t signer,
			       const char *profile)
{
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};

	if (gnutls_x509_crt_export2(signer, GNUTLS_X509_FMT_DER, &der) != GNUTLS_E_SUCCESS)
		return ENROL_INTERNAL;
	if (!bytes_equal(&der, &recorded->der))
		return ENROL_RENEWAL_UNKNOWN;
	if (recorded->revoked)
		return ENROL_RENEWAL_REVOKED;
	return strcmp(recorded->profile, profile) == 0 ? ENROL_SUCCESS : ENROL_RENEWAL_PROFILE;
}

static enum enrol_reason standing(struct attempt *attempt)
{
	const struct enrol_profile *profile = attempt->enrolment->profile;
	gnutls_x509_crt_t certificate = attempt->enrolment->signer;
	struct signer *signer = &attempt->signer;
	gnutls_datum_t serial;
	enum err error;

	signer->serial_size = sizeof signer->serial;
	if (!signer->issued || !signer_serial(certificate, signer->serial, &signer->serial_size))
		return ENROL_RENEWAL_UNKNOWN;
	serial = bytes_view(signer->serial, signer->serial_size);
	error = store_certificate_find(attempt->store, profile->issuer->id, &serial, &signer->recorded);
	if (error != ERR_OK)
		return error == ERR_NOT_FOUND ? ENROL_RENEWAL_UNKNOWN : ENROL_UNAVAILABLE;
	return judge(&signer->recorded, certificate, profile->key);
}

void signer_look(struct attempt *attempt)
{
	const struct enrolment *enrolment = attempt->enrolment;

	attempt->signer.issued = enrolment->signer != NULL &&
				 pki_issued_by(enrolment->profile->issuer, enrolment->signer) == ERR_OK;
	attempt->signer.standing = standing(attempt);
}
