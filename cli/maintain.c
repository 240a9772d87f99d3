/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi maintain: forget what is older than the settings say. */
#include "store/maintain.h"

#include <inttypes.h>

#include "base/clock.h"
#include "cli/database.h"

int cli_maintain(struct cli_call *call)
{
	CLEANUP(cli_database_end) struct cli_session session = {.config = NULL};
	struct store_expired expired = {0};
	struct store_expiry expiry;
	time_t now = clock_now();
	enum err error;
	int status = cli_parse(call, NULL);

	if (status != CLI_GO)
		return status;
	if (!cli_database_begin(call, &session))
		return CLI_FAILED;
	expiry = (struct store_expiry){
		.transactions = now - (time_t)session.config->transaction_lifetime,
		.requests = now - (time_t)session.config->approval_lifetime,
	};
	error = store_maintain(session.database.store, &expiry, &expired);
	printf("forgot %" PRIu64 " stored answers and %" PRIu64 " requests\n", expired.transactions,
	       expired.requests);
	if (error != ERR_OK)
		cli_error("maintain: %s", err_text(error));
	return error == ERR_OK ? CLI_OK : CLI_FAILED;
}
