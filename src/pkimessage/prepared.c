/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/prepared.h"

#include "base/cleanup.h"

CLEANUP_DEFINE(prepared_free, struct pkimessage_prepared *, pkimessage_prepared_free)

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

int pkimessage_prepare(const struct pkimessage_identity *identity, struct pkimessage_prepared **prepared)
{
	CLEANUP(prepared_free) struct pkimessage_prepared *fresh = NULL;
	int error;

	*prepared = NULL;
	fresh = gnutls_calloc(1, sizeof *fresh);
	if (fresh == NULL)
		return PKIMESSAGE_E_MEMORY;
	error = msg_certificate_of(identity->certificate, &fresh->der, &fresh->certificate);
	if (error == PKIMESSAGE_OK)
		error = msg_private_key_open(identity->key, &fresh->key);
	if (error == PKIMESSAGE_OK)
		*prepared = TAKE(fresh);
	return error;
}

void pkimessage_prepared_free(struct pkimessage_prepared *prepared)
{
	if (prepared == NULL)
		return;
	msg_private_key_free(&prepared->key);
	bytes_free(&prepared->der);
	gnutls_free(prepared);
}
