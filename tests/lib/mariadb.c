/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/mariadb.h"

#include <criterion/criterion.h>
#include <criterion/hooks.h>
#include <errno.h>
#include <fcntl.h>
#include <mysql.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "store/migrate.h"

/* Where the program's server is, for the processes that Criterion starts for each test. */
/* No name of a setting: the programs refuse those that they do not know. */
#define SOCKET_VARIABLE    "TEST_MARIADB_SOCKET"
#define DIRECTORY_VARIABLE "TEST_MARIADB_DIRECTORY"
#define TEMPLATE           TEST_BUILD_DIR "/tests/lib/mariadb-template.tar"
#define TEMPLATE_LOCK      TEST_BUILD_DIR "/tests/lib/mariadb-template.lock"
#define POLLS              3000 /* of POLL_MS each: one minute */
#define POLL_MS            20

static struct test_mariadb shared;
static char root[64];

/* --- processes and files --- */

static pid_t owner; /* the process that runs the tests: it ends the shared server and removes all files */
static void end_shared(void);

/* Criterion sends standard error to /dev/null before it runs anything of ours. */
static int words = STDERR_FILENO;

static void __attribute__((constructor)) keep_stderr(void)
{
	words = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
}

static void __attribute__((noreturn)) die(const char *what, const char *name)
{
	if (owner != getpid())
		cr_assert_fail("test set-up: MariaDB: %s: %s", what, name);
	(void)dprintf(words, "test set-up: MariaDB: %s: %s\n", what, name);
	end_shared();
	abort();
}

/* In a child: ends with its parent PARENT, whatever becomes of that. */
static void end_with(pid_t parent)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127);
}

/* Starts ARGV with both outputs in the file LOG. */
static pid_t spawn(const char *const *argv, const char *log)
{
	pid_t parent = getpid();
	pid_t pid = fork();
	int fd;

	if (pid < 0)
		die("fork", strerror(errno));
	if (pid > 0)
		return pid;
	end_with(parent);
	fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || dup2(fd, STDERR_FILENO) < 0)
		_exit(127);
	(void)execvp(argv[0], (char *const *)(uintptr_t)argv);
	(void)fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

static void wait_for(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		continue;
}

/* Ends the test with the last words of the file LOG. */
static void __attribute__((noreturn)) die_with_log(const char *what, const char *log)
{
	static char tail[4096];
	FILE *file = fopen(log, "r");
	size_t size;

	if (file == NULL ||
	    (fseek(file, -(long)sizeof tail + 1, SEEK_END) != 0 && fseek(file, 0, SEEK_SET) != 0))
		die(what, log);
	size = fread(tail, 1, sizeof tail - 1, file);
	tail[size] = '\0';
	(void)fclose(file);
	die(what, tail);
}

static void run(const char *const *argv, const char *log)
{
	int status = -1;
	pid_t pid = spawn(argv, log);

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		die_with_log(argv[0], log);
}

static void remove_tree(const char *directory)
{
	const char *const argv[] = {"rm", "-rf", directory, NULL};

	run(argv, "/dev/null");
}

static const char *program(const char *variable, const char *name)
{
	const char *path = getenv(variable);

	if (path == NULL)
		return name;
	if (path[0] == '\0')
		die("not found on this machine; install mariadb-server", name);
	return path;
}

/* --- the template: a data directory made once for the build folder --- */

static void make_template(void)
{
	char directory[128], data[160], log[160], part[] = TEMPLATE ".part";
	char datadir[176], tmpdir[144];
	const char *const install[] = {
		program("MARIADB_INSTALL_DB", "mariadb-install-db"),
		"--no-defaults",
		datadir,
		tmpdir,
		"--skip-test-db",
		"--auth-root-authentication-method=normal",
		"--innodb-log-file-size=8M",
		geteuid() == 0 ? "--user=root" : NULL,
		NULL,
	};
	const char *const pack[] = {"tar", "-C", data, "-cf", part, ".", NULL};

	(void)snprintf(directory, sizeof directory, "%s/template", root);
	(void)snprintf(data, sizeof data, "%s/data", directory);
	(void)snprintf(log, sizeof log, "%s/log", directory);
	(void)snprintf(datadir, sizeof datadir, "--datadir=%s", data);
	(void)snprintf(tmpdir, sizeof tmpdir, "--tmpdir=%s", directory);
	if (mkdir(directory, 0700) != 0)
		die("cannot make", directory);
	run(install, log);
	run(pack, log);
	if (rename(part, TEMPLATE) != 0)
		die("cannot make", TEMPLATE);
	remove_tree(directory);
}

