/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PKCS#11 tokens by URL. Token modules fail when several processes initialise them at once (all workers start
 * together), so every import happens under a lock.
 *
 * The lock is flock on /dev/shm/certctl-fcgi-pkcs11-UID.lock, or in /tmp where there is no /dev/shm. /dev/shm
 * comes first because systemd's PrivateTmp gives each unit its own /tmp. The file is per user and mode 0600,
 * so that nobody else can hold it; it is opened without following a link and used only if it is a regular
 * file of ours with one name, so that a file planted there stops us with a reason rather than making us lock
 * or create something else (CWE-59). It is never written to and never removed (removing would let two
 * processes lock two different files).
 */
#include <errno.h>
#include <fcntl.h>
#include <gnutls/pkcs11.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "base/limits.h"
#include "pki/pki_private.h"

/* Whether this process, or the one it was forked from, has loaded a key from a token. */
static bool in_use;

static bool is_ours(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
	       status.st_nlink == 1 && (status.st_mode & 0077) == 0;
}

/* flock with patience, so that a process stopped while holding it does not stop the others for ever. */
static bool wait_for(int fd, unsigned patience)
{
	const struct timespec pause = {.tv_sec = 0, .tv_nsec = 10 * 1000 * 1000};

	for (unsigned waited = 0; flock(fd, LOCK_EX | LOCK_NB) != 0; waited += 10) {
		if ((errno != EWOULDBLOCK && errno != EINTR) || waited >= patience)
			return false;
		(void)nanosleep(&pause, NULL);
	}
	return true;
}

enum err pki_token_lock_in(const char *directory, unsigned patience, int *lock, char *reason)
{
	char path[256];
	CLEANUP(fd_close) int fd = -1;

	*lock = -1;
	(void)snprintf(path, sizeof path, "%s/certctl-fcgi-pkcs11-%lu.lock", directory,
		       (unsigned long)geteuid());
	fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0600);
	if (fd < 0)
		return pki_refuse(reason, errno == ELOOP || errno == EACCES ? ERR_PERMISSION : ERR_SYSTEM,
				  "lock file %s cannot be opened: %s", path, strerror(errno));
	if (!is_ours(fd))
		return pki_refuse(reason, ERR_PERMISSION,
				  "lock file %s is not a plain file of this user with mode 0600: remove it",
				  path);
	if (!wait_for(fd, patience))
		return pki_refuse(reason, ERR_UNAVAILABLE, "lock file %s is held by another process", path);
	*lock = fd;
	fd = -1;
	return ERR_OK;
}

enum err pki_token_lock(int *lock, char *reason)
{
	const char *directory = access("/dev/shm", W_OK | X_OK) == 0 ? "/dev/shm" : "/tmp";

	return pki_token_lock_in(directory, LIMIT_TOKEN_LOCK_SECONDS * 1000, lock, reason);
}

void pki_token_unlock(int *lock)
{
	fd_close(lock);
}

static enum err token_error(int code, const char *url, const char *what, char *reason)
{
	static const struct {
		int code;
		enum err error;
	} known[] = {
		{GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE, ERR_NOT_FOUND},
		{GNUTLS_E_PKCS11_REQUESTED_OBJECT_NOT_AVAILBLE, ERR_NOT_FOUND},
		{GNUTLS_E_PARSING_ERROR, ERR_SYNTAX},
		{GNUTLS_E_PKCS11_PIN_ERROR, ERR_PERMISSION},
		{GNUTLS_E_PKCS11_PIN_EXPIRED, ERR_PERMISSION},
		{GNUTLS_E_PKCS11_PIN_LOCKED, ERR_PERMISSION},
		{GNUTLS_E_MEMORY_ERROR, ERR_MEMORY},
	};
	enum err error = ERR_CRYPTO;
	char name[PKI_DISPLAY_SIZE];

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].code == code)
			error = known[i].error;
	return pki_refuse(reason, error, "%s: no %s from the token: %s", pki_display_path(url, name), what,
			  gnutls_strerror(code));
}

enum err pki_token_key(const char *url, gnutls_privkey_t *key, char *reason)
{
	CLEANUP(pki_token_unlock) int lock = -1;
	CLEANUP(privkey_free) gnutls_privkey_t made = NULL;
	enum err error = pki_token_lock(&lock, reason);
	int code;

	*key = NULL;
	if (error != ERR_OK)
		return error;
	code = gnutls_privkey_init(&made);
	if (code == GNUTLS_E_SUCCESS)
		code = gnutls_privkey_import_url(made, url, 0);
	if (code != GNUTLS_E_SUCCESS)
		return token_error(code, url, "private key", reason);
	in_use = true;
	*key = TAKE(made);
	return ERR_OK;
}

enum err pki_token_after_fork(char *reason)
{
	CLEANUP(pki_token_unlock) int lock = -1;
	enum err error = in_use ? pki_token_lock(&lock, reason) : ERR_OK;
	int code;

	if (error != ERR_OK || !in_use)
		return error;
	code = gnutls_pkcs11_reinit();
	return code == GNUTLS_E_SUCCESS
		       ? ERR_OK
		       : pki_refuse(reason, ERR_CRYPTO, "the token modules do not start again: %s",
				    gnutls_strerror(code));
}

enum err pki_token_certificates(const char *url, gnutls_x509_crt_t **certificates, unsigned *count,
				char *reason)
{
	CLEANUP(pki_token_unlock) int lock = -1;
	enum err error = pki_token_lock(&lock, reason);
	int code;

	*certificates = NULL;
	*count = 0;
	if (error != ERR_OK)
		return error;
	code = gnutls_x509_crt_list_import_url(certificates, count, url, NULL, NULL, 0);
	if (code < 0) {
		*certificates = NULL;
		*count = 0;
		return token_error(code, url, "certificate", reason);
	}
	return ERR_OK;
}
