/* SPDX-License-Identifier: BSD-2-Clause */
/* Writing the extensions of a certificate. */
#include <string.h>

#include "pki/certificate_private.h"

void pki_put_extension(struct buffer *out, const char *oid, bool critical, const gnutls_datum_t *value)
{
	static const uint8_t yes = 0xff;
	struct buffer inner = {0};

	der_put_oid(&inner, oid);
	if (critical)
		der_put(&inner, DER_BOOLEAN, &yes, 1);
	der_put_bytes(&inner, DER_OCTET_STRING, value);
	der_put_buffer(out, DER_SEQUENCE, &inner);
}

/* The same around what VALUE holds, and frees VALUE. */
static void put_extension_buffer(struct buffer *out, const char *oid, bool critical, struct buffer *value)
{
	gnutls_datum_t bytes = bytes_view(value->data, value->size);

	if (value->failed)
		out->failed = true;
	else
		pki_put_extension(out, oid, critical, &bytes);
	buffer_free(value);
}

void pki_put_key_ids(struct buffer *out, const gnutls_datum_t *subject_key_id,
		     const gnutls_datum_t *issuer_key_id)
{
	struct buffer subject = {0};
	struct buffer issuer = {0};
	struct buffer issuer_fields = {0};

	der_put_bytes(&issuer_fields, DER_CONTEXT(0), issuer_key_id);
	der_put_buffer(&issuer, DER_SEQUENCE, &issuer_fields);
	put_extension_buffer(out, "2.5.29.35", false, &issuer);
	der_put_bytes(&subject, DER_OCTET_STRING, subject_key_id);
	put_extension_buffer(out, "2.5.29.14", false, &subject);
}

void pki_put_key_usage(struct buffer *out, unsigned usage)
{
	uint8_t bits[2] = {0, (uint8_t)usage};
	struct buffer value = {0};

	/* A named bit list has no zero bits at its end (X.690 section 11.2.2). */
	while (bits[0] < 7 && (usage >> bits[0] & 1) == 0)
		bits[0]++;
	der_put(&value, DER_BIT_STRING, bits, sizeof bits);
	put_extension_buffer(out, "2.5.29.15", true, &value);
}

void pki_put_ekus(struct buffer *out, const char *const *oids, size_t count)
{
	struct buffer value = {0};
	struct buffer list = {0};

	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++)
		der_put_oid(&list, oids[i]);
	der_put_buffer(&value, DER_SEQUENCE, &list);
	put_extension_buffer(out, "2.5.29.37", false, &value);
}

void pki_put_ca(struct buffer *out, int path_length)
{
	static const uint8_t yes = 0xff;
	struct buffer value = {0};
	struct buffer fields = {0};

	der_put(&fields, DER_BOOLEAN, &yes, 1);
	if (path_length >= 0)
		der_put_integer(&fields, (unsigned)path_length);
	der_put_buffer(&value, DER_SEQUENCE, &fields);
	put_extension_buffer(out, "2.5.29.19", true, &value);
}

static void put_uri(struct buffer *out, const char *uri)
{
	der_put(out, DER_CONTEXT(6), uri, strlen(uri));
}

/* One DistributionPoint: the URLs are places of the same CRL. */
void pki_put_crl_urls(struct buffer *out, const char *const *urls, size_t count)
{
	struct buffer names = {0};
	struct buffer full_name = {0};
	struct buffer name = {0};
	struct buffer point = {0};
	struct buffer value = {0};

	if (count == 0)
		return;
	for (size_t i = 0; i < count; i++)
		put_uri(&names, urls[i]);
	der_put_buffer(&full_name, DER_CONTEXT_CONSTRUCTED(0), &names);
	der_put_buffer(&name, DER_CONTEXT_CONSTRUCTED(0), &full_name);
	der_put_buffer(&point, DER_SEQUENCE, &name);
	der_put_buffer(&value, DER_SEQUENCE, &point);
	put_extension_buffer(out, "2.5.29.31", false, &value);
}

static void put_access(struct buffer *out, const char *method, const char *url)
{
	struct buffer fields = {0};

	if (url == NULL)
		return;
	der_put_oid(&fields, method);
	put_uri(&fields, url);
	der_put_buffer(out, DER_SEQUENCE, &fields);
}

void pki_put_authority_access(struct buffer *out, const char *ocsp_url, const char *ca_issuers_url)
{
	struct buffer list = {0};
	struct buffer value = {0};

	if (ocsp_url == NULL && ca_issuers_url == NULL)
		return;
	put_access(&list, "1.3.6.1.5.5.7.48.1", ocsp_url);
	put_access(&list, "1.3.6.1.5.5.7.48.2", ca_issuers_url);
	der_put_buffer(&value, DER_SEQUENCE, &list);
	put_extension_buffer(out, "1.3.6.1.5.5.7.1.1", false, &value);
}

/* RFC 7633: TLS feature 5 is status_request. */
void pki_put_must_staple(struct buffer *out)
{
	struct buffer value = {0};
	struct buffer features = {0};

	der_put_integer(&features, 5);
	der_put_buffer(&value, DER_SEQUENCE, &features);
	put_extension_buffer(out, "1.3.6.1.5.5.7.1.24", false, &value);
}
