/* SPDX-License-Identifier: BSD-2-Clause */
/* Is this the CA that the user means? RFC 8894 section 2.2 leaves it to fingerprints compared by people, or
 * anchors. */
#include "cli/client.h"

#include <string.h>

#include "base/text.h"

static bool digest_of(const gnutls_datum_t *der, gnutls_digest_algorithm_t digest, unsigned char *value)
{
	return gnutls_hash_fast(digest, der->data, der->size, value) >= 0;
}

/* Reads a fingerprint with or without colons; its length says which digest it is of. */
static bool read_fingerprint(const char *text, gnutls_datum_t *value, gnutls_digest_algorithm_t *digest)
{
	static const gnutls_digest_algorithm_t digests[] = {GNUTLS_DIG_SHA256, GNUTLS_DIG_SHA1,
							    GNUTLS_DIG_MD5};
	char plain[TEXT_HEX_SIZE(64)];
	size_t length = 0;

	for (; *text != '\0' && length + 1 < sizeof(plain); text++) {
		if (*text != ':' && *text != ' ')
			plain[length++] = *text;
	}
	plain[length] = '\0';
	if (*text != '\0' || text_unhex(plain, value) != ERR_OK)
		return false;
	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		*digest = digests[i];
		if (gnutls_hash_get_len(digests[i]) == value->size)
			return true;
	}
	return false;
}

/* Adds a copy of CERTIFICATE as an anchor; the list owns it. */
static bool add_anchor(gnutls_x509_trust_list_t list, const gnutls_datum_t *der)
{
	CLEANUP(x509_crt_free) gnutls_x509_crt_t copy = NULL;

	if (gnutls_x509_crt_init(&copy) < 0 || gnutls_x509_crt_import(copy, der, GNUTLS_X509_FMT_DER) < 0 ||
	    gnutls_x509_trust_list_add_cas(list, &copy, 1, 0) != 1)
		return false;
	copy = NULL;
	return true;
}

static bool anchor_by_fingerprint(const char *text, struct client_ca *ca, gnutls_x509_trust_list_t list)
{
	CLEANUP(bytes_free) gnutls_datum_t wanted = {NULL, 0};
	gnutls_digest_algorithm_t digest = GNUTLS_DIG_UNKNOWN;
	unsigned char value[64];

	if (!read_fingerprint(text, &wanted, &digest)) {
		cli_error("--ca-fingerprint: '%s' is no MD5, SHA-1 or SHA-256 in hex", text);
		return false;
	}
	for (size_t i = 0; i < ca->count; i++) {
		if (digest_of(&ca->der[i], digest, value) && memcmp(value, wanted.data, wanted.size) == 0) {
			ca->trusted[i] = true;
			return add_anchor(list, &ca->der[i]);
		}
	}
	cli_error("none of the %zu certificates of the CA has the fingerprint %s", ca->count, text);
	return false;
}

static bool anchor_by_file(const char *path, struct client_ca *ca, gnutls_x509_trust_list_t list)
{
	CLEANUP(pki_chain_free) struct pki_chain chain = {NULL, NULL, 0};
	char reason[PKI_REASON_SIZE] = "";

	if (pki_chain_load(path, &chain, reason) != ERR_OK) {
		cli_error("--trust: %s", reason);
		return false;
	}
	for (size_t i = 0; i < chain.count; i++) {
		if (!add_anchor(list, &chain.der[i]))
			return false;
		for (size_t k = 0; k < ca->count; k++)
			ca->trusted[k] |= bytes_equal(&ca->der[k], &chain.der[i]);
	}
	return true;
}

/* True when certificate INDEX chains to an anchor, through what the CA sent where needed. */
static bool chains(gnutls_x509_trust_list_t list, const struct client_ca *ca, size_t index)
{
	gnutls_x509_crt_t path[LIMIT_CMS_CERTIFICATES] = {ca->certificates[index]};
	unsigned count = 1, status = 0;

	for (size_t i = 0; i < ca->count; i++) {
		if (i != index)
			path[count++] = ca->certificates[i];
	}
	return gnutls_x509_trust_list_verify_crt2(list, path, count, NULL, 0,
						  GNUTLS_VERIFY_DISABLE_CRL_CHECKS, &status, NULL) >= 0 &&
	       status == 0;
}

static void note_fingerprint(const struct client_ca *ca)
{
	unsigned char value[32];
	char text[TEXT_HEX_SIZE(sizeof(value))];
	gnutls_datum_t bytes = {value, sizeof(value)};

	if (!digest_of(&ca->der[ca->count - 1], GNUTLS_DIG_SHA256, value))
		return;
	text_hex(&bytes, text);
	cli_note("the CA is taken on trust (no --ca-fingerprint, no --trust); its last certificate has "
		 "SHA-256 %s",
		 text);
}

bool client_check_ca(const struct client_options *options, struct client_ca *ca)
{
	CLEANUP(x509_trust_list_free) gnutls_x509_trust_list_t list = NULL;
	bool any = false, blind = options->ca_fingerprint == NULL && options->trust == NULL;

	if (gnutls_x509_trust_list_init(&list, 0) < 0 ||
	    (options->ca_fingerprint != NULL && !anchor_by_fingerprint(options->ca_fingerprint, ca, list)) ||
	    (options->trust != NULL && !anchor_by_file(options->trust, ca, list)))
		return false;
	for (size_t i = 0; i < ca->count; i++) {
		ca->trusted[i] = ca->trusted[i] || blind || chains(list, ca, i);
		any |= ca->trusted[i];
	}
	if (blind)
		note_fingerprint(ca);
	if (!any)
		cli_error("no certificate of the CA is, or is below, what --trust or --ca-fingerprint names");
	return any;
}
