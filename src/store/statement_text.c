/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every statement the programs run, and sql/ has the tables. Values are only ever bound, never written into a
 * text.
 */
#include "store/store_private.h"

#define PROFILE_COLUMNS                                                                                      \
	"id, name, enabled, max_ttl_seconds, allowed_key_algorithms, allowed_ekus, copied_extensions, "      \
	"must_staple"

#define CERTIFICATE_COLUMNS "c.profile, c.der, c.not_before, c.not_after, c.revoked_at IS NOT NULL"

/* The value of enum store_request_state, 0 where there is no row. */
#define REQUEST_STATE "FIELD(r.state, 'waiting', 'approved', 'denied', 'issued')"

#define REQUEST_COLUMNS                                                                                      \
	"r.id, " REQUEST_STATE ", r.profile, r.transaction_id, r.subject, r.sans, r.key_text, "              \
	"r.key_sha256, r.client_address, r.client_certificate, r.request_id, r.created_at, r.decided_at, "   \
	"r.decided_by, r.note"

/* When something last happened to a request that ended, was approved or still waits. */
#define REQUEST_AGE "COALESCE(decided_at, created_at)"

/*
 * The id of the newest answer to a transaction and signer, read off the end of the index, which the
 * statistics of a young table must not talk the server out of.
 */
#define NEWEST_TRANSACTION                                                                                   \
	"(SELECT MAX(id) FROM transactions FORCE INDEX (transaction_signer)"                                 \
	" WHERE profile = ? AND transaction_id = ? AND signer_key_sha256 = ?)"

/* Whether there is a history: of an identical message too, for that is of the same transaction and signer. */
#define SEEN                                                                                                 \
	NEWEST_TRANSACTION                                                                                   \
	" IS NOT NULL OR"                                                                                    \
	" (SELECT MAX(id) FROM requests WHERE profile = ? AND transaction_id = ?) IS NOT NULL"

/* Indices of a JSON array. JSON_TABLE would do without, but not in MariaDB 10.5. */
#define SIXTEEN                                                                                              \
	"(SELECT 0 AS i UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4"         \
	" UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9"    \
	" UNION ALL SELECT 10 UNION ALL SELECT 11 UNION ALL SELECT 12 UNION ALL SELECT 13"                   \
	" UNION ALL SELECT 14 UNION ALL SELECT 15)"

