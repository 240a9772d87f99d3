/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/password.h"

#include "base/limits.h"
#include "pkimessage/algorithm.h"
#include "pkimessage/constant_time.h"

#include <gnutls/crypto.h>
#include <string.h>

#define OID_PBKDF2 "1.2.840.113549.1.5.12"
#define OID_WRAP   "1.2.840.113549.1.9.16.3.9"

/* The key wrap puts in front of a key its length in one byte, and three check bytes. */
#define WRAP_HEADER 4
/* A wrapped key: the longest that one byte can tell, and the blocks that it fills. */
#define WRAPPED_MAX 272

/*
 * What we write. The reply is there for an eavesdropper to try passwords on at leisure: this many iterations
 * cost the server some 20 ms for a device that has no RSA key, and the device a second at worst.
 */
#define WRITE_PRF        GNUTLS_MAC_SHA256
#define WRITE_ITERATIONS 100000
#define WRITE_SALT       16

/* The pseudorandom functions of PBKDF2 (RFC 8018 appendix B.1). */
static const struct {
	gnutls_mac_algorithm_t id;
	const char *oid;
} prfs[] = {
	{GNUTLS_MAC_SHA1, "1.2.840.113549.2.7"},    {GNUTLS_MAC_SHA224, "1.2.840.113549.2.8"},
	{GNUTLS_MAC_SHA256, "1.2.840.113549.2.9"},  {GNUTLS_MAC_SHA384, "1.2.840.113549.2.10"},
	{GNUTLS_MAC_SHA512, "1.2.840.113549.2.11"},
};

static gnutls_mac_algorithm_t prf_by_oid(const gnutls_datum_t *oid)
{
	for (size_t i = 0; i < sizeof prfs / sizeof *prfs; i++)
		if (der_oid_is(oid, prfs[i].oid))
			return prfs[i].id;
	return GNUTLS_MAC_UNKNOWN;
}

static const char *prf_oid(gnutls_mac_algorithm_t id)
{
	for (size_t i = 0; i < sizeof prfs / sizeof *prfs; i++)
		if (prfs[i].id == id)
			return prfs[i].oid;
	return NULL;
}

/* --- reading --- */

/* prf AlgorithmIdentifier DEFAULT hmacWithSHA1. */
static gnutls_mac_algorithm_t read_prf(struct der *der)
{
	gnutls_datum_t oid;
	gnutls_datum_t parameters;

	if (!der_more(der))
		return GNUTLS_MAC_SHA1;
	msg_read_algorithm(der, &oid, &parameters);
	return msg_no_parameters(&parameters) ? prf_by_oid(&oid) : GNUTLS_MAC_UNKNOWN;
}

/* PBKDF2-params. KEY_LENGTH is 0 where they do not say. */
static bool read_pbkdf2(const gnutls_datum_t *parameters, struct msg_password *password, int *key_length)
{
	struct der all = der_open(parameters);
	struct der inside = der_enter(&all, DER_SEQUENCE);

	password->salt = der_contents(&inside, DER_OCTET_STRING);
	password->iterations = (unsigned)der_small_integer(&inside);
	*key_length = der_next_is(&inside, DER_INTEGER) ? der_small_integer(&inside) : 0;
	password->prf = read_prf(&inside);
	return der_done(&inside) && der_done(&all) && password->iterations > 0;
}

/* keyDerivationAlgorithm [0], which is left out when the key needs no derivation: we have none such. */
static bool read_derivation(struct der *der, struct msg_password *password, int *key_length)
{
	struct der inside;
	gnutls_datum_t oid;
	gnutls_datum_t parameters;

	*key_length = 0;
	if (!der_next_is(der, DER_CONTEXT_CONSTRUCTED(0)))
		return true;
	inside = der_enter(der, DER_CONTEXT_CONSTRUCTED(0));
	oid = der_contents(&inside, DER_OID);
	parameters = der_more(&inside) ? der_any(&inside) : MSG_EMPTY;
	if (!der_done(&inside))
		return false;
	return !der_oid_is(&oid, OID_PBKDF2) || read_pbkdf2(&parameters, password, key_length);
}

