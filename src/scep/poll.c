/* SPDX-License-Identifier: BSD-2-Clause */
/* CertPoll (RFC 8894 section 3.3.3): what became of a request that waited. */
#include "scep/operation_private.h"

#include "base/cleanup.h"

CLEANUP_DEFINE(request_free, struct pkimessage_csr *, pkimessage_csr_free)

static bool is_subject_of(const gnutls_datum_t *name, gnutls_x509_crt_t certificate)
{
	CLEANUP(bytes_free) gnutls_datum_t subject = {NULL, 0};

	return gnutls_x509_crt_get_raw_dn(certificate, &subject) == GNUTLS_E_SUCCESS &&
	       pkimessage_names_equal(name, &subject);
}

static bool is_issuer_of(const gnutls_datum_t *name, gnutls_x509_crt_t certificate)
{
	CLEANUP(bytes_free) gnutls_datum_t issuer = {NULL, 0};

	return gnutls_x509_crt_get_raw_issuer_dn(certificate, &issuer) == GNUTLS_E_SUCCESS &&
	       pkimessage_names_equal(name, &issuer);
}

/* Clients name the issuing CA, the RA that they talk to, or the issuer that the RA's certificate names
 * (field.md W43). */
static bool is_our_issuer(const struct scep_profile *profile, const gnutls_datum_t *name)
{
	if (pkimessage_names_equal(name, &profile->enrol.issuer->subject))
		return true;
	for (size_t i = 0; i < profile->ra_count; i++)
		if (is_subject_of(name, profile->ras[i].pair.chain.certificates[0]) ||
		    is_issuer_of(name, profile->ras[i].pair.chain.certificates[0]))
			return true;
	return false;
}

/* Opens the message that waited, which may be encrypted to an RA key of then. */
static enum enrol_reason open_held(struct operation *operation, gnutls_datum_t *csr)
{
	struct operation held = {.exchange = operation->exchange};
	int error = pkimessage_parse(&operation->look.held.message, &held.message);
	enum enrol_reason reason = ENROL_UNREADABLE;

	if (error == PKIMESSAGE_OK)
		error = pkimessage_envelope_parse(pkimessage_content(held.message), &held.envelope);
	if (error == PKIMESSAGE_OK)
		reason = scep_open(&held, csr);
	scep_operation_free(&held);
	if (reason != ENROL_SUCCESS)
		operation->detail = "the request that waited cannot be opened any more; is its RA pair gone?";
	return reason;
}

/* Whether CSR, which waited, is what the poll names. */
static enum enrol_reason check_subject(struct operation *operation, const gnutls_datum_t *csr,
				       const gnutls_datum_t *subject)
{
	CLEANUP(request_free) struct pkimessage_csr *request = NULL;

	if (pkimessage_csr_parse(csr, &request) == PKIMESSAGE_OK &&
	    pkimessage_names_equal(pkimessage_csr_subject(request), subject))
		return ENROL_SUCCESS;
	operation->detail = "the poll names another subject than the request that waited";
	return ENROL_NOT_PENDING;
}

/* What the poll names must be what we have; CSR is the request that waited, where it may be seen. */
static enum enrol_reason check_reference(struct operation *operation,
					 const struct pkimessage_reference *reference, gnutls_datum_t *csr)
{
	enum enrol_reason reason;

	if (reference->subject.size == 0 ||
	    !is_our_issuer(operation->exchange->profile, &reference->issuer)) {
		operation->detail = "the poll names an issuer that is none of ours, or no subject";
		return ENROL_NOT_PENDING;
	}
	if (operation->look.held.message.size == 0)
		return ENROL_SUCCESS;
	reason = open_held(operation, csr);
	return reason == ENROL_SUCCESS ? check_subject(operation, csr, &reference->subject) : reason;
}

/* Whether there is anything that a poll by this signer could be about: known before any key is used. */
static bool is_expected(const struct store_look *look)
{
	return look->issued || (look->held.state != STORE_REQUEST_NONE && look->held.same_signer);
}

enum enrol_reason scep_answer_poll(struct operation *operation)
{
	CLEANUP(pkimessage_reference_free) struct pkimessage_reference reference = {0};
	CLEANUP(bytes_wipe) gnutls_datum_t csr = {NULL, 0};
	enum enrol_reason reason = scep_operation_look(operation);

	if (reason != ENROL_SUCCESS || scep_answered_before(operation))
		return reason;
	if (!is_expected(&operation->look))
		return ENROL_NOT_PENDING;
	reason = scep_open_reference(operation, ENROL_NOT_PENDING, &reference);
	if (reason == ENROL_SUCCESS)
		reason = check_reference(operation, &reference, &csr);
	if (reason == ENROL_SUCCESS)
		scep_decide(operation, csr.size == 0 ? NULL : &csr, enrol_poll);
	return reason;
}
