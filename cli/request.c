/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi request: the requests of profiles with _REQUIRE_APPROVAL, and what to do about them. */
#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"
#include "cli/database.h"
#include "enrol/operator.h"

static const char *state_name(enum store_request_state state)
{
	static const char *const names[] = {
		[STORE_REQUEST_NONE] = "none",         [STORE_REQUEST_WAITING] = "waiting",
		[STORE_REQUEST_APPROVED] = "approved", [STORE_REQUEST_DENIED] = "denied",
		[STORE_REQUEST_ISSUED] = "issued",
	};
	size_t i = (size_t)state;

	return i < sizeof names / sizeof *names ? names[i] : "unknown";
}

/* --- list --- */

struct list_options {
	bool all;
};

static const struct cli_option list_options[] = {
	{"all", NULL, "those that were decided, too", cli_set_flag, offsetof(struct list_options, all), false,
	 NULL},
	{0},
};

static void print_line(const struct store_request *request)
{
	char created[CLOCK_TEXT_SIZE];

	clock_format(request->created_at, created);
	printf("%8" PRIu64 "  %-8s  %s  %-16s  %-15s  %s\n", request->id, state_name(request->state), created,
	       request->profile, request->client_address, request->subject);
}

static int print_list(struct store *store, bool waiting)
{
	uint64_t last = 0;
	enum err error = ERR_OK;

	while (error == ERR_OK) {
		CLEANUP(store_request_free) struct store_request request = {.id = 0};

		error = store_request_next(store, last, waiting, &request);
		if (error == ERR_OK) {
			print_line(&request);
			last = request.id;
		}
	}
	if (error != ERR_NOT_FOUND) {
		cli_error("%s", err_text(error));
		return CLI_FAILED;
	}
	if (last == 0)
		cli_note(waiting ? "no request waits" : "there is no request");
	return CLI_OK;
}

static int list(struct cli_call *call)
{
	struct list_options options = {.all = false};
	CLEANUP(cli_database_end) struct cli_session session = {.config = NULL};
	int status = cli_parse(call, &options);

	if (status != CLI_GO)
		return status;
	return cli_database_begin(call, &session) ? print_list(session.database.store, !options.all)
						  : CLI_FAILED;
}

/* --- show --- */

static bool parse_id(const char *text, uint64_t *id)
{
	char *end;

	errno = 0;
	*id = strtoull(text, &end, 10);
	if (errno == 0 && text[0] >= '0' && text[0] <= '9' && *end == '\0')
		return true;
	cli_error("'%s' is not the number of a request; 'certctl-fcgi request list' shows them", text);
	return false;
}

static bool find(struct store *store, const char *text, struct store_request *request)
{
	uint64_t id;
	enum err error;

	if (!parse_id(text, &id))
		return false;
	error = store_request_find(store, id, request);
	if (error != ERR_OK)
		cli_error("request %s: %s", text,
			  error == ERR_NOT_FOUND ? "there is no such request" : err_text(error));
	return error == ERR_OK;
}

static void print_time(const char *label, time_t time)
{
	char text[CLOCK_TEXT_SIZE];

	clock_format(time, text);
	printf("%-16s%s\n", label, text);
}

static void print_all(const struct store_request *request)
{
	char transaction[LIMIT_TRANSACTION_ID + 4];
	char key[TEXT_HEX_SIZE(64)] = "";

	if (request->key_sha256.size <= 64)
		text_hex(&request->key_sha256, key);
	printf("%-16s%" PRIu64 "\n", "request", request->id);
	printf("%-16s%s\n", "state", state_name(request->state));
	printf("%-16s%s\n", "profile", request->profile);
	printf("%-16s%s\n", "subject", request->subject);
	printf("%-16s%s\n", "sans", request->sans);
	printf("%-16s%s\n", "key", request->key_text);
	printf("%-16s%s\n", "key sha256", key);
	printf("%-16s%s\n", "transactionID",
	       text_printable(&request->transaction_id, transaction, sizeof transaction));
	printf("%-16s%s\n", "client", request->client_address);
	if (request->client_certificate != NULL)
		printf("%-16s%s\n", "tls certificate", request->client_certificate);
	printf("%-16s%s\n", "request id", request->request_id);
	print_time("asked", request->created_at);
	if (request->decided_at == 0)
		return;
	print_time("decided", request->decided_at);
	printf("%-16s%s\n", "by", request->decided_by == NULL ? "" : request->decided_by);
	if (request->note != NULL && request->note[0] != '\0')
		printf("%-16s%s\n", "note", request->note);
}