/* keyEncryptionAlgorithm: the wrap, whose parameters are the cipher. */
static bool read_wrap(struct der *der, struct msg_password *password)
{
	gnutls_datum_t oid;
	gnutls_datum_t parameters;
	struct der inside;

	msg_read_algorithm(der, &oid, &parameters);
	if (der->failed)
		return false;
	if (!der_oid_is(&oid, OID_WRAP))
		return true;
	inside = der_open(&parameters);
	return msg_cipher_read(&inside, &password->cipher, &password->iv) && der_done(&inside);
}

void msg_password_read(struct der *der, struct msg_password *password)
{
	int key_length;

	*password = (struct msg_password){.prf = GNUTLS_MAC_UNKNOWN};
	if (!read_derivation(der, password, &key_length) || !read_wrap(der, password))
		der->failed = true;
	/* A key of another length than the cipher has is nothing we know. */
	else if (key_length != 0 && password->cipher != NULL && (size_t)key_length != password->cipher->key)
		password->cipher = NULL;
}

bool msg_password_known(const struct msg_password *password)
{
	return password->prf != GNUTLS_MAC_UNKNOWN && password->cipher != NULL;
}

/* --- the key wrap (RFC 3211 section 2.3) --- */

static int derive(const struct msg_password *password, const gnutls_datum_t *secret, unsigned char *key)
{
	return gnutls_pbkdf2(password->prf, secret, &password->salt, password->iterations, key,
			     password->cipher->key);
}

/*
 * Undoes the two passes of encryption over DATA of SIZE bytes, at least two blocks. The outer one began with
 * the last block of the inner as its vector, so that is decrypted first.
 */
static int unwrap(const struct msg_cipher *cipher, const unsigned char *key, const unsigned char *iv,
		  unsigned char *data, size_t size)
{
	unsigned char *last = data + size - cipher->block;
	unsigned char vector[MSG_CIPHER_BLOCK_MAX];
	int error = msg_cipher_unpadded(cipher, false, key, last - cipher->block, last, cipher->block);

	memcpy(vector, last, cipher->block);
	if (error == PKIMESSAGE_OK)
		error = msg_cipher_unpadded(cipher, false, key, vector, data, size - cipher->block);
	if (error == PKIMESSAGE_OK)
		error = msg_cipher_unpadded(cipher, false, key, iv, data, size);
	gnutls_memset(vector, 0, sizeof vector);
	return error;
}

/* All ones when DATA begins as a wrapped key of SIZE bytes does. */
static unsigned check_wrap(const unsigned char *data, size_t size)
{
	unsigned wrong = data[0] ^ (unsigned)size;

	for (size_t i = 1; i < WRAP_HEADER; i++)
		wrong |= data[i] ^ data[WRAP_HEADER + i - 1] ^ 0xffu;
	return msg_mask_zero(wrong);
}

int msg_password_unwrap(const struct msg_password *password, const gnutls_datum_t *secret,
			const gnutls_datum_t *wrapped, unsigned char *key, size_t size)
{
	const struct msg_cipher *cipher = password->cipher;
	unsigned char wrap_key[MSG_CIPHER_KEY_MAX];
	unsigned char data[WRAPPED_MAX];
	int error;

	if (password->iterations > LIMIT_PBKDF2_ITERATIONS || password->salt.size > LIMIT_PBKDF2_SALT)
		return PKIMESSAGE_E_LIMIT;
	/* Lengths are no secret. */
	if (wrapped->size > sizeof data || wrapped->size < 2 * cipher->block ||
	    wrapped->size % cipher->block != 0 || wrapped->size < size + WRAP_HEADER)
		return PKIMESSAGE_OK;
	memcpy(data, wrapped->data, wrapped->size);
	error = msg_gnutls_error(derive(password, secret, wrap_key), PKIMESSAGE_E_CRYPTO);
	if (error == PKIMESSAGE_OK)
		error = unwrap(cipher, wrap_key, password->iv.data, data, wrapped->size);
	if (error == PKIMESSAGE_OK)
		msg_copy_if(check_wrap(data, size), key, data + WRAP_HEADER, size);
	gnutls_memset(wrap_key, 0, sizeof wrap_key);
	gnutls_memset(data, 0, sizeof data);
	return error;
}

