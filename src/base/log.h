/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Logs: one JSON object a line on standard error, or syslog. A reason is logged once, where it is found, and
 * the line carries the request it belongs to by itself.
 *
 *	log_warn("challenge does not match", "rfc", "RFC 8894 section 3.2");
 *
 * Secrets (challenges, passwords, keys, decrypted requests) are never passed here.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/error.h"

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

enum log_target {
	LOG_TARGET_AUTO,   /* standard error, or syslog when that is closed or /dev/null */
	LOG_TARGET_STDERR, /* JSON lines on standard error */
	LOG_TARGET_SYSLOG, /* facility daemon, the same JSON as the message */
};

/* Where and from which level on; PROGRAM (kept, not copied) names the sender. Before the first call: info and
 * above, to standard error, program "certctl-fcgi". */
void log_open(const char *program, enum log_level level, enum log_target target);

/*
 * Names the request that following lines belong to; NULL leaves a field out. The strings must stay until the
 * next call; log_request(NULL, NULL) ends it. The process is single-threaded, so this is the worker's own
 * state.
 */
void log_request(const char *request_id, const char *profile);

/* Sets the profile alone, once routing has found it. */
void log_profile(const char *profile);

/*
 * Writes a line: MESSAGE, then name and value pairs of C strings, ended by NULL. A NULL value leaves its pair
 * out. Values longer than LIMIT_LOG_VALUE are cut and end in "..."; control characters and malformed UTF-8
 * become '?'.
 */
void log_line(enum log_level level, const char *message, ...) __attribute__((sentinel));

#define log_debug(...) log_line(LOG_LEVEL_DEBUG, __VA_ARGS__, NULL)
#define log_info(...)  log_line(LOG_LEVEL_INFO, __VA_ARGS__, NULL)
#define log_warn(...)  log_line(LOG_LEVEL_WARN, __VA_ARGS__, NULL)
#define log_error(...) log_line(LOG_LEVEL_ERROR, __VA_ARGS__, NULL)

/* Sends finished lines (without the line end) to SINK instead, for tests that assert on logs; NULL ends it.
 */
void log_capture(void (*sink)(const char *line));

#endif
