/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One judgement of every error number. Numbers from 2000 are the client library's (errmsg.h), others the
 * server's.
 */
#include "store/store_private.h"

#include <errmsg.h>
#include <stdio.h>

#include "base/log.h"

/* What a fault does to the connection, and what the caller is told. */
static const struct {
	enum err error;
	bool disconnects; /* what the connection is in the middle of is not known */
} effects[] = {
	[FAULT_EXISTS] = {ERR_EXISTS, false},      [FAULT_CHANGED] = {ERR_MISMATCH, false},
	[FAULT_RETRY] = {ERR_UNAVAILABLE, false},  [FAULT_GONE] = {ERR_UNAVAILABLE, true},
	[FAULT_REFUSED] = {ERR_UNAVAILABLE, true}, [FAULT_SCHEMA] = {ERR_CONFIG, true},
	[FAULT_RIGHTS] = {ERR_CONFIG, true},       [FAULT_OTHER] = {ERR_SYSTEM, true},
};

static const struct rule {
	unsigned number;
	enum fault fault;
	bool moves; /* another host may do better */
} rules[] = {
	{1062, FAULT_EXISTS, false},  /* duplicate key */
	{1644, FAULT_CHANGED, false}, /* SIGNAL with SQLSTATE 45000 */
	{1205, FAULT_RETRY, false},   /* lock wait timeout */
	{1213, FAULT_RETRY, false},   /* deadlock, or Galera certification failed */
	{1020, FAULT_RETRY, false},   /* row changed since the snapshot */
	{1047, FAULT_RETRY, true},    /* Galera node not in the cluster */
	{1053, FAULT_GONE, true},     /* server is shutting down */
	{1152, FAULT_GONE, false},    /* aborted connection */
	{1158, FAULT_GONE, false},    /* network read, timed out, write, timed out: */
	{1159, FAULT_GONE, false},
	{1160, FAULT_GONE, false},
	{1161, FAULT_GONE, false},
	{1317, FAULT_GONE, false}, /* statement killed, perhaps inside the transaction */
	{1927, FAULT_GONE, false}, /* connection killed */
	{4031, FAULT_GONE, false}, /* disconnected for being idle */
	{CR_CONNECTION_ERROR, FAULT_GONE, true},
	{CR_CONN_HOST_ERROR, FAULT_GONE, true},
	{CR_SERVER_GONE_ERROR, FAULT_GONE, false},
	{CR_SERVER_LOST, FAULT_GONE, false},
	{CR_SERVER_LOST_EXTENDED, FAULT_GONE, false},
	{CR_MALFORMED_PACKET, FAULT_GONE, false},
	{CR_COMMANDS_OUT_OF_SYNC, FAULT_GONE, false},
	{CR_ERR_NET_READ, FAULT_GONE, false},
	{CR_ERR_NET_WRITE, FAULT_GONE, false},
	{1021, FAULT_REFUSED, true}, /* disk full */
	{1026, FAULT_REFUSED, true}, /* error writing file */
	{1036, FAULT_REFUSED, true}, /* table is read-only: --innodb-read-only */
	{1114, FAULT_REFUSED, true}, /* table full */
	{1290, FAULT_REFUSED, true}, /* running with --read-only */
	{1792, FAULT_REFUSED, true}, /* read-only transaction */
	{1836, FAULT_REFUSED, true}, /* read-only mode */
	{1054, FAULT_SCHEMA, false}, /* unknown column */
	{1146, FAULT_SCHEMA, false}, /* no such table */
	{1305, FAULT_SCHEMA, false}, /* no such procedure */
	{1318, FAULT_SCHEMA, false}, /* a procedure with other parameters */
	{1044, FAULT_RIGHTS, false}, /* access denied: to the database, a table, a column, a procedure */
	{1142, FAULT_RIGHTS, false},
	{1143, FAULT_RIGHTS, false},
	{1370, FAULT_RIGHTS, false},
};

static const struct rule *rule_of(unsigned number)
{
	static const struct rule other = {0, FAULT_OTHER, false};

	for (size_t i = 0; i < COUNT_OF(rules); i++)
		if (rules[i].number == number)
			return &rules[i];
	return &other;
}

/* Conflicts are part of the work, and a lost connection is told by store_connect when no new one can be had.
 */
static void tell(struct store *store, enum fault fault, unsigned number, const char *message)
{
	char code[16];

	(void)snprintf(code, sizeof code, "%u", number);
	if (fault == FAULT_REFUSED && !store->refusing) {
		store->refusing = true;
		log_error("database does not take writes", "code", code, "error", message);
	} else if (fault == FAULT_SCHEMA) {
		log_error("database schema is not this build's; run certctl-fcgi migrate", "code", code,
			  "error", message);
	} else if (fault == FAULT_RIGHTS) {
		log_error("the database account lacks a right; docs/database.md lists them, for programs and "
			  "operators",
			  "code", code, "error", message);
	} else if (fault == FAULT_OTHER) {
		log_error("database error", "code", code, "error", message);
	} else {
		log_debug("database fault", "code", code, "error", message);
	}
}

enum err store_fault(struct store *store, unsigned number, const char *message)
{
	const struct rule *rule = rule_of(number);

	store->fault = rule->fault;
	tell(store, rule->fault, number, message);
	if (rule->moves && store->address->host_count > 1)
		store->host = (store->host + 1) % store->address->host_count;
	if (effects[rule->fault].disconnects || rule->moves)
		store_disconnect(store);
	return effects[rule->fault].error;
}

void store_wrote(struct store *store)
{
	if (store->refusing)
		log_info("database takes writes again");
	store->refusing = false;
}
