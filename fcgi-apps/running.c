/* SPDX-License-Identifier: BSD-2-Clause */
#include "fcgi-apps/running.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"

extern char **environ;

static void say_problems(struct config_problems *problems)
{
	for (size_t i = 0; i < problems->count; i++) {
		if (problems->items[i].fatal)
			log_error("configuration", "problem", problems->items[i].text);
		else
			log_warn("configuration", "note", problems->items[i].text);
	}
	config_problems_free(problems);
}

static void open_log(const struct running *running)
{
	log_open(running->program->name, running->config->log_level, running->config->log_target);
}

static enum err load_address(const struct config *config, struct store_address *address)
{
	char reason[256] = "";
	enum err error = store_address_parse(config->database_url, address, reason);

	if (error != ERR_OK) {
		log_error("cannot use the database", "setting", "CERTCTL_DATABASE_URL", "problem", reason);
		return error;
	}
	if (config->database_password != NULL) {
		free(address->password);
		address->password = strdup(config->database_password);
	}
	return config->database_password == NULL || address->password != NULL ? ERR_OK : ERR_MEMORY;
}

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

enum err running_start(struct running *running)
{
	struct config_problems problems = {0};
	enum err error = config_load(running->config_path, environ, &running->config, &problems);

	if (error == ERR_OK)
		open_log(running);
	say_problems(&problems);
	if (error == ERR_OK)
		error = load_address(running->config, &running->address);
	if (error == ERR_OK)
		error = program_trust(running->config, &running->trust);
	if (error == ERR_OK)
		error = running->program->load(running->config, &running->service);
	if (error == ERR_OK)
		error = check_database(&running->address);
	return error;
}

/* --- SIGHUP --- */

/* The first process to reload, or the only one; the others find what it has found and said. */
static bool is_first(const struct running *running)
{
	return running->store == NULL || running->config->workers == 0;
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static bool same_list(const struct config_list *a, const struct config_list *b)
{
	for (size_t i = 0; i < a->count && i < b->count; i++)
		if (strcmp(a->items[i], b->items[i]) != 0)
			return false;
	return a->count == b->count;
}

#define SWAP(a, b)                                                                                           \
	do {                                                                                                 \
		__typeof__(a) swapped = (a);                                                                 \
		(a) = (b);                                                                                   \
		(b) = swapped;                                                                               \
	} while (0)

/* Puts into FRESH what is in effect until the next start, and into NOW, which is freed, what FRESH had. */
static void keep_fixed(struct config *now, struct config *fresh)
{
	const struct {
		const char *setting;
		bool differs;
	} fixed[] = {
		{"CERTCTL_DATABASE_URL", !same_text(now->database_url, fresh->database_url)},
		{"CERTCTL_DATABASE_PASSWORD", !same_text(now->database_password, fresh->database_password)},
		{"CERTCTL_WORKERS", now->workers != fresh->workers},
		{"CERTCTL_MAX_REQUESTS", now->max_requests != fresh->max_requests},
		{"CERTCTL_MAX_BODY_SIZE", now->max_body != fresh->max_body},
		{"CERTCTL_TRUSTED_PROXY_CIDRS", !same_list(&now->trusted_proxies, &fresh->trusted_proxies)},
		{"CERTCTL_TRUSTED_PROXY_USERS",
		 !same_list(&now->trusted_proxy_users, &fresh->trusted_proxy_users)},
		{"CERTCTL_TRUST_PROXY_CLIENT_CERT", now->trust_client_cert != fresh->trust_client_cert},
		{"CERTCTL_PROXY_CLIENT_CERT_SOURCE", now->client_cert_source != fresh->client_cert_source},
		{"CERTCTL_PROXY_PROBE_KEY", !same_text(now->probe_key, fresh->probe_key)},
	};

	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
		if (fixed[i].differs)
			log_warn("a changed setting takes effect at the next start", "setting",
				 fixed[i].setting);
	SWAP(now->database_url, fresh->database_url);
	SWAP(now->database_password, fresh->database_password);
	SWAP(now->workers, fresh->workers);
	SWAP(now->max_requests, fresh->max_requests);
	SWAP(now->max_body, fresh->max_body);
	SWAP(now->trusted_proxies, fresh->trusted_proxies);
	SWAP(now->trusted_proxy_users, fresh->trusted_proxy_users);
	SWAP(now->trust_client_cert, fresh->trust_client_cert);
	SWAP(now->client_cert_source, fresh->client_cert_source);
	SWAP(now->probe_key, fresh->probe_key);
}

/* The settings as they are now, and a service made from them. An address that cannot be used would be found
 * out at the next start only. */
static enum err load_fresh(const struct running *running, struct config **config, void **service)
{
	CLEANUP(store_address_free) struct store_address address = {0};
	struct config_problems problems = {0};
	enum err error = config_load(running->config_path, environ, config, &problems);

	say_problems(&problems);
	if (error == ERR_OK)
		error = load_address(*config, &address);
	if (error == ERR_OK)
		error = running->program->load(*config, service);
	return error;
}

/* Puts what was loaded in the place of what was; the service points into its settings, so they go together.
 */
static void replace(struct running *running, struct config **config, void *service)
{
	keep_fixed(running->config, *config);
	running->program->unload(running->service);
	running->service = service;
	SWAP(running->config, *config);
}

enum err running_reload(struct running *running)
{
	CLEANUP(config_free) struct config *config = NULL;
	void *service = NULL;
	enum err error;

	if (!is_first(running))
		log_open(running->program->name, LOG_LEVEL_ERROR, running->config->log_target);
	error = load_fresh(running, &config, &service);
	if (error == ERR_OK)
		replace(running, &config, service);
	open_log(running);
	if (error != ERR_OK)
		log_warn("reload failed, serving on with what was loaded before", "error", err_text(error));
	else
		log_line(is_first(running) ? LOG_LEVEL_INFO : LOG_LEVEL_DEBUG, "reloaded", NULL);
	return error;
}

void running_free(struct running *running)
{
	if (running->service != NULL)
		running->program->unload(running->service);
	running->service = NULL;
	store_address_free(&running->address);
	config_free(&running->config);
}
