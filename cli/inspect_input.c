/* SPDX-License-Identifier: BSD-2-Clause */
/* From what is in a file to the encoding, and from the encoding to what it is. */
#include "cli/inspect.h"

#include <string.h>

#include "base/ber.h"
#include "base/der.h"
#include "base/text.h"

#define OID_SIGNED_DATA    "1.2.840.113549.1.7.2"
#define OID_ENVELOPED_DATA "1.2.840.113549.1.7.3"

bool inspect_decode(const gnutls_datum_t *content, gnutls_datum_t *der)
{
	*der = (gnutls_datum_t){NULL, 0};
	if (content->size > 0 && content->data[0] == DER_SEQUENCE)
		return bytes_copy(content, der);
	if (content->size > 0 && memmem(content->data, content->size, "-----BEGIN ", 11) != NULL)
		return gnutls_pem_base64_decode2(NULL, content, der) >= 0;
	if (text_base64_decode(content, der) == ERR_OK && der->size > 0 && der->data[0] == DER_SEQUENCE)
		return true;
	bytes_wipe(der);
	return false;
}

/* A SignedData without signers is certs-only; BODY is at its first field. */
static bool has_signer(struct der body)
{
	struct der signers;

	(void)der_contents(&body, DER_INTEGER);
	(void)der_raw(&body, DER_SET);
	(void)der_raw(&body, DER_SEQUENCE);
	(void)der_skip_optional(&body, DER_CONTEXT_CONSTRUCTED(0));
	(void)der_skip_optional(&body, DER_CONTEXT_CONSTRUCTED(1));
	signers = der_enter(&body, DER_SET);
	return body.failed || der_more(&signers);
}

static void inspect_content_info(struct inspect *inspect, struct der info, const gnutls_datum_t *der)
{
	gnutls_datum_t type = der_contents(&info, DER_OID);
	struct der content = der_enter(&info, DER_CONTEXT_CONSTRUCTED(0));
	char text[128];

	der_oid_text(&type, text, sizeof(text));
	if (strcmp(text, OID_SIGNED_DATA) == 0) {
		if (has_signer(der_enter(&content, DER_SEQUENCE)))
			inspect_message(inspect, der);
		else
			inspect_certs(inspect, der);
	} else if (strcmp(text, OID_ENVELOPED_DATA) == 0) {
		CLEANUP(bytes_wipe) gnutls_datum_t plaintext = {NULL, 0};

		inspect_show("what", "EnvelopedData without a signature around it");
		inspect_envelope(inspect, der, &plaintext);
		inspect_refuse(inspect, "RFC 8894 section 3", "a pkiMessage is a SignedData around this");
	} else {
		inspect_refuse(inspect, "RFC 5652 section 3", "content type %s is none that SCEP has", text);
	}
}

void inspect_any(struct inspect *inspect, const gnutls_datum_t *der)
{
	CLEANUP(bytes_wipe) gnutls_datum_t definite = {NULL, 0};
	struct der cursor, outer, first;

	if (ber_to_der(der, &definite) != ERR_OK) {
		inspect_refuse(inspect, "X.690 section 8",
			       "not one complete BER encoding: cut short, too deep, or bytes follow");
		return;
	}
	inspect_show("encoding", "%s, %u bytes", bytes_equal(der, &definite) ? "DER" : "BER", der->size);
	cursor = der_open(&definite);
	outer = der_enter(&cursor, DER_SEQUENCE);
	if (der_next_is(&outer, DER_OID)) {
		inspect_content_info(inspect, outer, der);
		return;
	}
	first = der_enter(&outer, DER_SEQUENCE);
	if (outer.failed)
		inspect_refuse(inspect, "RFC 8894 section 3",
			       "neither a message, nor a request, nor a certificate");
	else if (der_count(&first, 4) > 4) /* a request has four fields, the oldest certificate six */
		inspect_certificate(inspect, der);
	else
		inspect_csr(inspect, der);
}