/* Test programs run side by side: one makes the template, the others wait for it. */
static void need_template(void)
{
	int lock = open(TEMPLATE_LOCK, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (lock < 0 || flock(lock, LOCK_EX) != 0)
		die("cannot lock", TEMPLATE_LOCK);
	if (access(TEMPLATE, R_OK) != 0)
		make_template();
	(void)close(lock);
}

/* --- a server --- */

static MYSQL *connect_to(const char *socket, const char *user, const char *database)
{
	static const unsigned protocol = MYSQL_PROTOCOL_SOCKET;
	MYSQL *mysql = mysql_init(NULL);

	(void)mysql_optionsv(mysql, MYSQL_OPT_PROTOCOL, &protocol);
	(void)mysql_optionsv(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (mysql_real_connect(mysql, NULL, user, NULL, database, 0, socket, 0) != NULL)
		return mysql;
	mysql_close(mysql);
	return NULL;
}

static void await_answer(struct test_mariadb *server, const char *log)
{
	for (int i = 0; i < POLLS; i++) {
		MYSQL *mysql = connect_to(server->socket, "root", NULL);

		if (mysql != NULL) {
			mysql_close(mysql);
			return;
		}
		if (waitpid(server->pid, NULL, WNOHANG) != 0)
			die_with_log("the server ended", log);
		(void)poll(NULL, 0, POLL_MS);
	}
	die_with_log("the server does not answer", log);
}

/* A server that starts removes what temporary tables it finds in its tmpdir, also those of another that works
 * there, which then dies of it. So no two have one together. */
void test_mariadb_start(struct test_mariadb *server)
{
	char datadir[128], tmpdir[128], socket[128], log[128], pidfile[128];
	const char *argv[40] = {
		program("MARIADBD", "mariadbd"),
		"--no-defaults",
		datadir,
		tmpdir,
		socket,
		pidfile,
		"--skip-networking",
		"--innodb-buffer-pool-size=24M",
		"--innodb-log-file-size=8M",
		"--aria-pagecache-buffer-size=1M",
		"--key-buffer-size=1M",
		"--max-connections=200",
		"--character-set-server=latin1",
		"--default-time-zone=+05:30",
		"--sql-mode=",
		"--skip-name-resolve",
	};
	size_t count = 16;

	(void)snprintf(datadir, sizeof datadir, "--datadir=%s/data", server->directory);
	(void)snprintf(tmpdir, sizeof tmpdir, "--tmpdir=%s", server->directory);
	(void)snprintf(socket, sizeof socket, "--socket=%s", server->socket);
	(void)snprintf(pidfile, sizeof pidfile, "--pid-file=%s/pid", server->directory);
	(void)snprintf(log, sizeof log, "%s/log", server->directory);
	if (geteuid() == 0)
		argv[count++] = "--user=root";
	for (size_t i = 0; server->options != NULL && server->options[i] != NULL && count < 39; i++)
		argv[count++] = server->options[i];
	server->pid = spawn(argv, log);
	await_answer(server, log);
}

void test_mariadb_create(struct test_mariadb *server, const char *const *options)
{
	const char *parent = getenv(DIRECTORY_VARIABLE);
	char data[128], log[128];
	const char *const unpack[] = {"tar", "-C", data, "-xf", TEMPLATE, NULL};

	if (parent == NULL)
		die("no directory; is the report hook missing?", DIRECTORY_VARIABLE);
	*server = (struct test_mariadb){.options = options};
	(void)snprintf(server->directory, sizeof server->directory, "%.60s/XXXXXX", parent);
	if (mkdtemp(server->directory) == NULL)
		die("cannot make", server->directory);
	(void)snprintf(server->socket, sizeof server->socket, "%s/s", server->directory);
	(void)snprintf(data, sizeof data, "%s/data", server->directory);
	(void)snprintf(log, sizeof log, "%s/log", server->directory);
	if (mkdir(data, 0700) != 0)
		die("cannot make", data);
	run(unpack, log);
	test_mariadb_start(server);
}

static void end(struct test_mariadb *server, int signal)
{
	if (server->pid <= 0)
		return;
	(void)kill(server->pid, signal);
	wait_for(server->pid);
	server->pid = 0;
}

void test_mariadb_stop(struct test_mariadb *server)
{
	end(server, SIGTERM);
}

void test_mariadb_kill(struct test_mariadb *server)
{
	end(server, SIGKILL);
}

/* --- the program's server: started and ended by the process that runs the tests --- */

static void end_shared(void)
{
	if (owner != getpid())
		return;
	owner = 0;
	test_mariadb_kill(&shared);
	remove_tree(root);
}

ReportHook(PRE_ALL)(struct criterion_test_set *tests)
{
	/* What a test leaves behind is never looked at again, so nothing need reach the disk. */
	static const char *const options[] = {"--innodb-flush-log-at-trx-commit=0",
					      "--skip-innodb-doublewrite", NULL};

	(void)tests;
	(void)snprintf(root, sizeof root, "/tmp/certctl-db-XXXXXX");
	if (mkdtemp(root) == NULL)
		die("cannot make", root);
	owner = getpid();
	(void)atexit(end_shared);
	(void)setenv(DIRECTORY_VARIABLE, root, 1);
	need_template();
	test_mariadb_create(&shared, options);
	(void)setenv(SOCKET_VARIABLE, shared.socket, 1);
}

ReportHook(POST_ALL)(struct criterion_global_stats *stats)
{
	(void)stats;
	end_shared();
}

/* --- databases --- */

static const char *fresh_database(const char *socket)
{
	static unsigned count;
	static char url[256];
	char name[48];
	MYSQL *mysql;
	char create[96];

	if (socket == NULL)
		die("no server; is the report hook missing?", SOCKET_VARIABLE);
	(void)snprintf(name, sizeof name, "t%ld_%u", (long)getpid(), ++count);
	(void)snprintf(create, sizeof create, "CREATE DATABASE %s", name);
	mysql = connect_to(socket, "root", NULL);
	if (mysql == NULL || mysql_query(mysql, create) != 0)
		die("cannot create database", mysql == NULL ? socket : mysql_error(mysql));
	mysql_close(mysql);
	(void)snprintf(url, sizeof url, "mariadb:///%s?socket=%s&user=root", name, socket);
	return url;
}

static const char *migrated(const char *url)
{
	struct store_address address;
	struct store *store = NULL;
	char reason[512];

	if (store_address_parse(url, &address, reason) != ERR_OK || store_open(&address, &store) != ERR_OK ||
	    store_migrate(store, TEST_SOURCE_DIR "/sql", NULL, NULL, reason) != ERR_OK)
		die("cannot migrate", reason);
	store_close(&store);
	store_address_free(&address);
	return url;
}

const char *test_database_empty(void)
{
	return fresh_database(getenv(SOCKET_VARIABLE));
}

const char *test_database(void)
{
	return migrated(test_database_empty());
}

const char *test_mariadb_database(const struct test_mariadb *server)
{
	return migrated(fresh_database(server->socket));
}

/* --- SQL --- */

void *test_sql_session(const char *url)
{
	struct store_address address;
	char reason[256];
	MYSQL *mysql = NULL;

	if (store_address_parse(url, &address, reason) == ERR_OK)
		mysql = connect_to(address.socket, address.user, address.database);
	if (mysql == NULL)
		die("cannot connect", url);
	store_address_free(&address);
	return mysql;
}

const char *test_sql_in(void *session, const char *sql)
{
	static char answer[4096];
	MYSQL_RES *result;
	MYSQL_ROW row;

	answer[0] = '\0';
	if (mysql_query(session, sql) != 0)
		die(mysql_error(session), sql);
	result = mysql_store_result(session);
	row = result == NULL ? NULL : mysql_fetch_row(result);
	if (row != NULL && row[0] != NULL)
		(void)snprintf(answer, sizeof answer, "%s", row[0]);
	mysql_free_result(result);
	return answer;
}

const char *test_sql(const char *url, const char *sql, ...)
{
	char text[4096];
	const char *answer;
	void *session = test_sql_session(url);
	va_list values;

	va_start(values, sql);
	(void)vsnprintf(text, sizeof text, sql, values);
	va_end(values);
	answer = test_sql_in(session, text);
	mysql_close(session);
	return answer;
}

void test_sql_await_in(void *session, const char *sql, const char *expected)
{
	for (int i = 0; strcmp(test_sql_in(session, sql), expected) != 0; i++) {
		if (i == POLLS)
			die("never came true", sql);
		(void)poll(NULL, 0, POLL_MS);
	}
}

void test_sql_await(const char *url, const char *sql, const char *expected)
{
	void *session = test_sql_session(url);

	test_sql_await_in(session, sql, expected);
	mysql_close(session);
}
