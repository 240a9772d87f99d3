/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/limits.h"
#include "base/text.h"
#include "config/line.h"
#include "config/value.h"

/* Problems of one file after which the rest is not looked at: it is probably no configuration file. */
#define FILE_PROBLEMS 50

/* Adds the setting of a line, unless the file has it already. */
static enum err add_setting(const struct config_line *line, unsigned number, struct config_entries *entries,
			    struct config_problems *problems)
{
	const struct config_entry *first = config_entry_find(entries, line->name, true);
	enum err error;

	if (first != NULL)
		return config_problem(problems, true,
				      "%.300s:%u: %.128s is set a second time; line %u has it already",
				      entries->file, number, line->name, first->line)
			       ? ERR_OK
			       : ERR_MEMORY;
	error = config_entry_add(entries, line->name, line->value, number);
	if (error != ERR_LIMIT)
		return error;
	return config_problem(problems, true, "%.300s:%u: more than %d settings", entries->file, number,
			      LIMIT_CONFIG_ENTRIES)
		       ? ERR_OK
		       : ERR_MEMORY;
}

static enum err parse_line(const gnutls_datum_t *text, unsigned number, struct config_entries *entries,
			   struct config_problems *problems)
{
	CLEANUP(config_line_free) struct config_line line = {NULL, NULL};
	const char *wrong = NULL;
	enum err error = config_line_parse(text, &line, &wrong);

	if (error == ERR_MEMORY)
		return error;
	if (error != ERR_OK)
		return config_problem(problems, true, "%.300s:%u: %s", entries->file, number, wrong)
			       ? ERR_OK
			       : ERR_MEMORY;
	return line.name != NULL ? add_setting(&line, number, entries, problems) : ERR_OK;
}

enum err config_file_parse(const gnutls_datum_t *text, struct config_entries *entries,
			   struct config_problems *problems)
{
	size_t limit = problems->count + FILE_PROBLEMS;
	size_t offset = 0;

	for (unsigned number = 1; offset < text->size; number++) {
		const unsigned char *start = text->data + offset;
		const unsigned char *end = memchr(start, '\n', text->size - offset);
		gnutls_datum_t line =
			bytes_view(start, end == NULL ? text->size - offset : (size_t)(end - start));
		enum err error = parse_line(&line, number, entries, problems);

		if (error != ERR_OK)
			return error;
		if (problems->count >= limit)
			return config_problem(problems, true, "%.300s: not read beyond line %u",
					      entries->file, number)
				       ? ERR_OK
				       : ERR_MEMORY;
		offset += (size_t)line.size + 1;
	}
	return ERR_OK;
}

/* Reads FD to its end into CONTENT. */
static enum err read_all(int fd, size_t limit, struct buffer *content)
{
	unsigned char chunk[4096];
	enum err error = ERR_OK;
	ssize_t got;

	do {
		got = read(fd, chunk, sizeof chunk);
		if (got < 0 && errno != EINTR)
			error = ERR_SYSTEM;
		if (got > 0 && (size_t)got > limit - content->size)
			error = ERR_LIMIT;
		if (got > 0 && error == ERR_OK)
			buffer_append(content, chunk, (size_t)got);
	} while (error == ERR_OK && got != 0);
	gnutls_memset(chunk, 0, sizeof chunk);
	return error;
}

enum err config_file_read(const char *path, size_t limit, gnutls_datum_t *content, struct stat *status)
{
	CLEANUP(buffer_wipe) struct buffer buffer = {0};
	CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	enum err error;

	*content = (gnutls_datum_t){NULL, 0};
	if (fd < 0 || fstat(fd, status) != 0)
		return ERR_SYSTEM;
	error = read_all(fd, limit, &buffer);
	if (error != ERR_OK)
		return error;
	return buffer_take(&buffer, content) ? ERR_OK : ERR_MEMORY;
}

bool config_file_check_mode(const char *path, const struct stat *status, bool secret, gid_t group,
			    struct config_problems *problems)
{
	unsigned mode = (unsigned)status->st_mode & 0777;

	if (!S_ISREG(status->st_mode))
		return true;
	if ((mode & S_IWOTH) != 0)
		return config_problem(problems, true,
				      "%.300s: mode %04o lets everybody change the settings; chmod o-w", path,
				      mode);
	if (secret && (mode & S_IROTH) != 0)
		return config_problem(
			problems, true,
			"%.300s: mode %04o lets everybody read the secrets in it; make it 0640, with the "
			"group of the programs",
			path, mode);
	if (secret && (mode & S_IRGRP) != 0 && status->st_gid != group)
		return config_problem(
			problems, false,
			"%.300s: mode %04o lets group %ld, which is not this program's, read the secrets "
			"in it",
			path, mode, (long)status->st_gid);
	return true;
}
