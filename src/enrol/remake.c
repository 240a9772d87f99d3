/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What makes two messages the same request, made anew: a client that lost our answer asks again with a new
 * nonce, a new encryption and a new self-signed certificate around its key, and means the same (DESIGN 4.8).
 *
 * The digest is over these fields, each with its length before it:
 *
 *	transactionID
 *	"certificate" and the signer's certificate, of a renewal: renewing what a renewal gave is new
 *	"key" and the SHA-256 of the signer's public key, of any other request; its own key if nobody signed
 *	the request's subject and subjectPublicKeyInfo, in DER
 *	of each extension it asks for, in the order sent: OID, "critical" or "", value
 *
 * Not the challenge: it says who may ask, not what is asked, and one-time challenges differ.
 */
#include "enrol/private.h"

#include "base/cleanup.h"

static void put_text(struct digest *digest, const char *text)
{
	const gnutls_datum_t view = bytes_view_text(text);

	digest_field(digest, &view);
}

static void put_certificate(struct digest *digest, gnutls_x509_crt_t certificate)
{
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};

	if (gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, &der) != GNUTLS_E_SUCCESS)
		digest->failed = true;
	put_text(digest, "certificate");
	digest_field(digest, &der);
}

static void put_key(struct digest *digest, const uint8_t *key_sha256)
{
	const gnutls_datum_t view = bytes_view(key_sha256, DIGEST_SIZE);

	put_text(digest, "key");
	digest_field(digest, &view);
}

static void put_who(struct digest *digest, const struct attempt *attempt)
{
	const struct enrolment *enrolment = attempt->enrolment;

	if (attempt->renewal)
		put_certificate(digest, enrolment->signer);
	else
		put_key(digest, enrolment->signer == NULL ? attempt->csr->key_sha256
							  : enrolment->key.signer_key_sha256);
}

static void put_extension(struct digest *digest, const struct pkimessage_extension *extension)
{
	put_text(digest, extension->oid);
	put_text(digest, extension->critical ? "critical" : "");
	digest_field(digest, &extension->value);
}

static void put_request(struct digest *digest, const struct pkimessage_csr *request)
{
	size_t count = pkimessage_csr_extension_count(request);

	digest_field(digest, pkimessage_csr_subject(request));
	digest_field(digest, pkimessage_csr_public_key(request));
	for (size_t i = 0; i < count; i++)
		put_extension(digest, pkimessage_csr_extension(request, i));
}

bool remake_digest(struct attempt *attempt)
{
	struct digest digest = digest_begin();

	digest_field(&digest, &attempt->enrolment->key.transaction_id);
	put_who(&digest, attempt);
	put_request(&digest, attempt->csr->message);
	return digest_end(&digest, attempt->remake);
}
