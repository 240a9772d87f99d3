/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/files.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char directory[64];
static pid_t owner;

static void die(const char *what, const char *name)
{
	(void)fprintf(stderr, "test set-up: %s: %s\n", what, name);
	abort();
}

gnutls_datum_t test_read(const char *path)
{
	char full[1024];
	gnutls_datum_t data = {NULL, 0};

	(void)snprintf(full, sizeof full, "%s%s", path[0] == '/' ? "" : TEST_SOURCE_DIR "/tests/vectors/",
		       path);
	if (gnutls_load_file(full, &data) != GNUTLS_E_SUCCESS)
		die("cannot read", full);
	return data;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
	(void)status;
	(void)type;
	(void)walk;
	return remove(path);
}

/* Criterion forks a process a test: only the one that made the directory removes it. */
static void remove_directory(void)
{
	if (getpid() == owner)
		(void)nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_directory(void)
{
	if (owner == getpid())
		return directory;
	(void)snprintf(directory, sizeof directory, "/tmp/certctl-test-XXXXXX");
	if (mkdtemp(directory) == NULL)
		die("cannot make", directory);
	owner = getpid();
	(void)atexit(remove_directory);
	return directory;
}

const char *test_write(const char *name, const gnutls_datum_t *content, mode_t mode)
{
	static char path[1024];
	int fd;

	(void)snprintf(path, sizeof path, "%s/%s", test_directory(), name);
	(void)unlink(path);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || fchmod(fd, mode) != 0 ||
	    write(fd, content->data, content->size) != (ssize_t)content->size)
		die("cannot write", path);
	(void)close(fd);
	return path;
}

unsigned test_count(const char *path, const char *text)
{
	gnutls_datum_t content = test_read(path);
	const char *at = (const char *)content.data;
	const char *end = at + content.size;
	unsigned count = 0;

	for (; (at = memmem(at, (size_t)(end - at), text, strlen(text))) != NULL; at++)
		count++;
	gnutls_free(content.data);
	return count;
}
