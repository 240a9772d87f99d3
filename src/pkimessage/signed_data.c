/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/signed.h"

#include "base/ber.h"

/* Reads the CertificateSet: certificates in order; other kinds of CertificateChoices are passed over. */
static int read_certificates(struct der set, struct msg_signed_data *data)
{
	if (der_count(&set, LIMIT_CMS_CERTIFICATES) > LIMIT_CMS_CERTIFICATES)
		return PKIMESSAGE_E_LIMIT;
	while (der_more(&set)) {
		bool certificate = der_next_is(&set, DER_SEQUENCE);
		gnutls_datum_t der = der_any(&set);

		if (der.size > LIMIT_CERTIFICATE)
			return PKIMESSAGE_E_LIMIT;
		if (certificate && !set.failed)
			data->certificates[data->certificate_count++] = der;
	}
	return der_done(&set) ? PKIMESSAGE_OK : PKIMESSAGE_E_SYNTAX;
}

/* Reads EncapsulatedContentInfo; RFC 8894 section 3.1 and 3.4 have id-data in it and nothing else. */
static int read_content(struct der info, struct msg_signed_data *data)
{
	struct der explicit;

	data->content_type = der_contents(&info, DER_OID);
	if (der_next_is(&info, DER_CONTEXT_CONSTRUCTED(0))) {
		explicit = der_enter(&info, DER_CONTEXT_CONSTRUCTED(0));
		data->content = der_contents(&explicit, DER_OCTET_STRING);
		if (!der_done(&explicit))
			return PKIMESSAGE_E_SYNTAX;
	}
	if (!der_done(&info))
		return PKIMESSAGE_E_SYNTAX;
	return der_oid_is(&data->content_type, MSG_OID_DATA) ? PKIMESSAGE_OK : PKIMESSAGE_E_CONTENT_TYPE;
}

/* Reads SignedData behind its tag. */
static int read_signed_data(struct der signed_data, struct msg_signed_data *data)
{
	struct der info;
	int error = PKIMESSAGE_OK;

	(void)der_small_integer(&signed_data); /* version: tells nothing that the fields do not */
	(void)der_raw(&signed_data, DER_SET);  /* digestAlgorithms: a hint for those who read in one pass */
	info = der_enter(&signed_data, DER_SEQUENCE);
	if (signed_data.failed)
		return PKIMESSAGE_E_SYNTAX;
	error = read_content(info, data);
	if (error == PKIMESSAGE_OK && der_next_is(&signed_data, DER_CONTEXT_CONSTRUCTED(0)))
		error = read_certificates(der_enter(&signed_data, DER_CONTEXT_CONSTRUCTED(0)), data);
	if (error != PKIMESSAGE_OK)
		return error;
	(void)der_skip_optional(&signed_data, DER_CONTEXT_CONSTRUCTED(1)); /* crls */
	data->signers = der_enter(&signed_data, DER_SET);
	return der_done(&signed_data) ? PKIMESSAGE_OK : PKIMESSAGE_E_SYNTAX;
}

int msg_signed_data_read(const gnutls_datum_t *input, struct msg_signed_data *data)
{
	enum err error = ber_to_der(input, &data->der);
	struct der outer = der_open(&data->der);
	struct der info;
	struct der content;
	gnutls_datum_t type;
	bool done;

	if (error != ERR_OK)
		return msg_error(error);
	info = der_enter(&outer, DER_SEQUENCE);
	type = der_contents(&info, DER_OID);
	if (info.failed)
		return PKIMESSAGE_E_SYNTAX;
	if (!der_oid_is(&type, MSG_OID_SIGNED_DATA))
		return PKIMESSAGE_E_CONTENT_TYPE;
	content = der_enter(&info, DER_CONTEXT_CONSTRUCTED(0));
	done = der_done(&outer) && der_done(&info);
	info = der_enter(&content, DER_SEQUENCE);
	return done && der_done(&content) ? read_signed_data(info, data) : PKIMESSAGE_E_SYNTAX;
}

void msg_signed_data_free(struct msg_signed_data *data)
{
	bytes_free(&data->der);
	*data = (struct msg_signed_data){0};
}
