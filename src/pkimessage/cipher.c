/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/cipher.h"

#include "base/cleanup.h"
#include "pkimessage/algorithm.h"
#include "pkimessage/constant_time.h"

#include <limits.h>
#include <string.h>

static const struct msg_cipher ciphers[] = {
	{GNUTLS_CIPHER_AES_128_CBC, "2.16.840.1.101.3.4.1.2", 0, 16, 16},
	{GNUTLS_CIPHER_AES_192_CBC, "2.16.840.1.101.3.4.1.22", 0, 24, 16},
	{GNUTLS_CIPHER_AES_256_CBC, "2.16.840.1.101.3.4.1.42", 0, 32, 16},
	{GNUTLS_CIPHER_3DES_CBC, "1.2.840.113549.3.7", PKIMESSAGE_LEGACY_3DES, 24, 8},
	{GNUTLS_CIPHER_DES_CBC, "1.3.14.3.2.7", PKIMESSAGE_LEGACY_DES, 8, 8},
};

const struct msg_cipher *msg_cipher_by_oid(const gnutls_datum_t *oid)
{
	for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
		if (der_oid_is(oid, ciphers[i].oid))
			return &ciphers[i];
	return NULL;
}

const struct msg_cipher *msg_cipher_by_id(gnutls_cipher_algorithm_t id)
{
	for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
		if (ciphers[i].id == id)
			return &ciphers[i];
	return NULL;
}

bool msg_cipher_read(struct der *der, const struct msg_cipher **cipher, gnutls_datum_t *iv)
{
	gnutls_datum_t oid;
	gnutls_datum_t parameters;
	struct der inside;

	*iv = MSG_EMPTY;
	msg_read_algorithm(der, &oid, &parameters);
	*cipher = msg_cipher_by_oid(&oid);
	if (der->failed || *cipher == NULL)
		return !der->failed;
	inside = der_open(&parameters);
	*iv = der_contents(&inside, DER_OCTET_STRING);
	return der_done(&inside) && iv->size == (*cipher)->block;
}

void msg_cipher_put(struct buffer *out, const struct msg_cipher *cipher, const unsigned char *iv)
{
	struct buffer algorithm = {0};

	der_put_oid(&algorithm, cipher->oid);
	der_put(&algorithm, DER_OCTET_STRING, iv, cipher->block);
	der_put_buffer(out, DER_SEQUENCE, &algorithm);
}

/* GnuTLS takes keys and vectors to be writable, and copies them. */
int msg_cipher_unpadded(const struct msg_cipher *cipher, bool encrypt, const unsigned char *key,
			const unsigned char *iv, unsigned char *data, size_t size)
{
	CLEANUP(cipher_free) gnutls_cipher_hd_t handle = NULL;
	gnutls_datum_t key_bytes = bytes_view(key, cipher->key);
	gnutls_datum_t iv_bytes = bytes_view(iv, cipher->block);
	int code = gnutls_cipher_init(&handle, cipher->id, &key_bytes, &iv_bytes);

	if (code >= 0)
		code = encrypt ? gnutls_cipher_encrypt(handle, data, size)
			       : gnutls_cipher_decrypt(handle, data, size);
	return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
}

/* Copies CONTENT and appends 1 to BLOCK bytes, each of which is their number. */
static int pad(const gnutls_datum_t *content, size_t block, gnutls_datum_t *padded)
{
	size_t padding = block - content->size % block;

	*padded = MSG_EMPTY;
	if (content->size > INT_MAX - block)
		return PKIMESSAGE_E_LIMIT;
	padded->data = gnutls_malloc(content->size + padding);
	if (padded->data == NULL)
		return PKIMESSAGE_E_MEMORY;
	if (content->size > 0)
		memcpy(padded->data, content->data, content->size);
	memset(padded->data + content->size, (int)padding, padding);
	padded->size = (unsigned)(content->size + padding);
	return PKIMESSAGE_OK;
}

int msg_cipher_encrypt(const struct msg_cipher *cipher, const unsigned char *key, const unsigned char *iv,
		       const gnutls_datum_t *content, gnutls_datum_t *out)
{
	CLEANUP(bytes_wipe) gnutls_datum_t work = {NULL, 0};
	int error;

	*out = MSG_EMPTY;
	error = pad(content, cipher->block, &work);
	if (error == PKIMESSAGE_OK)
		error = msg_cipher_unpadded(cipher, true, key, iv, work.data, work.size);
	if (error != PKIMESSAGE_OK)
		return error;
	*out = work;
	work = MSG_EMPTY;
	return PKIMESSAGE_OK;
}

/*
 * The number of padding bytes at the end of DATA (of SIZE bytes, at least BLOCK), 0 when they are not as RFC
 * 5652 section 6.3 wants. Looks at the whole last block whatever it holds, so that time tells nothing about
 * it.
 */
static unsigned padding_of(const unsigned char *data, size_t size, size_t block)
{
	unsigned padding = data[size - 1];
	unsigned wrong = msg_mask_zero(padding) | msg_mask_less((unsigned)block, padding);

	for (unsigned i = 0; i < block; i++)
		wrong |= msg_mask_less(i, padding) & (data[size - 1 - i] ^ padding);
	return padding & msg_mask_zero(wrong & 0xff);
}

int msg_cipher_decrypt(const struct msg_cipher *cipher, const unsigned char *key, const unsigned char *iv,
		       const gnutls_datum_t *content, gnutls_datum_t *plaintext)
{
	CLEANUP(bytes_wipe) gnutls_datum_t work = {NULL, 0};
	unsigned padding;

	*plaintext = MSG_EMPTY;
	if (content->size == 0 || content->size % cipher->block != 0)
		return PKIMESSAGE_E_DECRYPT;
	if (!bytes_copy(content, &work))
		return PKIMESSAGE_E_MEMORY;
	if (msg_cipher_unpadded(cipher, false, key, iv, work.data, work.size) != PKIMESSAGE_OK)
		return PKIMESSAGE_E_DECRYPT;
	padding = padding_of(work.data, work.size, cipher->block);
	if (padding == 0)
		return PKIMESSAGE_E_DECRYPT;
	work.size -= padding;
	work.data[work.size] = 0;
	*plaintext = work;
	work = MSG_EMPTY;
	return PKIMESSAGE_OK;
}
