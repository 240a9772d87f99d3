/* SPDX-License-Identifier: BSD-2-Clause */
#include "pkimessage/private.h"

static const char *const texts[] = {
	[PKIMESSAGE_OK] = "no error",
	[PKIMESSAGE_E_MEMORY] = "out of memory",
	[PKIMESSAGE_E_ARGUMENT] = "invalid argument",
	[PKIMESSAGE_E_SYNTAX] = "malformed or truncated ASN.1",
	[PKIMESSAGE_E_LIMIT] = "too deep, too many or too long",
	[PKIMESSAGE_E_CONTENT_TYPE] = "unexpected content type",
	[PKIMESSAGE_E_SIGNER] = "not exactly one signer with a certificate",
	[PKIMESSAGE_E_ATTRIBUTE_MISSING] = "required attribute missing",
	[PKIMESSAGE_E_ATTRIBUTE_DUPLICATE] = "attribute repeated",
	[PKIMESSAGE_E_ATTRIBUTE_VALUE] = "invalid attribute value",
	[PKIMESSAGE_E_ALGORITHM] = "algorithm unknown or not allowed",
	[PKIMESSAGE_E_ALGORITHM_MISMATCH] = "digest, signature algorithm and key do not match",
	[PKIMESSAGE_E_DIGEST] = "message digest does not match the content",
	[PKIMESSAGE_E_SIGNATURE] = "signature does not verify",
	[PKIMESSAGE_E_RECIPIENT] = "not encrypted to any of our keys",
	[PKIMESSAGE_E_DECRYPT] = "decryption failed",
	[PKIMESSAGE_E_KEY] = "key or certificate unsuitable",
	[PKIMESSAGE_E_CRYPTO] = "cryptographic library failed",
};

const char *pkimessage_strerror(int error)
{
	if (error < 0 || (size_t)error >= sizeof texts / sizeof *texts)
		return "unknown error";
	return texts[error];
}

int msg_error(enum err error)
{
	switch (error) {
	case ERR_OK: return PKIMESSAGE_OK;
	case ERR_MEMORY: return PKIMESSAGE_E_MEMORY;
	case ERR_SYNTAX: return PKIMESSAGE_E_SYNTAX;
	case ERR_LIMIT: return PKIMESSAGE_E_LIMIT;
	case ERR_UNSUPPORTED: return PKIMESSAGE_E_ALGORITHM;
	case ERR_MISMATCH: return PKIMESSAGE_E_ALGORITHM_MISMATCH;
	case ERR_SIGNATURE: return PKIMESSAGE_E_SIGNATURE;
	default: return PKIMESSAGE_E_CRYPTO;
	}
}

int msg_gnutls_error(int code, int fallback)
{
	if (code >= 0)
		return PKIMESSAGE_OK;
	return code == GNUTLS_E_MEMORY_ERROR ? PKIMESSAGE_E_MEMORY : fallback;
}

int msg_take(struct buffer *buffer, gnutls_datum_t *out)
{
	return buffer_take(buffer, out) ? PKIMESSAGE_OK : PKIMESSAGE_E_MEMORY;
}
