/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The request is written field by field, because a renewal must carry the subject and names of its
 * certificate to the letter, which GnuTLS's own request writer cannot promise. RFC 2986 section 4.
 */
#include "cli/client.h"

#include "base/der.h"
#include "base/text.h"

#define OID_EXTENSION_REQUEST  "1.2.840.113549.1.9.14"
#define OID_CHALLENGE_PASSWORD "1.2.840.113549.1.9.7"
#define OID_SAN                "2.5.29.17"

bool client_public_key(gnutls_privkey_t key, gnutls_datum_t *spki)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = NULL;
	int result = gnutls_pubkey_init(&public_key);

	*spki = (gnutls_datum_t){NULL, 0};
	if (result >= 0)
		result = gnutls_pubkey_import_privkey(public_key, key, 0, 0);
	if (result >= 0)
		result = gnutls_pubkey_export2(public_key, GNUTLS_X509_FMT_DER, spki);
	if (result < 0)
		cli_error("cannot read the public key: %s", gnutls_strerror(result));
	return result >= 0;
}

/* Attribute ::= SEQUENCE { type, values SET OF }, of one value, which VALUE holds and gives up. */
static void put_attribute(const char *oid, struct buffer *value, gnutls_datum_t *attribute)
{
	CLEANUP(buffer_wipe) struct buffer inner = {0}, outer = {0};

	der_put_oid(&inner, oid);
	der_put_buffer(&inner, DER_SET, value);
	der_put_buffer(&outer, DER_SEQUENCE, &inner);
	(void)buffer_take(&outer, attribute);
}

static void put_challenge(const gnutls_datum_t *challenge, gnutls_datum_t *attribute)
{
	CLEANUP(buffer_wipe) struct buffer value = {0};

	der_put_bytes(&value, DER_UTF8_STRING, challenge);
	put_attribute(OID_CHALLENGE_PASSWORD, &value, attribute);
}

static void put_names(const gnutls_datum_t *san, bool critical, gnutls_datum_t *attribute)
{
	CLEANUP(buffer_free) struct buffer extension = {0}, extensions = {0}, value = {0};

	der_put_oid(&extension, OID_SAN);
	if (critical)
		der_put(&extension, DER_BOOLEAN, "\xff", 1);
	der_put_bytes(&extension, DER_OCTET_STRING, san);
	der_put_buffer(&extensions, DER_SEQUENCE, &extension);
	der_put_buffer(&value, DER_SEQUENCE, &extensions);
	put_attribute(OID_EXTENSION_REQUEST, &value, attribute);
}

static void put_attributes(struct buffer *out, const struct client_names *names,
			   const gnutls_datum_t *challenge)
{
	gnutls_datum_t attributes[2] = {{NULL, 0}, {NULL, 0}};
	bool no_subject = names->subject.size <= 2; /* an empty SEQUENCE: then the names are all there is */
	size_t count = 0;

	if (challenge->size > 0)
		put_challenge(challenge, &attributes[count++]);
	if (names->san.size > 0)
		put_names(&names->san, no_subject, &attributes[count++]);
	for (size_t i = 0; i < count; i++)
		out->failed |= attributes[i].size == 0;
	der_put_set_of(out, DER_CONTEXT_CONSTRUCTED(0), attributes, count);
	for (size_t i = 0; i < count; i++)
		bytes_wipe(&attributes[i]);
}

static bool put_info(const struct client_names *names, gnutls_privkey_t key, const gnutls_datum_t *challenge,
		     gnutls_datum_t *info)
{
	CLEANUP(buffer_wipe) struct buffer inner = {0}, outer = {0};
	CLEANUP(bytes_free) gnutls_datum_t spki = {NULL, 0};

	if (!client_public_key(key, &spki))
		return false;
	der_put_integer(&inner, 0);
	der_put_raw(&inner, &names->subject);
	der_put_raw(&inner, &spki);
	put_attributes(&inner, names, challenge);
	der_put_buffer(&outer, DER_SEQUENCE, &inner);
	return buffer_take(&outer, info);
}

/* How KEY signs, with DIGEST where its kind leaves a choice. */
static gnutls_sign_algorithm_t signature_of(gnutls_privkey_t key, gnutls_digest_algorithm_t digest)
{
	int kind = gnutls_privkey_get_pk_algorithm(key, NULL);

	return kind == GNUTLS_PK_EDDSA_ED25519 ? GNUTLS_SIGN_EDDSA_ED25519
					       : gnutls_pk_to_sign((gnutls_pk_algorithm_t)kind, digest);
}

bool client_csr_build(const struct client_names *names, gnutls_privkey_t key, const gnutls_datum_t *challenge,
		      gnutls_digest_algorithm_t digest, gnutls_datum_t *csr)
{
	CLEANUP(buffer_wipe) struct buffer inner = {0}, outer = {0}, bits = {0};
	CLEANUP(bytes_wipe) gnutls_datum_t info = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t signature = {NULL, 0};
	gnutls_sign_algorithm_t algorithm = signature_of(key, digest);
	bool is_rsa = gnutls_privkey_get_pk_algorithm(key, NULL) == GNUTLS_PK_RSA;
	int result;

	*csr = (gnutls_datum_t){NULL, 0};
	if (!put_info(names, key, challenge, &info))
		return false;
	result = gnutls_privkey_sign_data2(key, algorithm, 0, &info, &signature);
	if (result < 0) {
		cli_error("cannot sign the request: %s", gnutls_strerror(result));
		return false;
	}
	der_put_raw(&inner, &info);
	der_put_algorithm(&inner, gnutls_sign_get_oid(algorithm), is_rsa);
	buffer_append_byte(&bits, 0); /* no unused bits */
	buffer_append(&bits, signature.data, signature.size);
	der_put_bytes(&inner, DER_BIT_STRING, &(gnutls_datum_t){bits.data, (unsigned)bits.size});
	inner.failed |= bits.failed;
	der_put_buffer(&outer, DER_SEQUENCE, &inner);
	if (!buffer_take(&outer, csr))
		cli_error("out of memory");
	return csr->size > 0;
}
