/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scep.fcgi, scep-mtls.fcgi and SIGHUP: what is good takes the place of what was, what is not leaves it
 * there, and nobody's request is lost. The program runs by the real clock, so its certificates are made for
 * today. It has no database, which it can do without for what is asked here.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "lib/fcgi.h"
#include "lib/files.h"
#include "lib/mariadb.h"
#include "lib/fixture.h"

#define DAY ((time_t)24 * 60 * 60)

static const char *program = "scep.fcgi";
static pid_t server;
static char where[256];
static char log_path[256];
static char settings_path[256];
static struct fixture ca;
static struct fixture old_ra;
static struct fixture new_ra;
static struct fixture past_ra; /* expired */

/* --- files --- */

static void write_text(const char *name, mode_t mode, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void write_text(const char *name, mode_t mode, const char *format, ...)
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

static void write_certificate(const char *name, const struct fixture *fixture)
{
	gnutls_datum_t pem = {NULL, 0};

	cr_assert_eq(gnutls_x509_crt_export2(fixture->certificate, GNUTLS_X509_FMT_PEM, &pem), 0);
	(void)test_write(name, &pem, 0644);
	bytes_free(&pem);
}

/* The key that tests/lib/make_keys made as KEY. */
static void write_key(const char *name, const char *key, mode_t mode)
{
	char path[512];
	gnutls_datum_t pem;

	(void)snprintf(path, sizeof path, TEST_BUILD_DIR "/tests/keys/%s.pem", key);
	pem = test_read(path);
	(void)test_write(name, &pem, mode);
	bytes_wipe(&pem);
}

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

static struct fixture make(enum fixture_key key, const char *subject, bool is_ca, time_t until)
{
	const struct fixture_options options = {
		.key = key,
		.subject = subject,
		.ca = is_ca,
		.usage = is_ca ? GNUTLS_KEY_KEY_CERT_SIGN
			       : GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT,
		.issuer = is_ca ? NULL : &ca,
		.not_before = clock_now() - 2 * DAY,
		.not_after = until,
	};

	return fixture_make(&options);
}

/* --- the program --- */

static void set_up(void)
{
	ca = make(FIXTURE_RSA_CA, "CN=ca", true, clock_now() + 90 * DAY);
	old_ra = make(FIXTURE_RSA_RA, "CN=old-ra", false, clock_now() + 30 * DAY);
	new_ra = make(FIXTURE_RSA_OTHER, "CN=new-ra", false, clock_now() + 60 * DAY);
	past_ra = make(FIXTURE_RSA_RA, "CN=past-ra", false, clock_now() - DAY);
	write_certificate("ca.crt", &ca);
	write_key("ca.key", "rsa-ca", 0600);
	write_old_pair();
	(void)snprintf(where, sizeof where, "%s/socket", test_directory());
	(void)snprintf(log_path, sizeof log_path, "%s/log", test_directory());
	(void)snprintf(settings_path, sizeof settings_path, "%s/certctl.env", test_directory());
}

static void tear_down(void)
{
	fixture_free(&ca);
	fixture_free(&old_ra);
	fixture_free(&new_ra);
	fixture_free(&past_ra);
}

static void become_program(void)
{
	char path[512];
	int log = open(log_path, O_CREAT | O_WRONLY | O_APPEND, 0600);

	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	(void)dup2(log, STDERR_FILENO);
	(void)snprintf(path, sizeof path, TEST_BUILD_DIR "/fcgi-apps/%s", program);
	(void)execl(path, program, "--config", settings_path, "--listen", where, (char *)NULL);
	_exit(127);
}

/* With the settings that are there. */
static void start(void)
{
	server = fork();
	cr_assert_geq(server, 0);
	if (server == 0)
		become_program();
	(void)close(fcgi_connect(where));
}

static void serve(unsigned workers, const char *extra)
{
	write_settings(workers, extra);
	start();
}

static void stop(void)
{
	int status;

	cr_assert_eq(kill(server, SIGTERM), 0);
	cr_assert_eq(waitpid(server, &status, 0), server);
	cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
}

/* Waits until TEXT stands COUNT times in the log. */
static void await(const char *text, unsigned count)
{
	uint64_t end = clock_monotonic_ns() + TEST_FCGI_SECONDS * UINT64_C(1000000000);

	while (test_count(log_path, text) < count) {
		cr_assert_lt(clock_monotonic_ns(), end, "'%s' is not logged %u times", text, count);
		(void)poll(NULL, 0, 5);
	}
}

/* Lines that say what is wrong, but for the database that is not there. */
static unsigned errors(void)
{
	return test_count(log_path, "\"level\":\"error\"") -
	       test_count(log_path, "database cannot be reached");
}

static void hang_up(void)
{
	cr_assert_eq(kill(server, SIGHUP), 0);
}

#define RELOADED "\"message\":\"reloaded\""

/* Everything loads anew: PROCESSES of them, and it has been done COUNT times before. */
static void reload(unsigned processes, unsigned *count)
{
	hang_up();
	*count += processes;
	await(RELOADED, *count);
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

	fcgi_request(where, get_ca_cert, NULL, &reply);
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

	fcgi_request(where, get_ca_caps, NULL, &reply);
	found = holds(&reply, word, strlen(word));
	fcgi_reply_free(&reply);
	return found;
}

TestSuite(reload, .init = set_up, .fini = tear_down, .timeout = 120);

/* --- what is not good --- */

static void remove_file(const char *name)
{
	char path[512];

	(void)snprintf(path, sizeof path, "%s/%s", test_directory(), name);
	cr_assert_eq(unlink(path), 0);
}

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
		unsigned said = test_count(log_path, refused[i].says);

		refused[i].change();
		hang_up();
		await("reload failed, serving on", i + 1);
		cr_expect_gt(test_count(log_path, refused[i].says), said, "%s", refused[i].why);
		cr_expect_eq(errors(), i + 1, "%s: one line says so", refused[i].why);
		cr_expect(serves(&old_ra), "%s", refused[i].why);
		cr_expect(has_capability("Before"), "%s", refused[i].why);
		write_certificate("ca.crt", &ca);
		write_old_pair();
		write_settings(2, "CERTCTL_SCEP_EXTRA_CAPS=After");
	}
	cr_expect_eq(test_count(log_path, RELOADED), 0);
	hang_up();
	await(RELOADED, 3);
	cr_expect(has_capability("After"), "what is mended is loaded");
	stop();
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
		reload(sizes[i].processes, &reloads);
		for (unsigned k = 0; k < 10; k++) {
			cr_expect(serves(&new_ra), "%u workers, request %u", sizes[i].workers, k);
			cr_expect(has_capability("After"), "%u workers, request %u", sizes[i].workers, k);
		}
		stop();
		cr_assert_eq(unlink(log_path), 0);
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
			hang_up();
		}
		cr_expect(is_answered(), "request %u", i);
		if (i % 10 == 9) {
			await(RELOADED, reloads += 3);
			cr_expect(serves(is_new ? &new_ra : &old_ra), "request %u", i);
		}
	}
	stop();
	cr_expect_eq(errors(), 0);
	cr_expect_eq(test_count(log_path, "a worker died"), 0);
}

