/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/private.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"

/* Adds TEXT unless it is NULL or empty. */
static void add_text(cJSON *details, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		(void)cJSON_AddStringToObject(details, name, text);
}

static void add_names(cJSON *details, const struct pki_names *names)
{
	cJSON *sans = cJSON_AddArrayToObject(details, "sans");

	add_text(details, "common_name", names->common_name);
	add_text(details, "subject", names->subject_text);
	for (size_t i = 0; sans != NULL && i < names->san_count; i++)
		(void)cJSON_AddItemToArray(sans, cJSON_CreateString(names->sans[i].text));
}

char *audit_details(const struct enrol_profile *profile, const struct enrol_origin *origin,
		    const struct pki_csr *csr, const char *serial, const char *detail)
{
	char transaction[LIMIT_TRANSACTION_ID + 4];
	char shown[PKI_REASON_SIZE];
	const gnutls_datum_t words = bytes_view_text(detail);
	cJSON *details = cJSON_CreateObject();
	char *text;

	add_text(details, "protocol", origin->protocol);
	add_text(details, "transaction_id",
		 text_printable(&origin->transaction_id, transaction, sizeof transaction));
	add_text(details, "issuer_id", profile->issuer->id);
	add_text(details, "profile_id", profile->policy_id);
	if (csr != NULL)
		add_names(details, &csr->names);
	add_text(details, "serial", serial);
	/* Words that were cut may end within a character, and the database takes no such row. */
	add_text(details, "detail", text_printable(&words, shown, sizeof shown));
	text = cJSON_PrintUnformatted(details);
	cJSON_Delete(details);
	return text;
}

/* Fills the row from what ATTEMPT knows; the strings stay its owners'. */
static struct store_audit audit_row(const struct attempt *attempt, const char *serial, const char *details)
{
	const struct enrolment *enrolment = attempt->enrolment;

	return (struct store_audit){
		.action = attempt->renewal ? enrolment->origin.renewal_action : enrolment->origin.action,
		.success = true,
		.reason = enrol_meaning(ENROL_SUCCESS)->label,
		.actor = enrolment->origin.actor,
		.actor_type = "System",
		.resource_type = "certificate",
		.resource_id = serial,
		.request_id = enrolment->origin.request_id,
		.client_address = enrolment->origin.client_address,
		.profile = enrolment->profile->key,
		.details = details,
	};
}

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
	details = audit_details(enrolment->profile, &enrolment->origin, csr, serial, NULL);
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
		.audit = audit_row(attempt, serial, details),
	};
	error = store_enrolment_record(attempt->store, &issued);
	if (error == ERR_EXISTS)
		return take_other_answer(attempt, reply);
	if (error != ERR_OK)
		return ENROL_UNAVAILABLE;
	log_info("certificate issued", "action", issued.audit.action, "serial", serial, "subject",
		 issued.subject, "issuer", issued.issuer_id);
	return ENROL_SUCCESS;
}
