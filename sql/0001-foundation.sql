-- SPDX-License-Identifier: BSD-2-Clause
-- 0001: what an enrolment reads and writes.
--
-- Rules for every migration: statements can be run again after a failure half-way (MariaDB commits each DDL statement by
-- itself); every table is InnoDB and has a primary key (Galera); no row that every writer must touch; no trigger (needs
-- SUPER while binary logging is on). Text is utf8mb4 compared byte by byte; what may hold any byte is binary. Times are
-- UTC, set by the program's clock. Beside each index: which statement of src/store/statement_text.c uses it; one that
-- nothing uses yet comes with what does, because every enrolment pays for it.

-- What 'certctl-fcgi migrate' has applied.
CREATE TABLE IF NOT EXISTS schema_migrations (
	name VARCHAR(128) NOT NULL,
	sha256 BINARY(32) NOT NULL,
	applied_at DATETIME NOT NULL,
	PRIMARY KEY (name) -- schema_newest, migration_find
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Every certificate we issued. The id only ever grows, so rows are appended to the clustered index.
CREATE TABLE IF NOT EXISTS certificates (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	issuer_id VARCHAR(64) NOT NULL,
	serial VARBINARY(20) NOT NULL, -- contents octets of the INTEGER
	profile VARCHAR(80) NOT NULL, -- protocol and profile name: 'scep/corp'
	protocol VARCHAR(80) AS (SUBSTRING_INDEX(profile, '/', 1)) VIRTUAL,
	subject TEXT NOT NULL, -- RFC 4514
	sans MEDIUMTEXT NOT NULL CHECK (JSON_VALID(sans)),
	not_before DATETIME NOT NULL,
	not_after DATETIME NOT NULL,
	sha256 BINARY(32) NOT NULL, -- of the certificate
	key_sha256 BINARY(32) NOT NULL, -- of its subjectPublicKeyInfo
	der MEDIUMBLOB NOT NULL,
	transaction_id VARBINARY(255) NOT NULL,
	request_id TEXT NOT NULL,
	client_address TEXT NOT NULL,
	client_certificate TEXT NULL CHECK (JSON_VALID(client_certificate)), -- of the TLS connection that asked for it; NULL: none
	revoked_at DATETIME NULL,
	revocation_reason TINYINT UNSIGNED NULL, -- RFC 5280 section 5.3.1
	created_at DATETIME NOT NULL,
	PRIMARY KEY (id),
	UNIQUE KEY serial_issuer (serial, issuer_id) -- certificate_find, certificate_recognize. Refuses a serial used twice.
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Requests that were answered, so that the same request again gets the same answer.
CREATE TABLE IF NOT EXISTS transactions (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	profile VARCHAR(80) NOT NULL,
	transaction_id VARBINARY(255) NOT NULL, -- as the client sent it: any bytes (RFC 8894 section 3.2.1.1)
	request_sha256 BINARY(32) NOT NULL, -- of what its signature binds, see store/enrolment.h
	signer_key_sha256 BINARY(32) NULL,
	state VARCHAR(16) NOT NULL, -- 'issued'
	issuer_id VARCHAR(64) NULL,
	serial VARBINARY(20) NULL,
	reply MEDIUMBLOB NULL,
	created_at DATETIME NOT NULL,
	remake_sha256 BINARY(32) NULL, -- of what was asked for, whatever message asked; NULL: superseded, or not to be found
	PRIMARY KEY (id), -- maintenance
	UNIQUE KEY request (profile, request_sha256), -- enrolment_history, request_serial. Lets one of two equals win.
	UNIQUE KEY remade (profile, remake_sha256), -- remade_find. Lets one of two that ask the same win.
	KEY transaction_signer (profile, transaction_id, signer_key_sha256) -- enrolment_seen, enrolment_history
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The policy that a SCEP or EST profile points to by its PROFILE_ID.
CREATE TABLE IF NOT EXISTS certificate_profiles (
	id VARCHAR(128) NOT NULL,
	name VARCHAR(255) NOT NULL,
	description TEXT NOT NULL DEFAULT '',
	allowed_key_algorithms TEXT NOT NULL
		DEFAULT '[{"algorithm":"ECDSA","min_size":256},{"algorithm":"RSA","min_size":2048}]'
		CHECK (JSON_VALID(allowed_key_algorithms)),
	max_ttl_seconds INT UNSIGNED NOT NULL DEFAULT 0, -- 0: no cap of its own
	allowed_ekus TEXT NOT NULL DEFAULT '["serverAuth"]' CHECK (JSON_VALID(allowed_ekus)),
	required_san_patterns TEXT NOT NULL DEFAULT '[]' CHECK (JSON_VALID(required_san_patterns)),
	copied_extensions TEXT NOT NULL DEFAULT '[]' CHECK (JSON_VALID(copied_extensions)), -- OIDs
	must_staple BOOLEAN NOT NULL DEFAULT FALSE,
	enabled BOOLEAN NOT NULL DEFAULT TRUE,
	created_at DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	updated_at DATETIME NOT NULL DEFAULT UTC_TIMESTAMP(),
	PRIMARY KEY (id), -- enrolment_seen_policy, profile_find, profile_next
	UNIQUE KEY name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who did what, with what outcome and why. The programs insert and never change rows; see docs/database.md, grants.
-- event_id begins with the time, so its index is appended to as well; it makes writing a row again harmless.
CREATE TABLE IF NOT EXISTS audit_events (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	event_id BINARY(16) NOT NULL,
	created_at DATETIME NOT NULL,
	category VARCHAR(32) NOT NULL DEFAULT 'cert_lifecycle',
	action VARCHAR(64) NOT NULL,
	outcome VARCHAR(16) NOT NULL, -- 'success' or 'failure'
	reason VARCHAR(64) NOT NULL,
	actor TEXT NOT NULL,
	actor_type VARCHAR(32) NOT NULL,
	resource_type VARCHAR(64) NOT NULL,
	resource_id TEXT NOT NULL,
	request_id TEXT NOT NULL,
	client_address TEXT NOT NULL,
	profile VARCHAR(80) NOT NULL,
	details MEDIUMTEXT NOT NULL CHECK (JSON_VALID(details)),
	PRIMARY KEY (id),
	UNIQUE KEY event (event_id), -- audit_insert, enrolment_record: refuses the same event twice
	KEY created_at (created_at) -- deviations; later: the audit list by time
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