Test(reload, a_request_half_sent_is_answered)
{
	struct fcgi_reply reply;
	int fd;

	serve(2, "");
	fd = fcgi_connect(where);
	cr_assert(fcgi_begin(fd, 1, false) && fcgi_params(fd, get_ca_cert));
	write_new_pair();
	hang_up();
	await(RELOADED, 1);
	cr_assert(fcgi_stdin(fd, NULL));
	fcgi_read(fd, &reply);
	cr_expect(reply.complete);
	cr_expect_eq(reply.status, 200);
	fcgi_reply_free(&reply);
	(void)close(fd);
	await(RELOADED, 3);
	cr_expect(serves(&new_ra));
	stop();
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
	reload(2, &reloads);
	for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++) {
		char line[128];

		(void)snprintf(line, sizeof line, LATER "%s\"", fixed[i]);
		cr_expect_eq(test_count(log_path, line), 1, "%s, by one process", fixed[i]);
	}
	cr_expect_eq(test_count(log_path, LATER), 9, "and nothing else");
	cr_expect_eq(test_count(log_path, "over plain HTTP"), 1, "nor is any note said by all");
	cr_expect_eq(test_count(log_path, "hush"), 0, "but not what it is");
	cr_expect(has_capability("After"), "the rest is in effect");
	reload(2, &reloads);
	cr_expect_eq(test_count(log_path, LATER), 18, "said again while it is so");
	write_settings(1, "");
	reload(2, &reloads);
	cr_expect_eq(test_count(log_path, LATER), 18, "and no more when it is not");
	stop();
}

