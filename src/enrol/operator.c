/* SPDX-License-Identifier: BSD-2-Clause */
#include "enrol/operator.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "enrol/reason.h"

/* What was decided about what, as the audit row's JSON; NULL when memory is out. The caller frees it. */
static char *details_of(const struct store_request *request, const char *note)
{
	char transaction[LIMIT_TRANSACTION_ID + 4];
	cJSON *details = cJSON_CreateObject();
	char *text;

	(void)cJSON_AddStringToObject(
		details, "transaction_id",
		text_printable(&request->transaction_id, transaction, sizeof transaction));
	(void)cJSON_AddStringToObject(details, "subject", request->subject);
	(void)cJSON_AddRawToObject(details, "sans", request->sans);
	if (note != NULL)
		(void)cJSON_AddStringToObject(details, "note", note);
	text = cJSON_PrintUnformatted(details);
	cJSON_Delete(details);
	return text;
}

enum err enrol_operator_decide(struct store *store, const struct store_request *request, bool approve,
			       const struct enrol_operator *who)
{
	CLEANUP(text_free) char *details = details_of(request, who->note);
	char id[24];
	struct store_decision decision = {
		.id = request->id,
		.approve = approve,
		.by = who->name,
		.note = who->note,
		.audit =
			{
				.action = approve ? "scep_request_approve" : "scep_request_deny",
				.success = true,
				.reason = enrol_meaning(ENROL_SUCCESS)->label,
				.actor = who->name,
				.actor_type = "User",
				.resource_type = "request",
				.resource_id = id,
				.request_id = request->request_id,
				.client_address = request->client_address,
				.profile = request->profile,
				.details = details,
			},
	};
	enum err error;

	if (details == NULL)
		return ERR_MEMORY;
	(void)snprintf(id, sizeof id, "%" PRIu64, request->id);
	error = store_request_decide(store, &decision);
	if (error == ERR_OK)
		log_info(approve ? "request approved" : "request denied", "request", id, "by", who->name,
			 "profile", request->profile, "subject", request->subject);
	return error;
}
