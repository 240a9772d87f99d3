/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/private.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"

/*
 * The log line of a refusal, whose audit row is written. "told" is what the device shows, if it shows
 * anything. When the database is what is missing, the line says so by its reason and there is no row.
 */
static void log_refusal(const struct enrol_origin *origin, const char *action, const struct pki_csr *csr,
			enum enrol_reason reason, const char *detail, bool audited)
{
	const struct enrol_meaning *meaning = enrol_meaning(reason);
	char transaction[LIMIT_TRANSACTION_ID + 4];

	log_warn("request refused", "action", action, "reason", meaning->label, "detail",
		 detail != NULL && detail[0] != '\0' ? detail : NULL, "subject",
		 csr == NULL ? NULL : csr->names.subject_text, "transaction_id",
		 origin->transaction_id.size == 0
			 ? NULL
			 : text_printable(&origin->transaction_id, transaction, sizeof transaction),
		 "client", origin->client_address, "told", meaning->text, "audited", audited ? "yes" : "no");
}

void enrol_audit_refusal(struct store *store, const struct enrol_profile *profile,
			 const struct enrol_origin *origin, enum enrol_reason reason)
{
	(void)audit_refused(store, profile, origin, reason, NULL);
}

void enrol_refuse(struct store *store, const struct enrol_profile *profile, const struct enrol_origin *origin,
		  enum enrol_reason reason, const char *detail)
{
	bool audited = audit_refused(store, profile, origin, reason, detail);

	log_refusal(origin, origin->action, NULL, reason, detail, audited);
}

void refuse_attempt(const struct attempt *attempt, enum enrol_reason reason)
{
	CLEANUP(text_free) char *details = audit_details(attempt, NULL);
	const struct store_audit row = audit_row(attempt, reason, details);
	bool audited = store_audit_write(attempt->store, &row) == ERR_OK;

	log_refusal(&attempt->enrolment->origin, row.action, attempt->csr, reason, attempt->detail, audited);
}

enum enrol_reason enrol_served(struct store *store, const struct enrol_profile *profile,
			       const struct enrol_origin *origin, const char *serial)
{
	if (!audit_served(store, profile, origin, serial))
		return ENROL_UNAVAILABLE;
	log_info("certificate given out again", "action", origin->action, "serial", serial, "client",
		 origin->client_address);
	return ENROL_SUCCESS;
}
