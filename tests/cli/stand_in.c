/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/stand_in.h"

#include <criterion/criterion.h>
#include <string.h>

#include "base/text.h"
#include "pki/csr.h"

const struct cli_program cli_program = {"test_client", NULL};

struct stand_in stand_in;

#define LEGACY                                                                                               \
	(PKIMESSAGE_LEGACY_MD5 | PKIMESSAGE_LEGACY_SHA1 | PKIMESSAGE_LEGACY_DES | PKIMESSAGE_LEGACY_3DES)

void client_pause(unsigned seconds)
{
	(void)seconds;
	stand_in.pauses++;
}

static void look_at_request(const struct pkimessage *request)
{
	struct pkimessage_identity ra = {fixture_ra()->certificate, fixture_ra()->key};
	struct pkimessage_envelope *envelope = NULL;
	CLEANUP(bytes_wipe) gnutls_datum_t content = {NULL, 0};
	CLEANUP(pki_csr_free) struct pki_csr *csr = NULL;
	char reason[PKI_REASON_SIZE] = "";

	cr_assert_eq(pkimessage_verify(request, LEGACY), PKIMESSAGE_OK);
	stand_in.type = pkimessage_message_type(request);
	cr_assert_eq(pkimessage_envelope_parse(pkimessage_content(request), &envelope), PKIMESSAGE_OK);
	stand_in.cipher = pkimessage_envelope_cipher(envelope);
	cr_assert_eq(pkimessage_envelope_decrypt(envelope, &ra, 1, LEGACY, &content), PKIMESSAGE_OK);
	pkimessage_envelope_free(envelope);
	if (stand_in.type == PKIMESSAGE_CERT_POLL) {
		stand_in.polls++;
		return;
	}
	cr_assert_eq(pki_csr_parse(&content, LEGACY, &csr, reason), ERR_OK, "%s", reason);
	(void)snprintf(stand_in.csr_subject, sizeof(stand_in.csr_subject), "%s", csr->names.subject_text);
	stand_in.has_challenge = pkimessage_csr_challenge(csr->message)->size > 0;
}

/* The content of a success: an envelope for the request's signer with a certificate for its key, or not. */
static void make_content(const struct pkimessage *request, gnutls_datum_t *envelope)
{
	struct fixture_options options = {.key = stand_in.wrong_key ? FIXTURE_RSA_OTHER : FIXTURE_RSA_CLIENT,
					  .subject = "CN=device",
					  .issuer = fixture_ca()};
	struct fixture issued = fixture_make(&options);
	gnutls_datum_t certificates[2] = {fixture_ca()->der, issued.der};
	CLEANUP(bytes_free) gnutls_datum_t certs = {NULL, 0};
	CLEANUP(x509_crt_free) gnutls_x509_crt_t recipient = NULL;

	cr_assert_eq(pkimessage_build_certs_only(certificates, stand_in.no_certificate ? 1 : 2, &certs),
		     PKIMESSAGE_OK);
	cr_assert_geq(gnutls_x509_crt_init(&recipient), 0);
	cr_assert_geq(gnutls_x509_crt_import(recipient, pkimessage_signer_certificate(request),
					     GNUTLS_X509_FMT_DER),
		      0);
	cr_assert_eq(pkimessage_build_envelope(
			     &certs, &recipient, 1,
			     &(struct pkimessage_encryption){.cipher = GNUTLS_CIPHER_AES_128_CBC}, envelope),
		     PKIMESSAGE_OK);
	fixture_free(&issued);
}

