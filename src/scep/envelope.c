/* SPDX-License-Identifier: BSD-2-Clause */
/* What is enclosed: opened with the RA's key, and sealed for the one who asks (RFC 8894 section 3.1). */
#include "scep/operation_private.h"

enum enrol_reason scep_open(struct operation *operation, gnutls_datum_t *plaintext)
{
	const struct scep_profile *profile = operation->exchange->profile;
	struct pkimessage_identity ras[LIMIT_RA_PAIRS];
	size_t count = scep_ra_identities(profile, ras);
	int error = pkimessage_envelope_decrypt(operation->envelope, ras, count, profile->config->legacy,
						plaintext);

	if (error == PKIMESSAGE_OK || error == PKIMESSAGE_E_DECRYPT)
		return scep_reason_of(error);
	return scep_fault(operation, error, "content cipher",
			  gnutls_cipher_get_name(pkimessage_envelope_cipher(operation->envelope)));
}

enum enrol_reason scep_seal(const struct operation *operation, const gnutls_datum_t *certificates,
			    size_t count, gnutls_datum_t *reply)
{
	const struct pkimessage_encryption encryption = {
		.cipher = pkimessage_envelope_cipher(operation->envelope),
		.transport = pkimessage_envelope_transport(operation->envelope),
	};
	struct pkimessage_signing signing = scep_signing(operation->exchange->profile, operation->message);

	return scep_reason_of(pkimessage_build_success(operation->message, certificates, count, &encryption,
						       &signing, reply));
}