/* --- bundles of client CAs --- */

static struct fixture client_ca;
static struct fixture next_client_ca;
static struct fixture past_client_ca;
static const char *database; /* nobody is let in whom the record could not be asked about */

static void write_mtls_settings(const char *enabled)
{
	const char *d = test_directory();

	write_text("certctl.env", 0600,
		   "CERTCTL_SCEP_ENABLED=true\n"
		   "CERTCTL_DATABASE_URL='%s'\n"
		   "CERTCTL_CA_CERT_PATH=%s/ca.crt\nCERTCTL_CA_KEY_PATH=%s/ca.key\n"
		   "CERTCTL_TRUSTED_PROXY_CIDRS=unix\nCERTCTL_TRUST_PROXY_CLIENT_CERT=true\n"
		   "CERTCTL_SCEP_PROFILES=corp\n"
		   "CERTCTL_SCEP_PROFILE_CORP_ISSUER_ID=iss-local\n"
		   "CERTCTL_SCEP_PROFILE_CORP_CHALLENGE_PASSWORD=correct-horse\n"
		   "CERTCTL_SCEP_PROFILE_CORP_RA_CERT_PATH=%s/ra.crt\n"
		   "CERTCTL_SCEP_PROFILE_CORP_RA_KEY_PATH=%s/ra.key\n"
		   "CERTCTL_SCEP_PROFILE_CORP_MTLS_ENABLED=%s\n"
		   "CERTCTL_SCEP_PROFILE_CORP_MTLS_CLIENT_CA_TRUST_BUNDLE_PATH=%s/clients.pem\n"
		   "CERTCTL_LOG_LEVEL=debug\nCERTCTL_WORKERS=2\n",
		   database, d, d, d, d, enabled, d);
}

static struct fixture make_client_ca(const char *subject, time_t until)
{
	return fixture_make(&(struct fixture_options){.key = FIXTURE_EC_CA,
						      .subject = subject,
						      .ca = true,
						      .usage = GNUTLS_KEY_KEY_CERT_SIGN,
						      .not_before = clock_now() - 2 * DAY,
						      .not_after = until});
}

static void set_up_mtls(void)
{
	set_up();
	program = "scep-mtls.fcgi";
	database = test_database();
	client_ca = make_client_ca("CN=clients", clock_now() + 90 * DAY);
	next_client_ca = make_client_ca("CN=next-clients", clock_now() + 90 * DAY);
	past_client_ca = make_client_ca("CN=past-clients", clock_now() - DAY);
	write_certificate("clients.pem", &client_ca);
	write_mtls_settings("true");
}

static void tear_down_mtls(void)
{
	tear_down();
	fixture_free(&client_ca);
	fixture_free(&next_client_ca);
	fixture_free(&past_client_ca);
}

TestSuite(reload_mtls, .init = set_up_mtls, .fini = tear_down_mtls, .timeout = 120);

