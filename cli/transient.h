/* SPDX-License-Identifier: BSD-2-Clause */
/* The self-signed certificate that a SCEP client signs its first request with (RFC 8894 section 2.3). */
#ifndef CLI_TRANSIENT_H
#define CLI_TRANSIENT_H

#include "cli/cli.h"

/*
 * Certifies KEY for SUBJECT (RFC 4514, not empty), for a week around now: long enough for a CA that
 * decides by hand, and for a server whose clock is off. False after an error message. The caller frees
 * *CERTIFICATE.
 */
bool cli_transient_certificate(gnutls_privkey_t key, const char *subject, gnutls_x509_crt_t *certificate);

#endif
