/* SPDX-License-Identifier: BSD-2-Clause */
/* GetCert and GetCRL (RFC 8894 section 3.3.4): what was issued before, to whoever asks in good form. */
#include "scep/operation_private.h"

#include <string.h>

#include "base/cleanup.h"

/* The certificate that REFERENCE names, if this profile issued it. */
static enum enrol_reason find(const struct operation *operation, const struct pkimessage_reference *reference,
			      struct store_certificate *certificate)
{
	const struct enrol_profile *profile = &operation->exchange->profile->enrol;
	enum err error;

	if (reference->serial.size == 0 ||
	    !pkimessage_names_equal(&reference->issuer, &profile->issuer->subject))
		return ENROL_CERTIFICATE_UNKNOWN;
	error = store_certificate_find(operation->exchange->store, profile->issuer->id, &reference->serial,
				       certificate);
	if (error != ERR_OK)
		return error == ERR_NOT_FOUND ? ENROL_CERTIFICATE_UNKNOWN : ENROL_UNAVAILABLE;
	return strcmp(certificate->profile, profile->key) == 0 ? ENROL_SUCCESS : ENROL_CERTIFICATE_UNKNOWN;
}

static enum enrol_reason deliver(struct operation *operation, const struct store_certificate *certificate,
				 const gnutls_datum_t *serial)
{
	const struct exchange *exchange = operation->exchange;
	const struct enrol_origin origin = scep_origin(operation);
	CLEANUP(bytes_free) gnutls_datum_t reply = {NULL, 0};
	char text[TEXT_HEX_SIZE(LIMIT_SERIAL + 1)];
	enum enrol_reason reason = scep_seal(operation, &certificate->der, NULL, &reply);

	text_hex(serial, text);
	if (reason == ENROL_SUCCESS)
		reason = enrol_served(exchange->store, &exchange->profile->enrol, &origin, text);
	if (reason == ENROL_SUCCESS)
		scep_reply_message(operation->exchange, &reply);
	return reason;
}

enum enrol_reason scep_answer_get_cert(struct operation *operation)
{
	CLEANUP(pkimessage_reference_free) struct pkimessage_reference reference = {0};
	CLEANUP(store_certificate_free) struct store_certificate certificate = {0};
	enum enrol_reason reason;

	/* There is no challenge here that could encrypt the answer for a key that cannot receive. */
	if (!pkimessage_can_receive(operation->signer))
		return ENROL_UNDELIVERABLE;
	reason = scep_open_reference(operation, ENROL_CERTIFICATE_UNKNOWN, &reference);
	if (reason == ENROL_SUCCESS)
		reason = find(operation, &reference, &certificate);
	return reason == ENROL_SUCCESS ? deliver(operation, &certificate, &reference.serial) : reason;
}

/* No key is used for an answer that is the same whatever is asked. */
enum enrol_reason scep_answer_get_crl(struct operation *operation)
{
	(void)operation;
	return ENROL_NO_CRL;
}
