/* SPDX-License-Identifier: BSD-2-Clause */
#include "fcgi-apps/launch.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "lib/fcgi.h"
#include "lib/files.h"

struct program program;

void program_prepare(const char *name)
{
	const char *directory = test_directory();

	program.name = name;
	(void)snprintf(program.socket, sizeof program.socket, "%s/socket", directory);
	(void)snprintf(program.log, sizeof program.log, "%s/log", directory);
	(void)snprintf(program.settings, sizeof program.settings, "%s/certctl.env", directory);
}

static void become_program(void)
{
	char path[512];
	int log = open(program.log, O_CREAT | O_WRONLY | O_APPEND, 0600);

	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	(void)dup2(log, STDERR_FILENO);
	(void)snprintf(path, sizeof path, TEST_BUILD_DIR "/fcgi-apps/%s", program.name);
	(void)execl(path, program.name, "--config", program.settings, "--listen", program.socket,
		    (char *)NULL);
	_exit(127);
}

static void launch(void)
{
	program.pid = fork();
	cr_assert_geq(program.pid, 0);
	if (program.pid == 0)
		become_program();
}

void program_start(void)
{
	launch();
	(void)close(fcgi_connect(program.socket));
}

int program_run(void)
{
	int status = 0;

	launch();
	cr_assert_eq(waitpid(program.pid, &status, 0), program.pid);
	return status;
}

void program_stop(void)
{
	int status;

	cr_assert_eq(kill(program.pid, SIGTERM), 0);
	cr_assert_eq(waitpid(program.pid, &status, 0), program.pid);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
}

void program_hang_up(void)
{
	cr_assert_eq(kill(program.pid, SIGHUP), 0);
}

void program_await(const char *text, unsigned count)
{
	uint64_t end = clock_monotonic_ns() + TEST_FCGI_SECONDS * UINT64_C(1000000000);

	while (test_count(program.log, text) < count) {
		cr_assert_lt(clock_monotonic_ns(), end, "'%s' is not logged %u times", text, count);
		(void)poll(NULL, 0, 5);
	}
}

void program_reload(unsigned processes, unsigned *count)
{
	program_hang_up();
	*count += processes;
	program_await(RELOADED, *count);
}

/* --- files --- */

void write_text(const char *name, mode_t mode, const char *format, ...)
{
	char text[4096];
	gnutls_datum_t content;
	va_list values;

	va_start(values, format);
	(void)vsnprintf(text, sizeof text, format, values);
	va_end(values);
	content = bytes_view_text(text);
	(void)test_write(name, &content, mode);
}

void write_certificate(const char *name, const struct fixture *fixture)
{
	gnutls_datum_t pem = {NULL, 0};

	cr_assert_eq(gnutls_x509_crt_export2(fixture->certificate, GNUTLS_X509_FMT_PEM, &pem), 0);
	(void)test_write(name, &pem, 0644);
	bytes_free(&pem);
}

void write_key(const char *name, const char *key, mode_t mode)
{
	char path[512];
	gnutls_datum_t pem;

	(void)snprintf(path, sizeof path, TEST_BUILD_DIR "/tests/keys/%s.pem", key);
	pem = test_read(path);
	(void)test_write(name, &pem, mode);
	bytes_wipe(&pem);
}

void remove_file(const char *name)
{
	char path[512];

	(void)snprintf(path, sizeof path, "%s/%s", test_directory(), name);
	cr_assert_eq(unlink(path), 0);
}

struct fixture make_certificate(enum fixture_key key, const char *subject, const struct fixture *issuer,
				time_t until)
{
	const struct fixture_options options = {
		.key = key,
		.subject = subject,
		.ca = issuer == NULL,
		.usage = issuer == NULL ? GNUTLS_KEY_KEY_CERT_SIGN
					: GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT,
		.issuer = issuer,
		.not_before = clock_now() - 2 * DAY,
		.not_after = until,
	};

	return fixture_make(&options);
}
