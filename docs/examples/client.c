/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A SCEP client but for HTTP: writes a PKCSReq to standard output, reads the CertRep from standard input, and
 * keeps the certificate. SELF is a certificate the client made itself for KEY, which also signed CSR.
 *
 *	client RA.pem SELF.pem KEY.pem CSR.der CERTIFICATE.der
 */
#include "files.h"

#include <gnutls/crypto.h>
#include <string.h>

static int same(const gnutls_datum_t *a, const gnutls_datum_t *b)
{
	return a->size == b->size && memcmp(a->data, b->data, a->size) == 0;
}

/* The reply counts only if the RA signed it, for this transaction and this nonce. */
static void check(const struct pkimessage *reply, gnutls_x509_crt_t ra, const gnutls_datum_t *id,
		  const gnutls_datum_t *nonce)
{
	gnutls_datum_t ra_der;

	must(pkimessage_verify(reply, 0), "verify the reply");
	must(gnutls_x509_crt_export2(ra, GNUTLS_X509_FMT_DER, &ra_der), "export the RA's certificate");
	if (!same(pkimessage_signer_certificate(reply), &ra_der) ||
	    !same(pkimessage_transaction_id(reply), id) || !same(pkimessage_recipient_nonce(reply), nonce))
		must(PKIMESSAGE_E_SIGNATURE, "recognise the reply");
	gnutls_free(ra_der.data);
	if (pkimessage_pki_status(reply) == PKIMESSAGE_PENDING)
		give_up("the CA wants time: ask again with a CertPoll");
	if (pkimessage_pki_status(reply) != PKIMESSAGE_SUCCESS)
		give_up("refused, failInfo %d: %.*s", pkimessage_fail_info(reply),
			(int)pkimessage_fail_info_text(reply)->size,
			(const char *)pkimessage_fail_info_text(reply)->data);
}

/* Takes the certificate out of the reply: it is the first one (RFC 8894 section 3.4). */
static void keep(const struct pkimessage *reply, const struct pkimessage_identity *self, const char *path)
{
	struct pkimessage_envelope *envelope;
	struct pkimessage_certs *certs;
	gnutls_datum_t inside;

	must(pkimessage_envelope_parse(pkimessage_content(reply), &envelope), "read the envelope");
	must(pkimessage_envelope_decrypt(envelope, self, 1, 0, &inside), "decrypt");
	must(pkimessage_certs_parse(&inside, &certs), "read the certificates");
	if (pkimessage_certs_count(certs) == 0)
		give_up("the reply holds no certificate");
	save(path, pkimessage_certs_get(certs, 0));
	pkimessage_certs_free(certs);
	gnutls_free(inside.data);
	pkimessage_envelope_free(envelope);
}

int main(int argc, char **argv)
{
	const struct pkimessage_encryption encryption = {.cipher = GNUTLS_CIPHER_AES_128_CBC};
	struct pkimessage_signing signing = {.digest = GNUTLS_DIG_SHA256, .enclosed_count = 1};
	unsigned char nonce_bytes[16];
	char id_text[] = "example-transaction";
	const gnutls_datum_t nonce = {nonce_bytes, sizeof nonce_bytes};
	const gnutls_datum_t id = {(unsigned char *)id_text, sizeof id_text - 1};
	gnutls_datum_t csr, request, answer;
	struct pkimessage *reply;
	gnutls_x509_crt_t ra;

	if (argc != 6)
		give_up("client RA.pem SELF.pem KEY.pem CSR.der CERTIFICATE.der");
	ra = load_certificate(argv[1]);
	signing.signer.certificate = load_certificate(argv[2]);
	signing.signer.key = load_key(argv[3]);
	signing.enclosed = &signing.signer.certificate;
	csr = load(argv[4]);
	must(gnutls_rnd(GNUTLS_RND_NONCE, nonce_bytes, sizeof nonce_bytes), "get random bytes");
	must(pkimessage_build_request(PKIMESSAGE_PKCS_REQ, &csr, &id, &nonce, ra, &encryption, &signing,
				      &request),
	     "build the request");
	save(NULL, &request);

	/* Here HTTP goes: POST ?operation=PKIOperation, and the body of the answer. */

	answer = load(NULL);
	must(pkimessage_parse(&answer, &reply), "read the reply");
	check(reply, ra, &id, &nonce);
	keep(reply, &signing.signer, argv[5]);
	pkimessage_free(reply);
	gnutls_free(answer.data);
	gnutls_free(request.data);
	gnutls_free(csr.data);
	gnutls_privkey_deinit(signing.signer.key);
	gnutls_x509_crt_deinit(signing.signer.certificate);
	gnutls_x509_crt_deinit(ra);
	return 0;
}
