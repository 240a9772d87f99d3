/* SPDX-License-Identifier: BSD-2-Clause */
/* What a message must be before anybody looks inside. */
#include "scep/operation_private.h"

#include <stdio.h>

enum enrol_reason scep_reason_of(int error)
{
	static const struct {
		int error;
		enum enrol_reason reason;
	} map[] = {
		{PKIMESSAGE_OK, ENROL_SUCCESS},
		{PKIMESSAGE_E_MEMORY, ENROL_INTERNAL},
		{PKIMESSAGE_E_ARGUMENT, ENROL_INTERNAL},
		{PKIMESSAGE_E_CRYPTO, ENROL_INTERNAL},
		{PKIMESSAGE_E_LIMIT, ENROL_TOO_LARGE},
		{PKIMESSAGE_E_SIGNER, ENROL_SIGNER_UNKNOWN},
		{PKIMESSAGE_E_CONTENT_TYPE, ENROL_SIGNATURE_INVALID},
		{PKIMESSAGE_E_DIGEST, ENROL_SIGNATURE_INVALID},
		{PKIMESSAGE_E_SIGNATURE, ENROL_SIGNATURE_INVALID},
		{PKIMESSAGE_E_ALGORITHM, ENROL_ALGORITHM_REFUSED},
		{PKIMESSAGE_E_ALGORITHM_MISMATCH, ENROL_ALGORITHM_REFUSED},
		{PKIMESSAGE_E_RECIPIENT, ENROL_NOT_RECIPIENT},
		{PKIMESSAGE_E_DECRYPT, ENROL_UNREADABLE},
		{PKIMESSAGE_E_KEY, ENROL_UNDELIVERABLE},
	};

	for (size_t i = 0; i < sizeof map / sizeof *map; i++)
		if (map[i].error == error)
			return map[i].reason;
	return ENROL_MALFORMED;
}

enum enrol_reason scep_fault(struct operation *operation, int error, const char *what, const char *algorithm)
{
	operation->detail = pkimessage_strerror(error);
	if (error == PKIMESSAGE_E_ALGORITHM) {
		(void)snprintf(operation->algorithm, sizeof operation->algorithm,
			       "%s (%s %s; the profile's _LEGACY_ALGORITHMS says which old ones are)",
			       operation->detail, what, algorithm == NULL ? "unknown" : algorithm);
		operation->detail = operation->algorithm;
	}
	return scep_reason_of(error);
}

static enum enrol_reason check_signer(struct operation *operation)
{
	if (gnutls_x509_crt_init(&operation->signer) != GNUTLS_E_SUCCESS)
		return ENROL_INTERNAL;
	return gnutls_x509_crt_import(operation->signer, pkimessage_signer_certificate(operation->message),
				      GNUTLS_X509_FMT_DER) == GNUTLS_E_SUCCESS
		       ? ENROL_SUCCESS
		       : ENROL_SIGNER_UNKNOWN;
}

/* What is signed is no EnvelopedData; the signature over it was found good, so it is the form that is wrong.
 */
static enum enrol_reason check_envelope(struct operation *operation)
{
	int error = pkimessage_envelope_parse(pkimessage_content(operation->message), &operation->envelope);

	if (error == PKIMESSAGE_OK)
		return ENROL_SUCCESS;
	(void)scep_fault(operation, error, "content cipher", NULL);
	return error == PKIMESSAGE_E_CONTENT_TYPE ? ENROL_MALFORMED : scep_reason_of(error);
}

enum enrol_reason scep_check(struct operation *operation)
{
	const struct pkimessage *message = operation->message;
	int error = pkimessage_verify(message, operation->exchange->profile->config->legacy);
	enum enrol_reason reason;

	if (error != PKIMESSAGE_OK)
		return scep_fault(operation, error, "digest",
				  gnutls_digest_get_name(pkimessage_digest(message)));
	if (operation->type->answer == NULL)
		return ENROL_MESSAGE_TYPE;
	reason = check_signer(operation);
	if (reason == ENROL_SUCCESS)
		reason = check_envelope(operation);
	return reason == ENROL_SUCCESS ? scep_apply_rules(operation) : reason;
}