/* The status of GetCACaps for a device whose certificate ISSUER made; NULL: it has none. */
static int status_for(const struct fixture *issuer)
{
	struct fcgi_param params[] = {{"REQUEST_METHOD", "GET"},
				      {"REQUEST_URI", "/scep-mtls/corp?operation=GetCACaps"},
				      {"QUERY_STRING", "operation=GetCACaps"},
				      {"HTTPS", "on"},
				      {NULL, NULL},
				      {NULL, NULL},
				      {NULL, NULL}};
	gnutls_datum_t pem = {NULL, 0};
	struct fixture device;
	struct fcgi_reply reply;
	int status;

	if (issuer != NULL) {
		device = fixture_make(&(struct fixture_options){.key = FIXTURE_EC_CLIENT,
								.issuer = issuer,
								.not_before = clock_now() - DAY,
								.not_after = clock_now() + DAY});
		cr_assert_eq(gnutls_x509_crt_export2(device.certificate, GNUTLS_X509_FMT_PEM, &pem), 0);
		params[4] = (struct fcgi_param){"SSL_CLIENT_CERT", (const char *)pem.data};
		params[5] = (struct fcgi_param){"SSL_CLIENT_VERIFY", "SUCCESS"};
		fixture_free(&device);
	}
	fcgi_request(where, params, NULL, &reply);
	status = reply.status;
	fcgi_reply_free(&reply);
	bytes_free(&pem);
	return status;
}

static void remove_bundle(void)
{
	remove_file("clients.pem");
}

static void spoil_bundle(void)
{
	write_text("clients.pem", 0644, "nothing of the kind\n");
}

static void expire_bundle(void)
{
	write_certificate("clients.pem", &past_client_ca);
}

static void disable_mtls(void)
{
	write_mtls_settings("false");
}

static const struct {
	void (*change)(void);
	const char *says;
	const char *why;
} refused_mtls[] = {
	{remove_bundle, "client CA bundle", "the bundle is gone"},
	{spoil_bundle, "holds no CERTIFICATE block", "the bundle is garbage"},
	{expire_bundle, "CN=past-clients", "a CA of the bundle is of yesterday"},
	{disable_mtls, "no profile is served at /scep-mtls", "nothing is left to serve"},
};

Test(reload_mtls, a_bundle_that_is_not_good_leaves_what_was)
{
	start();
	for (unsigned i = 0; i < sizeof refused_mtls / sizeof *refused_mtls; i++) {
		refused_mtls[i].change();
		hang_up();
		await("reload failed, serving on", i + 1);
		cr_expect_gt(test_count(log_path, refused_mtls[i].says), 0, "%s", refused_mtls[i].why);
		cr_expect_eq(status_for(&client_ca), 200, "%s", refused_mtls[i].why);
		cr_expect_eq(status_for(&past_client_ca), 401, "%s", refused_mtls[i].why);
		cr_expect_eq(status_for(NULL), 401, "%s", refused_mtls[i].why);
		write_certificate("clients.pem", &client_ca);
		write_mtls_settings("true");
	}
	cr_expect_eq(test_count(log_path, RELOADED), 0);
	stop();
}

Test(reload_mtls, a_new_bundle_is_used_by_all)
{
	unsigned reloads = 0;

	start();
	write_certificate("clients.pem", &next_client_ca);
	cr_expect_eq(status_for(&client_ca), 200, "not before it is told");
	reload(3, &reloads);
	for (unsigned k = 0; k < 10; k++) {
		cr_expect_eq(status_for(&next_client_ca), 200, "request %u", k);
		cr_expect_eq(status_for(&client_ca), 401, "request %u", k);
	}
	stop();
}

Test(reload_mtls, does_not_start_without_what_it_needs)
{
	for (size_t i = 0; i < sizeof refused_mtls / sizeof *refused_mtls; i++) {
		int status = 0;

		refused_mtls[i].change();
		server = fork();
		cr_assert_geq(server, 0);
		if (server == 0)
			become_program();
		cr_assert_eq(waitpid(server, &status, 0), server);
		cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILURE, "%s",
			  refused_mtls[i].why);
		cr_expect_gt(test_count(log_path, refused_mtls[i].says), 0, "%s", refused_mtls[i].why);
		write_certificate("clients.pem", &client_ca);
	}
}
