/* SPDX-License-Identifier: BSD-2-Clause */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <gnutls/x509.h>
#include <mysql.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "lib/files.h"
#include "lib/fixture.h"
#include "lib/mariadb.h"
#include "store/deviations.h"
#include "store/handle.h"
#include "store/maintain.h"
#include "store/relay.h"

static unsigned lines;
static char last[2048];

static void sink(const char *line)
{
	lines++;
	(void)snprintf(last, sizeof last, "%s", line);
}

/* Waits until the handle connects again: after a failure it does not try for a while. */
static enum err ping_until_ok(struct store *store)
{
	uint64_t end = clock_monotonic_ns() + 60 * UINT64_C(1000000000);
	enum err error;

	while ((error = store_ping(store)) != ERR_OK && clock_monotonic_ns() < end)
		(void)usleep(20000);
	return error;
}

Test(connection, nothing_there_is_unavailable_and_logged_once)
{
	struct handle h = handle_open("mariadb:///x?socket=/nonexistent/socket&user=u");
	struct store_issued issued = sample_issued(1);
	struct store_certificate certificate;
	struct store_look look;

	h.address->password = strdup("swordfish");
	log_capture(sink);
	for (int i = 0; i < 10; i++) {
		cr_expect_eq(store_ping(h.store), ERR_UNAVAILABLE);
		cr_expect_eq(store_enrolment_record(h.store, &issued), ERR_UNAVAILABLE);
		cr_expect_eq(store_enrolment_look(h.store, &issued.key, NULL, 0, &look), ERR_UNAVAILABLE);
		cr_expect_eq(store_certificate_find(h.store, "i", &issued.serial, &certificate),
			     ERR_UNAVAILABLE);
		cr_expect_eq(store_audit_write(h.store, &issued.audit), ERR_UNAVAILABLE);
	}
	cr_expect_eq(lines, 1);
	cr_expect_not_null(strstr(last, "/nonexistent/socket"), "%s", last);
	cr_expect_null(strstr(last, "swordfish"), "%s", last);
	handle_close(&h);
}

Test(connection, a_wrong_password_is_not_shown)
{
	struct handle h = handle_open(test_database_empty());

	(void)test_sql(h.url, "CREATE OR REPLACE USER pw@localhost IDENTIFIED BY 'right'");
	h.address->user[0] = '\0';
	free(h.address->user);
	h.address->user = strdup("pw");
	h.address->password = strdup("swordfish");
	log_capture(sink);
	cr_expect_eq(store_ping(h.store), ERR_UNAVAILABLE);
	cr_expect_eq(lines, 1);
	cr_expect_not_null(strstr(last, "1045"), "%s", last);
	cr_expect_null(strstr(last, "swordfish"), "%s", last);
	handle_close(&h);
}

/* What an operator sees who runs a command as root that is for the programs' account. */
Test(connection, an_account_of_another_system_user_is_told)
{
	struct handle h = handle_open(test_database_empty());

	(void)test_sql(h.url, "CREATE OR REPLACE USER nobody_here@localhost IDENTIFIED VIA unix_socket");
	free(h.address->user);
	h.address->user = strdup("nobody_here");
	log_capture(sink);
	cr_expect_eq(store_ping(h.store), ERR_UNAVAILABLE);
	cr_expect_eq(lines, 1);
	cr_expect_not_null(strstr(last, "1698"), "%s", last);
	cr_expect_not_null(strstr(last, "run this as that user"), "%s", last);
	handle_close(&h);
}

/* Many requests while the database is away cost no more than one attempt a second. */
Test(connection, attempts_are_spaced)
{
	struct handle direct = handle_open(test_database_empty()), h;
	struct relay relay;
	char url[256];
	uint64_t start;
	uint64_t seconds;

	relay_start(&relay, direct.url, url);
	atomic_store(&relay.mode, RELAY_REFUSE);
	h = handle_open(url);
	start = clock_monotonic_ns();
	for (int i = 0; i < 100000; i++)
		cr_assert_eq(store_ping(h.store), ERR_UNAVAILABLE);
	seconds = (clock_monotonic_ns() - start) / 1000000000;
	cr_expect_leq(atomic_load(&relay.accepted), seconds + 1);
	handle_close(&h);
	relay_stop(&relay);
	handle_close(&direct);
}

