/* SPDX-License-Identifier: BSD-2-Clause */
/* scep-mtls.fcgi and SIGHUP: the bundles of client CAs. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "fcgi-apps/launch.h"
#include "lib/fcgi.h"
#include "lib/files.h"
#include "lib/mariadb.h"

static struct fixture ca;
static struct fixture ra;
static struct fixture client_ca;
static struct fixture next_client_ca;
static struct fixture past_client_ca;
static const char *database; /* nobody is let in whom the record could not be asked about */

static void write_settings(const char *enabled)
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

static void set_up(void)
{
	program_prepare("scep-mtls.fcgi");
	database = test_database();
	ca = make_certificate(FIXTURE_RSA_CA, "CN=ca", NULL, clock_now() + 90 * DAY);
	ra = make_certificate(FIXTURE_RSA_RA, "CN=ra", &ca, clock_now() + 30 * DAY);
	client_ca = make_certificate(FIXTURE_EC_CA, "CN=clients", NULL, clock_now() + 90 * DAY);
	next_client_ca = make_certificate(FIXTURE_EC_CA, "CN=next-clients", NULL, clock_now() + 90 * DAY);
	past_client_ca = make_certificate(FIXTURE_EC_CA, "CN=past-clients", NULL, clock_now() - DAY);
	write_certificate("ca.crt", &ca);
	write_key("ca.key", "rsa-ca", 0600);
	write_certificate("ra.crt", &ra);
	write_key("ra.key", "rsa-ra", 0600);
	write_certificate("clients.pem", &client_ca);
	write_settings("true");
}

static void tear_down(void)
{
	fixture_free(&ca);
	fixture_free(&ra);
	fixture_free(&client_ca);
	fixture_free(&next_client_ca);
	fixture_free(&past_client_ca);
}

TestSuite(reload_mtls, .init = set_up, .fini = tear_down, .timeout = 120);

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
	fcgi_request(program.socket, params, NULL, &reply);
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
	write_settings("false");
}

static const struct {
	void (*change)(void);
	const char *says;
	const char *why;
} refused[] = {
	{remove_bundle, "client CA bundle", "the bundle is gone"},
	{spoil_bundle, "holds no CERTIFICATE block", "the bundle is garbage"},
	{expire_bundle, "CN=past-clients", "a CA of the bundle is of yesterday"},
	{disable_mtls, "no profile is served at /scep-mtls", "nothing is left to serve"},
};

Test(reload_mtls, a_bundle_that_is_not_good_leaves_what_was)
{
	program_start();
	for (unsigned i = 0; i < sizeof refused / sizeof *refused; i++) {
		refused[i].change();
		program_hang_up();
		program_await("reload failed, serving on", i + 1);
		cr_expect_gt(test_count(program.log, refused[i].says), 0, "%s", refused[i].why);
		cr_expect_eq(status_for(&client_ca), 200, "%s", refused[i].why);
		cr_expect_eq(status_for(&past_client_ca), 401, "%s", refused[i].why);
		cr_expect_eq(status_for(NULL), 401, "%s", refused[i].why);
		write_certificate("clients.pem", &client_ca);
		write_settings("true");
	}
	cr_expect_eq(test_count(program.log, RELOADED), 0);
	program_stop();
}

Test(reload_mtls, a_new_bundle_is_used_by_all)
{
	unsigned reloads = 0;

	program_start();
	write_certificate("clients.pem", &next_client_ca);
	cr_expect_eq(status_for(&client_ca), 200, "not before it is told");
	program_reload(3, &reloads);
	for (unsigned k = 0; k < 10; k++) {
		cr_expect_eq(status_for(&next_client_ca), 200, "request %u", k);
		cr_expect_eq(status_for(&client_ca), 401, "request %u", k);
	}
	program_stop();
}

Test(reload_mtls, does_not_start_without_what_it_needs)
{
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		int status;

		refused[i].change();
		status = program_run();
		cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILURE, "%s", refused[i].why);
		cr_expect_gt(test_count(program.log, refused[i].says), 0, "%s", refused[i].why);
		write_certificate("clients.pem", &client_ca);
	}
}
