/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/private.h"

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"

/* The audit row; false when it could not be written. */
static bool audit(struct store *store, const struct enrol_profile *profile, const struct enrol_origin *origin,
		  const struct pki_csr *csr, enum enrol_reason reason, const char *detail)
{
	CLEANUP(text_free) char *details = audit_details(profile, origin, csr, NULL, detail);
	const struct store_audit row = {
		.action = origin->action,
		.success = false,
		.reason = enrol_meaning(reason)->label,
		.actor = origin->actor,
		.actor_type = "System",
		.resource_type = "certificate",
		.resource_id = "",
		.request_id = origin->request_id,
		.client_address = origin->client_address,
		.profile = profile->key,
		.details = details == NULL ? "{}" : details,
	};

	return store_audit_write(store, &row) == ERR_OK;
}

/*
 * One log line and one audit row for a refusal. "told" is what the device shows, if it shows anything. When
 * the database is what is missing, the line says so by its reason and there is no row.
 */
static void refuse(struct store *store, const struct enrol_profile *profile,
		   const struct enrol_origin *origin, const struct pki_csr *csr, enum enrol_reason reason,
		   const char *detail)
{
	const struct enrol_meaning *meaning = enrol_meaning(reason);
	char transaction[LIMIT_TRANSACTION_ID + 4];
	bool audited = audit(store, profile, origin, csr, reason, detail);

	log_warn("request refused", "action", origin->action, "reason", meaning->label, "detail",
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
	(void)audit(store, profile, origin, NULL, reason, NULL);
}

void enrol_refuse(struct store *store, const struct enrol_profile *profile, const struct enrol_origin *origin,
		  enum enrol_reason reason, const char *detail)
{
	refuse(store, profile, origin, NULL, reason, detail);
}

void refuse_attempt(const struct attempt *attempt, enum enrol_reason reason)
{
	struct enrol_origin origin = attempt->enrolment->origin;

	if (attempt->renewal)
		origin.action = origin.renewal_action;
	refuse(attempt->store, attempt->enrolment->profile, &origin, attempt->csr, reason, attempt->detail);
}
