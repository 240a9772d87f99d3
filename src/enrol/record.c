/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/private.h"

#include "base/cleanup.h"
#include "base/log.h"

/* The certificate that let this one be issued: whether it was revoked meanwhile is asked in the same
 * transaction. A view into the record. */
static gnutls_datum_t relied_on(const struct attempt *attempt)
{
	bool agent = attempt->agent && attempt->enrolment->profile->agents == ENROL_AGENTS_ISSUED;

	return attempt->renewal || agent ? bytes_view(attempt->signer.serial, attempt->signer.serial_size)
					 : (gnutls_datum_t){NULL, 0};
}

static enum enrol_reason commit(struct attempt *attempt, const struct store_issued *issued,
				gnutls_datum_t *reply)
{
	switch (store_enrolment_record(attempt->store, issued)) {
	case ERR_OK:
		log_info("certificate issued", "action", issued->audit.action, "serial",
			 issued->audit.resource_id, "subject", issued->subject, "issuer", issued->issuer_id);
		return ENROL_SUCCESS;
	case ERR_EXISTS: return repeat_recorded(attempt, reply);
	case ERR_PERMISSION: return ENROL_RENEWAL_REVOKED;
	/* Not recorded, or nobody can tell: the client is told to come again, and then finds out by the same
	 * message or the same request. */
	default: return ENROL_UNAVAILABLE;
	}
}

enum enrol_reason record_issued(struct attempt *attempt, const struct pki_certificate *certificate,
				gnutls_datum_t *reply)
{
	const struct enrolment *enrolment = attempt->enrolment;
	const struct pki_csr *csr = attempt->csr;
	char serial[ENROL_SERIAL_TEXT];
	CLEANUP(text_free) char *sans = pki_sans_json(&csr->names);
	CLEANUP(text_free) char *details = NULL;
	const struct enrol_client *client = enrolment->origin.client;
	CLEANUP(text_free) char *described = client == NULL ? NULL : audit_client(client);
	struct store_issued issued;

	text_hex(&certificate->serial, serial);
	details = audit_details(attempt, serial);
	if (sans == NULL || details == NULL || (client != NULL && described == NULL))
		return ENROL_INTERNAL;
	issued = (struct store_issued){
		.key = enrolment->key,
		.remake_sha256 = attempt->remake,
		.since = repeat_history(attempt, certificate),
		.approval = attempt->approval,
		.reply = *reply,
		.issuer_id = enrolment->profile->issuer->id,
		.serial = certificate->serial,
		.der = certificate->der,
		.certificate_sha256 = certificate->sha256,
		.key_sha256 = csr->key_sha256,
		.subject = csr->names.subject_text,
		.sans = sans,
		.client_certificate = described,
		.not_before = certificate->not_before,
		.not_after = certificate->not_after,
		.renewed = relied_on(attempt),
		.audit = audit_row(attempt, ENROL_SUCCESS, details),
	};
	issued.audit.resource_id = serial;
	return commit(attempt, &issued, reply);
}
