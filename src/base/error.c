/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/error.h"

#include <stddef.h>

static const char *const texts[] = {
	[ERR_OK] = "no error",
	[ERR_MEMORY] = "out of memory",
	[ERR_SYSTEM] = "system call failed",
	[ERR_SYNTAX] = "malformed",
	[ERR_LIMIT] = "over a limit",
	[ERR_UNSUPPORTED] = "not supported",
	[ERR_NOT_FOUND] = "not found",
	[ERR_EXISTS] = "exists already",
	[ERR_PERMISSION] = "permission denied",
	[ERR_EXPIRED] = "outside its validity period",
	[ERR_MISMATCH] = "does not match",
	[ERR_SIGNATURE] = "signature does not verify",
	[ERR_CRYPTO] = "cryptographic operation failed",
	[ERR_UNAVAILABLE] = "service unavailable",
	[ERR_CONFIG] = "wrong configuration",
};

const char *err_text(enum err error)
{
	size_t i = (size_t)error;

	if (i >= sizeof texts / sizeof *texts || texts[i] == NULL)
		return "unknown error";
	return texts[i];
}
