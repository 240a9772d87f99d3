/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages with a purpose: CertRep and requests (RFC 8894 section 3.3). */
#include "pkimessage/build.h"

#include "base/cleanup.h"

/* What every reply to REQUEST has (RFC 8894 section 3.3.2): its transactionID in its own string type, and its
 * nonce. */
static struct pkimessage_attributes reply_to(const struct pkimessage *request, int status)
{
	struct pkimessage_attributes attributes = PKIMESSAGE_ATTRIBUTES_INIT;

	attributes.message_type = PKIMESSAGE_CERT_REP;
	attributes.pki_status = status;
	attributes.transaction_id = *pkimessage_transaction_id(request);
	attributes.transaction_id_tag = pkimessage_transaction_id_tag(request);
	attributes.recipient_nonce = *pkimessage_sender_nonce(request);
	return attributes;
}

/* Signs as SIGNING says, with the digest of REQUEST unless it names one; SHA-256 answers a digest we do not
 * know. */
static int build_reply(const struct pkimessage *request, const struct pkimessage_attributes *attributes,
		       const gnutls_datum_t *content, const struct pkimessage_signing *signing,
		       gnutls_datum_t *out)
{
	struct pkimessage_signing mirrored = *signing;

	if (mirrored.digest == GNUTLS_DIG_UNKNOWN)
		mirrored.digest = pkimessage_digest(request);
	if (mirrored.digest == GNUTLS_DIG_UNKNOWN)
		mirrored.digest = GNUTLS_DIG_SHA256;
	return pkimessage_build(attributes, content, &mirrored, out);
}

static int import_signer(const struct pkimessage *request, gnutls_x509_crt_t *certificate)
{
	int code = gnutls_x509_crt_init(certificate);

	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
	code = gnutls_x509_crt_import(*certificate, pkimessage_signer_certificate(request),
				      GNUTLS_X509_FMT_DER);
	return msg_gnutls_error(code, PKIMESSAGE_E_KEY);
}

int pkimessage_build_success(const struct pkimessage *request, const gnutls_datum_t *certificates,
			     size_t count, const struct pkimessage_encryption *encryption,
			     const struct pkimessage_signing *signing, gnutls_datum_t *out)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t recipient = NULL;
	CLEANUP(bytes_free) gnutls_datum_t certs = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t envelope = {NULL, 0};
	struct pkimessage_attributes attributes;
	bool to_key;
	int error;

	*out = MSG_EMPTY;
	if (request == NULL || encryption == NULL || signing == NULL)
		return PKIMESSAGE_E_ARGUMENT;
	to_key = encryption->transport != PKIMESSAGE_PASSWORD;
	attributes = reply_to(request, PKIMESSAGE_SUCCESS);
	error = pkimessage_build_certs_only(certificates, count, &certs);
	if (error == PKIMESSAGE_OK && to_key)
		error = import_signer(request, &recipient);
	if (error == PKIMESSAGE_OK)
		error = pkimessage_build_envelope(&certs, &recipient, to_key ? 1 : 0, encryption, &envelope);
	return error == PKIMESSAGE_OK ? build_reply(request, &attributes, &envelope, signing, out) : error;
}

int pkimessage_build_failure(const struct pkimessage *request, int fail_info, const char *fail_info_text,
			     const struct pkimessage_signing *signing, gnutls_datum_t *out)
{
	struct pkimessage_attributes attributes;

	*out = MSG_EMPTY;
	if (request == NULL || signing == NULL || fail_info == PKIMESSAGE_FAIL_ABSENT)
		return PKIMESSAGE_E_ARGUMENT;
	attributes = reply_to(request, PKIMESSAGE_FAILURE);
	attributes.fail_info = fail_info;
	attributes.fail_info_text = fail_info_text;
	return build_reply(request, &attributes, NULL, signing, out);
}

int pkimessage_build_pending(const struct pkimessage *request, const struct pkimessage_signing *signing,
			     gnutls_datum_t *out)
{
	struct pkimessage_attributes attributes;

	*out = MSG_EMPTY;
	if (request == NULL || signing == NULL)
		return PKIMESSAGE_E_ARGUMENT;
	attributes = reply_to(request, PKIMESSAGE_PENDING);
	return build_reply(request, &attributes, NULL, signing, out);
}

int pkimessage_build_request(int type, const gnutls_datum_t *content, const gnutls_datum_t *transaction_id,
			     const gnutls_datum_t *sender_nonce, gnutls_x509_crt_t recipient,
			     const struct pkimessage_encryption *encryption,
			     const struct pkimessage_signing *signing, gnutls_datum_t *out)
{
	CLEANUP(bytes_free) gnutls_datum_t envelope = {NULL, 0};
	struct pkimessage_attributes attributes = PKIMESSAGE_ATTRIBUTES_INIT;
	int error;

	*out = MSG_EMPTY;
	if (content == NULL || transaction_id == NULL || recipient == NULL || type == PKIMESSAGE_CERT_REP)
		return PKIMESSAGE_E_ARGUMENT;
	attributes.message_type = type;
	attributes.transaction_id = *transaction_id;
	attributes.sender_nonce = sender_nonce == NULL ? MSG_EMPTY : *sender_nonce;
	error = pkimessage_build_envelope(content, &recipient, 1, encryption, &envelope);
	return error == PKIMESSAGE_OK ? pkimessage_build(&attributes, &envelope, signing, out) : error;
}
