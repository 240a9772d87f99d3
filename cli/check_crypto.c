/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check.h"

#include "cli/transient.h"
#include "pkimessage/pkimessage.h"

struct trial {
	const char *what;
	unsigned legacy; /* bit of enum pkimessage_legacy that a profile must allow for this to matter; 0:
			    always */
	gnutls_digest_algorithm_t digest;
	gnutls_cipher_algorithm_t cipher;
};

static const struct trial trials[] = {
	{"PKCS#1 v1.5, AES, SHA-256", 0, GNUTLS_DIG_SHA256, GNUTLS_CIPHER_AES_128_CBC},
	{"SHA-1", PKIMESSAGE_LEGACY_SHA1, GNUTLS_DIG_SHA1, GNUTLS_CIPHER_AES_128_CBC},
	{"MD5", PKIMESSAGE_LEGACY_MD5, GNUTLS_DIG_MD5, GNUTLS_CIPHER_AES_128_CBC},
	{"3DES", PKIMESSAGE_LEGACY_3DES, GNUTLS_DIG_SHA256, GNUTLS_CIPHER_3DES_CBC},
	{"DES", PKIMESSAGE_LEGACY_DES, GNUTLS_DIG_SHA256, GNUTLS_CIPHER_DES_CBC},
};

/* Builds a request with the trial's algorithms, then reads it as a server would. */
static int try_message(const struct trial *trial, const struct pkimessage_identity *identity)
{
	gnutls_datum_t content = BYTES_LITERAL("certctl-fcgi check"), id = BYTES_LITERAL("check"),
		       none = {NULL, 0};
	struct pkimessage_signing signing = {
		.signer = *identity,
		.digest = trial->digest,
		.enclosed = &identity->certificate,
		.enclosed_count = 1,
	};
	struct pkimessage_encryption encryption = {.cipher = trial->cipher};
	CLEANUP(bytes_free) gnutls_datum_t built = {NULL, 0};
	CLEANUP(bytes_wipe) gnutls_datum_t plain = {NULL, 0};
	struct pkimessage *message = NULL;
	struct pkimessage_envelope *envelope = NULL;
	int result;

	result = pkimessage_build_request(PKIMESSAGE_PKCS_REQ, &content, &id, &none, identity->certificate,
					  &encryption, &signing, &built);
	if (result == PKIMESSAGE_OK)
		result = pkimessage_parse(&built, &message);
	if (result == PKIMESSAGE_OK)
		result = pkimessage_verify(message, trial->legacy);
	if (result == PKIMESSAGE_OK)
		result = pkimessage_envelope_parse(pkimessage_content(message), &envelope);
	if (result == PKIMESSAGE_OK)
		result = pkimessage_envelope_decrypt(envelope, identity, 1, trial->legacy, &plain);
	if (result == PKIMESSAGE_OK && !bytes_equal(&plain, &content))
		result = PKIMESSAGE_E_DECRYPT;
	pkimessage_envelope_free(envelope);
	pkimessage_free(message);
	return result;
}

void check_crypto(struct check_report *report, const struct config *config)
{
	static const struct cli_key_type type = {GNUTLS_PK_RSA, 2048};
	CLEANUP(x509_privkey_free) gnutls_x509_privkey_t key = NULL;
	CLEANUP(privkey_free) gnutls_privkey_t handle = NULL;
	CLEANUP(x509_crt_free) gnutls_x509_crt_t certificate = NULL;
	struct pkimessage_identity identity;
	unsigned allowed = 0;

	for (size_t i = 0; i < config->scep_profile_count; i++)
		allowed |= config->scep_profiles[i].legacy;
	if (!cli_key_generate(&type, &key, &handle) ||
	    !cli_transient_certificate(handle, "CN=check", &certificate)) {
		check_line(report, CHECK_FAIL, "crypto", "no key to try with; see above");
		return;
	}
	identity = (struct pkimessage_identity){certificate, handle};
	for (size_t i = 0; i < sizeof(trials) / sizeof(trials[0]); i++) {
		int result;

		if (trials[i].legacy != 0 && (allowed & trials[i].legacy) == 0)
			continue;
		result = try_message(&trials[i], &identity);
		if (result == PKIMESSAGE_OK)
			check_line(report, CHECK_OK, "crypto", "%s works", trials[i].what);
		else
			check_line(report, CHECK_FAIL, "crypto",
				   "%s does not work (%s): does the system's GnuTLS policy forbid it?",
				   trials[i].what, pkimessage_strerror(result));
	}
}
