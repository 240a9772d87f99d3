/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/make_envelope.h"

#include <criterion/criterion.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>

#include "base/cleanup.h"
#include "base/der.h"
#include "base/text.h"
#include "pkimessage/certificate.h"
#include "pkimessage/envelope.h"

#define AES_128 "2.16.840.1.101.3.4.1.2"

static void put_hex(struct buffer *out, const char *hex, const char *otherwise)
{
	CLEANUP(bytes_free) gnutls_datum_t bytes = {NULL, 0};

	cr_assert_eq(text_unhex(hex == NULL ? otherwise : hex, &bytes), ERR_OK);
	buffer_append(out, bytes.data, bytes.size);
}

static const char *or_else(const char *given, const char *otherwise)
{
	return given == NULL ? otherwise : given;
}

static void put_algorithm(struct buffer *out, const char *oid, const char *parameters, const char *otherwise)
{
	struct buffer algorithm = {0};

	der_put_oid(&algorithm, oid);
	put_hex(&algorithm, parameters, otherwise);
	der_put_buffer(out, DER_SEQUENCE, &algorithm);
}

static void put_encrypted(struct buffer *out, const struct envelope_parts *parts)
{
	struct buffer info = {0};

	der_put_oid(&info, or_else(parts->inner_type, MSG_OID_DATA));
	put_algorithm(&info, or_else(parts->cipher, AES_128), parts->parameters,
		      "041000000000000000000000000000000000");
	put_hex(&info, parts->content, "801000000000000000000000000000000000");
	der_put_buffer(out, DER_SEQUENCE, &info);
}

gnutls_datum_t make_envelope(const struct envelope_parts *parts)
{
	struct buffer enveloped = {0}, set = {0}, sequence = {0}, info = {0}, all = {0};
	const char *type = or_else(parts->outer_type, MSG_OID_ENVELOPED_DATA);
	gnutls_datum_t out;

	der_put_integer(&enveloped, 0);
	put_hex(&enveloped, parts->before, "");
	for (size_t i = 0; i < parts->recipient_count; i++)
		der_put_raw(&set, &parts->recipients[i]);
	der_put_buffer(&enveloped, DER_SET, &set);
	put_encrypted(&enveloped, parts);
	put_hex(&enveloped, parts->after, "");
	der_put_buffer(&sequence, DER_SEQUENCE, &enveloped);
	put_hex(&sequence, parts->trailing, "");
	if (type[0] == '\0') {
		cr_assert(buffer_take(&sequence, &out));
		return out;
	}
	der_put_oid(&info, type);
	der_put_buffer(&info, DER_CONTEXT_CONSTRUCTED(0), &sequence);
	der_put_buffer(&all, DER_SEQUENCE, &info);
	cr_assert(buffer_take(&all, &out));
	return out;
}

static void put_identifier(struct buffer *out, const struct recipient_parts *parts)
{
	struct msg_certificate certificate = {.serial = BYTES_LITERAL("\x01"),
					      .issuer = BYTES_LITERAL("\x30\x00")};
	CLEANUP(bytes_free) gnutls_datum_t serial = {NULL, 0};

	if (parts->certificate != NULL)
		cr_assert_eq(msg_certificate_read(&parts->certificate->der, &certificate), PKIMESSAGE_OK);
	if (parts->key_id) {
		der_put_bytes(out, DER_CONTEXT(0), &certificate.key_id);
		return;
	}
	if (parts->serial != NULL) {
		cr_assert_eq(text_unhex(parts->serial, &serial), ERR_OK);
		certificate.serial = serial;
	}
	msg_identifier_put(out, &certificate);
}

gnutls_datum_t make_recipient(const struct recipient_parts *parts)
{
	struct buffer info = {0}, all = {0};
	gnutls_datum_t out;

	der_put_integer(&info, parts->key_id ? 2 : 0);
	put_identifier(&info, parts);
	put_algorithm(&info, or_else(parts->transport, MSG_OID_RSA_ENCRYPTION), parts->parameters, "0500");
	der_put_bytes(&info, DER_OCTET_STRING, &parts->encrypted_key);
	der_put_buffer(&all, DER_SEQUENCE, &info);
	cr_assert(buffer_take(&all, &out));
	return out;
}

gnutls_datum_t encrypt_key(const struct fixture *certificate, const void *key, size_t size)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = NULL;
	gnutls_datum_t plain = bytes_view(key, size);
	gnutls_datum_t encrypted = {NULL, 0};

	cr_assert_geq(gnutls_pubkey_init(&public_key), 0);
	cr_assert_geq(gnutls_pubkey_import_x509(public_key, certificate->certificate, 0), 0);
	cr_assert_geq(gnutls_pubkey_encrypt_data(public_key, 0, &plain, &encrypted), 0);
	return encrypted;
}

gnutls_datum_t encrypt_raw(gnutls_cipher_algorithm_t cipher, const void *key, const void *iv,
			   const void *content, size_t size)
{
	CLEANUP(cipher_free) gnutls_cipher_hd_t handle = NULL;
	gnutls_datum_t key_bytes = bytes_view(key, gnutls_cipher_get_key_size(cipher));
	gnutls_datum_t iv_bytes = bytes_view(iv, gnutls_cipher_get_iv_size(cipher));
	gnutls_datum_t input = bytes_view(content, size);
	gnutls_datum_t out;

	cr_assert(bytes_copy(&input, &out));
	cr_assert_geq(gnutls_cipher_init(&handle, cipher, &key_bytes, &iv_bytes), 0);
	cr_assert_geq(gnutls_cipher_encrypt(handle, out.data, out.size), 0);
	return out;
}
