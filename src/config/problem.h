/* SPDX-License-Identifier: BSD-2-Clause */
/* Collecting what is wrong. */
#ifndef CONFIG_PROBLEM_H
#define CONFIG_PROBLEM_H

#include <stdbool.h>

#include "config/config.h"

/* Adds a problem. The text is cleaned for a terminal and a log line, and cut at CONFIG_PROBLEM_SIZE. False:
 * no memory. */
#define CONFIG_PROBLEM_SIZE 1024
bool config_problem(struct config_problems *problems, bool fatal, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* True when one of PROBLEMS is fatal. */
bool config_problems_fatal(const struct config_problems *problems);

#endif
