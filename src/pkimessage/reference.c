/* SPDX-License-Identifier: BSD-2-Clause */
/* IssuerAndSubject and IssuerAndSerialNumber (RFC 8894 section 3.3.3, RFC 5652 section 10.2.4). */
#include "base/ber.h"
#include "base/der.h"
#include "base/limits.h"
#include "pkimessage/private.h"

/* Contents octets of a serial number: one more than its bytes, since the first bit is the sign. */
#define SERIAL_MAX (LIMIT_SERIAL + 1)

static int read_reference(struct pkimessage_reference *reference)
{
	struct der all = der_open(&reference->der);
	struct der inside = der_enter(&all, DER_SEQUENCE);

	reference->issuer = der_raw(&inside, DER_SEQUENCE);
	if (der_next_is(&inside, DER_INTEGER))
		reference->serial = der_contents(&inside, DER_INTEGER);
	else
		reference->subject = der_raw(&inside, DER_SEQUENCE);
	if (!der_done(&inside) || !der_done(&all) || reference->subject.size + reference->serial.size == 0)
		return PKIMESSAGE_E_SYNTAX;
	return reference->issuer.size > LIMIT_SUBJECT || reference->subject.size > LIMIT_SUBJECT ||
			       reference->serial.size > SERIAL_MAX
		       ? PKIMESSAGE_E_LIMIT
		       : PKIMESSAGE_OK;
}

int pkimessage_reference_parse(const gnutls_datum_t *input, struct pkimessage_reference *reference)
{
	int error;

	*reference = (struct pkimessage_reference){0};
	if (input == NULL)
		return PKIMESSAGE_E_ARGUMENT;
	error = msg_error(ber_to_der(input, &reference->der));
	if (error == PKIMESSAGE_OK)
		error = read_reference(reference);
	if (error != PKIMESSAGE_OK)
		pkimessage_reference_free(reference);
	return error;
}

void pkimessage_reference_free(struct pkimessage_reference *reference)
{
	if (reference == NULL)
		return;
	bytes_free(&reference->der);
	*reference = (struct pkimessage_reference){0};
}

/* True when BYTES are one complete encoding of a Name, as far as its outside shows. */
static bool is_name(const gnutls_datum_t *bytes)
{
	struct der der = der_open(bytes);

	(void)der_raw(&der, DER_SEQUENCE);
	return der_done(&der) && bytes->size <= LIMIT_SUBJECT;
}

int pkimessage_reference_build(const struct pkimessage_reference *reference, gnutls_datum_t *out)
{
	struct buffer inside = {0};
	struct buffer all = {0};

	*out = MSG_EMPTY;
	if (reference == NULL || !is_name(&reference->issuer) || reference->serial.size > SERIAL_MAX ||
	    (reference->subject.size > 0) == (reference->serial.size > 0) ||
	    (reference->subject.size > 0 && !is_name(&reference->subject)))
		return PKIMESSAGE_E_ARGUMENT;
	der_put_raw(&inside, &reference->issuer);
	if (reference->serial.size > 0)
		der_put_bytes(&inside, DER_INTEGER, &reference->serial);
	else
		der_put_raw(&inside, &reference->subject);
	der_put_buffer(&all, DER_SEQUENCE, &inside);
	return msg_take(&all, out);
}
