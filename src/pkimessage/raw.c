/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests that are no pkiMessage: what clients sent before SCEP had one form (RFC 8894 appendix B tells the
 * history). */
#include "base/ber.h"
#include "base/cleanup.h"
#include "base/der.h"
#include "base/limits.h"
#include "base/text.h"
#include "pkimessage/private.h"

/* True when DER has the outside of a CertificationRequest (RFC 2986 section 4); a certificate has not. */
static bool is_request(const gnutls_datum_t *der)
{
	struct der all = der_open(der);
	struct der request = der_enter(&all, DER_SEQUENCE);
	struct der info = der_enter(&request, DER_SEQUENCE);

	(void)der_small_integer(&info);     /* version */
	(void)der_raw(&info, DER_SEQUENCE); /* subject */
	(void)der_raw(&info, DER_SEQUENCE); /* subjectPublicKeyInfo */
	(void)der_skip_optional(&info, DER_CONTEXT_CONSTRUCTED(0));
	(void)der_raw(&request, DER_SEQUENCE); /* signatureAlgorithm */
	(void)der_raw(&request, DER_BIT_STRING);
	return der_done(&info) && der_done(&request) && der_done(&all);
}

/*
 * The eContent of a SignedData: what its OCTET STRING holds or, as PKCS #7 1.5 had it, the encoding itself;
 * empty when DER is no SignedData with content. What follows the content is not looked at.
 */
static gnutls_datum_t signed_content(const gnutls_datum_t *der)
{
	struct der all = der_open(der);
	struct der info = der_enter(&all, DER_SEQUENCE);
	gnutls_datum_t type = der_contents(&info, DER_OID);
	struct der explicit = der_enter(&info, DER_CONTEXT_CONSTRUCTED(0));
	struct der data = der_enter(&explicit, DER_SEQUENCE);
	struct der inside;

	(void)der_small_integer(&data);
	(void)der_raw(&data, DER_SET); /* digestAlgorithms */
	inside = der_enter(&data, DER_SEQUENCE);
	(void)der_contents(&inside, DER_OID); /* eContentType: tells nothing that the content does not */
	inside = der_enter(&inside, DER_CONTEXT_CONSTRUCTED(0));
	if (!der_oid_is(&type, MSG_OID_SIGNED_DATA))
		return MSG_EMPTY;
	return der_next_is(&inside, DER_SEQUENCE) ? der_any(&inside)
						  : der_contents(&inside, DER_OCTET_STRING);
}

/* The request that BER is, or that a SignedData in BER holds. */
static int find_request(const gnutls_datum_t *ber, gnutls_datum_t *csr)
{
	CLEANUP(bytes_wipe) gnutls_datum_t der = {NULL, 0};
	CLEANUP(bytes_wipe) gnutls_datum_t inner = {NULL, 0};
	int error = msg_error(ber_to_der(ber, &der));
	gnutls_datum_t content;

	if (error == PKIMESSAGE_OK && !is_request(&der)) {
		content = signed_content(&der);
		error = msg_error(ber_to_der(&content, &inner));
		if (error == PKIMESSAGE_OK && !is_request(&inner))
			error = PKIMESSAGE_E_SYNTAX;
		bytes_wipe(&der);
		der = inner;
		inner = MSG_EMPTY;
	}
	if (error == PKIMESSAGE_OK && der.size > LIMIT_CSR)
		error = PKIMESSAGE_E_LIMIT;
	if (error != PKIMESSAGE_OK)
		return error;
	*csr = der;
	der = MSG_EMPTY;
	return PKIMESSAGE_OK;
}

int pkimessage_raw_csr(const gnutls_datum_t *input, gnutls_datum_t *csr)
{
	CLEANUP(bytes_wipe) gnutls_datum_t decoded = {NULL, 0};
	enum err error;

	*csr = MSG_EMPTY;
	if (input == NULL)
		return PKIMESSAGE_E_ARGUMENT;
	/* The first byte of either structure is no letter that base64 of one could begin with. */
	if (input->size > 0 && input->data[0] == DER_SEQUENCE)
		return find_request(input, csr);
	error = text_base64_decode(input, &decoded);
	return error == ERR_OK ? find_request(&decoded, csr) : msg_error(error);
}
