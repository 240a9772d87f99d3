/* SPDX-License-Identifier: BSD-2-Clause */
#include "forge.h"

#include "base/cleanup.h"
#include "base/der.h"
#include "base/text.h"

#include <criterion/criterion.h>
#include <gnutls/crypto.h>
#include <string.h>

static gnutls_datum_t taken(struct buffer *buffer)
{
	gnutls_datum_t bytes;

	cr_assert(buffer_take(buffer, &bytes));
	return bytes;
}

void forge_add_values(struct forge *forge, const char *oid, unsigned tag, const void *value, size_t size,
		      size_t count)
{
	struct buffer set = {0};
	struct buffer inside = {0};
	struct buffer attribute = {0};

	for (size_t i = 0; i < count; i++)
		der_put(&set, tag, value, size);
	der_put_oid(&inside, oid);
	der_put_buffer(&inside, DER_SET, &set);
	der_put_buffer(&attribute, DER_SEQUENCE, &inside);
	cr_assert(forge->attribute_count < FORGE_ATTRIBUTES);
	forge->attributes[forge->attribute_count++] = taken(&attribute);
}

void forge_add(struct forge *forge, const char *oid, unsigned tag, const void *value, size_t size)
{
	forge_add_values(forge, oid, tag, value, size, 1);
}

void forge_drop(struct forge *forge, const char *oid)
{
	size_t kept = 0;

	for (size_t i = 0; i < forge->attribute_count; i++) {
		struct der outer = der_open(&forge->attributes[i]);
		struct der attribute = der_enter(&outer, DER_SEQUENCE);
		gnutls_datum_t type = der_contents(&attribute, DER_OID);

		if (der_oid_is(&type, oid))
			bytes_free(&forge->attributes[i]);
		else
			forge->attributes[kept++] = forge->attributes[i];
	}
	forge->attribute_count = kept;
}

void forge_replace(struct forge *forge, const char *oid, unsigned tag, const void *value, size_t size)
{
	forge_drop(forge, oid);
	forge_add(forge, oid, tag, value, size);
}

void forge_digest(struct forge *forge)
{
	unsigned char digest[64];

	cr_assert_eq(gnutls_hash_fast(forge->digest, forge->content.data, forge->content.size, digest), 0);
	forge_replace(forge, OID_MESSAGE_DIGEST, DER_OCTET_STRING, digest,
		      gnutls_hash_get_len(forge->digest));
}

struct forge forge_begin(const struct fixture *signer)
{
	struct forge forge = {
		.signer = signer,
		.digest = GNUTLS_DIG_SHA256,
		.content = BYTES_LITERAL("content"),
		.signers = 1,
	};

