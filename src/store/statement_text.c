/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every statement the programs run, and sql/ has the tables. Values are only ever bound, never written into a
 * text.
 */
#include "store/store_private.h"

#define PROFILE_COLUMNS                                                                                      \
	"id, name, enabled, max_ttl_seconds, allowed_key_algorithms, allowed_ekus, copied_extensions, "      \
	"must_staple"

const char *const store_statement_texts[STATEMENT_COUNT] = {
	/* Always one row: the answer to the request, if any, and the policy, if any. */
	[STATEMENT_ENROLMENT_LOOK] =
		"SELECT t.id IS NOT NULL, t.reply, p.id IS NOT NULL, p.enabled, p.max_ttl_seconds,"
		" p.allowed_key_algorithms, p.allowed_ekus, p.copied_extensions, p.must_staple,"
		" JSON_LENGTH(p.required_san_patterns) > 0"
		" FROM (SELECT 1) AS one"
		" LEFT JOIN transactions AS t ON t.profile = ? AND t.request_sha256 = ? AND t.reply IS NOT "
		"NULL"
		" LEFT JOIN certificate_profiles AS p ON p.id = ?",

	[STATEMENT_ENROLMENT_RECORD] = "CALL enrolment_record(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
				       " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",

	/* Who won when a request was recorded twice. */
	[STATEMENT_REQUEST_SERIAL] =
		"SELECT issuer_id, serial FROM transactions WHERE profile = ? AND request_sha256 = ?",

	[STATEMENT_CERTIFICATE_FIND] =
		"SELECT profile, der, not_before, not_after, revoked_at IS NOT NULL FROM certificates"
		" WHERE issuer_id = ? AND serial = ?",

	[STATEMENT_PROFILE_FIND] = "SELECT " PROFILE_COLUMNS " FROM certificate_profiles WHERE id = ?",

	/* Row by row along the primary key, so that a list needs no result set of its own. */
	[STATEMENT_PROFILE_NEXT] =
		"SELECT " PROFILE_COLUMNS " FROM certificate_profiles WHERE id > ? ORDER BY id LIMIT 1",

	[STATEMENT_PROFILE_INSERT] =
		"INSERT INTO certificate_profiles (name, enabled, max_ttl_seconds, allowed_key_algorithms,"
		" allowed_ekus, copied_extensions, must_staple, updated_at, id, created_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",

	[STATEMENT_PROFILE_UPDATE] =
		"UPDATE certificate_profiles SET name = ?, enabled = ?, max_ttl_seconds = ?,"
		" allowed_key_algorithms = ?, allowed_ekus = ?, copied_extensions = ?, must_staple = ?,"
		" updated_at = ? WHERE id = ?",

	[STATEMENT_AUDIT_INSERT] =
		"INSERT INTO audit_events (event_id, created_at, action, outcome, reason, actor, actor_type,"
		" resource_type, resource_id, request_id, client_address, profile, details)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",

	[STATEMENT_SCHEMA_EXISTS] = "SELECT 1 FROM information_schema.tables"
				    " WHERE table_schema = DATABASE() AND table_name = 'schema_migrations'",

	[STATEMENT_SCHEMA_NEWEST] = "SELECT name FROM schema_migrations ORDER BY name DESC LIMIT 1",

	/* Lock names are the server's, not the database's. */
	[STATEMENT_MIGRATION_LOCK] = "SELECT GET_LOCK(LEFT(CONCAT('certctl-fcgi/', DATABASE()), 64), ?)",

	[STATEMENT_MIGRATION_FIND] = "SELECT sha256 FROM schema_migrations WHERE name = ?",

	[STATEMENT_MIGRATION_INSERT] =
		"INSERT INTO schema_migrations (name, sha256, applied_at) VALUES (?, ?, ?)",
};