const char *const store_statement_texts[STATEMENT_COUNT] = {
	/*
	 * What a new enrolment asks and nearly always hears no to. Each table costs the server about as much
	 * as reading its row, so only two are asked here; one without a FROM saves more than it looks.
	 */
	[STATEMENT_ENROLMENT_SEEN] = "SELECT " SEEN,

	/* No row: there is no such policy. */
	[STATEMENT_ENROLMENT_SEEN_POLICY] =
		"SELECT " SEEN ", p.enabled, p.max_ttl_seconds, p.allowed_key_algorithms, p.allowed_ekus,"
		" p.copied_extensions, p.must_staple, JSON_LENGTH(p.required_san_patterns) > 0"
		" FROM certificate_profiles AS p WHERE p.id = ?",

	/*
	 * Always one row: the answer to the request, who holds the transactionID, and what the transaction
	 * got last. Each join is one search of a unique key.
	 */
	[STATEMENT_ENROLMENT_HISTORY] =
		"SELECT t.id IS NOT NULL, t.reply,"
		" r.id, " REQUEST_STATE ", r.request_sha256 = ?, r.signer_key_sha256 = ?, r.remake_sha256,"
		" IF(r.state IN ('approved', 'issued') AND r.signer_key_sha256 = ?, r.message, NULL),"
		" c.id IS NOT NULL, n.remake_sha256, " CERTIFICATE_COLUMNS " FROM (SELECT 1) AS one"
		" LEFT JOIN transactions AS t ON t.profile = ? AND t.request_sha256 = ? AND t.reply IS NOT "
		"NULL"
		" LEFT JOIN requests AS r ON r.profile = ? AND r.transaction_id = ?"
		" LEFT JOIN transactions AS n ON n.id = " NEWEST_TRANSACTION " AND n.created_at >= ?"
		" LEFT JOIN certificates AS c ON c.issuer_id = n.issuer_id AND c.serial = n.serial",

	/* The long values go last and by variables: see sql/0002-enrolment-record.sql. */
	[STATEMENT_ENROLMENT_RECORD] =
		"CALL enrolment_record(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
		"?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		" ?, ?, ?, LENGTH(@certctl_details := ?) + LENGTH(@certctl_reply := "
		"?) + LENGTH(@certctl_der := ?))",

	/* Who won when a request was recorded twice. */
	[STATEMENT_REQUEST_SERIAL] =
		"SELECT issuer_id, serial FROM transactions WHERE profile = ? AND request_sha256 = ?",

	[STATEMENT_CERTIFICATE_FIND] = "SELECT " CERTIFICATE_COLUMNS
				       " FROM certificates AS c WHERE c.issuer_id = ? AND c.serial = ?",

	/* Should two issuers have recorded it, the one that revoked it counts. */
	[STATEMENT_CERTIFICATE_RECOGNIZE] =
		"SELECT " CERTIFICATE_COLUMNS " FROM certificates AS c WHERE c.serial = ? AND c.der = ?"
		" ORDER BY c.revoked_at IS NULL LIMIT 1",

	[STATEMENT_REMADE_FIND] =
		"SELECT " CERTIFICATE_COLUMNS " FROM transactions AS t"
		" JOIN certificates AS c ON c.issuer_id = t.issuer_id AND c.serial = t.serial"
		" WHERE t.profile = ? AND t.remake_sha256 = ? AND t.created_at >= ?",

	[STATEMENT_REQUEST_WAIT] = "CALL request_wait(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
				   " ?, ?, ?, ?, ?, ?)",

	/* Is it this message, or the same made anew by the same signer? */
	[STATEMENT_REQUEST_HOLDER] =
		"SELECT id, request_sha256 = ? OR (remake_sha256 = ? AND signer_key_sha256 = ?) FROM requests"
		" WHERE profile = ? AND transaction_id = ?",

	[STATEMENT_REQUEST_FIND] = "SELECT " REQUEST_COLUMNS " FROM requests AS r WHERE r.id = ?",

	[STATEMENT_REQUEST_NEXT] = "SELECT " REQUEST_COLUMNS " FROM requests AS r WHERE r.id > ?"
				   " AND (r.state = 'waiting' OR ?) ORDER BY r.id LIMIT 1",

	[STATEMENT_REQUEST_DECIDE] = "CALL request_decide(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",

	[STATEMENT_TRANSACTIONS_BATCH] =
		"SELECT MAX(id), SUM(created_at < ?) FROM"
		" (SELECT id, created_at FROM transactions WHERE id > ? ORDER BY id LIMIT ?) AS batch",

	[STATEMENT_TRANSACTIONS_FORGET] =
		"DELETE FROM transactions WHERE id > ? AND id <= ? AND created_at < ?",

	[STATEMENT_REQUESTS_BATCH] = "SELECT MAX(id), SUM(" REQUEST_AGE " < ?) FROM"
				     " (SELECT id, created_at, decided_at FROM requests WHERE id > ? ORDER "
				     "BY id LIMIT ?) AS batch",

	[STATEMENT_REQUESTS_FORGET] = "DELETE FROM requests WHERE id > ? AND id <= ? AND " REQUEST_AGE " < ?",

	/* The newest row of each is found by its id, and tells who and when. Looking for the word first
	 * spares most rows from being parsed. */
	[STATEMENT_DEVIATIONS] =
		"SELECT g.profile, g.deviation, g.requests, g.clients, e.client_address,"
		" COALESCE(JSON_VALUE(e.details, '$.subject'), ''), e.created_at FROM"
		" (SELECT profile, deviation, COUNT(*) AS requests, COUNT(DISTINCT client_address) AS "
		"clients,"
		" MAX(id) AS newest FROM (SELECT a.id, a.profile, a.client_address,"
		" JSON_VALUE(a.details, CONCAT('$.deviations[', n.i, ']')) AS deviation"
		" FROM audit_events AS a JOIN " SIXTEEN " AS n"
		" ON n.i < JSON_LENGTH(a.details, '$.deviations') WHERE a.created_at >= ?"
		" AND a.details LIKE '%deviations%') AS d"
		" WHERE deviation IS NOT NULL GROUP BY profile, deviation) AS g"
		" JOIN audit_events AS e ON e.id = g.newest ORDER BY g.profile, g.deviation",

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
