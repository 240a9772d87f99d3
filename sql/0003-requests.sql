-- SPDX-License-Identifier: BSD-2-Clause
-- 0003: requests that wait for an operator.

-- Requests that an operator has to decide. A transactionID is held by one at a time, which keeps it after its end until
-- another request comes with it; that one is a new row, so that an id never names two requests.
CREATE TABLE IF NOT EXISTS requests (
	id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
	profile VARCHAR(80) NOT NULL,
	transaction_id VARBINARY(255) NOT NULL,
	request_sha256 BINARY(32) NOT NULL,
	remake_sha256 BINARY(32) NOT NULL,
	signer_key_sha256 BINARY(32) NOT NULL,
	message MEDIUMBLOB NOT NULL, -- as sent: its content is encrypted to the RA
	state VARCHAR(16) NOT NULL CHECK (state IN ('waiting', 'approved', 'denied', 'issued')),
	subject TEXT NOT NULL, -- RFC 4514
	sans MEDIUMTEXT NOT NULL CHECK (JSON_VALID(sans)),
	key_text VARCHAR(64) NOT NULL, -- 'RSA 2048'
	key_sha256 BINARY(32) NOT NULL, -- of the subjectPublicKeyInfo asked for
	request_id TEXT NOT NULL,
	client_address TEXT NOT NULL,
	client_certificate TEXT NULL CHECK (JSON_VALID(client_certificate)), -- as in table certificates
	created_at DATETIME NOT NULL,
	decided_at DATETIME NULL,
	decided_by TEXT NOT NULL DEFAULT '',
	note TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (id), -- request_find, request_next, request_decide, enrolment_record, maintenance
	UNIQUE KEY transaction (profile, transaction_id) -- enrolment_seen, enrolment_history, request_wait, request_holder
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Puts a request on hold. 1062: one that has not ended holds its transactionID.
CREATE OR REPLACE PROCEDURE request_wait (
	IN p_now DATETIME,
	IN p_profile VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_transaction_id VARBINARY(255),
	IN p_request_sha256 BINARY(32),
	IN p_remake_sha256 BINARY(32),
	IN p_signer_key_sha256 BINARY(32),
	IN p_message MEDIUMBLOB,
	IN p_subject TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_sans MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_key_text VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_key_sha256 BINARY(32),
	IN p_client_certificate TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_event_id BINARY(16),
	IN p_action VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_outcome VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_reason VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_actor TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_actor_type VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_resource_type VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_resource_id TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_request_id TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_client_address TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_audit_profile VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_details MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
MODIFIES SQL DATA
SQL SECURITY INVOKER
BEGIN
	DECLARE EXIT HANDLER FOR SQLEXCEPTION
	BEGIN
		ROLLBACK;
		RESIGNAL;
	END;
	START TRANSACTION;
	DELETE FROM requests WHERE profile = p_profile AND transaction_id = p_transaction_id
		AND state IN ('denied', 'issued');
	INSERT INTO requests (profile, transaction_id, request_sha256, remake_sha256, signer_key_sha256, message, state,
		subject, sans, key_text, key_sha256, request_id, client_address, client_certificate, created_at)
	VALUES (p_profile, p_transaction_id, p_request_sha256, p_remake_sha256, p_signer_key_sha256, p_message,
		'waiting', p_subject, p_sans, p_key_text, p_key_sha256, p_request_id, p_client_address, p_client_certificate,
		p_now);
	INSERT INTO audit_events (event_id, created_at, action, outcome, reason, actor, actor_type, resource_type,
		resource_id, request_id, client_address, profile, details)
	VALUES (p_event_id, p_now, p_action, p_outcome, p_reason, p_actor, p_actor_type, p_resource_type,
		p_resource_id, p_request_id, p_client_address, p_audit_profile, p_details);
	COMMIT;
END;

-- What an operator decided. The audit row comes first: when this is run again because its COMMIT went unanswered, it
-- fails on that (1062) and nothing else. 1644: no such request waits.
CREATE OR REPLACE PROCEDURE request_decide (
	IN p_id BIGINT UNSIGNED,
	IN p_state VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_by TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_note TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_now DATETIME,
	IN p_event_id BINARY(16),
	IN p_action VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_outcome VARCHAR(16) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_reason VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_actor TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_actor_type VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_resource_type VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_resource_id TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_request_id TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_client_address TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_audit_profile VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_details MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
)
MODIFIES SQL DATA
SQL SECURITY INVOKER
BEGIN
	DECLARE EXIT HANDLER FOR SQLEXCEPTION
	BEGIN
		ROLLBACK;
		RESIGNAL;
	END;
	START TRANSACTION;
	INSERT INTO audit_events (event_id, created_at, action, outcome, reason, actor, actor_type, resource_type,
		resource_id, request_id, client_address, profile, details)
	VALUES (p_event_id, p_now, p_action, p_outcome, p_reason, p_actor, p_actor_type, p_resource_type,
		p_resource_id, p_request_id, p_client_address, p_audit_profile, p_details);
	UPDATE requests SET state = p_state, decided_at = p_now, decided_by = p_by, note = p_note
	WHERE id = p_id AND (state = 'waiting' OR (state = 'approved' AND p_state = 'denied')); -- a yes may be taken back
	IF ROW_COUNT() = 0 THEN
		SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no such request is to be decided';
	END IF;
	COMMIT;
END;
