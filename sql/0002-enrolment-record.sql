-- SPDX-License-Identifier: BSD-2-Clause
-- 0002: all that commits when a certificate is issued, in one round trip.
--
-- Runs with the rights of its caller. The transaction row comes first, so that of two equal requests the second fails on
-- its own key and on nothing else, also when both are one that is run again because its COMMIT went unanswered. Whatever
-- fails, nothing stays: the handler rolls back and hands the error on. Errors of its own: 1062, the approval was used;
-- 1644, the certificate to renew is revoked.
--
-- The three long values come in variables of the session: @certctl_reply, @certctl_der, @certctl_details. MariaDB writes
-- the value of each parameter into the text of each statement that names it, quoted, for the sake of a log, also when
-- there is no log; of these three that cost a tenth of the whole.
CREATE OR REPLACE PROCEDURE enrolment_record (
	IN p_now DATETIME,
	IN p_profile VARCHAR(80) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_transaction_id VARBINARY(255),
	IN p_request_sha256 BINARY(32),
	IN p_signer_key_sha256 BINARY(32),
	IN p_remake_sha256 BINARY(32), -- NULL: it cannot be made anew
	IN p_since DATETIME, -- what was recorded under it before is history
	IN p_approval BIGINT UNSIGNED, -- requests.id; 0: none was needed
	IN p_issuer_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_serial VARBINARY(20),
	IN p_renewed VARBINARY(20), -- serial of the certificate that authenticated; empty: none
	IN p_subject TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_sans MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
	IN p_client_certificate TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, -- JSON; NULL: none
	IN p_not_before DATETIME,
	IN p_not_after DATETIME,
	IN p_sha256 BINARY(32),
	IN p_key_sha256 BINARY(32),
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
	IN p_size BIGINT UNSIGNED -- of the three variables, for they are set in its place
)
MODIFIES SQL DATA
SQL SECURITY INVOKER
BEGIN
	DECLARE v_revoked_at DATETIME;
	DECLARE v_cleared BOOLEAN DEFAULT FALSE;
	DECLARE EXIT HANDLER FOR SQLEXCEPTION
	BEGIN
		ROLLBACK;
		RESIGNAL;
	END;
	START TRANSACTION;
	recorded: LOOP
		BEGIN
			DECLARE EXIT HANDLER FOR 1062
			BEGIN
				IF v_cleared THEN
					RESIGNAL;
				END IF;
			END;
			INSERT INTO transactions (profile, transaction_id, request_sha256, signer_key_sha256, remake_sha256,
				state, issuer_id, serial, reply, created_at)
			VALUES (p_profile, p_transaction_id, p_request_sha256, p_signer_key_sha256, p_remake_sha256,
				'issued', p_issuer_id, p_serial, @certctl_reply, p_now);
			LEAVE recorded;
		END;
		-- What is too old, revoked or expired does not stand in the way of a new one. Looked for only when something
		-- does, because it costs as much as a row.
		UPDATE transactions SET remake_sha256 = NULL
		WHERE profile = p_profile AND remake_sha256 = p_remake_sha256 AND (created_at < p_since OR EXISTS (
			SELECT 1 FROM certificates AS c WHERE c.issuer_id = transactions.issuer_id
				AND c.serial = transactions.serial AND (c.revoked_at IS NOT NULL OR c.not_after < p_now)));
		SET v_cleared = TRUE;
	END LOOP;
	IF p_approval <> 0 THEN
		UPDATE requests SET state = 'issued' WHERE id = p_approval AND state = 'approved';
		IF ROW_COUNT() = 0 THEN
			SIGNAL SQLSTATE '23000' SET MYSQL_ERRNO = 1062, MESSAGE_TEXT = 'the approval was used';
		END IF;
	END IF;
	IF p_renewed <> '' THEN
		-- Locked, so that a revocation comes either before this, and is seen, or after all of this.
		SET v_revoked_at = (SELECT revoked_at FROM certificates
			WHERE issuer_id = p_issuer_id AND serial = p_renewed LOCK IN SHARE MODE);
		IF v_revoked_at IS NOT NULL THEN
			SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the certificate to renew is revoked';
		END IF;
	END IF;
	INSERT INTO certificates (issuer_id, serial, profile, subject, sans, not_before, not_after, sha256, key_sha256,
		der, transaction_id, request_id, client_address, client_certificate, created_at)
	VALUES (p_issuer_id, p_serial, p_profile, p_subject, p_sans, p_not_before, p_not_after, p_sha256, p_key_sha256,
		@certctl_der, p_transaction_id, p_request_id, p_client_address, p_client_certificate, p_now);
	INSERT INTO audit_events (event_id, created_at, action, outcome, reason, actor, actor_type, resource_type,
		resource_id, request_id, client_address, profile, details)
	VALUES (p_event_id, p_now, p_action, p_outcome, p_reason, p_actor, p_actor_type, p_resource_type,
		p_resource_id, p_request_id, p_client_address, p_audit_profile, @certctl_details);
	COMMIT;
END;
