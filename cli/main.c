/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * certctl-fcgi: set-up, checks, keys, migrations and a SCEP client, for operators. Runs with the rights of
 * whoever calls it; 'migrate', 'profile', 'request' and 'maintain' need a database account that may write,
 * 'ca' and 'ra' touch private keys.
 */
#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

/* Every command, in the order that --help and the manual page show. */
const struct cli_command cli_commands[] = {
	{"migrate", "bring the database's schema up to date", "", 0, 0, cli_migrate_options, cli_migrate,
	 NULL},
	{"check", "check configuration, keys, database and cryptography", "", 0, 0, NULL, cli_check, NULL},
	{"settings", "print the settings this program knows", "[NAME]", 0, 1, NULL, cli_settings, NULL},
	{"ca", "make certification authorities", "", 0, 0, NULL, NULL, cli_ca_commands},
	{"ra", "make registration authorities", "", 0, 0, NULL, NULL, cli_ra_commands},
	{"profile", "show and change certificate profiles", "", 0, 0, NULL, NULL, cli_profile_commands},
	{"request", "show, approve and deny requests that wait", "", 0, 0, NULL, NULL, cli_request_commands},
	{"maintain", "forget stored answers and requests whose time is over", "", 0, 0, NULL, cli_maintain,
	 NULL},
	{"deviations", "count the clients that a stricter setting would refuse", "", 0, 0,
	 cli_deviations_options, cli_deviations, NULL},
	{"inspect", "show a SCEP message, request or certificate and why it would be refused", "FILE|-", 1, 1,
	 cli_inspect_options, cli_inspect, NULL},
#ifdef ENABLE_CLIENT
	{"scep", "a SCEP client", "", 0, 0, NULL, NULL, cli_scep_commands},
	{"doctor", "attack a running front end, and see whether it is believed", "URL", 1, 1,
	 cli_doctor_options, cli_doctor, NULL},
#endif
	{"version", "print versions and build options", "", 0, 0, NULL, cli_version, NULL},
	{0},
};

static const struct cli_option config_option[] = {
	{"config", "FILE", "settings file [CERTCTL_CONFIG, else the built-in path]", cli_set_text,
	 offsetof(struct cli_call, config), false, NULL},
	{0},
};

const struct cli_program cli_program = {"certctl-fcgi", config_option};

static const struct cli_command program = {
	.name = "certctl-fcgi",
	.help = "enrolment for devices behind a web server: set-up, checks and a client",
	.arguments = "",
	.commands = cli_commands,
};

int main(int argc, char **argv)
{
	struct cli_call call = {.command = &program, .argc = argc, .argv = argv};
	int status;

	log_open("certctl-fcgi", LOG_LEVEL_ERROR, LOG_TARGET_STDERR);
	log_capture(cli_log_line);
	status = cli_dispatch(&call);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		cli_error("cannot write to standard output");
		return CLI_FAILED;
	}
	return status;
}
