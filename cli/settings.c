/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi settings: the settings table, for people. Also the one place where commands load the
 * configuration. */
#include "cli/cli.h"

#include <string.h>

bool cli_config(const struct cli_call *call, struct config **config)
{
	CLEANUP(config_problems_free) struct config_problems problems = {NULL, 0};
	enum err error = config_load(call->config, environ, config, &problems);

	for (size_t i = 0; i < problems.count; i++) {
		if (problems.items[i].fatal)
			cli_error("%s", problems.items[i].text);
		else
			cli_note("%s", problems.items[i].text);
	}
	if (error != ERR_OK && problems.count == 0)
		cli_error("cannot load the configuration: %s", err_text(error));
	return error == ERR_OK;
}

struct wanted {
	const char *name;
	bool found;
};

static void show(void *context, const struct config_setting_view *setting)
{
	struct wanted *wanted = context;

	if (wanted->name != NULL && strcmp(wanted->name, setting->name) != 0)
		return;
	wanted->found = true;
	printf("%s  (%s%s)%s%s\n    %s\n", setting->name, setting->type, setting->secret ? ", or _FILE" : "",
	       setting->default_text[0] != '\0' ? "  default " : "", setting->default_text, setting->help);
}

int cli_settings(struct cli_call *call)
{
	struct wanted wanted = {NULL, false};
	int status = cli_parse(call, NULL);

	if (status != CLI_GO)
		return status;
	wanted.name = call->argc > 0 ? call->argv[0] : NULL;
	config_settings(show, &wanted);
	if (wanted.found)
		return CLI_OK;
	cli_error("no setting is called %s; 'certctl-fcgi settings' lists them", wanted.name);
	return CLI_FAILED;
}