	/* In the order that DER sorts them into, which a test may then change. */
	forge_add(&forge, OID_MESSAGE_TYPE, DER_PRINTABLE_STRING, "19", 2);
	forge_add(&forge, OID_TRANSACTION_ID, DER_PRINTABLE_STRING, "t-1", 3);
	forge_add(&forge, OID_CONTENT_TYPE, DER_OID, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01", 9);
	forge_add(&forge, OID_SENDER_NONCE, DER_OCTET_STRING, "0123456789abcdef", 16);
	forge_digest(&forge);
	return forge;
}

static const char *digest_oid(gnutls_digest_algorithm_t digest)
{
	return gnutls_digest_get_oid(digest);
}

static gnutls_sign_algorithm_t sign_algorithm(const struct forge *forge)
{
	unsigned bits;
	int key = gnutls_privkey_get_pk_algorithm(forge->signer->key, &bits);

	return forge->sign != 0 ? forge->sign : gnutls_pk_to_sign((gnutls_pk_algorithm_t)key, forge->digest);
}

static const char *signature_oid(const struct forge *forge)
{
	unsigned bits;

	if (forge->signature_oid != NULL)
		return forge->signature_oid;
	return gnutls_privkey_get_pk_algorithm(forge->signer->key, &bits) == GNUTLS_PK_RSA
		       ? "1.2.840.113549.1.1.1"
		       : "1.2.840.10045.4.3.2";
}

static void put_signature_algorithm(struct buffer *out, const struct forge *forge)
{
	CLEANUP(bytes_free) gnutls_datum_t parameters = {NULL, 0};
	struct buffer algorithm = {0};

	cr_assert_eq(text_unhex(forge->signature_parameters == NULL ? "0500" : forge->signature_parameters,
				&parameters),
		     ERR_OK);
	der_put_oid(&algorithm, signature_oid(forge));
	der_put_raw(&algorithm, &parameters);
	der_put_buffer(out, DER_SEQUENCE, &algorithm);
}

static gnutls_datum_t set_of_attributes(const struct forge *forge, bool sorted)
{
	gnutls_datum_t copy[FORGE_ATTRIBUTES];
	struct buffer set = {0};
	struct buffer inside = {0};

	memcpy(copy, forge->attributes, sizeof copy);
	if (sorted) {
		der_put_set_of(&set, DER_SET, copy, forge->attribute_count);
		return taken(&set);
	}
	for (size_t i = 0; i < forge->attribute_count; i++)
		der_put_raw(&inside, &copy[i]);
	der_put_buffer(&set, DER_SET, &inside);
	return taken(&set);
}

static void put_sid(struct buffer *out, const struct forge *forge)
{
	gnutls_x509_crt_t certificate = forge->signer->certificate;
	CLEANUP(bytes_free) gnutls_datum_t issuer = {NULL, 0};
	unsigned char bytes[64];
	size_t size = sizeof bytes;
	struct buffer inside = {0};

	if (forge->sid.size > 0) {
		der_put_raw(out, &forge->sid);
	} else if (forge->key_id) {
		cr_assert_eq(gnutls_x509_crt_get_subject_key_id(certificate, bytes, &size, NULL), 0);
		der_put(out, DER_CONTEXT(0), bytes, size);
	} else {
		cr_assert_eq(gnutls_x509_crt_get_raw_issuer_dn(certificate, &issuer), 0);
		cr_assert_eq(gnutls_x509_crt_get_serial(certificate, bytes, &size), 0);
		der_put_raw(&inside, &issuer);
		der_put(&inside, DER_INTEGER, bytes, size);
		der_put_buffer(out, DER_SEQUENCE, &inside);
	}
}

static void put_signer(struct buffer *out, const struct forge *forge)
{
	CLEANUP(bytes_free) gnutls_datum_t sent = set_of_attributes(forge, false);
	CLEANUP(bytes_free) gnutls_datum_t sorted = set_of_attributes(forge, true);
	CLEANUP(bytes_free) gnutls_datum_t signature = {NULL, 0};
	struct buffer info = {0};

	cr_assert_eq(gnutls_privkey_sign_data2(forge->signer->key, sign_algorithm(forge), 0,
					       forge->sign_sorted ? &sorted : &sent, &signature),
		     0);
	der_put_integer(&info, forge->key_id ? 3 : 1);
	put_sid(&info, forge);
	der_put_algorithm(&info, forge->digest_oid == NULL ? digest_oid(forge->digest) : forge->digest_oid,
			  true);
	sent.data[0] = DER_CONTEXT_CONSTRUCTED(0);
	if (!forge->no_attributes)
		der_put_raw(&info, &sent);
	put_signature_algorithm(&info, forge);
	der_put_bytes(&info, DER_OCTET_STRING, &signature);
	der_put_buffer(out, DER_SEQUENCE, &info);
}

static void put_content(struct buffer *out, const struct forge *forge)
{
	struct buffer octets = {0};
	struct buffer info = {0};

	der_put_oid(&info, forge->content_type == NULL ? "1.2.840.113549.1.7.1" : forge->content_type);
	der_put_bytes(&octets, DER_OCTET_STRING, forge->swapped.size > 0 ? &forge->swapped : &forge->content);
	if (forge->no_content)
		buffer_free(&octets);
	else
		der_put_buffer(&info, DER_CONTEXT_CONSTRUCTED(0), &octets);
	der_put_buffer(out, DER_SEQUENCE, &info);
}

static void put_certificates(struct buffer *out, const struct forge *forge)
{
	const gnutls_datum_t *certificates =
		forge->certificates == NULL ? &forge->signer->der : forge->certificates;
	size_t count = forge->certificates == NULL ? 1 : forge->certificate_count;
	struct buffer set = {0};

	for (size_t i = 0; i < count; i++)
		der_put_raw(&set, &certificates[i]);
	if (count > 0)
		der_put_buffer(out, DER_CONTEXT_CONSTRUCTED(0), &set);
}

static void put_content_info(struct buffer *out, const struct forge *forge, struct buffer *inside)
{
	struct buffer sequence = {0};
	struct buffer info = {0};

	der_put_buffer(&sequence, DER_SEQUENCE, inside);
	der_put_oid(&info, forge->outer_type == NULL ? "1.2.840.113549.1.7.2" : forge->outer_type);
	der_put_buffer(&info, DER_CONTEXT_CONSTRUCTED(0), &sequence);
	der_put_buffer(out, DER_SEQUENCE, &info);
	der_put_raw(out, &forge->trailer);
}

gnutls_datum_t forge_end(struct forge *forge)
{
	struct buffer algorithms = {0};
	struct buffer signers = {0};
	struct buffer inside = {0};
	struct buffer message = {0};

	der_put_integer(&inside, forge->key_id ? 3 : 1);
	der_put_algorithm(&algorithms,
			  forge->digest_oid == NULL ? digest_oid(forge->digest) : forge->digest_oid, true);
	der_put_buffer(&inside, DER_SET, &algorithms);
	put_content(&inside, forge);
	put_certificates(&inside, forge);
	for (size_t i = 0; i < forge->signers; i++)
		put_signer(&signers, forge);
	der_put_buffer(&inside, DER_SET, &signers);
	put_content_info(&message, forge, &inside);
	while (forge->attribute_count > 0)
		bytes_free(&forge->attributes[--forge->attribute_count]);
	return taken(&message);
}
