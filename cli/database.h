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

#endif
