/* SPDX-License-Identifier: BSD-2-Clause */
/* One line of the configuration file. */
#ifndef CONFIG_LINE_H
#define CONFIG_LINE_H

#include "base/bytes.h"
#include "base/error.h"

struct config_line {
	char *name; /* NULL: the line sets nothing */
	char *value;
};

/* Reads the line TEXT (without its '\n'). ERR_SYNTAX, with *WRONG (a fixed text) saying what is wrong.
 * ERR_MEMORY. */
enum err config_line_parse(const gnutls_datum_t *text, struct config_line *line, const char **wrong);

/* Frees LINE, wiping its value. Fit for CLEANUP. */
void config_line_free(struct config_line *line);

#endif
