/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/store_private.h"

#include <mysqld_error.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

#define NS_PER_MS 1000000u

CLEANUP_DEFINE(mysql_free, MYSQL *, mysql_close)

#define QUOTE_(text) #text
#define QUOTE(text)  QUOTE_(text)

/* What every session wants to be, whatever the server's defaults are. Lock waits end before our own patience
 * does. */
static const char *const session[] = {
	"SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
	"SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',"
	" time_zone = '+00:00', autocommit = 1, innodb_lock_wait_timeout = " QUOTE(
		LIMIT_DB_LOCK_SECONDS) ", lock_wait_timeout = " QUOTE(LIMIT_DB_LOCK_SECONDS),
};

struct store store_handle(const struct store_address *address, unsigned long client_flags,
			  unsigned io_seconds)
{
	return (struct store){.address = address, .client_flags = client_flags, .io_seconds = io_seconds};
}

static bool is_loopback(const char *host)
{
	return strcmp(host, "localhost") == 0 || strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

static void warn_about_clear_text(const struct store_address *address)
{
	for (size_t i = 0; i < address->host_count && address->ssl_ca == NULL; i++) {
		if (is_loopback(address->hosts[i].name))
			continue;
		log_warn("connection to the database is not encrypted; add ssl-ca=PATH to "
			 "CERTCTL_DATABASE_URL",
			 "host", address->hosts[i].name);
		return;
	}
}

enum err store_open(const struct store_address *address, struct store **store)
{
	*store = malloc(sizeof **store);
	if (*store == NULL)
		return ERR_MEMORY;
	**store = store_handle(address, 0, LIMIT_DB_IO_SECONDS);
	warn_about_clear_text(address);
	return ERR_OK;
}

void store_close(struct store **store)
{
	if (*store == NULL)
		return;
	store_disconnect(*store);
	free(*store);
	*store = NULL;
}

/* The connection goes first: closing a statement of a live one would talk to the server. */
void store_disconnect(struct store *store)
{
	if (store->connection != NULL)
		mysql_close(store->connection);
	store->connection = NULL;
	for (size_t i = 0; i < STATEMENT_COUNT; i++) {
		if (store->statements[i] != NULL)
			(void)mysql_stmt_close(store->statements[i]);
		store->statements[i] = NULL;
	}
}

/* An ssl-ca means: encrypted and verified, or not at all. A hostile server must not ask for our files. */
static bool set_options(const struct store *store, MYSQL *mysql)
{
	const struct store_address *address = store->address;
	const unsigned connect_seconds = LIMIT_DB_CONNECT_SECONDS;
	const unsigned protocol = address->socket != NULL ? MYSQL_PROTOCOL_SOCKET : MYSQL_PROTOCOL_TCP;
	const unsigned no_files = 0;
	const my_bool no = 0;
	const my_bool tls = address->ssl_ca != NULL;
	const struct {
		enum mysql_option option;
		const void *value;
	} options[] = {
		{MYSQL_OPT_CONNECT_TIMEOUT, &connect_seconds},
		{MYSQL_OPT_READ_TIMEOUT, &store->io_seconds},
		{MYSQL_OPT_WRITE_TIMEOUT, &store->io_seconds},
		{MYSQL_OPT_PROTOCOL, &protocol},
		{MYSQL_OPT_RECONNECT, &no},
		{MYSQL_OPT_LOCAL_INFILE, &no_files},
		{MYSQL_SET_CHARSET_NAME, "utf8mb4"},
		{MYSQL_OPT_SSL_CA, address->ssl_ca},
		{MYSQL_OPT_SSL_CERT, address->ssl_cert},
		{MYSQL_OPT_SSL_KEY, address->ssl_key},
		{MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &tls},
		{MYSQL_OPT_SSL_ENFORCE, &tls},
	};

	for (size_t i = 0; i < COUNT_OF(options); i++)
		if (options[i].value != NULL &&
		    mysql_optionsv(mysql, options[i].option, options[i].value) != 0)
			return false;
	return true;
}

/* What to do about ERROR, where its own text does not say. */
static const char *advice(unsigned error)
{
	return error == ER_ACCESS_DENIED_NO_PASSWORD_ERROR ? "; an account with unix_socket is for the "
							     "system user of that name: run this as that user"
							   : "";
}

/* Host I, or the socket. The message of a failure goes to WHY of SIZE bytes. */
static MYSQL *connect_host(const struct store *store, size_t i, char *why, size_t size)
{
	const struct store_address *address = store->address;
	const char *host = address->host_count > 0 ? address->hosts[i].name : NULL;
	unsigned port = address->host_count > 0 ? address->hosts[i].port : 0;
	CLEANUP(mysql_free) MYSQL *mysql = mysql_init(NULL);
	bool connected;

	(void)snprintf(why, size, "%s", "out of memory");
	if (mysql == NULL)
		return NULL;
	connected = set_options(store, mysql) &&
		    mysql_real_connect(mysql, host, address->user, address->password, address->database, port,
				       address->socket, store->client_flags) != NULL;
	for (size_t k = 0; k < COUNT_OF(session) && connected; k++)
		connected = mysql_real_query(mysql, session[k], strlen(session[k])) == 0;
	if (connected)
		return TAKE(mysql);
	(void)snprintf(why, size, "%u: %s%s", mysql_errno(mysql), mysql_error(mysql),
		       advice(mysql_errno(mysql)));
	return NULL;
}

static const char *host_name(const struct store *store, size_t i)
{
	return store->address->host_count > 0 ? store->address->hosts[i].name : store->address->socket;
}

static void connected_to(struct store *store, size_t host, MYSQL *mysql)
{
	store->connection = mysql;
	store->host = host;
	store->connect_from = 0;
	if (store->away)
		log_info("database is back", "host", host_name(store, host));
	store->away = false;
}

static void not_connected(struct store *store, const char *why)
{
	store->connect_from = clock_monotonic_ns() + (uint64_t)LIMIT_DB_BACKOFF_MS * NS_PER_MS;
	if (!store->away)
		log_error("database cannot be reached", "host", host_name(store, store->host), "error", why);
	store->away = true;
}

enum err store_connect(struct store *store)
{
	size_t hosts = store->address->host_count > 0 ? store->address->host_count : 1;
	uint64_t start = clock_monotonic_ns();
	char why[512] = "";

	if (store->connection != NULL)
		return ERR_OK;
	if (start < store->connect_from)
		return ERR_UNAVAILABLE;
	for (size_t i = 0; i < hosts; i++) {
		size_t host = (store->host + i) % hosts;
		MYSQL *mysql = connect_host(store, host, why, sizeof why);

		if (mysql != NULL) {
			connected_to(store, host, mysql);
			return ERR_OK;
		}
		if (clock_monotonic_ns() - start >= (uint64_t)LIMIT_DB_IO_SECONDS * 1000 * NS_PER_MS)
			break;
	}
	not_connected(store, why);
	return ERR_UNAVAILABLE;
}

static enum err ping(struct store *store, void *context)
{
	(void)context;
	if (mysql_ping(store->connection) == 0)
		return ERR_OK;
	return store_fault(store, mysql_errno(store->connection), mysql_error(store->connection));
}

enum err store_ping(struct store *store)
{
	return store_try(store, ping, NULL);
}
