/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/decryptor.h"

#include "base/cleanup.h"

CLEANUP_DEFINE(decryptor_free, struct pkimessage_decryptor *, pkimessage_decryptor_free)

int msg_private_key_open(gnutls_privkey_t handle, struct msg_private_key *key)
{
	int error;

	*key = (struct msg_private_key){handle, NULL};
	if (handle == NULL || gnutls_privkey_get_pk_algorithm(handle, NULL) != GNUTLS_PK_RSA)
		return PKIMESSAGE_E_KEY;
	error = msg_rsa_load(handle, &key->rsa);
	return error == PKIMESSAGE_E_KEY ? PKIMESSAGE_OK : error;
}

void msg_private_key_free(struct msg_private_key *key)
{
	msg_rsa_free(key->rsa);
	*key = (struct msg_private_key){NULL, NULL};
}

int msg_certificate_of(gnutls_x509_crt_t certificate, gnutls_datum_t *der, struct msg_certificate *parts)
{
	int code = gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_DER, der);

	return code < 0 ? msg_gnutls_error(code, PKIMESSAGE_E_KEY) : msg_certificate_read(der, parts);
}

int pkimessage_decryptor_make(const struct pkimessage_identity *identity,
			      struct pkimessage_decryptor **decryptor)
{
	CLEANUP(decryptor_free) struct pkimessage_decryptor *fresh = NULL;
	int error;

	*decryptor = NULL;
	fresh = gnutls_calloc(1, sizeof *fresh);
	if (fresh == NULL)
		return PKIMESSAGE_E_MEMORY;
	error = msg_certificate_of(identity->certificate, &fresh->der, &fresh->certificate);
	if (error == PKIMESSAGE_OK)
		error = msg_private_key_open(identity->key, &fresh->key);
	if (error == PKIMESSAGE_OK)
		*decryptor = TAKE(fresh);
	return error;
}

void pkimessage_decryptor_free(struct pkimessage_decryptor *decryptor)
{
	if (decryptor == NULL)
		return;
	msg_private_key_free(&decryptor->key);
	bytes_free(&decryptor->der);
	gnutls_free(decryptor);
}
