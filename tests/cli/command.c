/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/command.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

const struct said *command(const char *arguments, ...)
{
	static struct said said;
	char given[4096], line[8192];
	va_list values;
	FILE *pipe;
	int status;

	va_start(values, arguments);
	(void)vsnprintf(given, sizeof(given), arguments, values);
	va_end(values);
	(void)snprintf(line, sizeof(line), "'%s/certctl-fcgi' %s 2>&1 </dev/null", TEST_BUILD_DIR, given);
	pipe = popen(line, "r");
	if (pipe == NULL)
		abort();
	said.out[fread(said.out, 1, sizeof(said.out) - 1, pipe)] = '\0';
	status = pclose(pipe);
	said.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return &said;
}

void expect(const struct said *said, int status, const char *text)
{
	cr_expect_eq(said->status, status, "exit status %d, not %d: %s", said->status, status, said->out);
	cr_expect_not_null(strstr(said->out, text), "no '%s' in: %s", text, said->out);
}
