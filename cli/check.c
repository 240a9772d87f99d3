/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi check: everything that would stop the programs, or their clients, before they find out
 * themselves. */
#include "cli/check.h"

#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "cli/database.h"
#include "store/profile.h"

void check_line(struct check_report *report, enum check_level level, const char *what, const char *format,
		...)
{
	static const char *const words[] = {[CHECK_OK] = "ok", [CHECK_NOTE] = "note", [CHECK_FAIL] = "FAIL"};
	va_list arguments;

	printf("%-4s  %-28s  ", words[level], what);
	va_start(arguments, format);
	(void)vprintf(format, arguments);
	va_end(arguments);
	(void)putchar('\n');
	report->failed |= level == CHECK_FAIL;
}

static bool check_config(struct check_report *report, const struct cli_call *call, struct config **config)
{
	CLEANUP(config_problems_free) struct config_problems problems = {NULL, 0};
	enum err error = config_load(call->config, environ, config, &problems);

	for (size_t i = 0; i < problems.count; i++)
		check_line(report, problems.items[i].fatal ? CHECK_FAIL : CHECK_NOTE, "config", "%s",
			   problems.items[i].text);
	if (error != ERR_OK) {
		if (problems.count == 0)
			check_line(report, CHECK_FAIL, "config", "%s", err_text(error));
		return false;
	}
	check_line(report, CHECK_OK, "config", "%zu SCEP profile%s, %zu issuer%s",
		   (*config)->scep_profile_count, (*config)->scep_profile_count == 1 ? "" : "s",
		   (*config)->issuer_count, (*config)->issuer_count == 1 ? "" : "s");
	if (!(*config)->scep_enabled)
		check_line(report, CHECK_NOTE, "config", "SCEP is not enabled (CERTCTL_SCEP_ENABLED)");
	return true;
}

const char *check_profile_name(const struct config_scep_profile *profile)
{
	return profile->name[0] != '\0' ? profile->name : "<root>";
}

/* A profile that names a policy which is missing or off refuses every request (fail closed): say so now. */
static void check_policies(struct check_report *report, const struct config *config, struct store *store)
{
	for (size_t i = 0; i < config->scep_profile_count; i++) {
		const struct config_scep_profile *profile = &config->scep_profiles[i];
		CLEANUP(store_profile_free) struct store_profile row = {.id = NULL};
		char what[96];
		enum err error;

		if (profile->profile_id == NULL)
			continue;
		(void)snprintf(what, sizeof(what), "scep/%s policy", check_profile_name(profile));
		error = store_profile_find(store, profile->profile_id, &row);
		if (error == ERR_NOT_FOUND)
			check_line(report, CHECK_FAIL, what,
				   "no certificate profile is called %s; make it with "
				   "'certctl-fcgi profile set %s'",
				   profile->profile_id, profile->profile_id);
		else if (error != ERR_OK)
			check_line(report, CHECK_FAIL, what, "%s", err_text(error));
		else if (!row.policy.enabled)
			check_line(report, CHECK_FAIL, what, "certificate profile %s is disabled",
				   profile->profile_id);
		else
			check_line(report, CHECK_OK, what, "%s", profile->profile_id);
	}
}

static void check_database(struct check_report *report, const struct config *config)
{
	CLEANUP(cli_database_close) struct cli_database database = {.store = NULL};
	char reason[256] = "";
	enum err error;

	if (!cli_database_open(config, &database)) {
		check_line(report, CHECK_FAIL, "database", "not usable; see above");
		return;
	}
	error = store_ping(database.store);
	if (error != ERR_OK) {
		check_line(report, CHECK_FAIL, "database", "%s (CERTCTL_DATABASE_URL)", err_text(error));
		return;
	}
	check_line(report, CHECK_OK, "database", "answers");
	error = store_check_schema(database.store, reason);
	if (error != ERR_OK) {
		check_line(report, CHECK_FAIL, "schema", "%s", reason[0] != '\0' ? reason : err_text(error));
		return;
	}
	check_line(report, CHECK_OK, "schema", "current");
	check_policies(report, config, database.store);
}

static void preflight(struct check_report *report, const char *path, const struct scep_preflight *seen)
{
	enum check_level level = seen->error != ERR_OK ? CHECK_FAIL : seen->note ? CHECK_NOTE : CHECK_OK;
	const char *unsaid = seen->error == ERR_OK ? "usable" : err_text(seen->error);
	char what[128];

	(void)snprintf(what, sizeof(what), "%s/%s %s", path, seen->profile, seen->check);
	check_line(report, level, what, "%s", seen->reason[0] != '\0' ? seen->reason : unsaid);
}

static void preflight_plain(void *context, const struct scep_preflight *seen)
{
	preflight(context, "scep", seen);
}

static void preflight_mtls(void *context, const struct scep_preflight *seen)
{
	preflight(context, "scep-mtls", seen);
}

/* Loads what a program of KIND would, and says what it would. */
static void check_service(struct check_report *report, const struct config *config, enum scep_kind kind,
			  struct scep_service **service)
{
	bool failed_before = report->failed;
	enum err error;

	report->failed = false;
	error = scep_service_load(config, kind, kind == SCEP_MTLS ? preflight_mtls : preflight_plain, report,
				  service);
	if (error != ERR_OK && !report->failed)
		check_line(report, CHECK_FAIL, kind == SCEP_MTLS ? "scep-mtls" : "scep", "%s",
			   err_text(error));
	report->failed |= failed_before;
}

static void check_profiles(struct check_report *report, const struct config *config)
{
	CLEANUP(scep_service_free) struct scep_service *plain = NULL;
	CLEANUP(scep_service_free) struct scep_service *mtls = NULL;

	check_service(report, config, SCEP_PLAIN, &plain);
	if (plain != NULL)
		check_certificates(report, config, plain);
	check_service(report, config, SCEP_MTLS, &mtls);
}

static bool offers(const struct config_scep_profile *profile, const char *capability)
{
	for (size_t i = 0; i < profile->extra_caps.count; i++) {
		if (strcasecmp(profile->extra_caps.items[i], capability) == 0)
			return true;
	}
	return false;
}

/* strongSwan before 5.9.11 (Debian 12 has 5.9.8) reads AES and SHA-256 as absent unless SHA-384 is there as
 * well. */
static void check_capabilities(struct check_report *report, const struct config *config)
{
	char what[96];

	for (size_t i = 0; i < config->scep_profile_count; i++) {
		const struct config_scep_profile *profile = &config->scep_profiles[i];

		if (offers(profile, "SHA-384"))
			continue;
		(void)snprintf(what, sizeof(what), "scep/%s caps", check_profile_name(profile));
		check_line(report, CHECK_NOTE, what,
			   "strongSwan before 5.9.11 needs SHA-384 in _EXTRA_CAPS to use AES, SHA-256 and "
			   "renewal");
	}
}

int cli_check(struct cli_call *call)
{
	CLEANUP(config_free) struct config *config = NULL;
	struct check_report report = {.failed = false};
	int status = cli_parse(call, NULL);

	if (status != CLI_GO)
		return status;
	if (check_config(&report, call, &config)) {
		check_trust(&report, config);
		check_database(&report, config);
		check_profiles(&report, config);
		check_capabilities(&report, config);
		check_crypto(&report, config);
	}
	return report.failed ? CLI_FAILED : CLI_OK;
}