/* Fills DATA with KEY as it is wrapped, padded by random bytes to SIZE. */
static int wrap(const struct msg_password *password, const gnutls_datum_t *secret, const gnutls_datum_t *key,
		unsigned char *data, size_t size)
{
	const struct msg_cipher *cipher = password->cipher;
	unsigned char wrap_key[MSG_CIPHER_KEY_MAX];
	unsigned char vector[MSG_CIPHER_BLOCK_MAX];
	int error = msg_gnutls_error(gnutls_rnd(GNUTLS_RND_RANDOM, data, size), PKIMESSAGE_E_CRYPTO);

	data[0] = (unsigned char)key->size;
	for (size_t i = 1; i < WRAP_HEADER; i++)
		data[i] = key->data[i - 1] ^ 0xff;
	memcpy(data + WRAP_HEADER, key->data, key->size);
	if (error == PKIMESSAGE_OK)
		error = msg_gnutls_error(derive(password, secret, wrap_key), PKIMESSAGE_E_CRYPTO);
	if (error == PKIMESSAGE_OK)
		error = msg_cipher_unpadded(cipher, true, wrap_key, password->iv.data, data, size);
	memcpy(vector, data + size - cipher->block, cipher->block);
	if (error == PKIMESSAGE_OK)
		error = msg_cipher_unpadded(cipher, true, wrap_key, vector, data, size);
	gnutls_memset(wrap_key, 0, sizeof wrap_key);
	return error;
}

/* --- writing --- */

/* Appends keyDerivationAlgorithm [0]. */
static void put_derivation(struct buffer *out, const struct msg_password *password)
{
	struct buffer parameters = {0};
	struct buffer algorithm = {0};

	der_put_bytes(&parameters, DER_OCTET_STRING, &password->salt);
	der_put_integer(&parameters, password->iterations);
	der_put_algorithm(&parameters, prf_oid(password->prf), true);
	der_put_oid(&algorithm, OID_PBKDF2);
	der_put_buffer(&algorithm, DER_SEQUENCE, &parameters);
	der_put_buffer(out, DER_CONTEXT_CONSTRUCTED(0), &algorithm);
}

/* Appends keyEncryptionAlgorithm. */
static void put_wrap(struct buffer *out, const struct msg_password *password)
{
	struct buffer algorithm = {0};

	der_put_oid(&algorithm, OID_WRAP);
	msg_cipher_put(&algorithm, password->cipher, password->iv.data);
	der_put_buffer(out, DER_SEQUENCE, &algorithm);
}

/* The bytes that a key of SIZE fills once wrapped: whole blocks, two at least. */
static size_t wrapped_size(const struct msg_cipher *cipher, size_t size)
{
	size_t blocks = (size + WRAP_HEADER + cipher->block - 1) / cipher->block;

	return (blocks < 2 ? 2 : blocks) * cipher->block;
}

int msg_password_put(struct buffer *out, const struct msg_cipher *cipher, const gnutls_datum_t *secret,
		     const gnutls_datum_t *key)
{
	unsigned char random[WRITE_SALT + MSG_CIPHER_BLOCK_MAX] = {0};
	unsigned char data[WRAPPED_MAX];
	size_t size = wrapped_size(cipher, key->size);
	const struct msg_password password = {
		.prf = WRITE_PRF,
		.iterations = WRITE_ITERATIONS,
		.salt = bytes_view(random, WRITE_SALT),
		.cipher = cipher,
		.iv = bytes_view(random + WRITE_SALT, cipher->block),
	};
	struct buffer info = {0};
	int error =
		msg_gnutls_error(gnutls_rnd(GNUTLS_RND_RANDOM, random, sizeof random), PKIMESSAGE_E_CRYPTO);

	if (error == PKIMESSAGE_OK)
		error = wrap(&password, secret, key, data, size);
	if (error != PKIMESSAGE_OK) {
		gnutls_memset(data, 0, sizeof data);
		return error;
	}
	der_put_integer(&info, 0);
	put_derivation(&info, &password);
	put_wrap(&info, &password);
	der_put(&info, DER_OCTET_STRING, data, size);
	der_put_buffer(out, DER_CONTEXT_CONSTRUCTED(3), &info);
	return PKIMESSAGE_OK;
}
