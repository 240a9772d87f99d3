/* SPDX-License-Identifier: BSD-2-Clause */
/* Runs the built certctl-fcgi. */
#ifndef TEST_CLI_COMMAND_H
#define TEST_CLI_COMMAND_H

struct said {
	int status;      /* exit status, -1 when it did not exit */
	char out[16384]; /* standard output and standard error, as they came */
};

/* Runs "certctl-fcgi ARGUMENTS" (printf-like, read by the shell). Points to static memory. */
const struct said *command(const char *arguments, ...) __attribute__((format(printf, 1, 2)));

/* Expects that the command ended with STATUS and said TEXT. */
void expect(const struct said *said, int status, const char *text);

#endif
