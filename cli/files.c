/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that commands read and write. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/limits.h"

static bool read_all(int fd, struct buffer *buffer)
{
	unsigned char piece[16384];
	ssize_t got;

	while ((got = read(fd, piece, sizeof(piece))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return false;
		buffer_append(buffer, piece, (size_t)got);
		if (buffer->size > LIMIT_FILE) {
			errno = EFBIG;
			return false;
		}
	}
	gnutls_memset(piece, 0, sizeof(piece));
	return true;
}

bool cli_read(const char *path, gnutls_datum_t *content)
{
	CLEANUP(fd_close) int fd = -1;
	CLEANUP(buffer_wipe) struct buffer buffer = {0};
	bool standard = strcmp(path, "-") == 0;

	*content = (gnutls_datum_t){NULL, 0};
	fd = standard ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || !read_all(fd, &buffer)) {
		cli_error("cannot read %s: %s", standard ? "standard input" : path, strerror(errno));
		return false;
	}
	if (!buffer_take(&buffer, content)) {
		cli_error("out of memory");
		return false;
	}
	return true;
}

bool cli_output_open(struct cli_output *output, const char *path, unsigned mode, bool force)
{
	*output = (struct cli_output)CLI_OUTPUT_NONE;
	if (path == NULL)
		return true;
	if (asprintf(&output->written, "%s%s", path, force ? ".new" : "") < 0) {
		output->written = NULL;
		cli_error("out of memory");
		return false;
	}
	if (force)
		(void)unlink(output->written); /* left behind by a run that was killed */
	output->fd =
		open(output->written, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, CLI_MODE_KEY);
	if (output->fd < 0 || fchmod(output->fd, (mode_t)mode) != 0) {
		if (errno == EEXIST)
			cli_error("%s exists; it is not overwritten", path);
		else
			cli_error("cannot create %s: %s", path, strerror(errno));
		if (output->fd < 0)
			text_free(&output->written);
		return false;
	}
	output->path = path;
	return true;
}

bool cli_output_write(struct cli_output *output, const gnutls_datum_t *content)
{
	const unsigned char *at = content->data;
	size_t left = content->size;
	ssize_t done;

	if (output->path == NULL)
		return true;
	while (left > 0) {
		done = write(output->fd, at, left);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			break;
		at += done;
		left -= (size_t)done;
	}
	/* A key that is only in the page cache when its certificate is issued is a key lost by the next power
	 * cut. */
	if (left > 0 || fsync(output->fd) != 0) {
		cli_error("cannot write %s: %s", output->path, strerror(errno));
		return false;
	}
	return true;
}

bool cli_output_commit(struct cli_output *output)
{
	if (output->path == NULL)
		return true;
	if (strcmp(output->path, output->written) != 0 && rename(output->written, output->path) != 0) {
		cli_error("cannot rename %s to %s: %s", output->written, output->path, strerror(errno));
		return false;
	}
	cli_output_keep(output);
	return true;
}

void cli_output_keep(struct cli_output *output)
{
	text_free(&output->written);
	cli_output_discard(output);
}

void cli_output_discard(struct cli_output *output)
{
	fd_close(&output->fd);
	if (output->written != NULL)
		(void)unlink(output->written);
	text_free(&output->written);
	output->path = NULL;
}

bool cli_pem_certificates(const gnutls_datum_t *der, size_t count, gnutls_datum_t *pem)
{
	CLEANUP(buffer_free) struct buffer all = {0};

	*pem = (gnutls_datum_t){NULL, 0};
	for (size_t i = 0; i < count; i++) {
		CLEANUP(bytes_free) gnutls_datum_t one = {NULL, 0};

		if (gnutls_pem_base64_encode2("CERTIFICATE", &der[i], &one) < 0)
			all.failed = true;
		else
			buffer_append(&all, one.data, one.size);
	}
	if (!buffer_take(&all, pem)) {
		cli_error("out of memory");
		return false;
	}
	return true;
}

bool cli_pem_key(gnutls_x509_privkey_t key, gnutls_datum_t *pem)
{
	int error;

	*pem = (gnutls_datum_t){NULL, 0};
	error = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, pem);
	if (error < 0)
		cli_error("cannot write the key as PEM: %s", gnutls_strerror(error));
	return error >= 0;
}

bool cli_key_generate(const struct cli_key_type *type, gnutls_x509_privkey_t *key, gnutls_privkey_t *handle)
{
	enum err error;
	int result;

	*handle = NULL;
	error = pki_key_generate(type->algorithm, type->bits, key);
	if (error != ERR_OK) {
		cli_error("cannot make a key: %s", err_text(error));
		return false;
	}
	result = gnutls_privkey_init(handle);
	if (result >= 0)
		result = gnutls_privkey_import_x509(*handle, *key, GNUTLS_PRIVKEY_IMPORT_COPY);
	if (result < 0)
		cli_error("cannot use the new key: %s", gnutls_strerror(result));
	return result >= 0;
}
