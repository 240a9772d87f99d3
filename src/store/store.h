/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The database: MariaDB, every SQL statement of the project, prepared. One handle per worker process, used by
 * one thread. A handle connects when first needed and reconnects when the connection is gone. One wait for
 * the server is at most LIMIT_DB_IO_SECONDS, nothing is tried again after that long, and for
 * LIMIT_DB_BACKOFF_MS after a failed connection every answer is ERR_UNAVAILABLE at once.
 *
 * Errors that any call may return, each logged once where it is found: ERR_UNAVAILABLE (not reached,
 * read-only, disk full; trying later may work), ERR_CONFIG (the tables are not those of this build, or
 * the account may not use them),
 * ERR_SYSTEM (the server refused the statement or its data, such as text that is not UTF-8), ERR_MEMORY.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/bytes.h"
#include "base/error.h"

/* Where the database is, parsed from CERTCTL_DATABASE_URL. Freed with store_address_free, which wipes the
 * password. */
struct store_address {
	struct {
		char *name; /* host name or address, NULL: the socket */
		unsigned port;
	} hosts[8]; /* tried in order, starting where the last connection succeeded */
	size_t host_count;
	char *socket;   /* Unix socket path, or NULL */
	char *user;     /* or NULL with a socket: the process's own */
	char *password; /* or NULL; may also be set after parsing, to memory from malloc */
	char *database;
	char *ssl_ca, *ssl_cert, *ssl_key; /* TLS to the server, verified; or NULL */
};

/*
 * Parses
 * "mariadb://user[:password]@host[:port][,host[:port]...]/database?ssl-ca=PATH&ssl-cert=PATH&ssl-key=PATH" or
 * "mariadb:///database?socket=PATH[&user=NAME]". Percent-escapes are decoded. With ssl-ca the connection is
 * encrypted and the server's certificate and name are verified, or there is none. REASON (256 bytes) says
 * what is wrong, never with a part of URL in it. ERR_SYNTAX, ERR_MEMORY.
 */
enum err store_address_parse(const char *url, struct store_address *address, char *reason);
void store_address_free(struct store_address *address);

struct store;

/* A handle for ADDRESS, which must outlive it; does not connect yet. Closed with store_close. ERR_MEMORY. */
enum err store_open(const struct store_address *address, struct store **store);
void store_close(struct store **store);

/* Connects if need be, and asks the server for a sign of life. ERR_UNAVAILABLE. */
enum err store_ping(struct store *store);

/* The newest migration the database has, and whether that is what this build wants. ERR_CONFIG with REASON
 * (256 bytes) when they differ ("run certctl-fcgi migrate"), ERR_UNAVAILABLE. */
enum err store_check_schema(struct store *store, char *reason);

#endif