static void make_answer(const struct pkimessage *request, gnutls_datum_t *answer)
{
	struct pkimessage_attributes attributes = PKIMESSAGE_ATTRIBUTES_INIT;
	const struct fixture *signer = stand_in.other_signer ? fixture_client() : fixture_ra();
	struct pkimessage_signing signing = {
		.signer = {signer->certificate, signer->key},
		.digest = stand_in.digest != 0 ? stand_in.digest : pkimessage_digest(request),
		.enclosed = &signer->certificate,
		.enclosed_count = 1,
	};
	CLEANUP(bytes_free) gnutls_datum_t content = {NULL, 0};

	attributes.message_type = stand_in.wrong_type ? PKIMESSAGE_PKCS_REQ : PKIMESSAGE_CERT_REP;
	attributes.transaction_id = *pkimessage_transaction_id(request);
	if (stand_in.wrong_transaction)
		attributes.transaction_id = (gnutls_datum_t)BYTES_LITERAL("another");
	attributes.recipient_nonce = *pkimessage_sender_nonce(request);
	if (stand_in.wrong_nonce)
		attributes.recipient_nonce = (gnutls_datum_t)BYTES_LITERAL("0123456789abcdef");
	attributes.pki_status = PKIMESSAGE_SUCCESS;
	if (stand_in.fail) {
		attributes.pki_status = PKIMESSAGE_FAILURE;
		attributes.fail_info = stand_in.fail_info;
		attributes.fail_info_text = stand_in.fail_text;
	} else if (stand_in.pending > 0) {
		attributes.pki_status = PKIMESSAGE_PENDING;
		stand_in.pending--;
	} else {
		make_content(request, &content);
	}
	cr_assert_eq(pkimessage_build(&attributes, &content, &signing, answer), PKIMESSAGE_OK);
}

static void serve(const gnutls_datum_t *message, struct http_answer *answer)
{
	struct pkimessage *request = NULL;

	cr_assert_eq(pkimessage_parse(message, &request), PKIMESSAGE_OK);
	look_at_request(request);
	if (stand_in.garbage)
		cr_assert(bytes_copy(&BYTES_LITERAL("<html>"), &answer->body));
	else
		make_answer(request, &answer->body);
	if (stand_in.flip)
		answer->body.data[answer->body.size - 1] ^= 1;
	pkimessage_free(request);
}

/* The base64 in URL's message, percent-escapes undone. */
static void serve_get(const char *text, struct http_answer *answer)
{
	CLEANUP(buffer_free) struct buffer plain = {0};
	CLEANUP(bytes_free) gnutls_datum_t message = {NULL, 0};
	unsigned code;

	for (; *text != '\0'; text++) {
		if (*text == '%') {
			cr_assert_eq(sscanf(text, "%%%2x", &code), 1);
			buffer_append_byte(&plain, (uint8_t)code);
			text += 2;
		} else {
			cr_assert_null(strchr("+/=", *text), "unescaped: %c", *text);
			buffer_append_byte(&plain, (uint8_t)*text);
		}
	}
	cr_assert_eq(text_base64_decode(&(gnutls_datum_t){plain.data, (unsigned)plain.size}, &message),
		     ERR_OK);
	serve(&message, answer);
}

static void serve_ca(struct http_answer *answer)
{
	gnutls_datum_t both[2] = {fixture_ca()->der, fixture_ra()->der};

	if (stand_in.ca_alone)
		cr_assert(bytes_copy(&both[0], &answer->body));
	else
		cr_assert_eq(pkimessage_build_certs_only(both, 2, &answer->body), PKIMESSAGE_OK);
}

bool http_get(const struct http_options *options, const char *url, struct http_answer *answer)
{
	const char *message = strstr(url, "&message=");

	(void)options;
	*answer = (struct http_answer){.status = stand_in.get_status != 0 ? stand_in.get_status : 200};
	stand_in.gets++;
	if (message != NULL)
		serve_get(message + strlen("&message="), answer);
	else if (strstr(url, "?operation=GetCACert") != NULL)
		serve_ca(answer);
	else
		cr_assert(bytes_copy(&(gnutls_datum_t){(unsigned char *)(uintptr_t)stand_in.capabilities,
						       (unsigned)strlen(stand_in.capabilities)},
				     &answer->body));
	return true;
}

bool http_post(const struct http_options *options, const char *url, const char *content_type,
	       const gnutls_datum_t *body, struct http_answer *answer)
{
	(void)options;
	*answer = (struct http_answer){.status = stand_in.post_status != 0 ? stand_in.post_status : 200};
	cr_expect_str_eq(content_type, "application/x-pki-message");
	cr_expect_str_eq(url, "http://ca/scep?operation=PKIOperation");
	stand_in.posts++;
	serve(body, answer);
	return true;
}
