/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/mariadb.h"
#include "store/handle.h"
#include "store/store_private.h"

Test(statement, a_wrong_number_of_values_is_an_error_of_ours)
{
	struct handle h = handle_open(test_database());
	const struct input inputs[] = {input_text("a"), input_text("b")};
	char *name = (char *)1;
	uint64_t extra = 1;
	const struct output outputs[] = {{VALUE_TEXT, &name}, {VALUE_NUMBER, &extra}};

	cr_assert_eq(store_connect(h.store), ERR_OK);
	cr_expect_eq(store_run(h.store, STATEMENT_MIGRATION_FIND, inputs, 2, NULL, 0), ERR_SYSTEM,
		     "two for one");
	cr_assert_eq(store_connect(h.store), ERR_OK);
	cr_expect_eq(store_run(h.store, STATEMENT_SCHEMA_NEWEST, NULL, 0, outputs, 2), ERR_SYSTEM,
		     "two of one");
	cr_expect_null(name, "outputs are emptied");
	cr_expect_eq(extra, 0);
	handle_close(&h);
}

Test(statement, no_row_is_not_found_and_leaves_the_connection_fit)
{
	struct handle h = handle_open(test_database());
	gnutls_datum_t sha256;
	const struct output outputs[] = {{VALUE_BYTES, &sha256}};
	const struct input unknown[] = {input_text("nothing")};
	const struct input known[] = {input_text(store_schema_wanted)};

	cr_assert_eq(store_connect(h.store), ERR_OK);
	for (int i = 0; i < 3; i++) {
		cr_expect_eq(store_run(h.store, STATEMENT_MIGRATION_FIND, unknown, 1, outputs, 1),
			     ERR_NOT_FOUND);
		cr_expect_eq(sha256.size, 0);
		cr_expect_eq(store_run(h.store, STATEMENT_MIGRATION_FIND, known, 1, outputs, 1), ERR_OK);
		cr_expect_eq(sha256.size, 32);
		bytes_free(&sha256);
	}
	handle_close(&h);
}

Test(statement, rows_that_are_not_read_do_not_block_the_next)
{
	struct handle h = handle_open(test_database());

	cr_assert_eq(store_connect(h.store), ERR_OK);
	for (int i = 0; i < 3; i++)
		cr_expect_eq(store_run(h.store, STATEMENT_SCHEMA_NEWEST, NULL, 0, NULL, 0), ERR_OK);
	handle_close(&h);
}

Test(statement, text_with_a_nul_is_refused)
{
	struct handle h = handle_open(test_database());
	char *name = NULL;

	(void)test_sql(
		h.url,
		"INSERT INTO schema_migrations VALUES (CONCAT('9', CHAR(0), 'x'), REPEAT('x', 32), NOW())");
	cr_assert_eq(store_connect(h.store), ERR_OK);
	cr_expect_eq(store_schema_newest(h.store, &name), ERR_SYSTEM);
	cr_expect_null(name);
	handle_close(&h);
}

/* Prepared again after the connection was dropped, without anybody asking for it. */
Test(statement, survives_a_new_connection)
{
	struct handle h = handle_open(test_database());

	for (int i = 0; i < 3; i++) {
		char *name = NULL;

		cr_assert_eq(store_connect(h.store), ERR_OK);
		cr_expect_eq(store_schema_newest(h.store, &name), ERR_OK);
		cr_expect_str_eq(name, store_schema_wanted);
		free(name);
		store_disconnect(h.store);
	}
	handle_close(&h);
}

/* What an enrolment asks must not get slower with every certificate there is. */
Test(statement, those_of_an_enrolment_read_no_table_to_its_end)
{
	static const enum statement statements[] = {
		STATEMENT_ENROLMENT_SEEN, STATEMENT_ENROLMENT_SEEN_POLICY, STATEMENT_ENROLMENT_HISTORY,
		STATEMENT_REQUEST_SERIAL, STATEMENT_CERTIFICATE_FIND,      STATEMENT_CERTIFICATE_RECOGNIZE,
		STATEMENT_REMADE_FIND,    STATEMENT_PROFILE_FIND,          STATEMENT_PROFILE_NEXT};
	struct handle h = handle_open(test_database());
	void *session = test_sql_session(h.url);

	(void)test_sql_in(session,
			  "INSERT INTO certificate_profiles (id, name) SELECT seq, seq FROM seq_1_to_100");
	(void)test_sql_in(session,
			  "INSERT INTO transactions (profile, transaction_id, request_sha256, remake_sha256,"
			  " state, reply, created_at) SELECT 'p', seq, seq, seq, 'issued', '', NOW()"
			  " FROM seq_1_to_100");
	(void)test_sql_in(session,
			  "INSERT INTO certificates (issuer_id, serial, profile, subject, sans, not_before,"
			  " not_after, sha256, key_sha256, der, transaction_id, request_id, client_address,"
			  " created_at) SELECT 'i', seq, 'p', '', '[]', NOW(), NOW(), '', '', '', '', '', '',"
			  " NOW() FROM seq_1_to_100");
	(void)test_sql_in(
		session,
		"INSERT INTO requests (profile, transaction_id, request_sha256, remake_sha256,"
		" signer_key_sha256, message, state, subject, sans, key_text, key_sha256, request_id,"
		" client_address, created_at) SELECT 'p', seq, '', '', '', '', 'waiting', '', '[]', '',"
		" '', '', '', NOW() FROM seq_1_to_100");
	(void)test_sql_in(session, "SET @a = '7'");
	for (size_t i = 0; i < COUNT_OF(statements); i++) {
		const char *text = store_statement_texts[statements[i]];
		char prepare[2048], execute[128] = "EXECUTE s USING @a";

		for (const char *c = strchr(text, '?'); (c = strchr(c + 1, '?')) != NULL;)
			strcat(execute, ", @a");
		(void)snprintf(prepare, sizeof prepare, "PREPARE s FROM \"%s\"", text);
		(void)test_sql_in(session, prepare);
		(void)test_sql_in(session, "FLUSH STATUS");
		(void)test_sql_in(session, execute);
		cr_expect_lt(
			atoi(test_sql_in(session, "SELECT SUM(VARIABLE_VALUE) FROM"
						  " information_schema.session_status WHERE VARIABLE_NAME IN"
						  " ('Handler_read_rnd_next', 'Handler_read_next')")),
			20, "%s", text);
	}
	mysql_close(session);
	handle_close(&h);
}
