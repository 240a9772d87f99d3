/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Migrations: numbered files sql/NNNN-name.sql, each applied once, in order, by one process at a time.
 */
#ifndef STORE_MIGRATE_H
#define STORE_MIGRATE_H

#include "store/store.h"

/* Told of every migration: its file name, and whether it was applied now or had been before. */
typedef void store_migration_seen(void *context, const char *name, bool applied_now);

/*
 * Applies what is missing from DIRECTORY, under a lock in the database (GET_LOCK), and records name and
 * SHA-256 of each. ERR_MISMATCH: a file that was applied has changed since. ERR_SYNTAX: file names out of
 * order, or MariaDB refused a statement (REASON, 512 bytes, has its words). ERR_NOT_FOUND: no such directory,
 * or no migration in it. ERR_UNAVAILABLE.
 */
enum err store_migrate(struct store *store, const char *directory, store_migration_seen *seen, void *context,
		       char *reason);

#endif
