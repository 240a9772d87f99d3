/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading an operator's file, judged on the open descriptor. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"
#include "pki/pki_private.h"

static enum err cannot(const char *what, const char *path, char *reason)
{
	int cause = errno;
	enum err error = cause == ENOENT || cause == ENOTDIR ? ERR_NOT_FOUND
			 : cause == EACCES || cause == EPERM ? ERR_PERMISSION
							     : ERR_SYSTEM;

	return pki_refuse(reason, error, "%s cannot be %s: %s", path, what, strerror(cause));
}

static enum err judge(const struct stat *status, enum pki_file_kind kind, const char *path, char *reason)
{
	if (!S_ISREG(status->st_mode))
		return pki_refuse(reason, ERR_SYNTAX, "%s is not a regular file", path);
	if (kind == PKI_FILE_PRIVATE && (status->st_mode & 0077) != 0)
		return pki_refuse(
			reason, ERR_PERMISSION,
			"%s holds a private key but has mode %04o, open to group or others: chmod 0600 %s",
			path, (unsigned)status->st_mode & 07777, path);
	if (status->st_size == 0)
		return pki_refuse(reason, ERR_SYNTAX, "%s is empty", path);
	if (status->st_size > LIMIT_FILE)
		return pki_refuse(reason, ERR_LIMIT, "%s is larger than %d bytes", path, LIMIT_FILE);
	return ERR_OK;
}

/* Reads up to SIZE bytes; a file that has become shorter since fstat gives what there is. */
static enum err read_content(int fd, const char *path, size_t size, gnutls_datum_t *content, char *reason)
{
	content->data = gnutls_malloc(size + 1);
	if (content->data == NULL)
		return pki_no_memory(reason);
	while (content->size < size) {
		ssize_t got = read(fd, content->data + content->size, size - content->size);

		if (got == 0)
			break;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return cannot("read", path, reason);
		content->size += (unsigned)got;
	}
	content->data[content->size] = 0;
	return ERR_OK;
}

enum err pki_file_read(const char *path, enum pki_file_kind kind, gnutls_datum_t *content, char *reason)
{
	char name[PKI_DISPLAY_SIZE];
	struct stat status;
	enum err error;
	/* O_NONBLOCK: opening a FIFO must not wait for its writer. */
	CLEANUP(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	*content = (gnutls_datum_t){NULL, 0};
	(void)pki_display_path(path, name);
	if (fd < 0)
		return cannot("opened", name, reason);
	if (fstat(fd, &status) != 0)
		return cannot("examined", name, reason);
	error = judge(&status, kind, name, reason);
	if (error == ERR_OK)
		error = read_content(fd, name, (size_t)status.st_size, content, reason);
	if (error != ERR_OK)
		bytes_wipe(content);
	return error;
}
