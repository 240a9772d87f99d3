/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/oaep.h"

#include "pkimessage/constant_time.h"

#include <gnutls/crypto.h>
#include <string.h>

#define OID_SPECIFIED "1.2.840.113549.1.1.9"

/* Bytes of the longest digest that may be used here. */
#define DIGEST_MAX 32

static const struct {
	int transport;
	gnutls_digest_algorithm_t hash;
} transports[] = {
	{PKIMESSAGE_RSA_OAEP_SHA1, GNUTLS_DIG_SHA1},
	{PKIMESSAGE_RSA_OAEP_SHA256, GNUTLS_DIG_SHA256},
};

/* --- parameters --- */

static bool hash_known(gnutls_digest_algorithm_t hash)
{
	for (size_t i = 0; i < sizeof transports / sizeof *transports; i++)
		if (transports[i].hash == hash)
			return true;
	return false;
}

/* [2] PSourceAlgorithm, where it is written out: the empty label. */
static bool label_empty(struct der *der)
{
	struct der inside;
	struct der label;
	gnutls_datum_t oid;
	gnutls_datum_t parameters;

	if (!der_next_is(der, DER_CONTEXT_CONSTRUCTED(2)))
		return true;
	inside = der_enter(der, DER_CONTEXT_CONSTRUCTED(2));
	msg_read_algorithm(&inside, &oid, &parameters);
	label = der_open(&parameters);
	return der_contents(&label, DER_OCTET_STRING).size == 0 && der_done(&label) && der_done(&inside) &&
	       der_oid_is(&oid, OID_SPECIFIED);
}

bool msg_oaep_read(const gnutls_datum_t *parameters, struct msg_oaep *oaep)
{
	struct der all = der_open(parameters);
	struct der inside;

	*oaep = (struct msg_oaep){GNUTLS_DIG_SHA1, GNUTLS_DIG_SHA1};
	if (msg_no_parameters(parameters))
		return true;
	inside = der_enter(&all, DER_SEQUENCE);
	msg_read_hashes(&inside, &oaep->hash, &oaep->mask);
	return label_empty(&inside) && der_done(&inside) && der_done(&all) && hash_known(oaep->hash) &&
	       hash_known(oaep->mask);
}

int msg_oaep_transport(const struct msg_oaep *oaep)
{
	return oaep->hash == GNUTLS_DIG_SHA256 && oaep->mask == GNUTLS_DIG_SHA256 ? PKIMESSAGE_RSA_OAEP_SHA256
										  : PKIMESSAGE_RSA_OAEP_SHA1;
}

bool msg_oaep_of(int transport, struct msg_oaep *oaep)
{
	for (size_t i = 0; i < sizeof transports / sizeof *transports; i++)
		if (transports[i].transport == transport) {
			*oaep = (struct msg_oaep){transports[i].hash, transports[i].hash};
			return true;
		}
	return false;
}

void msg_oaep_put(struct buffer *out, const struct msg_oaep *oaep)
{
	const char *oid = msg_digest_by_id(oaep->hash)->oid;
	struct buffer algorithm = {0};
	struct buffer parameters = {0};
	struct buffer hash = {0};
	struct buffer mask = {0};
	struct buffer mask_algorithm = {0};

	/* SHA-1 is the default, which DER leaves out. */
	if (oaep->hash != GNUTLS_DIG_SHA1) {
		der_put_algorithm(&hash, oid, true);
		der_put_buffer(&parameters, DER_CONTEXT_CONSTRUCTED(0), &hash);
		der_put_oid(&mask_algorithm, MSG_OID_MGF1);
		der_put_algorithm(&mask_algorithm, oid, true);
		der_put_buffer(&mask, DER_SEQUENCE, &mask_algorithm);
		der_put_buffer(&parameters, DER_CONTEXT_CONSTRUCTED(1), &mask);
	}
	der_put_oid(&algorithm, MSG_OID_OAEP);
	der_put_buffer(&algorithm, DER_SEQUENCE, &parameters);
	der_put_buffer(out, DER_SEQUENCE, &algorithm);
}

/* --- padding --- */

/* MGF1 (RFC 8017 appendix B.2.1): masks the SIZE bytes at DATA with what SEED makes. */
static int apply_mask(gnutls_digest_algorithm_t hash, const unsigned char *seed, size_t seed_size,
		      unsigned char *data, size_t size)
{
	unsigned char input[LIMIT_RSA_BYTES + 4];
	unsigned char output[DIGEST_MAX];
	size_t length = gnutls_hash_get_len(hash);
	int code = 0;

	memcpy(input, seed, seed_size);
	memset(input + seed_size, 0, 4);
	for (size_t at = 0; at < size && code >= 0; at += length) {
		code = gnutls_hash_fast(hash, input, seed_size + 4, output);
		for (size_t i = 0; i < length && at + i < size; i++)
			data[at + i] ^= output[i];
		/* LIMIT_RSA_BYTES need no more than 52 rounds. */
		input[seed_size + 3]++;
	}
	gnutls_memset(input, 0, sizeof input);
	gnutls_memset(output, 0, sizeof output);
	return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
}

