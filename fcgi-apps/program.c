/* SPDX-License-Identifier: BSD-2-Clause */
#include "fcgi-apps/program.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "fcgi-apps/running.h"
#include "pki/key.h"

struct options {
	const char *config;
	const char *listen;
};

static void usage(FILE *to, const struct program *program)
{
	(void)fprintf(to,
		      "Usage: %s [--config FILE] [--listen PATH|ADDRESS:PORT]\n"
		      "%s\n\n"
		      "  --config FILE   settings (default: CERTCTL_CONFIG, then %s)\n"
		      "  --listen WHERE  listen here; without it, descriptor 0 is the listening socket,\n"
		      "                  as spawn-fcgi, systemd and mod_fcgid hand it over\n"
		      "  --version       say which version this is\n"
		      "  --help          say this\n",
		      program->name, program->summary, CERTCTL_DEFAULT_CONFIG);
}

/* Returns -1 to go on, or the exit status. */
static int parse_options(int argc, char **argv, const struct program *program, struct options *options)
{
	static const struct option known[] = {
		{"config", required_argument, NULL, 'c'},
		{"listen", required_argument, NULL, 'l'},
		{"version", no_argument, NULL, 'V'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'c': options->config = optarg; break;
		case 'l': options->listen = optarg; break;
		case 'V': return printf("%s (%s) %s\n", program->name, PACKAGE_NAME, PACKAGE_VERSION) < 0;
		case 'h': usage(stdout, program); return 0;
		default: usage(stderr, program); return 2;
		}
	}
	if (optind == argc)
		return -1;
	usage(stderr, program);
	return 2;
}

static enum err worker_start(void *state)
{
	struct running *running = state;
	char reason[PKI_REASON_SIZE] = "";
	enum err error = pki_token_after_fork(reason);

	if (error != ERR_OK) {
		log_error("a worker cannot use the token", "problem", reason);
		return error;
	}
	return store_open(&running->address, &running->store);
}

static void worker_stop(void *state)
{
	struct running *running = state;

	store_close(&running->store);
}

static void handle(void *state, const struct request *request, struct response *response)
{
	struct running *running = state;

	running->program->handle(running->service, running->store, request, response);
}

static void refused(void *state, const struct request *request, int status)
{
	struct running *running = state;

	running->program->refused(running->service, running->store, request, status);
}

static enum err reload(void *state)
{
	return running_reload(state);
}

int program_main(int argc, char **argv, const struct program *program)
{
	static const struct gateway_app app = {worker_start, handle, refused, reload, worker_stop};
	struct running running = {.program = program};
	struct gateway_options gateway = {.program = program->name};
	struct options options = {0};
	int status = parse_options(argc, argv, program, &options);

	if (status >= 0)
		return status;
	log_open(program->name, LOG_LEVEL_INFO, LOG_TARGET_AUTO);
	status = EXIT_FAILURE;
	running.config_path = options.config;
	if (running_start(&running) == ERR_OK) {
		gateway.listen = options.listen;
		gateway.workers = running.config->workers;
		gateway.max_requests = running.config->max_requests;
		gateway.max_body = running.config->max_body;
		gateway.trust = &running.trust;
		gateway.probe_key = running.config->probe_key;
		status = gateway_serve(&gateway, &app, &running);
	}
	running_free(&running);
	return status;
}
