/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scep.fcgi and SIGHUP: what is good takes the place of what was, what is not leaves it there, and nobody's
 * request is lost. There is no database, which is not needed for what is asked here.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "fcgi-apps/launch.h"
#include "lib/fcgi.h"
#include "lib/files.h"

static struct fixture ca;
static struct fixture old_ra;
static struct fixture new_ra;
static struct fixture past_ra; /* expired */

/* --- the program and its files --- */

/* Settings that are good, and the lines EXTRA behind them. */
static void write_settings(unsigned workers, const char *extra)
{
	const char *d = test_directory();

	write_text("certctl.env", 0600,
		   "CERTCTL_SCEP_ENABLED=true\n"
		   "CERTCTL_DATABASE_URL='mariadb:///certctl?socket=%s/nobody'\n"
		   "CERTCTL_CA_CERT_PATH=%s/ca.crt\nCERTCTL_CA_KEY_PATH=%s/ca.key\n"
		   "CERTCTL_SCEP_CHALLENGE_PASSWORD=correct-horse\n"
		   "CERTCTL_SCEP_RA_CERT_PATH=%s/ra.crt\nCERTCTL_SCEP_RA_KEY_PATH=%s/ra.key\n"
		   "CERTCTL_LOG_LEVEL=debug\nCERTCTL_WORKERS=%u\n%s\n",
		   d, d, d, d, d, workers, extra);
}

static void write_old_pair(void)
{
	write_certificate("ra.crt", &old_ra);
	write_key("ra.key", "rsa-ra", 0600);
}

static void write_new_pair(void)
{
	write_certificate("ra.crt", &new_ra);
	write_key("ra.key", "rsa-other", 0600);
}

static void set_up(void)
{
	program_prepare("scep.fcgi");
	ca = make_certificate(FIXTURE_RSA_CA, "CN=ca", NULL, clock_now() + 90 * DAY);
	old_ra = make_certificate(FIXTURE_RSA_RA, "CN=old-ra", &ca, clock_now() + 30 * DAY);
	new_ra = make_certificate(FIXTURE_RSA_OTHER, "CN=new-ra", &ca, clock_now() + 60 * DAY);
	past_ra = make_certificate(FIXTURE_RSA_RA, "CN=past-ra", &ca, clock_now() - DAY);
	write_certificate("ca.crt", &ca);
	write_key("ca.key", "rsa-ca", 0600);
	write_old_pair();
}

static void tear_down(void)
{
	fixture_free(&ca);
	fixture_free(&old_ra);
	fixture_free(&new_ra);
	fixture_free(&past_ra);
}

static void serve(unsigned workers, const char *extra)
{
	write_settings(workers, extra);
	program_start();
}

/* Lines that say what is wrong, but for the database that is not there. */
static unsigned errors(void)
{
	return test_count(program.log, "\"level\":\"error\"") -
	       test_count(program.log, "database cannot be reached");
}

/* --- requests --- */

static const struct fcgi_param get_ca_cert[] = {{"REQUEST_METHOD", "GET"},
						{"REQUEST_URI", "/scep?operation=GetCACert"},
						{"QUERY_STRING", "operation=GetCACert"},
						{"HTTPS", "on"},
						{NULL, NULL}};
static const struct fcgi_param get_ca_caps[] = {{"REQUEST_METHOD", "GET"},
						{"REQUEST_URI", "/scep?operation=GetCACaps"},
						{"QUERY_STRING", "operation=GetCACaps"},
						{"HTTPS", "on"},
						{NULL, NULL}};

static bool holds(const struct fcgi_reply *reply, const void *bytes, size_t size)
{
	return reply->complete && reply->status == 200 && reply->body.size > 0 &&
	       memmem(reply->body.data, reply->body.size, bytes, size) != NULL;
}

/* Whether GetCACert is answered with RA's certificate. */
static bool serves(const struct fixture *ra)
{
	struct fcgi_reply reply;
	bool found;

	fcgi_request(program.socket, get_ca_cert, NULL, &reply);
	found = holds(&reply, ra->der.data, ra->der.size);
	fcgi_reply_free(&reply);
	return found;
}

/* Whether GetCACert is answered, with whatever it may be. */
static bool is_answered(void)
{
	return serves(&ca);
}