/*
 * A block of RFC 8017 section 7.1.1: a zero byte, the seed, and the data block, that is the label's hash,
 * zeros, a one, and the content key.
 */
struct layout {
	size_t block;
	size_t hash;
	size_t key;
};

static unsigned char *seed_of(unsigned char *block)
{
	return block + 1;
}

static unsigned char *data_of(const struct layout *layout, unsigned char *block)
{
	return block + 1 + layout->hash;
}

static size_t data_size(const struct layout *layout)
{
	return layout->block - 1 - layout->hash;
}

static bool layout_make(const struct msg_oaep *oaep, size_t block, size_t key, struct layout *layout)
{
	*layout = (struct layout){block, gnutls_hash_get_len(oaep->hash), key};
	return block <= LIMIT_RSA_BYTES && block >= key + 2 * layout->hash + 2;
}

/* Fills BLOCK and masks it. */
static int pad(const struct msg_oaep *oaep, const struct layout *layout, const unsigned char *key,
	       unsigned char *block)
{
	unsigned char *data = data_of(layout, block);
	int code;
	int error;

	memset(block, 0, layout->block);
	code = gnutls_rnd(GNUTLS_RND_KEY, seed_of(block), layout->hash);
	if (code >= 0)
		code = gnutls_hash_fast(oaep->hash, "", 0, data);
	if (code < 0)
		return msg_gnutls_error(code, PKIMESSAGE_E_CRYPTO);
	block[layout->block - layout->key - 1] = 1;
	memcpy(block + layout->block - layout->key, key, layout->key);
	error = apply_mask(oaep->mask, seed_of(block), layout->hash, data, data_size(layout));
	if (error == PKIMESSAGE_OK)
		error = apply_mask(oaep->mask, data, data_size(layout), seed_of(block), layout->hash);
	return error;
}

int msg_oaep_encrypt(const struct msg_oaep *oaep, gnutls_pubkey_t public_key, const gnutls_datum_t *key,
		     gnutls_datum_t *encrypted)
{
	unsigned char block[LIMIT_RSA_BYTES];
	struct layout layout;
	gnutls_datum_t view;
	int error;

	*encrypted = MSG_EMPTY;
	if (!layout_make(oaep, msg_rsa_size(public_key), key->size, &layout))
		return PKIMESSAGE_E_KEY;
	error = pad(oaep, &layout, key->data, block);
	if (error == PKIMESSAGE_OK)
		error = msg_rsa_public(public_key, block, layout.block);
	view = bytes_view(block, layout.block);
	if (error == PKIMESSAGE_OK && !bytes_copy(&view, encrypted))
		error = PKIMESSAGE_E_MEMORY;
	gnutls_memset(block, 0, sizeof block);
	return error;
}

/*
 * Unmasks BLOCK and looks at all of it, whatever it holds: since the key's length is known, everything has
 * its place and there is nothing to search for. All ones when it is as pad makes it.
 */
static unsigned check_block(const struct msg_oaep *oaep, const struct layout *layout, unsigned char *block)
{
	unsigned char label[DIGEST_MAX];
	unsigned char *data = data_of(layout, block);
	size_t zeros = data_size(layout) - layout->key - 1;
	unsigned wrong = block[0];

	if (apply_mask(oaep->mask, data, data_size(layout), seed_of(block), layout->hash) != PKIMESSAGE_OK ||
	    apply_mask(oaep->mask, seed_of(block), layout->hash, data, data_size(layout)) != PKIMESSAGE_OK ||
	    gnutls_hash_fast(oaep->hash, "", 0, label) < 0)
		return 0;
	for (size_t i = 0; i < layout->hash; i++)
		wrong |= data[i] ^ label[i];
	for (size_t i = layout->hash; i < zeros; i++)
		wrong |= data[i];
	wrong |= data[zeros] ^ 1u;
	return msg_mask_zero(wrong);
}

void msg_oaep_decrypt(const struct msg_oaep *oaep, struct msg_rsa *rsa, const gnutls_datum_t *encrypted,
		      unsigned char *key, size_t size)
{
	unsigned char block[LIMIT_RSA_BYTES];
	struct layout layout;
	unsigned good;

	/* Lengths are no secret. */
	if (encrypted->size != msg_rsa_length(rsa) || !layout_make(oaep, encrypted->size, size, &layout))
		return;
	/* Without a result, the zeros are looked at like one. */
	good = msg_rsa_private(rsa, encrypted, block) ? ~0u : 0;
	good &= check_block(oaep, &layout, block);
	msg_copy_if(good, key, block + layout.block - layout.key, layout.key);
	gnutls_memset(block, 0, sizeof block);
}
