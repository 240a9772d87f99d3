/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/log.h"

static char last[65536];
static unsigned lines;

static void keep(const char *line)
{
	(void)snprintf(last, sizeof last, "%s", line);
	lines++;
}

static void capture(void)
{
	clock_fix(951782400);
	log_capture(keep);
}

static bool says(const char *text)
{
	return strstr(last, text) != NULL;
}

TestSuite(log, .init = capture);

static const struct {
	const char *value;
	const char *written;
	const char *why;
} values[] = {
	{"a\"b\\c", "\"a\\\"b\\\\c\"", "quote and backslash are escaped"},
	{"a\nb\r\tc", "\"a?b??c\"", "a line end cannot begin a line of an attacker's"},
	{"\x1b[31mred", "\"?[31mred\"", "no escape sequence for a terminal"},
	{"\x7f\xc2\x9b", "\"??\"", "DEL and a C1 control"},
	{"a\xff\xfe", "\"a??\"", "what is not UTF-8"},
	{"\xc3\xa9\xf0\x9f\x98\x80", "\"\xc3\xa9\xf0\x9f\x98\x80\"", "what is"},
	{"", "\"\"", "nothing"},
	{"\",\"level\":\"info", "\"\\\",\\\"level\\\":\\\"info\"", "a value cannot become a field"},
};

Test(log, values_are_made_harmless)
{
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		char expected[128];

		(void)snprintf(expected, sizeof expected, "\"x\":%s}", values[i].written);
		log_error("message", "x", values[i].value);
		cr_expect(says(expected), "%s: %s", values[i].why, last);
		log_error(values[i].value);
		(void)snprintf(expected, sizeof expected, "\"message\":%s}", values[i].written);
		cr_expect(says(expected), "%s, as the message: %s", values[i].why, last);
	}
}

Test(log, long_values_are_cut_and_marked)
{
	static char value[4 * LIMIT_LOG_VALUE];

	memset(value, 'v', sizeof value - 1);
	log_error("message", "x", value, "y", "behind");
	cr_expect(says("vvv...\",\"y\":\"behind\"}"), "%s", last);
	cr_expect_leq(strlen(last), LIMIT_LOG_VALUE + 256);
}

Test(log, levels_below_the_one_asked_for_are_not_written)
{
	log_open("test", LOG_LEVEL_WARN, LOG_TARGET_STDERR);
	log_debug("a");
	log_info("b");
	cr_expect_eq(lines, 0);
	log_warn("c");
	cr_expect(says("\"level\":\"warn\""));
	log_error("d");
	cr_expect(says("\"level\":\"error\""));
	cr_expect_eq(lines, 2);
	log_open("test", LOG_LEVEL_DEBUG, LOG_TARGET_STDERR);
	log_debug("e");
	cr_expect(says("\"level\":\"debug\""));
}

Test(log, before_it_is_opened)
{
	log_debug("not written");
	cr_expect_eq(lines, 0);
	log_info("hello");
	cr_expect(says("\"program\":\"certctl-fcgi\""), "%s", last);
}

Test(log, a_line_is_one_object_with_its_fields_in_order)
{
	char expected[256];

	log_open("scep.fcgi", LOG_LEVEL_INFO, LOG_TARGET_STDERR);
	log_warn("challenge does not match", "rfc", "RFC 8894 section 3.2", "left_out", NULL, "peer", "::1");
	(void)snprintf(
		expected, sizeof expected,
		"{\"time\":\"2000-02-29T00:00:00Z\",\"level\":\"warn\",\"program\":\"scep.fcgi\",\"pid\":\"%"
		"ld\","
		"\"message\":\"challenge does not match\",\"rfc\":\"RFC 8894 section 3.2\",\"peer\":\"::1\"}",
		(long)getpid());
	cr_expect_str_eq(last, expected);
}

Test(log, a_line_names_its_request)
{
	log_request("r-1", NULL);
	log_info("before routing");
	cr_expect(says("\"request_id\":\"r-1\",\"message\""), "%s", last);
	log_profile("corp");
	log_info("after it");
	cr_expect(says("\"request_id\":\"r-1\",\"profile\":\"corp\""), "%s", last);
	log_request(NULL, NULL);
	log_info("between requests");
	cr_expect_not(says("request_id") || says("profile"), "%s", last);
}

/* Puts a pipe in the place of standard error, logs, and reads what came. */
static size_t through_a_pipe(enum log_target target, char *text, size_t size)
{
	int ends[2];
	ssize_t got;

	cr_assert_eq(pipe(ends), 0);
	cr_assert_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
	(void)close(ends[1]);
	log_capture(NULL);
	log_open("test", LOG_LEVEL_INFO, target);
	log_info("one");
	log_info("two");
	cr_assert_geq(dup2(STDOUT_FILENO, STDERR_FILENO), 0);
	got = read(ends[0], text, size - 1);
	(void)close(ends[0]);
	text[got > 0 ? got : 0] = '\0';
	return got > 0 ? (size_t)got : 0;
}

Test(log, lines_go_to_standard_error)
{
	static const enum log_target targets[] = {LOG_TARGET_STDERR, LOG_TARGET_AUTO};

	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		char text[2048];
		size_t size = through_a_pipe(targets[i], text, sizeof text);
		const char *end = strchr(text, '\n');

		cr_assert_not_null(end);
		cr_expect_not_null(strstr(text, "\"message\":\"one\"}\n{"), "%s", text);
		cr_expect_eq(text[size - 1], '\n', "the last line is ended too");
	}
}

Test(log, to_syslog_nothing_goes_to_standard_error)
{
	char text[2048];

	cr_expect_eq(through_a_pipe(LOG_TARGET_SYSLOG, text, sizeof text), 0, "%s", text);
}
