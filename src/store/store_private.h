/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Inside the store. A public function hands store_try a body; the body runs statements by their name in
 * statement_text.c; what goes wrong is judged in one place (fault.c), which decides whether the body runs
 * again.
 */
#ifndef STORE_STORE_PRIVATE_H
#define STORE_STORE_PRIVATE_H

#include <mysql.h>

#include "store/store.h"

/* Every statement that runs prepared; the texts are in statement_text.c. */
enum statement {
	STATEMENT_ENROLMENT_SEEN,
	STATEMENT_ENROLMENT_SEEN_POLICY,
	STATEMENT_ENROLMENT_HISTORY,
	STATEMENT_ENROLMENT_RECORD,
	STATEMENT_REQUEST_SERIAL,
	STATEMENT_CERTIFICATE_FIND,
	STATEMENT_CERTIFICATE_RECOGNIZE,
	STATEMENT_REMADE_FIND,
	STATEMENT_REQUEST_WAIT,
	STATEMENT_REQUEST_HOLDER,
	STATEMENT_REQUEST_FIND,
	STATEMENT_REQUEST_NEXT,
	STATEMENT_REQUEST_DECIDE,
	STATEMENT_TRANSACTIONS_BATCH,
	STATEMENT_TRANSACTIONS_FORGET,
	STATEMENT_REQUESTS_BATCH,
	STATEMENT_REQUESTS_FORGET,
	STATEMENT_DEVIATIONS,
	STATEMENT_PROFILE_FIND,
	STATEMENT_PROFILE_NEXT,
	STATEMENT_PROFILE_INSERT,
	STATEMENT_PROFILE_UPDATE,
	STATEMENT_AUDIT_INSERT,
	STATEMENT_SCHEMA_EXISTS,
	STATEMENT_SCHEMA_NEWEST,
	STATEMENT_MIGRATION_LOCK,
	STATEMENT_MIGRATION_FIND,
	STATEMENT_MIGRATION_INSERT,
	STATEMENT_COUNT
};

extern const char *const store_statement_texts[STATEMENT_COUNT];

/* What the last failure means for the caller. */
enum fault {
	FAULT_NONE,
	FAULT_EXISTS,  /* a unique key was hit */
	FAULT_CHANGED, /* a procedure of sql/ saw that what it acts on is not what the caller believed (1644)
			*/
	FAULT_RETRY,   /* the transaction was rolled back and may go through when run again */
	FAULT_GONE,    /* the connection was lost: what was running may or may not have been done */
	FAULT_REFUSED, /* this server cannot write now: read-only, disk full */
	FAULT_SCHEMA,  /* a table, column or procedure is not there */
	FAULT_RIGHTS,  /* the account may not do this */
	FAULT_OTHER,
};

struct store {
	const struct store_address *address;
	MYSQL *connection;                       /* NULL: none */
	MYSQL_STMT *statements[STATEMENT_COUNT]; /* prepared on CONNECTION, NULL: not yet */
	unsigned long client_flags;
	unsigned io_seconds;
	size_t host;           /* the one to try first */
	uint64_t connect_from; /* clock_monotonic_ns before which no connection is tried */
	enum fault fault;      /* of the last statement */
	uint64_t affected;     /* rows that the last statement changed */
	bool away;             /* said in the log that the database cannot be reached */
	bool refusing;         /* said in the log that it does not take writes */
};

/* --- connection.c --- */

/* A handle of one's own, not on the heap, ended with store_disconnect. */
struct store store_handle(const struct store_address *address, unsigned long client_flags,
			  unsigned io_seconds);

/* Connects unless connected. ERR_UNAVAILABLE, at once for LIMIT_DB_BACKOFF_MS after an attempt that failed.
 */
enum err store_connect(struct store *store);

/* Drops the connection and everything prepared on it; the server rolls back what was open. */
void store_disconnect(struct store *store);

/* --- fault.c --- */

/* Judges error NUMBER of the server or the client library: sets store->fault, drops the connection where its
 * state is unknown, logs what is news. Returns what the caller is told; never ERR_OK. */
