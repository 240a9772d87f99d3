/* SPDX-License-Identifier: BSD-2-Clause */
#include "fcgi-apps/program.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "pki/key.h"

extern char **environ;

struct options {
	const char *config;
	const char *listen;
};

/* Everything one process of the program holds. */
struct running {
	const struct program *program;
	struct config *config;
	struct store_address address;
	void *service;
	struct store *store;
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

/* Loads the settings and says what is wrong with them, a line each. */
static enum err load_config(const char *program, const char *path, struct config **config)
{
	struct config_problems problems = {0};
	enum err error = config_load(path, environ, config, &problems);

	if (error == ERR_OK)
		log_open(program, (*config)->log_level, (*config)->log_target);
	for (size_t i = 0; i < problems.count; i++) {
		if (problems.items[i].fatal)
			log_error("configuration", "problem", problems.items[i].text);
		else
			log_warn("configuration", "note", problems.items[i].text);
	}
	config_problems_free(&problems);
	return error;
}

static enum err load_address(const struct config *config, struct store_address *address)
{
	char reason[256] = "";
	enum err error = store_address_parse(config->database_url, address, reason);

	if (error != ERR_OK) {
		log_error("cannot start", "setting", "CERTCTL_DATABASE_URL", "problem", reason);
		return error;
	}
	if (config->database_password != NULL) {
		free(address->password);
		address->password = strdup(config->database_password);
	}
	return config->database_password == NULL || address->password != NULL ? ERR_OK : ERR_MEMORY;
}

/*
 * A schema that is not ours ends the start; a database that does not answer does not: it may come up after
 * us, and until then every request gets a clear refusal.
 */
static enum err check_database(const struct store_address *address)
{
	CLEANUP(store_close) struct store *store = NULL;
	char reason[256] = "";
	enum err error = store_open(address, &store);

	if (error == ERR_OK)
		error = store_check_schema(store, reason);
	if (error == ERR_UNAVAILABLE)
		return ERR_OK;
	if (error != ERR_OK)
		log_error("cannot start", "setting", "CERTCTL_DATABASE_URL", "problem", reason);
	return error;
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

/* Keys and certificates anew; the old ones stay when the new ones are not good. */
static void reload(void *state)
{
	struct running *running = state;
	void *fresh = NULL;

	if (running->program->load(running->config, &fresh) != ERR_OK) {
		log_error("reload failed, serving on with what was loaded before");
		return;
	}
	running->program->unload(running->service);
	running->service = fresh;
	log_info("reloaded");
}

static enum err start(struct running *running, const char *config_path)
{
	enum err error = load_config(running->program->name, config_path, &running->config);

	if (error == ERR_OK)
		error = load_address(running->config, &running->address);
	if (error == ERR_OK)
		error = running->program->load(running->config, &running->service);
	if (error == ERR_OK)
		error = check_database(&running->address);
	return error;
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
	if (start(&running, options.config) == ERR_OK) {
		gateway.listen = options.listen;
		gateway.workers = running.config->workers;
		gateway.max_requests = running.config->max_requests;
		gateway.max_body = running.config->max_body;
		status = gateway_serve(&gateway, &app, &running);
	}
	if (running.service != NULL)
		program->unload(running.service);
	store_address_free(&running.address);
	config_free(&running.config);
	return status;
}
