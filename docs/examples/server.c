/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A SCEP server but for HTTP, a database and a policy: reads a PKCSReq from standard input, issues a
 * certificate to whoever knows CHALLENGE, and writes the CertRep to standard output.
 *
 *	server RA.pem RA.key CA.pem CA.key CHALLENGE
 */
#include "files.h"

#include <string.h>
#include <time.h>

/* Decrypts the request. Whatever is wrong inside is one error: whoever could tell them apart could decrypt
 * (CWE-203). */
static int open_request(const struct pkimessage *request, const struct pkimessage_identity *ra,
			struct pkimessage_encryption *encryption, struct pkimessage_csr **csr)
{
	struct pkimessage_envelope *envelope;
	gnutls_datum_t plaintext = {NULL, 0};
	int error = pkimessage_envelope_parse(pkimessage_content(request), &envelope);

	if (error != PKIMESSAGE_OK)
		return error;
	encryption->cipher = pkimessage_envelope_cipher(envelope);
	error = pkimessage_envelope_decrypt(envelope, ra, 1, 0, &plaintext);
	if (error == PKIMESSAGE_OK)
		error = pkimessage_csr_parse(&plaintext, csr);
	if (error == PKIMESSAGE_OK)
		error = pkimessage_csr_verify(*csr, 0);
	if (plaintext.data != NULL)
		gnutls_memset(plaintext.data, 0, plaintext.size);
	gnutls_free(plaintext.data);
	pkimessage_envelope_free(envelope);
	return error;
}

/* True when the request knows CHALLENGE, and whoever signed it holds the key that is to be certified. */
static int authentic(const struct pkimessage *request, const struct pkimessage_csr *csr,
		     const char *challenge)
{
	const gnutls_datum_t *given = pkimessage_csr_challenge(csr);
	const gnutls_datum_t *wanted = pkimessage_csr_public_key(csr);
	gnutls_datum_t key;
	gnutls_x509_crt_t signer;
	gnutls_pubkey_t public_key;
	int same_key;

	must(gnutls_x509_crt_init(&signer), "make a certificate");
	must(gnutls_x509_crt_import(signer, pkimessage_signer_certificate(request), GNUTLS_X509_FMT_DER),
	     "read the signer's certificate");
	must(gnutls_pubkey_init(&public_key), "make a key");
	must(gnutls_pubkey_import_x509(public_key, signer, 0), "read the signer's key");
	must(gnutls_pubkey_export2(public_key, GNUTLS_X509_FMT_DER, &key), "write the signer's key");
	same_key = key.size == wanted->size && memcmp(key.data, wanted->data, key.size) == 0;
	gnutls_free(key.data);
	gnutls_pubkey_deinit(public_key);
	gnutls_x509_crt_deinit(signer);
	return same_key && given->size == strlen(challenge) &&
	       gnutls_memcmp(given->data, challenge, given->size) == 0;
}

/* A certificate of a day for the subject and key of CSR; a real CA has rules for both, and a log. */
static gnutls_datum_t issue(const struct pkimessage_csr *csr, gnutls_x509_crt_t ca, gnutls_privkey_t ca_key)
{
	const unsigned char serial[] = {1};
	gnutls_x509_crq_t request;
	gnutls_x509_crt_t certificate;
	gnutls_datum_t der;

	must(gnutls_x509_crq_init(&request), "make a request");
	must(gnutls_x509_crq_import(request, pkimessage_csr_der(csr), GNUTLS_X509_FMT_DER), "read it");
	must(gnutls_x509_crt_init(&certificate), "make a certificate");
	must(gnutls_x509_crt_set_crq(certificate, request), "take over subject and key");
	must(gnutls_x509_crt_set_version(certificate, 3), "set the version");
	must(gnutls_x509_crt_set_serial(certificate, serial, sizeof serial), "set the serial number");
	must(gnutls_x509_crt_set_activation_time(certificate, time(NULL)), "set the time");
	must(gnutls_x509_crt_set_expiration_time(certificate, time(NULL) + 86400), "set the time");
	must(gnutls_x509_crt_privkey_sign(certificate, ca, ca_key, GNUTLS_DIG_SHA256, 0), "sign");
	must(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, &der), "export the certificate");
	gnutls_x509_crt_deinit(certificate);
	gnutls_x509_crq_deinit(request);
	return der;
}

/* The reply to REQUEST, a failure or a certificate. */
static gnutls_datum_t answer(const struct pkimessage *request, const struct pkimessage_signing *ra,
			     gnutls_x509_crt_t ca, gnutls_privkey_t ca_key, const char *challenge)
{
	struct pkimessage_encryption encryption = {.cipher = GNUTLS_CIPHER_UNKNOWN};
	gnutls_datum_t reply = {NULL, 0}, certificate = {NULL, 0};
	struct pkimessage_csr *csr = NULL;

	if (pkimessage_message_type(request) != PKIMESSAGE_PKCS_REQ) /* refuse what is not known */
		must(pkimessage_build_failure(request, PKIMESSAGE_BAD_REQUEST, "not served", ra, &reply),
		     "refuse");
	else if (pkimessage_verify(request, 0) != PKIMESSAGE_OK ||
		 open_request(request, &ra->signer, &encryption, &csr) != PKIMESSAGE_OK ||
		 !authentic(request, csr, challenge))
		must(pkimessage_build_failure(request, PKIMESSAGE_BAD_MESSAGE_CHECK, "no", ra, &reply),
		     "refuse");
	else {
		certificate = issue(csr, ca, ca_key);
		must(pkimessage_build_success(request, &certificate, 1, &encryption, ra, &reply),
		     "build the reply");
	}
	gnutls_free(certificate.data);
	pkimessage_csr_free(csr);
	return reply;
}

int main(int argc, char **argv)
{
	struct pkimessage_signing ra = {.enclosed_count = 1};
	gnutls_datum_t body = load(NULL), reply;
	struct pkimessage *request;
	gnutls_x509_crt_t ca;
	gnutls_privkey_t ca_key;

	if (argc != 6)
		give_up("server RA.pem RA.key CA.pem CA.key CHALLENGE");
	ra.signer.certificate = load_certificate(argv[1]);
	ra.signer.key = load_key(argv[2]);
	ra.enclosed = &ra.signer.certificate;
	ca = load_certificate(argv[3]);
	ca_key = load_key(argv[4]);
	/* Nothing to tie a reply to: HTTP 400. */
	must(pkimessage_parse(&body, &request), "read the request");
	reply = answer(request, &ra, ca, ca_key, argv[5]);
	save(NULL, &reply);
	gnutls_free(reply.data);
	pkimessage_free(request);
	gnutls_free(body.data);
	gnutls_privkey_deinit(ca_key);
	gnutls_x509_crt_deinit(ca);
	gnutls_privkey_deinit(ra.signer.key);
	gnutls_x509_crt_deinit(ra.signer.certificate);
	return 0;
}
