/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/private.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"

/* Somebody else recorded this very request a moment ago (the client sent it twice): their answer is the
 * answer. */
static enum enrol_reason take_other_answer(struct attempt *attempt, gnutls_datum_t *reply)
{
	CLEANUP(store_look_free) struct store_look look = {0};

	if (store_enrolment_look(attempt->store, &attempt->enrolment->key, NULL, 0, &look) != ERR_OK ||
	    !look.answered)
		return ENROL_UNAVAILABLE;
	log_info("request sent twice at once, the answer recorded first is sent");
	bytes_free(reply);
	*reply = look.reply;
	look.reply = (gnutls_datum_t){NULL, 0};
	return ENROL_SUCCESS;
}

enum enrol_reason record_issued(struct attempt *attempt, const struct pki_certificate *certificate,
				gnutls_datum_t *reply)
{
	const struct enrolment *enrolment = attempt->enrolment;
	const struct pki_csr *csr = attempt->csr;
	char serial[TEXT_HEX_SIZE(LIMIT_SERIAL + 1)];
	CLEANUP(text_free) char *sans = pki_sans_json(&csr->names);
	CLEANUP(text_free) char *details = NULL;
	struct store_issued issued;
	enum err error;

	text_hex(&certificate->serial, serial);
	details = audit_details(attempt, serial);
	if (sans == NULL || details == NULL)
		return ENROL_INTERNAL;
	issued = (struct store_issued){
		.key = enrolment->key,
		.reply = *reply,
		.issuer_id = enrolment->profile->issuer->id,
		.serial = certificate->serial,
		.der = certificate->der,
		.certificate_sha256 = certificate->sha256,
		.key_sha256 = csr->key_sha256,
		.subject = csr->names.subject_text,
		.sans = sans,
		.not_before = certificate->not_before,
		.not_after = certificate->not_after,
		.audit = audit_row(attempt, ENROL_SUCCESS, details),
	};
	issued.audit.resource_id = serial;
	error = store_enrolment_record(attempt->store, &issued);
	if (error == ERR_EXISTS)
		return take_other_answer(attempt, reply);
	if (error != ERR_OK)
		return ENROL_UNAVAILABLE;
	log_info("certificate issued", "action", issued.audit.action, "serial", serial, "subject",
		 issued.subject, "issuer", issued.issuer_id);
	return ENROL_SUCCESS;
}
