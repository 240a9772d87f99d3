/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/reason.h"

#include <stddef.h>

#include "pkimessage/pkimessage.h"

/* One text for all that can be wrong with a request before its own signature holds (CWE-203). */
#define UNREADABLE_TEXT "the enclosed request cannot be read or its own signature does not verify"

/* What is wrong with a client certificate. Only HTTP tells it, before there is a message to answer. */
#define CLIENT_FAULT(label, text)                                                                            \
	{                                                                                                    \
		label, PKIMESSAGE_BAD_REQUEST, "/scep-mtls: " text, 401                                      \
	}

static const struct enrol_meaning meanings[ENROL_REASON_COUNT] = {
	[ENROL_SUCCESS] = {"success", PKIMESSAGE_FAIL_ABSENT, "granted", 200},
	[ENROL_PENDING] = {"pending", PKIMESSAGE_FAIL_ABSENT, "waiting for approval", 202},
	[ENROL_NO_PROFILE] = {"no_profile", PKIMESSAGE_BAD_REQUEST, "no profile has this path", 404},
	[ENROL_NOT_HTTPS] = {"not_https", PKIMESSAGE_BAD_REQUEST, "this profile is served over HTTPS only",
			     403},
	[ENROL_OPERATION] = {"operation", PKIMESSAGE_BAD_REQUEST, "there is no such operation", 400},
	[ENROL_METHOD] = {"method", PKIMESSAGE_BAD_REQUEST, "method not allowed for this operation", 405},
	[ENROL_MALFORMED] = {"malformed", PKIMESSAGE_BAD_REQUEST, "not a pkiMessage", 400},
	[ENROL_TOO_LARGE] = {"too_large", PKIMESSAGE_BAD_REQUEST, "message exceeds a limit", 413},
	[ENROL_SIGNER_UNKNOWN] = {"signer_unknown", PKIMESSAGE_BAD_MESSAGE_CHECK,
				  "the signer's certificate is not enclosed", 400},
	[ENROL_SIGNATURE_INVALID] = {"signature_invalid", PKIMESSAGE_BAD_MESSAGE_CHECK,
				     "the message's signature does not verify", 400},
	[ENROL_ALGORITHM_REFUSED] = {"algorithm_refused", PKIMESSAGE_BAD_ALG,
				     "an algorithm of the message is not allowed here", 400},
	[ENROL_MESSAGE_TYPE] = {"message_type", PKIMESSAGE_BAD_REQUEST, "this messageType is not served",
				400},
	[ENROL_NOT_PENDING] = {"not_pending", PKIMESSAGE_BAD_CERT_ID,
			       "no request of this transaction is pending", 404},
	[ENROL_TRANSACTION_CONFLICT] = {"transaction_conflict", PKIMESSAGE_BAD_REQUEST,
					"another request of this transactionID is pending", 409},
	[ENROL_DENIED] = {"denied", PKIMESSAGE_BAD_REQUEST, "the request was denied", 403},
	[ENROL_CERTIFICATE_UNKNOWN] = {"certificate_unknown", PKIMESSAGE_BAD_CERT_ID, "no such certificate",
				       404},
	[ENROL_NO_CRL] = {"no_crl", PKIMESSAGE_BAD_CERT_ID, "this issuer has no CRL", 404},
	[ENROL_NO_NEXT_CA] = {"no_next_ca", PKIMESSAGE_BAD_REQUEST, "there is no next CA", 404},
	[ENROL_NONCE] = {"nonce", PKIMESSAGE_BAD_REQUEST, "senderNonce is not 16 bytes long", 400},
	[ENROL_SIGNING_TIME] = {"signing_time", PKIMESSAGE_BAD_TIME,
				"signingTime is more than a day off; check the device's clock", 400},
	[ENROL_CONTENT_TYPE] = {"content_type", PKIMESSAGE_BAD_REQUEST,
				"the media type is not application/x-pki-message", 415},
	[ENROL_NOT_RECIPIENT] = {"not_recipient", PKIMESSAGE_BAD_MESSAGE_CHECK,
				 "not encrypted to the RA certificate of GetCACert", 400},
	[ENROL_UNREADABLE] = {"unreadable", PKIMESSAGE_BAD_MESSAGE_CHECK, UNREADABLE_TEXT, 400},
	[ENROL_CSR_SIGNATURE] = {"csr_signature", PKIMESSAGE_BAD_MESSAGE_CHECK, UNREADABLE_TEXT, 400},
	[ENROL_CSR_KEY] = {"csr_key", PKIMESSAGE_BAD_ALG, "the requested key's type or size is not allowed",
			   400},
	[ENROL_CSR_NAMES] = {"csr_names", PKIMESSAGE_BAD_REQUEST,
			     "a requested name is missing, malformed or not allowed", 400},
	[ENROL_SIGNER_KEY_MISMATCH] = {"signer_key_mismatch", PKIMESSAGE_BAD_MESSAGE_CHECK,
				       "the message is signed with another key than the requested one", 403},
	[ENROL_UNDELIVERABLE] = {"undeliverable", PKIMESSAGE_BAD_ALG,
				 "the signer's key cannot receive an encrypted reply; use RSA", 400},
	[ENROL_CHALLENGE_MISSING] = {"challenge_missing", PKIMESSAGE_BAD_REQUEST,
				     "challengePassword is missing", 403},
	[ENROL_CHALLENGE_INVALID] = {"challenge_invalid", PKIMESSAGE_BAD_REQUEST,
				     "challengePassword is wrong", 403},
	[ENROL_RENEWAL_UNKNOWN] = {"renewal_unknown", PKIMESSAGE_BAD_MESSAGE_CHECK,
				   "not signed by a certificate of this issuer", 403},
	[ENROL_RENEWAL_EARLY] = {"renewal_early", PKIMESSAGE_BAD_TIME, "too early to renew this certificate",
				 403},
	[ENROL_RENEWAL_EXPIRED] = {"renewal_expired", PKIMESSAGE_BAD_TIME,
				   "the certificate to renew is not in its validity period", 403},
	[ENROL_RENEWAL_REVOKED] = {"renewal_revoked", PKIMESSAGE_BAD_CERT_ID,
				   "the certificate to renew is revoked", 403},
	[ENROL_RENEWAL_PROFILE] = {"renewal_profile", PKIMESSAGE_BAD_CERT_ID,
				   "the certificate to renew belongs to another profile", 403},
	[ENROL_RENEWAL_NAMES] = {"renewal_names", PKIMESSAGE_BAD_REQUEST,
				 "subject or SANs differ from the certificate to renew", 403},
	[ENROL_CLIENT_ABSENT] = CLIENT_FAULT("client_absent", "a client certificate is required"),
	[ENROL_CLIENT_TRUST_OFF] = CLIENT_FAULT(
		"client_trust_off", "client certificates are not believed here; ask the operator"),
	[ENROL_CLIENT_SENDER] =
		CLIENT_FAULT("client_sender", "the client certificate came from a proxy that is not trusted"),
	[ENROL_CLIENT_OTHER_SOURCE] = CLIENT_FAULT(
		"client_other_source", "the client certificate came in another way than the configured one"),
	[ENROL_CLIENT_FIELD_TWICE] = {"client_field_twice", PKIMESSAGE_BAD_REQUEST,
				      "a field of the client certificate came twice", 400},
	[ENROL_CLIENT_VERDICT_MISSING] =
		CLIENT_FAULT("client_verdict_missing",
			     "the web server does not say whether the client certificate is good"),
	[ENROL_CLIENT_VERDICT_FAILED] =
		CLIENT_FAULT("client_verdict_failed", "the web server refused the client certificate"),
	[ENROL_CLIENT_EMPTY] = CLIENT_FAULT(
		"client_empty", "the web server passed on no client certificate, only that it is good"),
	[ENROL_CLIENT_SEVERAL] =
		CLIENT_FAULT("client_several", "more than one client certificate was passed on"),
	[ENROL_CLIENT_SYNTAX] = CLIENT_FAULT("client_syntax", "the client certificate cannot be read"),
	[ENROL_CLIENT_LIMIT] = CLIENT_FAULT("client_limit", "the client certificate exceeds a limit"),
	[ENROL_CLIENT_UNTRUSTED] = CLIENT_FAULT(
		"client_untrusted", "the client certificate is not of a CA that this profile trusts"),
	[ENROL_CLIENT_EXPIRED] = CLIENT_FAULT("client_expired", "the client certificate has expired"),
	[ENROL_CLIENT_NOT_YET] = CLIENT_FAULT("client_not_yet", "the client certificate is not valid yet"),
	[ENROL_CLIENT_PURPOSE] =
		CLIENT_FAULT("client_purpose", "the client certificate is not for TLS clients"),
	[ENROL_CLIENT_REVOKED] = CLIENT_FAULT("client_revoked", "the client certificate is revoked"),
	[ENROL_CLIENT_UNKNOWN] =
		CLIENT_FAULT("client_unknown", "the client certificate is not one that its issuer recorded"),
	[ENROL_CLIENT_SUBJECT] = {"client_subject", PKIMESSAGE_BAD_REQUEST,
				  "the subject is not that of the client certificate", 403},
	[ENROL_MTLS_ONLY] = {"mtls_only", PKIMESSAGE_BAD_REQUEST,
			     "this profile is served at /scep-mtls only, with a client certificate", 403},
	[ENROL_POLICY_UNREADABLE] = {"policy_unreadable", PKIMESSAGE_BAD_REQUEST,
				     "the certificate profile cannot be applied; ask the operator", 500},
	[ENROL_ISSUER_FAILED] = {"issuer_failed", PKIMESSAGE_BAD_REQUEST,
				 "the CA could not issue; ask the operator", 500},
	[ENROL_UNAVAILABLE] = {"unavailable", PKIMESSAGE_BAD_REQUEST,
			       "temporarily unavailable, try again later", 503},
	[ENROL_INTERNAL] = {"internal", PKIMESSAGE_BAD_REQUEST, "internal error; ask the operator", 500},
};

const struct enrol_meaning *enrol_meaning(enum enrol_reason reason)
{
	size_t i = (size_t)reason;

	return &meanings[i < ENROL_REASON_COUNT ? i : ENROL_INTERNAL];
}
