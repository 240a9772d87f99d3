/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/csr.h"

#include "base/ber.h"
#include "base/cleanup.h"
#include "base/limits.h"
#include "pkimessage/key.h"

CLEANUP_DEFINE(csr_free, struct pkimessage_csr *, pkimessage_csr_free)

/* CertificationRequestInfo (RFC 2986 section 4.1); some clients leave the attributes out instead of empty. */
static int read_info(struct der info, struct pkimessage_csr *csr)
{
	int error = PKIMESSAGE_OK;

	(void)der_small_integer(&info);
	csr->subject = der_raw(&info, DER_SEQUENCE);
	csr->public_key = der_raw(&info, DER_SEQUENCE);
	if (der_next_is(&info, DER_CONTEXT_CONSTRUCTED(0))) {
		struct der attributes = der_enter(&info, DER_CONTEXT_CONSTRUCTED(0));

		error = msg_csr_read_attributes(&attributes, csr);
	}
	return error == PKIMESSAGE_OK && !der_done(&info) ? PKIMESSAGE_E_SYNTAX : error;
}

/* The signature, a BIT STRING of whole bytes. */
static void read_signature(struct der *der, struct pkimessage_csr *csr)
{
	gnutls_datum_t bits = der_contents(der, DER_BIT_STRING);

	if (bits.size < 1 || bits.data[0] != 0)
		der->failed = true;
	else
		csr->signature = bytes_view(bits.data + 1, bits.size - 1);
}

/* CertificationRequest (RFC 2986 section 4.2). */
static int read_request(struct pkimessage_csr *csr)
{
	struct der all = der_open(&csr->der);
	struct der request = der_enter(&all, DER_SEQUENCE);
	struct der info;

	csr->info = der_raw(&request, DER_SEQUENCE);
	msg_read_algorithm(&request, &csr->signature_algorithm.oid, &csr->signature_algorithm.parameters);
	read_signature(&request, csr);
	if (!der_done(&request) || !der_done(&all))
		return PKIMESSAGE_E_SYNTAX;
	info = der_open(&csr->info);
	return read_info(der_enter(&info, DER_SEQUENCE), csr);
}

int pkimessage_csr_parse(const gnutls_datum_t *input, struct pkimessage_csr **csr)
{
	CLEANUP(csr_free) struct pkimessage_csr *fresh = NULL;
	int error;

	*csr = NULL;
	if (input == NULL)
		return PKIMESSAGE_E_ARGUMENT;
	if (input->size > LIMIT_CSR)
		return PKIMESSAGE_E_LIMIT;
	fresh = gnutls_calloc(1, sizeof *fresh);
	if (fresh == NULL)
		return PKIMESSAGE_E_MEMORY;
	error = msg_error(ber_to_der(input, &fresh->der));
	if (error == PKIMESSAGE_OK)
		error = read_request(fresh);
	if (error == PKIMESSAGE_OK)
		*csr = TAKE(fresh);
	return error;
}

void pkimessage_csr_free(struct pkimessage_csr *csr)
{
	if (csr == NULL)
		return;
	bytes_wipe(&csr->der);
	bytes_wipe(&csr->challenge);
	gnutls_free(csr->extensions);
	gnutls_free(csr);
}

int pkimessage_csr_verify(const struct pkimessage_csr *csr, unsigned legacy)
{
	if (csr == NULL)
		return PKIMESSAGE_E_ARGUMENT;
	return msg_key_verify(&csr->public_key, &csr->signature_algorithm, GNUTLS_DIG_UNKNOWN, legacy,
			      &csr->info, &csr->signature);
}

const gnutls_datum_t *pkimessage_csr_der(const struct pkimessage_csr *csr)
{
	return &csr->der;
}

const gnutls_datum_t *pkimessage_csr_subject(const struct pkimessage_csr *csr)
{
	return &csr->subject;
}

const gnutls_datum_t *pkimessage_csr_public_key(const struct pkimessage_csr *csr)
{
	return &csr->public_key;
}

const gnutls_datum_t *pkimessage_csr_challenge(const struct pkimessage_csr *csr)
{
	return &csr->challenge;
}

size_t pkimessage_csr_extension_count(const struct pkimessage_csr *csr)
{
	return csr->extension_count;
}

const struct pkimessage_extension *pkimessage_csr_extension(const struct pkimessage_csr *csr, size_t index)
{
	return index < csr->extension_count ? &csr->extensions[index] : NULL;
}
