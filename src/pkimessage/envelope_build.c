/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/envelope.h"

#include "base/cleanup.h"
#include "base/der.h"

/* The fewest bytes of RSAES-PKCS1-v1_5 beside the message (RFC 8017 section 7.2.1). */
#define PKCS1_OVERHEAD 11

bool pkimessage_can_receive(gnutls_x509_crt_t certificate)
{
	unsigned bits = 0;

	if (certificate == NULL || gnutls_x509_crt_get_pk_algorithm(certificate, &bits) != GNUTLS_PK_RSA)
		return false;
	return bits / 8 >= MSG_CIPHER_KEY_MAX + PKCS1_OVERHEAD && bits <= LIMIT_RSA_BYTES * 8;
}

/* Encrypts the content key to RECIPIENT's public key. */
static int encrypt_key(gnutls_x509_crt_t recipient, const gnutls_datum_t *key, gnutls_datum_t *encrypted)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = NULL;
	int code = gnutls_pubkey_init(&public_key);

	*encrypted = MSG_EMPTY;
	if (code >= 0)
		code = gnutls_pubkey_import_x509(public_key, recipient, 0);
	if (code >= 0)
		code = gnutls_pubkey_encrypt_data(public_key, 0, key, encrypted);
	return msg_gnutls_error(code, PKIMESSAGE_E_KEY);
}

/* Appends a KeyTransRecipientInfo by issuerAndSerialNumber, which is version 0 (RFC 5652 section 6.2.1). */
static int put_recipient(struct buffer *out, gnutls_x509_crt_t recipient, const gnutls_datum_t *key)
{
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	CLEANUP(bytes_free) gnutls_datum_t encrypted = {NULL, 0};
	struct msg_certificate certificate;
	struct buffer info = {0};
	int code;
	int error;

	if (!pkimessage_can_receive(recipient))
		return PKIMESSAGE_E_KEY;
	code = gnutls_x509_crt_export2(recipient, GNUTLS_X509_FMT_DER, &der);
	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_KEY);
	error = msg_certificate_read(&der, &certificate);
	if (error == PKIMESSAGE_OK)
		error = encrypt_key(recipient, key, &encrypted);
	if (error != PKIMESSAGE_OK)
		return error;
	der_put_integer(&info, 0);
	msg_identifier_put(&info, &certificate);
	der_put_algorithm(&info, MSG_OID_RSA_ENCRYPTION, true);
	der_put_bytes(&info, DER_OCTET_STRING, &encrypted);
	der_put_buffer(out, DER_SEQUENCE, &info);
	return PKIMESSAGE_OK;
}

/* Appends the RecipientInfos in DER order. */
static int put_recipients(struct buffer *out, const gnutls_x509_crt_t *recipients, size_t count,
			  const gnutls_datum_t *key)
{
	gnutls_datum_t infos[LIMIT_CMS_RECIPIENTS] = {{NULL, 0}};
	int error = PKIMESSAGE_OK;

	for (size_t i = 0; i < count && error == PKIMESSAGE_OK; i++) {
		CLEANUP(buffer_free) struct buffer info = {0};

		error = put_recipient(&info, recipients[i], key);
		if (error == PKIMESSAGE_OK)
			error = msg_take(&info, &infos[i]);
	}
	if (error == PKIMESSAGE_OK)
		der_put_set_of(out, DER_SET, infos, count);
	for (size_t i = 0; i < count; i++)
		bytes_free(&infos[i]);
	return error;
}

/* Appends EncryptedContentInfo (RFC 5652 section 6.1). */
static int put_content(struct buffer *out, const struct msg_cipher *cipher, const gnutls_datum_t *key,
		       const gnutls_datum_t *content)
{
	CLEANUP(bytes_free) gnutls_datum_t encrypted = {NULL, 0};
	unsigned char iv[MSG_CIPHER_BLOCK_MAX];
	struct buffer algorithm = {0};
	struct buffer info = {0};
	int code = gnutls_rnd(GNUTLS_RND_RANDOM, iv, cipher->block);
	int error;

	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
	error = msg_cipher_encrypt(cipher, key->data, iv, content, &encrypted);
	if (error != PKIMESSAGE_OK)
		return error;
	der_put_oid(&info, MSG_OID_DATA);
	der_put_oid(&algorithm, cipher->oid);
	der_put(&algorithm, DER_OCTET_STRING, iv, cipher->block);
	der_put_buffer(&info, DER_SEQUENCE, &algorithm);
	der_put_bytes(&info, DER_CONTEXT(0), &encrypted);
	der_put_buffer(out, DER_SEQUENCE, &info);
	return PKIMESSAGE_OK;
}

/* Wraps ENVELOPED, the contents of an EnvelopedData, into its ContentInfo; empties it. */
static int finish(struct buffer *enveloped, gnutls_datum_t *out)
{
	CLEANUP(buffer_free) struct buffer all = {0};
	struct buffer sequence = {0};
	struct buffer info = {0};

	der_put_buffer(&sequence, DER_SEQUENCE, enveloped);
	der_put_oid(&info, MSG_OID_ENVELOPED_DATA);
	der_put_buffer(&info, DER_CONTEXT_CONSTRUCTED(0), &sequence);
	der_put_buffer(&all, DER_SEQUENCE, &info);
	return msg_take(&all, out);
}

static int build(const gnutls_datum_t *content, const gnutls_x509_crt_t *recipients, size_t count,
		 const struct msg_cipher *cipher, const gnutls_datum_t *key, gnutls_datum_t *out)
{
	CLEANUP(buffer_free) struct buffer enveloped = {0};
	int error;

	der_put_integer(&enveloped, 0);
	error = put_recipients(&enveloped, recipients, count, key);
	if (error == PKIMESSAGE_OK)
		error = put_content(&enveloped, cipher, key, content);
	return error == PKIMESSAGE_OK ? finish(&enveloped, out) : error;
}

/* A password stands for the recipients; without one there must be some. */
static int check_arguments(size_t count, const struct pkimessage_encryption *encryption)
{
	bool by_password = encryption != NULL && encryption->transport == PKIMESSAGE_PASSWORD;

	if (encryption == NULL || (count == 0) != by_password)
		return PKIMESSAGE_E_ARGUMENT;
	if (by_password && encryption->password.size == 0)
		return PKIMESSAGE_E_ARGUMENT;
	return count > LIMIT_CMS_RECIPIENTS ? PKIMESSAGE_E_LIMIT : PKIMESSAGE_OK;
}

int pkimessage_build_envelope(const gnutls_datum_t *content, const gnutls_x509_crt_t *recipients,
			      size_t count, const struct pkimessage_encryption *encryption,
			      gnutls_datum_t *out)
{
	const struct msg_cipher *cipher;
	unsigned char octets[MSG_CIPHER_KEY_MAX];
	gnutls_datum_t key;
	int code;
	int error;

	*out = MSG_EMPTY;
	error = check_arguments(count, encryption);
	if (error != PKIMESSAGE_OK)
		return error;
	cipher = msg_cipher_by_id(encryption->cipher);
	/* The other transports are not there yet. */
	if (cipher == NULL || encryption->transport != PKIMESSAGE_RSA_PKCS1)
		return PKIMESSAGE_E_ALGORITHM;
	code = gnutls_rnd(GNUTLS_RND_KEY, octets, cipher->key);
	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
	key = bytes_view(octets, cipher->key);
	error = build(content, recipients, count, cipher, &key, out);
	gnutls_memset(octets, 0, sizeof octets);
	return error;
}
