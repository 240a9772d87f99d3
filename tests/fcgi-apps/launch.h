/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A FastCGI program that runs as a web server would run it, with its files in the test's folder. It runs by
 * the real clock, so its certificates are made for today. One at a time; what fails ends the test.
 */
#ifndef TEST_LAUNCH_H
#define TEST_LAUNCH_H

#include <stdbool.h>
#include <sys/types.h>

#include "lib/fixture.h"

#define DAY ((time_t)24 * 60 * 60)

/* What the log says of each process that loaded anew. */
#define RELOADED "\"message\":\"reloaded\""

extern struct program {
	const char *name; /* "scep.fcgi" */
	pid_t pid;
	char socket[256];
	char log[256];
	char settings[256]; /* certctl.env */
} program;

/* Names the program, and its files in test_directory(). */
void program_prepare(const char *name);

/* Starts it with the settings that are there, and waits until it takes connections. */
void program_start(void);

/* Ends it by SIGTERM, at which it must exit in good order. */
void program_stop(void);

/* Runs it to its end: the status of waitpid. */
int program_run(void);

void program_hang_up(void);

/* Waits until TEXT stands COUNT times in the log. */
void program_await(const char *text, unsigned count);

/* Has everything loaded anew: by PROCESSES of them, which *COUNT says was done so often before. */
void program_reload(unsigned processes, unsigned *count);

/* --- files in test_directory() --- */

void write_text(const char *name, mode_t mode, const char *format, ...) __attribute__((format(printf, 3, 4)));
void write_certificate(const char *name, const struct fixture *fixture);

/* The key that tests/lib/make_keys made as KEY. */
void write_key(const char *name, const char *key, mode_t mode);
void remove_file(const char *name);

/* A CA, or with ISSUER a certificate for an RA, valid since two days ago. */
struct fixture make_certificate(enum fixture_key key, const char *subject, const struct fixture *issuer,
				time_t until);

#endif
