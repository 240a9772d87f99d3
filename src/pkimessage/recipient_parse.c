/* SPDX-License-Identifier: BSD-2-Clause */
/* One RecipientInfo of an EnvelopedData (RFC 5652 section 6.2). */
#include "pkimessage/envelope.h"

#include "pkimessage/algorithm.h"

/* How a key travels that is encrypted by the algorithm OID with PARAMETERS. */
static void read_transport(const gnutls_datum_t *oid, const gnutls_datum_t *parameters,
			   struct msg_recipient *recipient)
{
	if (der_oid_is(oid, MSG_OID_RSA_ENCRYPTION) && msg_no_parameters(parameters))
		recipient->transport = PKIMESSAGE_RSA_PKCS1;
	else if (der_oid_is(oid, MSG_OID_OAEP) && msg_oaep_read(parameters, &recipient->oaep))
		recipient->transport = msg_oaep_transport(&recipient->oaep);
}

/* KeyTransRecipientInfo (section 6.2.1). */
static int read_key_transport(struct der *der, struct msg_recipient *recipient)
{
	struct der inside = der_enter(der, DER_SEQUENCE);
	gnutls_datum_t oid;
	gnutls_datum_t parameters;

	recipient->kind = MSG_RECIPIENT_KEY_TRANSPORT;
	(void)der_small_integer(&inside);
	msg_identifier_read(&inside, &recipient->identifier);
	msg_read_algorithm(&inside, &oid, &parameters);
	recipient->encrypted_key = der_contents(&inside, DER_OCTET_STRING);
	if (!der_done(&inside))
		return PKIMESSAGE_E_SYNTAX;
	read_transport(&oid, &parameters, recipient);
	return recipient->encrypted_key.size > LIMIT_RSA_BYTES ? PKIMESSAGE_E_LIMIT : PKIMESSAGE_OK;
}

/* PasswordRecipientInfo (section 6.2.4). */
static int read_password(struct der *der, struct msg_recipient *recipient)
{
	struct der inside = der_enter(der, DER_CONTEXT_CONSTRUCTED(3));

	recipient->kind = MSG_RECIPIENT_PASSWORD;
	(void)der_small_integer(&inside);
	msg_password_read(&inside, &recipient->password);
	recipient->encrypted_key = der_contents(&inside, DER_OCTET_STRING);
	if (!der_done(&inside))
		return PKIMESSAGE_E_SYNTAX;
	if (msg_password_known(&recipient->password))
		recipient->transport = PKIMESSAGE_PASSWORD;
	return PKIMESSAGE_OK;
}

int msg_recipient_read(struct der *der, struct msg_recipient *recipient)
{
	recipient->transport = PKIMESSAGE_TRANSPORT_UNKNOWN;
	if (der_next_is(der, DER_SEQUENCE))
		return read_key_transport(der, recipient);
	if (der_next_is(der, DER_CONTEXT_CONSTRUCTED(3)))
		return read_password(der, recipient);
	(void)der_any(der);
	return PKIMESSAGE_OK;
}
