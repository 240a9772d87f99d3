-- SPDX-License-Identifier: BSD-2-Clause
-- 0002: all that commits when a certificate is issued, in one round trip.
--
-- Runs with the rights of its caller. The transaction row comes first, so that of two equal requests the second fails on
-- its own key and on nothing else. Whatever fails, nothing stays: the handler rolls back and hands the error on.

CREATE OR REPLACE PROCEDURE enrolment_record (
	IN p_now DATETIME,
	IN p_profile VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_transaction_id VARBINARY(255),
	IN p_request_sha256 BINARY(32),
	IN p_signer_key_sha256 BINARY(32),
	IN p_reply MEDIUMBLOB,
	IN p_issuer_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_serial VARBINARY(20),
	IN p_subject TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_sans MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_not_before DATETIME,
	IN p_not_after DATETIME,
	IN p_sha256 BINARY(32),
	IN p_key_sha256 BINARY(32),
	IN p_der MEDIUMBLOB,
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
	INSERT INTO transactions (profile, transaction_id, request_sha256, signer_key_sha256, state, issuer_id, serial,
		reply, created_at)
	VALUES (p_profile, p_transaction_id, p_request_sha256, p_signer_key_sha256, 'issued', p_issuer_id, p_serial,
		p_reply, p_now);
	INSERT INTO certificates (issuer_id, serial, profile, subject, sans, not_before, not_after, sha256, key_sha256,
		der, transaction_id, request_id, client_address, created_at)
	VALUES (p_issuer_id, p_serial, p_profile, p_subject, p_sans, p_not_before, p_not_after, p_sha256, p_key_sha256,
		p_der, p_transaction_id, p_request_id, p_client_address, p_now);
	INSERT INTO audit_events (event_id, created_at, action, outcome, reason, actor, actor_type, resource_type,
		resource_id, request_id, client_address, profile, details)
	VALUES (p_event_id, p_now, p_action, p_outcome, p_reason, p_actor, p_actor_type, p_resource_type,
		p_resource_id, p_request_id, p_client_address, p_audit_profile, p_details);
	COMMIT;
END;
