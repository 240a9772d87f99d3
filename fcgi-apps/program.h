/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the FastCGI programs share: options, settings, log, database, workers. A program brings a table of
 * three functions and makes one call.
 */
#ifndef FCGI_APPS_PROGRAM_H
#define FCGI_APPS_PROGRAM_H

#include "config/config.h"
#include "gateway/gateway.h"
#include "store/store.h"

struct program {
	const char *name;    /* "scep.fcgi" */
	const char *summary; /* one line for --help */
	/* Makes the program's service from CONFIG, logging each preflight that fails. Also called on SIGHUP.
	 */
	enum err (*load)(const struct config *config, void **service);
	void (*handle)(void *service, struct store *store, const struct request *request,
		       struct response *response);
	/* Audits a request whose body the gateway refused with STATUS. */
	void (*refused)(void *service, struct store *store, const struct request *request, int status);
	void (*unload)(void *service);
};

/* Runs PROGRAM with the command line's arguments until it is told to end; the exit status: 0 after SIGTERM, 1
 * when it could not start, 2 for wrong usage. */
int program_main(int argc, char **argv, const struct program *program);

#endif