static bool has_capability(const char *word)
{
	struct fcgi_reply reply;
	bool found;

	fcgi_request(program.socket, get_ca_caps, NULL, &reply);
	found = holds(&reply, word, strlen(word));
	fcgi_reply_free(&reply);
	return found;
}

TestSuite(reload, .init = set_up, .fini = tear_down, .timeout = 120);

/* --- what is not good --- */

static void remove_key(void)
{
	remove_file("ra.key");
}

static void spoil_key(void)
{
	write_text("ra.key", 0600, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
}

static void open_key(void)
{
	write_key("ra.key", "rsa-ra", 0644);
}

static void change_key_alone(void)
{
	write_key("ra.key", "rsa-other", 0600);
}

static void spoil_certificate(void)
{
	write_text("ra.crt", 0644, "nothing of the kind\n");
}

static void expire_certificate(void)
{
	write_certificate("ra.crt", &past_ra);
}

static void remove_ca(void)
{
	remove_file("ca.crt");
}

static void remove_settings(void)
{
	remove_file("certctl.env");
}

static void misspell_setting(void)
{
	write_settings(2, "CERTCTL_SCEP_ALOW_HTTP=true");
}

static void forget_old_key(void)
{
	write_settings(2, "CERTCTL_SCEP_RA_OLD_CERT_PATHS=/nowhere/old.crt");
}

static void disable(void)
{
	write_text("certctl.env", 0600,
		   "CERTCTL_SCEP_ENABLED=false\n"
		   "CERTCTL_DATABASE_URL=mariadb://u@localhost/certctl\n");
}

static void misdirect(void)
{
	write_text("certctl.env", 0600, "CERTCTL_SCEP_ENABLED=false\nCERTCTL_DATABASE_URL=mariadb://\n");
}

static const struct {
	void (*change)(void);
	const char *says;
	const char *why;
} refused[] = {
	{remove_key, "ra.key", "the RA's key is gone"},
	{spoil_key, "ra.key", "the RA's key is garbage"},
	{open_key, "ra.key", "the RA's key is there for everybody"},
	{change_key_alone, "does not belong to the private key", "a new key with the old certificate"},
	{spoil_certificate, "ra.crt", "the RA's certificate is garbage"},
	{expire_certificate, "expired at", "the RA's certificate is of yesterday"},
	{remove_ca, "ca.crt", "the CA's certificate is gone"},
	{remove_settings, "cannot read the configuration file", "the settings are gone"},
	{misspell_setting, "did you mean CERTCTL_SCEP_ALLOW_HTTP?", "a setting is misspelt"},
	{forget_old_key, "give each old RA certificate its key", "settings contradict each other"},
	{disable, "SCEP is not enabled", "nothing is left to serve"},
	{misdirect, "CERTCTL_DATABASE_URL", "an address with which the next start would fail"},
};

Test(reload, what_is_not_good_leaves_what_was)
{
	serve(2, "CERTCTL_SCEP_EXTRA_CAPS=Before");
	for (unsigned i = 0; i < sizeof refused / sizeof *refused; i++) {
		unsigned said = test_count(program.log, refused[i].says);

		refused[i].change();
		program_hang_up();
		program_await("reload failed, serving on", i + 1);
		cr_expect_gt(test_count(program.log, refused[i].says), said, "%s", refused[i].why);
		cr_expect_eq(errors(), i + 1, "%s: one line says so", refused[i].why);
		cr_expect(serves(&old_ra), "%s", refused[i].why);
		cr_expect(has_capability("Before"), "%s", refused[i].why);
		write_certificate("ca.crt", &ca);
		write_old_pair();
		write_settings(2, "CERTCTL_SCEP_EXTRA_CAPS=After");
	}
	cr_expect_eq(test_count(program.log, RELOADED), 0);
	program_hang_up();
	program_await(RELOADED, 3);
	cr_expect(has_capability("After"), "what is mended is loaded");
	program_stop();
}

/* --- what is good --- */

static const struct {
	unsigned workers;
	unsigned processes;
} sizes[] = {{0, 1}, {1, 2}, {2, 3}};

Test(reload, a_new_pair_and_new_settings_are_used_by_all)
{
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		unsigned reloads = 0;

		write_old_pair();
		serve(sizes[i].workers, "");
		cr_expect(serves(&old_ra));
		write_new_pair();
		write_settings(sizes[i].workers, "CERTCTL_SCEP_EXTRA_CAPS=After");
		cr_expect(serves(&old_ra), "not before it is told");
		program_reload(sizes[i].processes, &reloads);
		for (unsigned k = 0; k < 10; k++) {
			cr_expect(serves(&new_ra), "%u workers, request %u", sizes[i].workers, k);
			cr_expect(has_capability("After"), "%u workers, request %u", sizes[i].workers, k);
		}
		program_stop();
		cr_assert_eq(unlink(program.log), 0);
	}
}

