/* SPDX-License-Identifier: BSD-2-Clause */
/* The RecipientInfos of an EnvelopedData to build (RFC 5652 section 6.2). */
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

/* Encrypts the content key to RECIPIENT's public key; OAEP is NULL for RSAES-PKCS1-v1_5. */
static int encrypt_key(gnutls_x509_crt_t recipient, const struct msg_oaep *oaep, const gnutls_datum_t *key,
		       gnutls_datum_t *encrypted)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = NULL;
	int code = gnutls_pubkey_init(&public_key);

	*encrypted = MSG_EMPTY;
	if (code >= 0)
		code = gnutls_pubkey_import_x509(public_key, recipient, 0);
	if (code >= 0 && oaep != NULL)
		return msg_oaep_encrypt(oaep, public_key, key, encrypted);
	if (code >= 0)
		code = gnutls_pubkey_encrypt_data(public_key, 0, key, encrypted);
	return msg_gnutls_error(code, PKIMESSAGE_E_KEY);
}

static void put_transport(struct buffer *out, const struct msg_oaep *oaep)
{
	if (oaep != NULL)
		msg_oaep_put(out, oaep);
	else
		der_put_algorithm(out, MSG_OID_RSA_ENCRYPTION, true);
}

/* Appends a KeyTransRecipientInfo by issuerAndSerialNumber, which is version 0 (section 6.2.1). */
static int put_recipient(struct buffer *out, gnutls_x509_crt_t recipient, const struct msg_oaep *oaep,
			 const gnutls_datum_t *key)
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
		error = encrypt_key(recipient, oaep, key, &encrypted);
	if (error != PKIMESSAGE_OK)
		return error;
	der_put_integer(&info, 0);
	msg_identifier_put(&info, &certificate);
	put_transport(&info, oaep);
	der_put_bytes(&info, DER_OCTET_STRING, &encrypted);
	der_put_buffer(out, DER_SEQUENCE, &info);
	return PKIMESSAGE_OK;
}

int msg_recipients_put(struct buffer *out, const gnutls_x509_crt_t *recipients, size_t count, int transport,
		       const gnutls_datum_t *key)
{
	gnutls_datum_t infos[LIMIT_CMS_RECIPIENTS] = {{NULL, 0}};
	struct msg_oaep oaep;
	bool by_oaep = msg_oaep_of(transport, &oaep);
	int error = by_oaep || transport == PKIMESSAGE_RSA_PKCS1 ? PKIMESSAGE_OK : PKIMESSAGE_E_ALGORITHM;

	for (size_t i = 0; i < count && error == PKIMESSAGE_OK; i++) {
		CLEANUP(buffer_free) struct buffer info = {0};

		error = put_recipient(&info, recipients[i], by_oaep ? &oaep : NULL, key);
		if (error == PKIMESSAGE_OK)
			error = msg_take(&info, &infos[i]);
	}
	if (error == PKIMESSAGE_OK)
		der_put_set_of(out, DER_SET, infos, count);
	for (size_t i = 0; i < count; i++)
		bytes_free(&infos[i]);
	return error;
}
