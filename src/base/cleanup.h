/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Handles that are freed when their scope ends, so that early return is safe. Declare with the attribute and
 * an initialiser; to hand a handle over, copy it and set the local to NULL (TAKE does both).
 *
 *	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
 *	CLEANUP(x509_crt_free) gnutls_x509_crt_t crt = NULL;
 */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <gnutls/gnutls.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CLEANUP(function) __attribute__((cleanup(function)))

/* Hands over the pointer in VARIABLE: its value, leaving NULL behind. */
#define TAKE(variable)                                                                                       \
	({                                                                                                   \
		__typeof__(variable) taken_ = (variable);                                                    \
		(variable) = NULL;                                                                           \
		taken_;                                                                                      \
	})

#define CLEANUP_DEFINE(name, type, release)                                                                  \
	static inline void name(type *handle)                                                                \
	{                                                                                                    \
		if (*handle != NULL)                                                                         \
			release(*handle);                                                                    \
		*handle = NULL;                                                                              \
	}

/* A trust list frees the certificates it was given. */
static inline void cleanup_trust_list(gnutls_x509_trust_list_t list)
{
	gnutls_x509_trust_list_deinit(list, 1);
}

CLEANUP_DEFINE(x509_crt_free, gnutls_x509_crt_t, gnutls_x509_crt_deinit)
CLEANUP_DEFINE(x509_crq_free, gnutls_x509_crq_t, gnutls_x509_crq_deinit)
CLEANUP_DEFINE(x509_dn_free, gnutls_x509_dn_t, gnutls_x509_dn_deinit)
CLEANUP_DEFINE(x509_privkey_free, gnutls_x509_privkey_t, gnutls_x509_privkey_deinit)
CLEANUP_DEFINE(x509_trust_list_free, gnutls_x509_trust_list_t, cleanup_trust_list)
CLEANUP_DEFINE(privkey_free, gnutls_privkey_t, gnutls_privkey_deinit)
CLEANUP_DEFINE(pubkey_free, gnutls_pubkey_t, gnutls_pubkey_deinit)
CLEANUP_DEFINE(cipher_free, gnutls_cipher_hd_t, gnutls_cipher_deinit)
CLEANUP_DEFINE(file_close, FILE *, (void)fclose)

static inline void text_free(char **text)
{
	free(*text);
	*text = NULL;
}

static inline void fd_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

#endif
