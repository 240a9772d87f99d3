/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi migrate: apply the numbered files of sql/ that the database has not seen. */
#include "cli/database.h"
#include "store/migrate.h"

struct options {
	const char *directory;
};

const struct cli_option cli_migrate_options[] = {
	{"sql", "DIR", "directory of the migrations [" PKGSQLDIR "]", cli_set_text,
	 offsetof(struct options, directory), false, NULL},
	{0},
};

static void seen(void *context, const char *name, bool applied_now)
{
	unsigned *applied = context;

	printf("%s  %s\n", applied_now ? "applied" : "already ", name);
	*applied += applied_now;
}

int cli_migrate(struct cli_call *call)
{
	struct options options = {.directory = PKGSQLDIR};
	CLEANUP(cli_database_end) struct cli_session session = {.config = NULL};
	char reason[512] = "";
	unsigned applied = 0;
	enum err error;
	int status = cli_parse(call, &options);

	if (status != CLI_GO)
		return status;
	if (!cli_database_begin(call, &session))
		return CLI_FAILED;
	error = store_migrate(session.database.store, options.directory, seen, &applied, reason);
	if (error != ERR_OK) {
		cli_error("migrate: %s%s%s", err_text(error), reason[0] != '\0' ? ": " : "", reason);
		return CLI_FAILED;
	}
	if (applied == 0)
		puts("nothing to do");
	return CLI_OK;
}