Test(connection, a_dropped_connection_is_not_noticed_by_callers)
{
	struct handle h = handle_open(test_database());
	static const char connections[] =
		"SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE()";
	struct store_issued issued = sample_issued(1);
	void *session = test_sql_session(h.url);
	struct store_look look;

	for (int i = 0; i < 3; i++) {
		cr_assert_eq(store_ping(h.store), ERR_OK);
		test_sql_await_in(session, connections, "2");
		(void)test_sql_in(
			session,
			"BEGIN NOT ATOMIC DECLARE other INT; SELECT id INTO other FROM"
			" information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID();"
			" KILL CONNECTION other; END");
		test_sql_await_in(session, connections, "1");
		if (i == 0)
			cr_expect_eq(store_enrolment_look(h.store, &issued.key, NULL, 0, &look), ERR_OK);
		if (i == 1)
			cr_expect_eq(store_enrolment_record(h.store, &issued), ERR_OK);
		if (i == 2)
			cr_expect_eq(store_ping(h.store), ERR_OK);
	}
	mysql_close(session);
	handle_close(&h);
}

Test(connection, comes_back_with_the_server_and_says_so)
{
	struct test_mariadb server;
	struct handle h;
	struct store_issued one = sample_issued(1), two = sample_issued(2);

	test_mariadb_create(&server, NULL);
	h = handle_open(test_mariadb_database(&server));
	log_capture(sink);
	cr_assert_eq(store_enrolment_record(h.store, &one), ERR_OK);
	test_mariadb_stop(&server);
	test_mariadb_start(&server);
	cr_expect_eq(store_enrolment_record(h.store, &two), ERR_OK, "stopped and started between two calls");
	cr_expect_eq(lines, 0, "nobody was affected: %s", last);
	test_mariadb_kill(&server);
	for (int i = 0; i < 5; i++)
		cr_expect_eq(store_enrolment_record(h.store, &two), ERR_UNAVAILABLE);
	cr_expect_eq(lines, 1);
	test_mariadb_start(&server);
	cr_assert_eq(ping_until_ok(h.store), ERR_OK);
	cr_expect_eq(lines, 2);
	cr_expect_not_null(strstr(last, "back"), "%s", last);
	handle_close(&h);
	test_mariadb_kill(&server);
}

/* The grants of docs/database.md, and no more. */
static const char *const programs[] = {
	"SELECT ON schema_migrations",
	"SELECT ON certificate_profiles",
	"SELECT, INSERT ON certificates",
	"SELECT, INSERT, UPDATE (remake_sha256) ON transactions",
	"SELECT, INSERT, DELETE, UPDATE (state) ON requests",
	"INSERT ON audit_events",
	"EXECUTE ON PROCEDURE enrolment_record",
	"EXECUTE ON PROCEDURE request_wait",
	NULL,
};
static const char *const operators[] = {
	"SELECT ON schema_migrations",         "SELECT, UPDATE, DELETE ON requests",
	"SELECT, DELETE ON transactions",      "SELECT, INSERT ON audit_events",
	"EXECUTE ON PROCEDURE request_decide", NULL,
};

static void grant(const char *url, const char *user, const char *const *grants)
{
	(void)test_sql(url, "CREATE OR REPLACE USER %s@localhost", user);
	for (; *grants != NULL; grants++)
		(void)test_sql(url, "GRANT %s TO %s@localhost", *grants, user);
}

static struct handle as_user(const char *url, const char *user)
{
	struct handle h = handle_open(url);

	free(h.address->user);
	h.address->user = strdup(user);
	return h;
}

Test(connection, few_rights_are_enough)
{
	struct handle root = handle_open(test_database()), h;
	struct store_issued issued = sample_issued(1), renewal = sample_issued(2);
	struct store_waiting waiting = sample_waiting(2);
	struct store_certificate certificate;
	struct store_look look;
	char reason[256];

	grant(root.url, "least", programs);
	h = as_user(root.url, "least");
	cr_expect_eq(store_check_schema(h.store, reason), ERR_OK, "%s", reason);
	cr_expect_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	cr_expect_eq(store_enrolment_record(h.store, &issued), ERR_OK, "its own record, found again");
	cr_expect_eq(store_request_wait(h.store, &waiting, &renewal.approval), ERR_OK);
	(void)test_sql(root.url, "UPDATE requests SET state = 'approved'");
	renewal.renewed = issued.serial;
	cr_expect_eq(store_enrolment_record(h.store, &renewal), ERR_OK);
	cr_expect_eq(store_request_wait(h.store, &waiting, &renewal.approval), ERR_OK, "in place of that");
	cr_expect_eq(store_enrolment_look(h.store, &issued.key, "p", 0, &look), ERR_OK);
	cr_expect_eq(store_remade_find(h.store, "scep/corp", issued.remake_sha256, 0, &certificate), ERR_OK);
	store_certificate_free(&certificate);
	cr_expect_eq(store_certificate_find(h.store, issued.issuer_id, &issued.serial, &certificate), ERR_OK);
	cr_expect_eq(store_audit_write(h.store, &issued.audit), ERR_OK);
	store_look_free(&look);
	store_certificate_free(&certificate);
	handle_close(&h);
	handle_close(&root);
}