enum err store_fault(struct store *store, unsigned number, const char *message);

/* A write went through: says so when the last ones did not. */
void store_wrote(struct store *store);

/* --- retry.c --- */

typedef enum err store_body(struct store *store, void *context);

/*
 * Connects if need be and runs BODY, again when the transaction was rolled back by a conflict or the
 * connection was lost; so BODY must be harmless when it has been done already. At most LIMIT_DB_RETRIES times
 * again, and not after LIMIT_DB_IO_SECONDS. Returns what BODY returned last, ERR_UNAVAILABLE when tries ran
 * out.
 */
enum err store_try(struct store *store, store_body *body, void *context);

/* What a body returns to be run again, as after a conflict: what it saw has changed meanwhile. */
enum err store_again(struct store *store);

/* --- statement.c --- */

enum value_kind { VALUE_TEXT, VALUE_BYTES, VALUE_TIME, VALUE_NUMBER, VALUE_NULL /* inputs only */ };

/* A parameter, in the order of the question marks. What it points to must stay until the statement has run.
 */
struct input {
	enum value_kind kind;
	const void *data; /* TEXT, BYTES; NULL is the empty one */
	size_t size;
	time_t time;
	uint64_t number;
};

/* A column, in the order of the select list: where it goes by kind (char **, gnutls_datum_t *, time_t *,
 * uint64_t *). NULL columns give NULL, {NULL, 0} and 0. Text is freed with free(), bytes with bytes_free. */
struct output {
	enum value_kind kind;
	void *to;
};

struct input input_text(const char *text);
struct input input_optional(const char *text); /* NULL is SQL's NULL */
struct input input_bytes(const void *data, size_t size);
struct input input_time(time_t time);
struct input input_number(uint64_t number);
struct input input_digest(const uint8_t *sha256); /* 32 bytes; NULL is SQL's NULL */

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/*
 * Runs STATEMENT on the connection there is and reads its first row, if it has one. Outputs are emptied first
 * and hold nothing after an error. ERR_NOT_FOUND: outputs were asked for and there is no row. ERR_EXISTS,
 * ERR_UNAVAILABLE, ERR_CONFIG, ERR_SYSTEM: see store_fault. ERR_MEMORY.
 */
enum err store_run(struct store *store, enum statement statement, const struct input *inputs,
		   size_t input_count, const struct output *outputs, size_t output_count);

/*
 * The same for any number of rows: SEE is called for each one, with the outputs filled. What it wants to keep
 * it moves out of them, leaving NULL or {NULL, 0}; the rest is freed. An error of its own ends the reading.
 * It may be called for rows again when the body runs again. No row at all is ERR_OK.
 */
enum err store_run_rows(struct store *store, enum statement statement, const struct input *inputs,
			size_t input_count, const struct output *outputs, size_t output_count,
			enum err (*see)(void *context), void *context);

/* --- schema.c --- */

/* The newest migration the database has, "" when none; freed by the caller. On the connection there is. */
enum err store_schema_newest(struct store *store, char **name);

/* The newest migration this build knows. */
extern const char store_schema_wanted[];

/* --- certificate.c --- */

/* The columns of a certificate, in the order of CERTIFICATE_COLUMNS in statement_text.c. Once they are read,
 * REVOKED has to be moved into CERTIFICATE. */
#define CERTIFICATE_OUTPUTS 5
struct store_certificate;
void store_certificate_outputs(struct store_certificate *certificate, uint64_t *revoked,
			       struct output outputs[CERTIFICATE_OUTPUTS]);

/* --- audit.c --- */

/* An identifier for an audit row, 16 bytes: the time, then random. ERR_CRYPTO. */
enum err store_event_id(time_t now, uint8_t id[16]);

/* The columns of an audit row behind its identifier and time, in the order that audit_insert and
 * enrolment_record share. */
#define AUDIT_INPUTS 11
struct store_audit;
void store_audit_inputs(const struct store_audit *audit, struct input inputs[AUDIT_INPUTS]);

#endif