static int show(struct cli_call *call)
{
	CLEANUP(cli_database_end) struct cli_session session = {.config = NULL};
	CLEANUP(store_request_free) struct store_request request = {.id = 0};
	int status = cli_parse(call, NULL);

	if (status != CLI_GO)
		return status;
	if (!cli_database_begin(call, &session) || !find(session.database.store, call->argv[0], &request))
		return CLI_FAILED;
	print_all(&request);
	return CLI_OK;
}

/* --- approve, deny --- */

struct decide_options {
	const char *by;
	const char *note;
};

static const struct cli_option decide_options[] = {
	{"by", "NAME", "who decides, for the audit trail [the user's name]", cli_set_text,
	 offsetof(struct decide_options, by), false, NULL},
	{"note", "TEXT", "why, for the audit trail", cli_set_text, offsetof(struct decide_options, note),
	 false, NULL},
	{0},
};

/* The account that runs this, behind sudo too: sudo says in SUDO_USER whose it is. */
static const char *user_name(void)
{
	const char *name = getuid() == 0 ? getenv("SUDO_USER") : NULL;
	const struct passwd *user = name == NULL || name[0] == '\0' ? getpwuid(getuid()) : NULL;

	if (user != NULL)
		name = user->pw_name;
	return name == NULL || name[0] == '\0' ? "unknown" : name;
}

static bool decide_one(struct store *store, const char *text, bool approve, const struct enrol_operator *who)
{
	CLEANUP(store_request_free) struct store_request request = {.id = 0};
	enum err error;

	if (!find(store, text, &request))
		return false;
	error = enrol_operator_decide(store, &request, approve, who);
	if (error == ERR_MISMATCH)
		cli_error("request %s is decided: it is %s", text, state_name(request.state));
	else if (error != ERR_OK)
		cli_error("request %s: %s", text, err_text(error));
	else
		printf("%s request %s: %s\n", approve ? "approved" : "denied", text, request.subject);
	return error == ERR_OK;
}

/* Every request named, also when one of them cannot be. */
static int decide(struct cli_call *call, bool approve)
{
	struct decide_options options = {.by = NULL};
	CLEANUP(cli_database_end) struct cli_session session = {.config = NULL};
	struct enrol_operator who;
	bool all = true;
	int status = cli_parse(call, &options);

	if (status != CLI_GO)
		return status;
	if (!cli_database_begin(call, &session))
		return CLI_FAILED;
	who = (struct enrol_operator){options.by == NULL ? user_name() : options.by, options.note};
	for (int i = 0; i < call->argc; i++)
		all = decide_one(session.database.store, call->argv[i], approve, &who) && all;
	return all ? CLI_OK : CLI_FAILED;
}

static int approve(struct cli_call *call)
{
	return decide(call, true);
}

static int deny(struct cli_call *call)
{
	return decide(call, false);
}

const struct cli_command cli_request_commands[] = {
	{"list", "list the requests that wait for approval", "", 0, 0, list_options, list, NULL},
	{"show", "show one request", "ID", 1, 1, NULL, show, NULL},
	{"approve", "let a request have its certificate when the device asks again", "ID...", 1, 1000,
	 decide_options, approve, NULL},
	{"deny", "refuse a request", "ID...", 1, 1000, decide_options, deny, NULL},
	{0},
};
