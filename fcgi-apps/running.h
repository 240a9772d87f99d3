/* SPDX-License-Identifier: BSD-2-Clause */
/* What one process of a program holds: settings and what was made from them, at start and anew after SIGHUP.
 */
#ifndef FCGI_APPS_RUNNING_H
#define FCGI_APPS_RUNNING_H

#include "fcgi-apps/program.h"
#include "fcgi-apps/trust.h"

/* Set program and config_path, zero the rest. Freed with running_free. */
struct running {
	const struct program *program;
	const char *config_path;    /* --config, or NULL */
	struct config *config;      /* the service points into it */
	struct gateway_trust trust; /* from the start to the end */
	struct store_address address;
	void *service;
	struct store *store; /* a worker's own; NULL in the process they are forked from */
};

/*
 * Loads settings, service and address, and looks at the database's schema. A schema that is not ours ends the
 * start; a database that does not answer does not: it may come up after us, and until then every request gets
 * a clear refusal. Everything that is wrong is logged.
 */
enum err running_start(struct running *running);

/*
 * Reads the settings again (the file as it is now, the environment as it was) and makes a service from them.
 * When all of it is good the new takes the place of the old; else what is wrong is logged, and the old stays.
 * What is fixed until the next start (database, workers, sizes, trust in proxies) keeps its value, which is
 * logged where it differs.
 */
enum err running_reload(struct running *running);

void running_free(struct running *running);

#endif