Test(reload, a_hundred_requests_are_answered_meanwhile)
{
	unsigned reloads = 0;

	serve(2, "");
	for (unsigned i = 0; i < 100; i++) {
		bool is_new = i / 10 % 2 == 1;

		if (i % 10 == 0) {
			(is_new ? write_new_pair : write_old_pair)();
			program_hang_up();
		}
		cr_expect(is_answered(), "request %u", i);
		if (i % 10 == 9) {
			program_await(RELOADED, reloads += 3);
			cr_expect(serves(is_new ? &new_ra : &old_ra), "request %u", i);
		}
	}
	program_stop();
	cr_expect_eq(errors(), 0);
	cr_expect_eq(test_count(program.log, "a worker died"), 0);
}

Test(reload, a_request_half_sent_is_answered)
{
	struct fcgi_reply reply;
	int fd;

	serve(2, "");
	fd = fcgi_connect(program.socket);
	cr_assert(fcgi_begin(fd, 1, false) && fcgi_params(fd, get_ca_cert));
	write_new_pair();
	program_hang_up();
	program_await(RELOADED, 1);
	cr_assert(fcgi_stdin(fd, NULL));
	fcgi_read(fd, &reply);
	cr_expect(reply.complete);
	cr_expect_eq(reply.status, 200);
	fcgi_reply_free(&reply);
	(void)close(fd);
	program_await(RELOADED, 3);
	cr_expect(serves(&new_ra));
	program_stop();
}

#define LATER "takes effect at the next start\",\"setting\":\"CERTCTL_"

Test(reload, what_is_fixed_until_the_next_start_is_said)
{
	static const char *const fixed[] = {"DATABASE_PASSWORD",       "MAX_REQUESTS",
					    "MAX_BODY_SIZE",           "WORKERS",
					    "TRUSTED_PROXY_CIDRS",     "TRUSTED_PROXY_USERS",
					    "TRUST_PROXY_CLIENT_CERT", "PROXY_CLIENT_CERT_SOURCE",
					    "PROXY_PROBE_KEY"};
	unsigned reloads = 0;

	serve(1, "");
	write_settings(
		3,
		"CERTCTL_SCEP_ALLOW_HTTP=true\nCERTCTL_DATABASE_PASSWORD=hush-hush\nCERTCTL_MAX_REQUESTS=7\n"
		"CERTCTL_MAX_BODY_SIZE=4096\nCERTCTL_SCEP_EXTRA_CAPS=After\nCERTCTL_TRUSTED_PROXY_CIDRS="
		"unix\n"
		"CERTCTL_TRUSTED_PROXY_USERS=64999\nCERTCTL_TRUST_PROXY_CLIENT_CERT=false\n"
		"CERTCTL_PROXY_CLIENT_CERT_SOURCE=xfcc\n"
		"CERTCTL_PROXY_PROBE_KEY=hush-hush-hush-hush-hush-hush-hush");
	program_reload(2, &reloads);
	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
		char line[128];

		(void)snprintf(line, sizeof line, LATER "%s\"", fixed[i]);
		cr_expect_eq(test_count(program.log, line), 1, "%s, by one process", fixed[i]);
	}
	cr_expect_eq(test_count(program.log, LATER), 9, "and nothing else");
	cr_expect_eq(test_count(program.log, "over plain HTTP"), 1, "nor is any note said by all");
	cr_expect_eq(test_count(program.log, "hush"), 0, "but not what it is");
	cr_expect(has_capability("After"), "the rest is in effect");
	program_reload(2, &reloads);
	cr_expect_eq(test_count(program.log, LATER), 18, "said again while it is so");
	write_settings(1, "");
	program_reload(2, &reloads);
	cr_expect_eq(test_count(program.log, LATER), 18, "and no more when it is not");
	program_stop();
}
