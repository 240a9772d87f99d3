/* SPDX-License-Identifier: BSD-2-Clause */
/* The database that the configuration names, for one command. */
#ifndef CLI_DATABASE_H
#define CLI_DATABASE_H

#include "cli/cli.h"
#include "store/store.h"

struct cli_database {
	struct store_address address;
	struct store *store;
};

/* Opens it (connecting comes with the first use). False after an error message; CLEANUP(cli_database_close)
 * either way. */
bool cli_database_open(const struct config *config, struct cli_database *database);
void cli_database_close(struct cli_database *database);

/* What a command that works on the database holds while it runs. */
struct cli_session {
	struct config *config;
	struct cli_database database;
};

/* Loads the configuration of CALL and opens its database. False after an error message;
 * CLEANUP(cli_database_end) either way, on a session that began as zeros. */
bool cli_database_begin(const struct cli_call *call, struct cli_session *session);
void cli_database_end(struct cli_session *session);

#endif
