/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/client.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/der.h"
#include "base/text.h"
#include "pki/names.h"

#define OID_SAN "2.5.29.17"

static bool subject_from_text(const char *text, gnutls_datum_t *subject)
{
	CLEANUP(x509_dn_free) gnutls_x509_dn_t dn = NULL;
	const char *where = NULL;
	int result = gnutls_x509_dn_init(&dn);

	if (result >= 0)
		result = gnutls_x509_dn_set_str(dn, text, &where);
	if (result >= 0)
		result = gnutls_x509_dn_export2(dn, GNUTLS_X509_FMT_DER, subject);
	if (result < 0)
		cli_error("--subject: %s%s%s", gnutls_strerror(result), where != NULL ? " near " : "",
			  where != NULL ? where : "");
	return result >= 0;
}

/* IA5String is ASCII; a name in other letters must be given in its ASCII form (RFC 5280 section 7). */
static bool put_texts(struct buffer *out, enum pki_san_type type, const struct cli_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		gnutls_datum_t text = bytes_view_text(list->items[i]);

		for (size_t k = 0; k < text.size; k++) {
			if (text.data[k] < 0x20 || text.data[k] > 0x7e) {
				cli_error("'%s': only ASCII goes into this kind of name", list->items[i]);
				return false;
			}
		}
		der_put_bytes(out, DER_CONTEXT(type), &text);
	}
	return true;
}

static bool put_addresses(struct buffer *out, const struct cli_list *list)
{
	unsigned char address[16];

	for (size_t i = 0; i < list->count; i++) {
		if (inet_pton(AF_INET, list->items[i], address) == 1) {
			der_put(out, DER_CONTEXT(PKI_SAN_IP), address, 4);
		} else if (inet_pton(AF_INET6, list->items[i], address) == 1) {
			der_put(out, DER_CONTEXT(PKI_SAN_IP), address, 16);
		} else {
			cli_error("--ip: '%s' is no IPv4 or IPv6 address", list->items[i]);
			return false;
		}
	}
	return true;
}

bool client_names_from_options(const struct client_enroll_options *options, struct client_names *names)
{
	CLEANUP(buffer_free) struct buffer inner = {0}, outer = {0};

	*names = (struct client_names){{NULL, 0}, {NULL, 0}};
	if (!subject_from_text(options->subject != NULL ? options->subject : "", &names->subject) ||
	    !put_texts(&inner, PKI_SAN_DNS, &options->dns) || !put_addresses(&inner, &options->ip) ||
	    !put_texts(&inner, PKI_SAN_EMAIL, &options->email) ||
	    !put_texts(&inner, PKI_SAN_URI, &options->uri))
		return false;
	if (inner.size == 0)
		return true;
	der_put_buffer(&outer, DER_SEQUENCE, &inner);
	return buffer_take(&outer, &names->san);
}

bool client_names_from_certificate(gnutls_x509_crt_t certificate, struct client_names *names)
{
	char oid[128];
	size_t size = sizeof(oid);

	*names = (struct client_names){{NULL, 0}, {NULL, 0}};
	if (gnutls_x509_crt_get_raw_dn(certificate, &names->subject) < 0)
		return false;
	for (unsigned i = 0; gnutls_x509_crt_get_extension_info(certificate, i, oid, &size, NULL) >= 0; i++) {
		if (strcmp(oid, OID_SAN) == 0)
			return gnutls_x509_crt_get_extension_data2(certificate, i, &names->san) >= 0;
		size = sizeof(oid);
	}
	return true;
}

void client_names_free(struct client_names *names)
{
	bytes_free(&names->subject);
	bytes_free(&names->san);
}