static void ignore(void *context, const struct store_deviation *deviation)
{
	(void)context;
	(void)deviation;
}

Test(connection, few_rights_are_enough_for_an_operator)
{
	struct handle root = handle_open(test_database()), h;
	struct store_issued issued = sample_issued(1);
	struct store_waiting waiting = sample_waiting(2);
	struct store_decision decision = {.approve = true, .by = "alice", .audit = issued.audit};
	const struct store_expiry expiry = {4102444800, 4102444800}; /* 2100: all of it */
	struct store_expired expired;
	struct store_request request;
	char reason[256];

	grant(root.url, "operator", operators);
	h = as_user(root.url, "operator");
	cr_assert_eq(store_enrolment_record(root.store, &issued), ERR_OK);
	cr_assert_eq(store_request_wait(root.store, &waiting, &decision.id), ERR_OK);
	cr_expect_eq(store_check_schema(h.store, reason), ERR_OK, "%s", reason);
	cr_expect_eq(store_request_next(h.store, 0, true, &request), ERR_OK);
	cr_expect_eq(store_request_decide(h.store, &decision), ERR_OK);
	cr_expect_eq(store_deviations(h.store, 0, ignore, NULL), ERR_OK);
	cr_expect_eq(store_maintain(h.store, &expiry, &expired), ERR_OK);
	cr_expect_eq(expired.transactions, 1);
	cr_expect_eq(expired.requests, 1);
	store_request_free(&request);
	handle_close(&h);
	handle_close(&root);
}

Test(connection, a_read_only_server_is_unavailable_and_logged_once)
{
	struct test_mariadb server;
	struct handle root, h;
	struct store_issued issued = sample_issued(1);
	struct store_look look;

	test_mariadb_create(&server, NULL);
	root = handle_open(test_mariadb_database(&server));
	grant(root.url, "plain", programs);
	h = as_user(root.url, "plain");
	log_capture(sink);
	(void)test_sql(root.url, "SET GLOBAL read_only = 1");
	for (int i = 0; i < 3; i++) {
		cr_expect_eq(store_enrolment_record(h.store, &issued), ERR_UNAVAILABLE);
		cr_expect_eq(store_audit_write(h.store, &issued.audit), ERR_UNAVAILABLE);
		cr_expect_eq(store_enrolment_look(h.store, &issued.key, NULL, 0, &look), ERR_OK,
			     "reading goes on");
	}
	cr_expect_eq(lines, 1, "%s", last);
	(void)test_sql(root.url, "SET GLOBAL read_only = 0");
	cr_expect_eq(store_enrolment_record(h.store, &issued), ERR_OK);
	cr_expect_eq(lines, 2, "%s", last);
	handle_close(&h);
	handle_close(&root);
	test_mariadb_kill(&server);
}

/* --- TCP: several hosts, and TLS --- */

/* A port of 127.0.0.1 that nobody listens on. */
static unsigned free_port(void)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	(void)close(fd);
	return ntohs(address.sin_port);
}

static void write_pem(const char *path, const gnutls_datum_t *pem)
{
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	cr_assert_eq(fwrite(pem->data, 1, pem->size, file), pem->size);
	cr_assert_eq(fclose(file), 0);
}

static void write_certificate(const char *path, gnutls_x509_crt_t certificate)
{
	gnutls_datum_t pem = {NULL, 0};

	cr_assert_eq(gnutls_x509_crt_export2(certificate, GNUTLS_X509_FMT_PEM, &pem), 0);
	write_pem(path, &pem);
	gnutls_free(pem.data);
}

static void write_key(const char *path, gnutls_privkey_t key)
{
	gnutls_x509_privkey_t exported = NULL;
	gnutls_datum_t pem = {NULL, 0};

	cr_assert_eq(gnutls_privkey_export_x509(key, &exported), 0);
	cr_assert_eq(gnutls_x509_privkey_export2(exported, GNUTLS_X509_FMT_PEM, &pem), 0);
	write_pem(path, &pem);
	gnutls_free(pem.data);
	gnutls_x509_privkey_deinit(exported);
}

/* A server on TCP of 127.0.0.1 whose certificate is for localhost, and the PEM files. */
struct tls {
	struct test_mariadb server;
	unsigned port;
	char database[256];
	char ca[128], other_ca[128], certificate[128], key[128];
	char options[5][160];
	const char *list[6];
};

