/* SPDX-License-Identifier: BSD-2-Clause */
/* What is enclosed: opened with the RA's key, and sealed for the one who asks (RFC 8894 section 3.1). */
#include "scep/operation_private.h"

#include "base/cleanup.h"

enum enrol_reason scep_open(struct operation *operation, gnutls_datum_t *plaintext)
{
	const struct scep_profile *profile = operation->exchange->profile;
	struct pkimessage_prepared *ras[LIMIT_RA_PAIRS];
	size_t count = scep_ra_decryptors(profile, ras);
	int error = pkimessage_envelope_decrypt_with(operation->envelope, ras, count, profile->config->legacy,
						     plaintext);

	if (error == PKIMESSAGE_OK || error == PKIMESSAGE_E_DECRYPT)
		return scep_reason_of(error);
	if (error == PKIMESSAGE_E_KEY) {
		operation->detail =
			"our RA key cannot decrypt this: RSAES-OAEP needs a key that can be exported";
		return ENROL_INTERNAL;
	}
	return scep_fault(operation, error, "content cipher",
			  gnutls_cipher_get_name(pkimessage_envelope_cipher(operation->envelope)));
}

enum enrol_reason scep_open_reference(struct operation *operation, enum enrol_reason unfound,
				      struct pkimessage_reference *reference)
{
	CLEANUP(bytes_wipe) gnutls_datum_t plaintext = {NULL, 0};
	enum enrol_reason reason = scep_open(operation, &plaintext);

	if (reason == ENROL_SUCCESS && pkimessage_reference_parse(&plaintext, reference) != PKIMESSAGE_OK)
		reason = ENROL_UNREADABLE;
	if (reason != ENROL_UNREADABLE)
		return reason;
	operation->detail = "what is enclosed cannot be read, or is no reference";
	return unfound;
}

/* The client's own cipher and transport are those that it can read (field.md W45). */
static struct pkimessage_encryption mirror(const struct operation *operation, const gnutls_datum_t *password)
{
	struct pkimessage_encryption encryption = {
		.cipher = pkimessage_envelope_cipher(operation->envelope),
		.transport = pkimessage_envelope_transport(operation->envelope),
	};

	if (password != NULL && password->size > 0) {
		encryption.transport = PKIMESSAGE_PASSWORD;
		encryption.password = *password;
	}
	return encryption;
}

enum enrol_reason scep_seal(const struct operation *operation, const gnutls_datum_t *certificate,
			    const gnutls_datum_t *password, gnutls_datum_t *reply)
{
	const struct scep_profile *profile = operation->exchange->profile;
	const struct pkimessage_encryption encryption = mirror(operation, password);
	const struct pkimessage_signing signing = scep_signing(profile, operation->message);
	const gnutls_datum_t list[] = {*certificate, profile->enrol.issuer->pair.chain.der[0]};

	return scep_reason_of(pkimessage_build_success(
		operation->message, list, profile->config->certrep_ca ? 2 : 1, &encryption, &signing, reply));
}
