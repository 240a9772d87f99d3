/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/text.h"

static struct {
	const char *program;
	enum log_level level;
	bool syslog;
	void (*sink)(const char *line);
	const char *request_id;
	const char *profile;
} state = {.program = "certctl-fcgi", .level = LOG_LEVEL_INFO};

static const char *const level_names[] = {"debug", "info", "warn", "error"};

/* True when nobody can read standard error: closed, or the null device, as spawn-fcgi leaves it. */
static bool stderr_is_lost(void)
{
	struct stat err;
	struct stat null;

	if (fstat(STDERR_FILENO, &err) != 0)
		return true;
	return stat("/dev/null", &null) == 0 && S_ISCHR(err.st_mode) && err.st_rdev == null.st_rdev;
}

void log_open(const char *program, enum log_level level, enum log_target target)
{
	state.program = program;
	state.level = level;
	state.syslog = target == LOG_TARGET_SYSLOG || (target == LOG_TARGET_AUTO && stderr_is_lost());
	if (state.syslog)
		openlog(program, LOG_PID, LOG_DAEMON);
}

void log_request(const char *request_id, const char *profile)
{
	state.request_id = request_id;
	state.profile = profile;
}

void log_profile(const char *profile)
{
	state.profile = profile;
}

void log_capture(void (*sink)(const char *line))
{
	state.sink = sink;
}

/* Appends TEXT as a JSON string (RFC 8259 section 7). text_printable has replaced control characters. */
static void put_string(struct buffer *line, const char *text)
{
	char shown[LIMIT_LOG_VALUE];
	gnutls_datum_t bytes = bytes_view_text(text);

	(void)text_printable(&bytes, shown, sizeof shown);
	buffer_append_byte(line, '"');
	for (const char *c = shown; *c != '\0'; c++) {
		if (*c == '"' || *c == '\\')
			buffer_append_byte(line, '\\');
		buffer_append_byte(line, (uint8_t)*c);
	}
	buffer_append_byte(line, '"');
}

static void put_field(struct buffer *line, const char *name, const char *value)
{
	if (value == NULL)
		return;
	if (line->size > 1)
		buffer_append_byte(line, ',');
	put_string(line, name);
	buffer_append_byte(line, ':');
	put_string(line, value);
}

static void put_pairs(struct buffer *line, va_list pairs)
{
	const char *name;

	while ((name = va_arg(pairs, const char *)) != NULL)
		put_field(line, name, va_arg(pairs, const char *));
}

static int syslog_priority(enum log_level level)
{
	static const int priorities[] = {LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERR};

	return priorities[level];
}

/* A line goes out in one write, so that workers sharing a pipe do not mix theirs. */
static void deliver(enum log_level level, const gnutls_datum_t *line)
{
	ssize_t written;

	if (state.sink != NULL) {
		line->data[line->size - 1] = '\0';
		state.sink((const char *)line->data);
	} else if (state.syslog) {
		syslog(syslog_priority(level), "%.*s", (int)line->size - 1, (const char *)line->data);
	} else {
		written = write(STDERR_FILENO, line->data, line->size);
		(void)written; /* there is nowhere to report it */
	}
}

void log_line(enum log_level level, const char *message, ...)
{
	struct buffer line = {0};
	gnutls_datum_t out = {NULL, 0};
	char now[CLOCK_TEXT_SIZE];
	char pid[24];
	va_list pairs;

	if (level < state.level)
		return;
	clock_format(clock_now(), now);
	(void)snprintf(pid, sizeof pid, "%ld", (long)getpid());
	buffer_append_byte(&line, '{');
	put_field(&line, "time", now);
	put_field(&line, "level", level_names[level]);
	put_field(&line, "program", state.program);
	put_field(&line, "pid", pid);
	put_field(&line, "request_id", state.request_id);
	put_field(&line, "profile", state.profile);
	put_field(&line, "message", message);
	va_start(pairs, message);
	put_pairs(&line, pairs);
	va_end(pairs);
	buffer_append_text(&line, "}\n");
	if (buffer_take(&line, &out))
		deliver(level, &out);
	bytes_free(&out);
}
