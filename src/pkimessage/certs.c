/* SPDX-License-Identifier: BSD-2-Clause */
/* Certs-only SignedData, both ways (RFC 8894 section 3.4). */
#include "pkimessage/build.h"

#include <stdlib.h>

struct pkimessage_certs {
	struct msg_signed_data data;
};

int pkimessage_certs_parse(const gnutls_datum_t *input, struct pkimessage_certs **certs)
{
	struct pkimessage_certs *fresh;
	int error;

	*certs = NULL;
	if (input == NULL)
		return PKIMESSAGE_E_ARGUMENT;
	fresh = calloc(1, sizeof *fresh);
	if (fresh == NULL)
		return PKIMESSAGE_E_MEMORY;
	error = msg_signed_data_read(input, &fresh->data);
	if (error == PKIMESSAGE_OK && der_more(&fresh->data.signers))
		error = PKIMESSAGE_E_SIGNER;
	if (error == PKIMESSAGE_OK)
		*certs = fresh;
	else
		pkimessage_certs_free(fresh);
	return error;
}

void pkimessage_certs_free(struct pkimessage_certs *certs)
{
	if (certs == NULL)
		return;
	msg_signed_data_free(&certs->data);
	free(certs);
}

size_t pkimessage_certs_count(const struct pkimessage_certs *certs)
{
	return certs->data.certificate_count;
}

const gnutls_datum_t *pkimessage_certs_get(const struct pkimessage_certs *certs, size_t index)
{
	return index < certs->data.certificate_count ? &certs->data.certificates[index] : NULL;
}

int pkimessage_build_certs_only(const gnutls_datum_t *certificates, size_t count, gnutls_datum_t *out)
{
	struct buffer inside = {0};
	struct buffer bytes = {0};
	struct msg_certificate fields;

	*out = MSG_EMPTY;
	if (certificates == NULL || count == 0 || count > LIMIT_CMS_CERTIFICATES)
		return PKIMESSAGE_E_ARGUMENT;
	for (size_t i = 0; i < count; i++)
		if (msg_certificate_read(&certificates[i], &fields) != PKIMESSAGE_OK)
			return PKIMESSAGE_E_ARGUMENT;
	der_put_integer(&inside, 1);
	der_put(&inside, DER_SET, NULL, 0); /* digestAlgorithms */
	msg_put_content(&inside, NULL);
	msg_put_certificates(&inside, certificates, count);
	der_put(&inside, DER_SET, NULL, 0); /* signerInfos */
	msg_put_signed_data(&bytes, &inside);
	return msg_take(&bytes, out);
}
