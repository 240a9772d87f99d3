/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/database.h"

#include <string.h>

bool cli_database_open(const struct config *config, struct cli_database *database)
{
	char reason[256] = "";
	enum err error;

	*database = (struct cli_database){.store = NULL};
	if (config->database_url == NULL) {
		cli_error("CERTCTL_DATABASE_URL is not set");
		return false;
	}
	error = store_address_parse(config->database_url, &database->address, reason);
	if (error != ERR_OK) {
		cli_error("CERTCTL_DATABASE_URL: %s", reason);
		return false;
	}
	if (config->database_password != NULL) {
		free(database->address.password);
		database->address.password = strdup(config->database_password);
	}
	error = store_open(&database->address, &database->store);
	if (error != ERR_OK)
		cli_error("cannot open the database: %s", err_text(error));
	return error == ERR_OK;
}

void cli_database_close(struct cli_database *database)
{
	if (database->store != NULL)
		store_close(&database->store);
	store_address_free(&database->address);
}

bool cli_database_begin(const struct cli_call *call, struct cli_session *session)
{
	return cli_config(call, &session->config) && cli_database_open(session->config, &session->database);
}

void cli_database_end(struct cli_session *session)
{
	cli_database_close(&session->database);
	config_free(&session->config);
}
