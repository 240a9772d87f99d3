/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi deviations: whom a stricter setting would break, counted from the audit rows. */
#include "store/deviations.h"

#include <inttypes.h>

#include "base/clock.h"
#include "cli/database.h"

#define DAY 86400u

struct options {
	unsigned since;
};

const struct cli_option cli_deviations_options[] = {
	{"since", "DURATION", "how far to look back: 90d, 12h, 30m, 45s [30d]", cli_set_duration,
	 offsetof(struct options, since), false, NULL},
	{0},
};

static void print_row(void *context, const struct store_deviation *row)
{
	unsigned *rows = context;
	char last[CLOCK_TEXT_SIZE];

	if ((*rows)++ == 0)
		printf("%-16s  %-14s  %8s  %7s  %-20s  %s\n", "PROFILE", "DEVIATION", "REQUESTS", "CLIENTS",
		       "LAST", "LAST CLIENT");
	clock_format(row->last_at, last);
	printf("%-16s  %-14s  %8" PRIu64 "  %7" PRIu64 "  %s  %s %s\n", row->profile, row->deviation,
	       row->requests, row->clients, last, row->last_client, row->last_subject);
}

int cli_deviations(struct cli_call *call)
{
	struct options options = {.since = 30 * DAY};
	CLEANUP(cli_database_end) struct cli_session session = {.config = NULL};
	unsigned rows = 0;
	enum err error;
	int status = cli_parse(call, &options);

	if (status != CLI_GO)
		return status;
	if (!cli_database_begin(call, &session))
		return CLI_FAILED;
	error = store_deviations(session.database.store, clock_now() - (time_t)options.since, print_row,
				 &rows);
	if (error != ERR_OK)
		cli_error("deviations: %s", err_text(error));
	else if (rows == 0)
		cli_note("no client deviated from the rules");
	return error == ERR_OK ? CLI_OK : CLI_FAILED;
}
