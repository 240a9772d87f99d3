/* SPDX-License-Identifier: BSD-2-Clause */
/* What a SUCCESS holds: an envelope for us, with our certificate and perhaps its chain (RFC 8894
 * section 3.3.2.1). */
#include "cli/client.h"

void client_issued_free(struct client_issued *issued)
{
	bytes_free(&issued->certificate);
	for (size_t i = 0; i < issued->other_count; i++)
		bytes_free(&issued->others[i]);
	issued->other_count = 0;
}

static bool has_key(const gnutls_datum_t *der, const gnutls_datum_t *public_key)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;
	CLEANUP(pubkey_free) gnutls_pubkey_t key = NULL;
	CLEANUP(bytes_free) gnutls_datum_t spki = {NULL, 0};

	return gnutls_x509_crt_init(&certificate) >= 0 &&
	       gnutls_x509_crt_import(certificate, der, GNUTLS_X509_FMT_DER) >= 0 &&
	       gnutls_pubkey_init(&key) >= 0 && gnutls_pubkey_import_x509(key, certificate, 0) >= 0 &&
	       gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &spki) >= 0 && bytes_equal(&spki, public_key);
}

static void sort_out(const struct pkimessage_certs *certs, const gnutls_datum_t *public_key,
		     struct client_issued *issued)
{
	for (size_t i = 0; i < pkimessage_certs_count(certs); i++) {
		const gnutls_datum_t *der = pkimessage_certs_get(certs, i);

		if (issued->certificate.size == 0 && has_key(der, public_key))
			(void)bytes_copy(der, &issued->certificate);
		else if (issued->other_count < LIMIT_CMS_CERTIFICATES &&
			 bytes_copy(der, &issued->others[issued->other_count]))
			issued->other_count++;
	}
}

/*
 * An RSA key is what the answer is encrypted to; for others it is encrypted under the challenge (RFC 8894
 * section 3.1). The CA may answer with a newer cipher than ours, and an old one in the answer endangers
 * nothing we sent.
 */
static int decrypt(const struct client_transaction *transaction, const struct pkimessage_envelope *envelope,
		   gnutls_datum_t *plaintext)
{
	const unsigned legacy = PKIMESSAGE_LEGACY_3DES | PKIMESSAGE_LEGACY_DES;

	if (gnutls_privkey_get_pk_algorithm(transaction->signer.key, NULL) == GNUTLS_PK_RSA)
		return pkimessage_envelope_decrypt(envelope, &transaction->signer, 1, legacy, plaintext);
	return pkimessage_envelope_decrypt_password(envelope, &transaction->challenge, legacy, plaintext);
}

bool client_open_answer(const struct client_transaction *transaction, const gnutls_datum_t *envelope,
			struct client_issued *issued)
{
	CLEANUP(bytes_wipe) gnutls_datum_t plaintext = {NULL, 0};
	struct pkimessage_envelope *parsed = NULL;
	struct pkimessage_certs *certs = NULL;
	int result = pkimessage_envelope_parse(envelope, &parsed);

	if (result == PKIMESSAGE_OK)
		result = decrypt(transaction, parsed, &plaintext);
	if (result == PKIMESSAGE_OK)
		result = pkimessage_certs_parse(&plaintext, &certs);
	pkimessage_envelope_free(parsed);
	if (result != PKIMESSAGE_OK) {
		cli_error("the answer cannot be opened: %s", pkimessage_strerror(result));
		return false;
	}
	sort_out(certs, transaction->public_key, issued);
	pkimessage_certs_free(certs);
	if (issued->certificate.size == 0)
		cli_error("the CA's answer holds no certificate for our key");
	return issued->certificate.size > 0;
}
