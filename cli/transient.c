/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/transient.h"

#include <gnutls/crypto.h>

#include "base/clock.h"

#define HALF_A_WEEK (84 * 3600)

static int set_identity(gnutls_x509_crt_t certificate, gnutls_privkey_t key, const char *subject)
{
	CLEANUP(pubkey_free) gnutls_pubkey_t public_key = NULL;
	unsigned char serial[16];
	const char *where = NULL;
	int result = gnutls_rnd(GNUTLS_RND_NONCE, serial, sizeof(serial));

	serial[0] = (unsigned char)((serial[0] & 0x7f) | 0x40); /* positive, and never shorter */
	if (result >= 0)
		result = gnutls_x509_crt_set_dn(certificate, subject, &where);
	if (result >= 0)
		result = gnutls_x509_crt_set_serial(certificate, serial, sizeof(serial));
	if (result >= 0)
		result = gnutls_pubkey_init(&public_key);
	if (result >= 0)
		result = gnutls_pubkey_import_privkey(public_key, key, 0, 0);
	if (result >= 0)
		result = gnutls_x509_crt_set_pubkey(certificate, public_key);
	return result;
}

/* Only RSA keys can have something encrypted to them. */
static unsigned key_usage(gnutls_privkey_t key)
{
	return gnutls_privkey_get_pk_algorithm(key, NULL) == GNUTLS_PK_RSA
		       ? GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_ENCIPHERMENT
		       : GNUTLS_KEY_DIGITAL_SIGNATURE;
}

static int sign(gnutls_x509_crt_t certificate, gnutls_privkey_t key)
{
	time_t now = clock_now();
	int result = gnutls_x509_crt_set_version(certificate, 3);

	if (result >= 0)
		result = gnutls_x509_crt_set_activation_time(certificate, now - HALF_A_WEEK);
	if (result >= 0)
		result = gnutls_x509_crt_set_expiration_time(certificate, now + HALF_A_WEEK);
	if (result >= 0)
		result = gnutls_x509_crt_set_key_usage(certificate, key_usage(key));
	if (result >= 0)
		result = gnutls_x509_crt_privkey_sign(certificate, certificate, key, GNUTLS_DIG_SHA256, 0);
	return result;
}

bool cli_transient_certificate(gnutls_privkey_t key, const char *subject, gnutls_x509_crt_t *certificate)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t made = NULL;
	CLEANUP(bytes_free) gnutls_datum_t der = {NULL, 0};
	int result = gnutls_x509_crt_init(&made);

	*certificate = NULL;
	if (result >= 0)
		result = set_identity(made, key, subject);
	if (result >= 0)
		result = sign(made, key);
	/* Read back: GnuTLS answers some questions only about certificates it has parsed. */
	if (result >= 0)
		result = gnutls_x509_crt_export2(made, GNUTLS_X509_FMT_DER, &der);
	if (result >= 0)
		result = gnutls_x509_crt_init(certificate);
	if (result >= 0)
		result = gnutls_x509_crt_import(*certificate, &der, GNUTLS_X509_FMT_DER);
	if (result < 0) {
		cli_error("cannot make a self-signed certificate: %s", gnutls_strerror(result));
		x509_crt_free(certificate);
	}
	return result >= 0;
}
