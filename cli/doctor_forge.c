/* SPDX-License-Identifier: BSD-2-Clause */
/* A certificate that is as good as real but for its signature, and how each proxy would spell it. */
#include "cli/doctor.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "base/text.h"
#include "cli/transient.h"

static bool make(gnutls_datum_t *der)
{
	const struct cli_key_type type = {GNUTLS_PK_ECDSA, 256};
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t key = NULL;
	CLEANUP(privkey_free) gnutls_privkey_t handle = NULL;
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;

	return cli_key_generate(&type, &key, &handle) &&
	       cli_transient_certificate(handle, "CN=certctl-fcgi doctor", &certificate) &&
	       gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, der) >= 0;
}

static char *take_text(struct buffer *out)
{
	CLEANUP(bytes_free) gnutls_datum_t bytes = {NULL, 0};

	return buffer_take(out, &bytes) ? text_from_bytes(&bytes) : NULL;
}

static char *around(const char *before, const char *text, const char *behind)
{
	struct buffer out = {0};

	buffer_append_text(&out, before);
	buffer_append_text(&out, text != NULL ? text : "");
	buffer_append_text(&out, behind);
	return take_text(&out);
}

/* As nginx's $ssl_client_escaped_cert and encodeURIComponent write it. */
static char *escape(const char *text)
{
	struct buffer out = {0};
	char hex[4];

	for (; *text != '\0'; text++) {
		if ((*text >= '0' && *text <= '9') || (*text >= 'A' && *text <= 'Z') ||
		    (*text >= 'a' && *text <= 'z') || *text == '-' || *text == '.' || *text == '_') {
			buffer_append_byte(&out, (uint8_t)*text);
			continue;
		}
		(void)snprintf(hex, sizeof(hex), "%%%02X", (unsigned char)*text);
		buffer_append_text(&out, hex);
	}
	return take_text(&out);
}

static char *escaped_pem(const gnutls_datum_t *der)
{
	CLEANUP(bytes_free) gnutls_datum_t pem = {NULL, 0};
	CLEANUP(text_free) char *text = NULL;

	if (!cli_pem_certificates(der, 1, &pem))
		return NULL;
	text = text_from_bytes(&pem);
	return text != NULL ? escape(text) : NULL;
}

bool doctor_forge(struct doctor_forged *forged)
{
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	CLEANUP(text_free) char *element = NULL;
	uint8_t value[32];
	gnutls_datum_t digest = {value, sizeof(value)};

	*forged = (struct doctor_forged){.sha256 = ""};
	if (!make(&der) || gnutls_hash_fast(GNUTLS_DIG_SHA256, der.data, der.size, value) < 0)
		return false;
	text_hex(&digest, forged->sha256);
	forged->spelled[DOCTOR_LITERAL] = strdup("");
	forged->spelled[DOCTOR_ESCAPED_PEM] = escaped_pem(&der);
	forged->spelled[DOCTOR_BASE64] = text_base64_encode(&der);
	forged->spelled[DOCTOR_BARE_PEM] =
		escape(forged->spelled[DOCTOR_BASE64] != NULL ? forged->spelled[DOCTOR_BASE64] : "");
	forged->spelled[DOCTOR_COLONS] = around(":", forged->spelled[DOCTOR_BASE64], ":");
	element = around("Hash=", forged->sha256, ";Cert=\"");
	forged->spelled[DOCTOR_ELEMENT] =
		around(element != NULL ? element : "", forged->spelled[DOCTOR_ESCAPED_PEM], "\"");
	for (size_t i = 0; i < DOCTOR_SPELLINGS; i++) {
		if (forged->spelled[i] == NULL) {
			cli_error("out of memory");
			return false;
		}
	}
	return true;
}

void doctor_forged_free(struct doctor_forged *forged)
{
	for (size_t i = 0; i < DOCTOR_SPELLINGS; i++)
		text_free(&forged->spelled[i]);
}
