/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/make_csr.h"

#include <criterion/criterion.h>
#include <gnutls/abstract.h>

#include "base/cleanup.h"
#include "base/der.h"
#include "base/text.h"

static void put_hex(struct buffer *out, const char *hex)
{
	CLEANUP(bytes_free) gnutls_datum_t bytes = {NULL, 0};

	cr_assert_eq(text_unhex(hex == NULL ? "" : hex, &bytes), ERR_OK);
	buffer_append(out, bytes.data, bytes.size);
}

static void put_public_key(struct buffer *out, enum fixture_key key)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = NULL;
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};

	cr_assert_geq(gnutls_pubkey_init(&public_key), 0);
	cr_assert_geq(gnutls_pubkey_import_privkey(public_key, fixture_key(key), 0, 0), 0);
	cr_assert_geq(gnutls_pubkey_export2(public_key, GNUTLS_X509_FMT_DER, &der), 0);
	der_put_raw(out, &der);
}

static gnutls_datum_t make_info(const struct csr_parts *parts)
{
	/* CN=a */
	gnutls_datum_t subject = BYTES_LITERAL("\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01\x61");
	struct buffer info = {0}, attributes = {0}, all = {0};
	gnutls_datum_t out;

	put_hex(&info, parts->version == NULL ? "020100" : parts->version);
	der_put_raw(&info, &subject);
	put_public_key(&info, parts->key);
	for (size_t i = 0; i < parts->attribute_count; i++)
		der_put_raw(&attributes, &parts->attributes[i]);
	if (!parts->no_attributes)
		der_put_buffer(&info, DER_CONTEXT_CONSTRUCTED(0), &attributes);
	put_hex(&info, parts->after);
	der_put_buffer(&all, DER_SEQUENCE, &info);
	cr_assert(buffer_take(&all, &out));
	return out;
}

static void put_signature(struct buffer *out, const struct csr_parts *parts, const gnutls_datum_t *info)
{
	CLEANUP(bytes_free) gnutls_datum_t signature = {NULL, 0};
	bool rsa = gnutls_privkey_get_pk_algorithm(fixture_key(parts->key), NULL) == GNUTLS_PK_RSA;
	const char *oid = rsa ? "1.2.840.113549.1.1.11" : "1.2.840.10045.4.3.2";
	struct buffer bits = {0};

	cr_assert_geq(
		gnutls_privkey_sign_data(fixture_key(parts->key), GNUTLS_DIG_SHA256, 0, info, &signature), 0);
	der_put_algorithm(out, parts->oid == NULL ? oid : parts->oid, rsa);
	buffer_append_byte(&bits, parts->unused_bits ? 1 : 0);
	buffer_append(&bits, signature.data, signature.size);
	der_put_buffer(out, DER_BIT_STRING, &bits);
}

gnutls_datum_t make_csr(const struct csr_parts *parts)
{
	CLEANUP(bytes_free) gnutls_datum_t info = make_info(parts);
	struct buffer request = {0}, all = {0};
	gnutls_datum_t out;

	der_put_raw(&request, &info);
	put_signature(&request, parts, &info);
	put_hex(&request, parts->trailing);
	der_put_buffer(&all, DER_SEQUENCE, &request);
	cr_assert(buffer_take(&all, &out));
	return out;
}

gnutls_datum_t make_attribute(const char *oid, const void *values, size_t size)
{
	struct buffer attribute = {0}, all = {0};
	gnutls_datum_t out;

	der_put_oid(&attribute, oid);
	der_put(&attribute, DER_SET, values, size);
	der_put_buffer(&all, DER_SEQUENCE, &attribute);
	cr_assert(buffer_take(&all, &out));
	return out;
}

gnutls_datum_t make_challenge(unsigned tag, const void *contents, size_t size)
{
	struct buffer value = {0};
	gnutls_datum_t encoded, out;

	der_put(&value, tag, contents, size);
	cr_assert(buffer_take(&value, &encoded));
	out = make_attribute("1.2.840.113549.1.9.7", encoded.data, encoded.size);
	bytes_free(&encoded);
	return out;
}
