/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/envelope.h"

#include "base/cleanup.h"
#include "base/der.h"

/* Appends EncryptedContentInfo (RFC 5652 section 6.1). */
static int put_content(struct buffer *out, const struct msg_cipher *cipher, const gnutls_datum_t *key,
		       const gnutls_datum_t *content)
{
	CLEANUP(bytes_free) gnutls_datum_t encrypted = {NULL, 0};
	unsigned char iv[MSG_CIPHER_BLOCK_MAX];
	struct buffer info = {0};
	int code = gnutls_rnd(GNUTLS_RND_RANDOM, iv, cipher->block);
	int error;

	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
	error = msg_cipher_encrypt(cipher, key->data, iv, content, &encrypted);
	if (error != PKIMESSAGE_OK)
		return error;
	der_put_oid(&info, MSG_OID_DATA);
	msg_cipher_put(&info, cipher, iv);
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

/* Appends the RecipientInfos: one under the password, or one for each of the recipients. */
static int put_recipients(struct buffer *out, const gnutls_x509_crt_t *recipients, size_t count,
			  const struct pkimessage_encryption *encryption, const struct msg_cipher *cipher,
			  const gnutls_datum_t *key)
{
	struct buffer set = {0};
	int error;

	if (encryption->transport != PKIMESSAGE_PASSWORD)
		return msg_recipients_put(out, recipients, count, encryption->transport, key);
	error = msg_password_put(&set, cipher, &encryption->password, key);
	der_put_buffer(out, DER_SET, &set);
	return error;
}

/* Appends the contents of EnvelopedData; RFC 5652 section 6.1 tells the version by the kind of recipient. */
static int build(struct buffer *out, const gnutls_datum_t *content, const gnutls_x509_crt_t *recipients,
		 size_t count, const struct pkimessage_encryption *encryption,
		 const struct msg_cipher *cipher)
{
	unsigned char octets[MSG_CIPHER_KEY_MAX];
	gnutls_datum_t key = bytes_view(octets, cipher->key);
	int error = msg_gnutls_error(gnutls_rnd(GNUTLS_RND_KEY, octets, cipher->key), PKIMESSAGE_E_CRYPTO);

	der_put_integer(out, encryption->transport == PKIMESSAGE_PASSWORD ? 3 : 0);
	if (error == PKIMESSAGE_OK)
		error = put_recipients(out, recipients, count, encryption, cipher, &key);
	if (error == PKIMESSAGE_OK)
		error = put_content(out, cipher, &key, content);
	gnutls_memset(octets, 0, sizeof octets);
	return error;
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
	CLEANUP(buffer_free) struct buffer enveloped = {0};
	const struct msg_cipher *cipher;
	int error;

	*out = MSG_EMPTY;
	error = check_arguments(count, encryption);
	if (error != PKIMESSAGE_OK)
		return error;
	cipher = msg_cipher_by_id(encryption->cipher);
	if (cipher == NULL)
		return PKIMESSAGE_E_ALGORITHM;
	error = build(&enveloped, content, recipients, count, encryption, cipher);
	return error == PKIMESSAGE_OK ? finish(&enveloped, out) : error;
}