static void tls_start(struct tls *tls)
{
	const char *directory = test_directory();
	struct fixture_options options = {
		.key = FIXTURE_RSA_OTHER,
		.subject = "CN=localhost",
		.dns = "localhost",
		.issuer = fixture_ca(),
		.usage = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT,
	};
	struct fixture server = fixture_make(&options);

	(void)snprintf(tls->ca, sizeof tls->ca, "%s/ca.pem", directory);
	(void)snprintf(tls->other_ca, sizeof tls->other_ca, "%s/other.pem", directory);
	(void)snprintf(tls->certificate, sizeof tls->certificate, "%s/server.pem", directory);
	(void)snprintf(tls->key, sizeof tls->key, "%s/server.key", directory);
	write_certificate(tls->ca, fixture_ca()->certificate);
	write_certificate(tls->other_ca, fixture_ec_ca()->certificate);
	write_certificate(tls->certificate, server.certificate);
	write_key(tls->key, server.key);
	fixture_free(&server);
	tls->port = free_port();
	(void)snprintf(tls->options[0], sizeof tls->options[0], "--skip-networking=0");
	(void)snprintf(tls->options[1], sizeof tls->options[1], "--bind-address=127.0.0.1");
	(void)snprintf(tls->options[2], sizeof tls->options[2], "--port=%u", tls->port);
	(void)snprintf(tls->options[3], sizeof tls->options[3], "--ssl-cert=%s", tls->certificate);
	(void)snprintf(tls->options[4], sizeof tls->options[4], "--ssl-key=%s", tls->key);
	for (size_t i = 0; i < 5; i++)
		tls->list[i] = tls->options[i];
	tls->list[5] = NULL;
	test_mariadb_create(&tls->server, tls->list);
	(void)snprintf(tls->database, sizeof tls->database, "%s", test_mariadb_database(&tls->server));
	(void)test_sql(tls->database, "CREATE USER t@'127.0.0.1'");
	(void)test_sql(tls->database, "GRANT ALL ON *.* TO t@'127.0.0.1'");
}

Test(connection, tls_is_verified_or_there_is_none)
{
	struct tls tls;
	/* Connector/C 3.4 does not look at the name when it is asked for 127.0.0.1 itself. */
	const struct {
		const char *host, *ca;
		enum err expected;
		const char *why;
	} cases[] = {
		{"localhost", tls.other_ca, ERR_UNAVAILABLE, "issued by somebody else"},
		{"127.1", tls.ca, ERR_UNAVAILABLE, "issued to another name"},
		{"localhost", "/nonexistent/ca.pem", ERR_UNAVAILABLE, "nothing to verify with"},
		{"localhost", tls.ca, ERR_OK, "as it should be"},
	};

	tls_start(&tls);
	(void)test_sql(tls.database, "ALTER USER t@'127.0.0.1' REQUIRE SSL");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char url[512];
		struct handle h;

		(void)snprintf(url, sizeof url, "mariadb://t@%s:%u/mysql?ssl-ca=%s", cases[i].host, tls.port,
			       cases[i].ca);
		h = handle_open(url);
		cr_expect_eq(store_ping(h.store), cases[i].expected, "%s", cases[i].why);
		handle_close(&h);
	}
	test_mariadb_kill(&tls.server);
}

Test(connection, a_server_without_tls_is_refused_when_it_is_wanted)
{
	struct handle direct = handle_open(test_database_empty());
	char url[512];
	struct tls tls = {0};
	struct handle h;

	(void)snprintf(tls.ca, sizeof tls.ca, "%s/ca.pem", test_directory());
	write_certificate(tls.ca, fixture_ca()->certificate);
	(void)snprintf(url, sizeof url, "%s&ssl-ca=%s", direct.url, tls.ca);
	h = handle_open(url);
	cr_expect_eq(store_ping(h.store), ERR_UNAVAILABLE);
	handle_close(&h);
	handle_close(&direct);
}

Test(connection, hosts_are_tried_in_turn)
{
	struct tls tls;
	char url[512];
	struct handle h;

	tls_start(&tls);
	(void)snprintf(url, sizeof url, "mariadb://t@127.0.0.1:%u,127.0.0.1:%u/mysql", free_port(), tls.port);
	h = handle_open(url);
	log_capture(sink);
	cr_expect_eq(store_ping(h.store), ERR_OK);
	cr_expect_eq(lines, 0, "somebody answered: %s", last);
	handle_close(&h);
	test_mariadb_kill(&tls.server);
}

Test(connection, clear_text_to_another_machine_is_warned_about)
{
	static const struct {
		const char *url;
		unsigned lines;
	} cases[] = {
		{"mariadb://u@db.example/x", 1},
		{"mariadb://u@localhost,db.example/x", 1},
		{"mariadb://u@db.example/x?ssl-ca=/ca", 0},
		{"mariadb://u@localhost,127.0.0.1,[::1]/x", 0},
		{"mariadb:///x?socket=/s", 0},
	};

	log_capture(sink);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct handle h;

		lines = 0;
		h = handle_open(cases[i].url);
		cr_expect_eq(lines, cases[i].lines, "%s", cases[i].url);
		handle_close(&h);
	}
}
