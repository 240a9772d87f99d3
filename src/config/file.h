/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration file: NAME=value lines that systemd's EnvironmentFile and a POSIX shell's '.' read the
 * same way. What the two would read differently is refused, with the remedy, rather than guessed at.
 */
#ifndef CONFIG_FILE_H
#define CONFIG_FILE_H

#include <sys/stat.h>

#include "config/entry.h"

/*
 * Adds the settings in TEXT to ENTRIES, and what is wrong with it, by line, to PROBLEMS; entries->file names
 * it there. A line is blank, a comment ('#'), or [export] NAME=VALUE; VALUE is plain, 'literal', "with \"
 * \\ \$ \` escapes", or these joined. ERR_MEMORY.
 */
enum err config_file_parse(const gnutls_datum_t *text, struct config_entries *entries,
			   struct config_problems *problems);

/*
 * Reads the file PATH of at most LIMIT bytes into *CONTENT (wiped and freed by the caller) and its mode and
 * owner into *STATUS, of the same open file. ERR_LIMIT, ERR_MEMORY, ERR_SYSTEM with errno.
 */
enum err config_file_read(const char *path, size_t limit, gnutls_datum_t *content, struct stat *status);

/* A problem for each way in which others than its owner and group GROUP get at the file PATH with secrets
 * (SECRET) or without. False: no memory. */
bool config_file_check_mode(const char *path, const struct stat *status, bool secret, gid_t group,
			    struct config_problems *problems);

#endif
