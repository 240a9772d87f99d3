/* SPDX-License-Identifier: BSD-2-Clause */
/* Audit rows: what each decision leaves behind. */
#include "enrol/private.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/text.h"

/* Adds TEXT unless it is NULL or empty. */
static void add_text(cJSON *details, const char *name, const char *text)
{
	if (text != NULL && text[0] != '\0')
		(void)cJSON_AddStringToObject(details, name, text);
}

/* The same for bytes that may be anything: the database takes no row that is not UTF-8. */
static void add_bytes(cJSON *details, const char *name, const gnutls_datum_t *bytes)
{
	char shown[PKI_REASON_SIZE];

	add_text(details, name, text_printable(bytes, shown, sizeof shown));
}

static void add_names(cJSON *details, const struct pki_names *names)
{
	cJSON *sans = cJSON_AddArrayToObject(details, "sans");

	add_text(details, "common_name", names->common_name);
	add_text(details, "subject", names->subject_text);
	for (size_t i = 0; sans != NULL && i < names->san_count; i++)
		(void)cJSON_AddItemToArray(sans, cJSON_CreateString(names->sans[i].text));
}

static void add_deviations(cJSON *details, const char *const *deviations)
{
	cJSON *list = deviations[0] == NULL ? NULL : cJSON_AddArrayToObject(details, "deviations");

	for (size_t i = 0; list != NULL && deviations[i] != NULL; i++)
		(void)cJSON_AddItemToArray(list, cJSON_CreateString(deviations[i]));
}

/* Who signed for another's key. Its certificate may be self-signed, so its subject may be anything. */
static void add_agent(cJSON *details, gnutls_x509_crt_t agent)
{
	CLEANUP(bytes_free) gnutls_datum_t subject = {NULL, 0};
	char serial[ENROL_SERIAL_TEXT];
	cJSON *object = cJSON_AddObjectToObject(details, "agent");

	if (gnutls_x509_crt_get_dn3(agent, &subject, 0) == GNUTLS_E_SUCCESS)
		add_bytes(object, "subject", &subject);
	add_text(object, "serial", signer_serial_text(agent, serial));
}

static void describe_client(cJSON *object, const struct enrol_client *client)
{
	add_text(object, "subject", client->subject_text);
	add_text(object, "issuer", client->issuer_text);
	add_text(object, "serial", client->serial);
}

/* The client certificate of the TLS connection; of a refused request it is what was claimed. */
static void add_client(cJSON *details, const struct enrol_client *client)
{
	if (client != NULL)
		describe_client(cJSON_AddObjectToObject(details, "client_certificate"), client);
}

static char *print(cJSON *details)
{
	char *text = cJSON_PrintUnformatted(details);

	cJSON_Delete(details);
	return text;
}

char *audit_client(const struct enrol_client *client)
{
	cJSON *object = cJSON_CreateObject();

	describe_client(object, client);
	return print(object);
}

/* What every row says: where the request came from, and what was noticed about it. */
static cJSON *common(const struct enrol_profile *profile, const struct enrol_origin *origin,
		     const char *detail)
{
	cJSON *details = cJSON_CreateObject();
	/* Words that were cut may end within a character. */
	const gnutls_datum_t words = bytes_view_text(detail);

	add_text(details, "protocol", origin->protocol);
	add_bytes(details, "transaction_id", &origin->transaction_id);
	add_text(details, "issuer_id", profile->issuer->id);
	add_text(details, "profile_id", profile->policy_id);
	add_client(details, origin->client);
	add_deviations(details, origin->deviations);
	add_bytes(details, "detail", &words);
	return details;
}

static struct store_audit row(const struct enrol_profile *profile, const struct enrol_origin *origin,
			      enum enrol_reason reason, const char *details)
{
	return (struct store_audit){
		.action = origin->action,
		.success = reason == ENROL_SUCCESS || reason == ENROL_PENDING,
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
}

char *audit_details(const struct attempt *attempt, const char *serial)
{
	const struct enrolment *enrolment = attempt->enrolment;
	cJSON *details = common(enrolment->profile, &enrolment->origin, attempt->detail);

	if (attempt->csr != NULL)
		add_names(details, &attempt->csr->names);
	if (attempt->agent)
		add_agent(details, enrolment->signer);
	add_text(details, "serial", serial);
	if (attempt->approval != 0)
		(void)cJSON_AddNumberToObject(details, "request", (double)attempt->approval);
	if (attempt->repeated)
		(void)cJSON_AddTrueToObject(details, "repeated");
	return print(details);
}

struct store_audit audit_row(const struct attempt *attempt, enum enrol_reason reason, const char *details)
{
	struct enrol_origin origin = attempt->enrolment->origin;

	if (attempt->renewal)
		origin.action = origin.renewal_action;
	return row(attempt->enrolment->profile, &origin, reason, details);
}

bool audit_refused(struct store *store, const struct enrol_profile *profile,
		   const struct enrol_origin *origin, enum enrol_reason reason, const char *detail)
{
	CLEANUP(text_free) char *details = print(common(profile, origin, detail));
	const struct store_audit refused = row(profile, origin, reason, details);

	return store_audit_write(store, &refused) == ERR_OK;
}

bool audit_served(struct store *store, const struct enrol_profile *profile, const struct enrol_origin *origin,
		  const char *serial)
{
	cJSON *object = common(profile, origin, NULL);
	CLEANUP(text_free) char *details = NULL;
	struct store_audit served;

	add_text(object, "serial", serial);
	details = print(object);
	served = row(profile, origin, ENROL_SUCCESS, details);
	served.resource_id = serial;
	return store_audit_write(store, &served) == ERR_OK;
}
