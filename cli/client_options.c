/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/client.h"

#include <string.h>

static bool set_tls_version(char *text, void *field)
{
	const char **value = field;

	*value = text;
	return strcmp(text, "1.2") == 0 || strcmp(text, "1.3") == 0;
}

static bool set_cipher(char *text, void *field)
{
	static const struct {
		const char *word;
		gnutls_cipher_algorithm_t cipher;
	} ciphers[] = {
		{"aes128", GNUTLS_CIPHER_AES_128_CBC},
		{"aes256", GNUTLS_CIPHER_AES_256_CBC},
		{"3des", GNUTLS_CIPHER_3DES_CBC},
		{"des", GNUTLS_CIPHER_DES_CBC},
	};
	gnutls_cipher_algorithm_t *value = field;

	for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++) {
		if (strcmp(ciphers[i].word, text) == 0) {
			*value = ciphers[i].cipher;
			return true;
		}
	}
	return false;
}

static bool set_digest(char *text, void *field)
{
	static const struct {
		const char *word;
		gnutls_digest_algorithm_t digest;
	} digests[] = {
		{"sha256", GNUTLS_DIG_SHA256}, {"sha384", GNUTLS_DIG_SHA384}, {"sha512", GNUTLS_DIG_SHA512},
		{"sha1", GNUTLS_DIG_SHA1},     {"md5", GNUTLS_DIG_MD5},
	};
	gnutls_digest_algorithm_t *value = field;

	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		if (strcmp(digests[i].word, text) == 0) {
			*value = digests[i].digest;
			return true;
		}
	}
	return false;
}

static bool set_transport(char *text, void *field)
{
	static const struct {
		const char *word;
		int transport;
	} transports[] = {
		{"pkcs1", PKIMESSAGE_RSA_PKCS1},
		{"oaep-sha1", PKIMESSAGE_RSA_OAEP_SHA1},
		{"oaep-sha256", PKIMESSAGE_RSA_OAEP_SHA256},
	};
	int *value = field;

	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++) {
		if (strcmp(transports[i].word, text) == 0) {
			*value = transports[i].transport;
			return true;
		}
	}
	return false;
}

#define COMMON(field) offsetof(struct client_options, field)
#define AT(field)     offsetof(struct client_enroll_options, field)

const struct cli_option client_common_options[] = {
	{"ca-fingerprint", "HEX", "MD5, SHA-1 or SHA-256 of the CA (or RA) certificate to expect",
	 cli_set_text, COMMON(ca_fingerprint), false, NULL},
	{"trust", "FILE", "PEM anchors that the CA must chain to", cli_set_text, COMMON(trust), false, NULL},
	{"tls-ca", "FILE", "PEM anchors for https [the system's]", cli_set_text, COMMON(http.tls_ca), false,
	 NULL},
	{"tls-cert", "FILE", "PEM certificate, and its chain, to present to https servers that ask for one",
	 cli_set_text, COMMON(http.tls_cert), false, NULL},
	{"tls-key", "FILE", "its private key [in the file of --tls-cert]", cli_set_text, COMMON(http.tls_key),
	 false, NULL},
	{"tls-max", "VERSION", "highest TLS version: 1.2 or 1.3", set_tls_version, COMMON(http.tls_max),
	 false, NULL},
	{0},
};

static const struct cli_option message_options[] = {
	{"challenge", "TEXT", "challenge password; other users of this host see it", cli_set_text,
	 AT(challenge), false, NULL},
	{"challenge-file", "FILE", "first line of FILE (- for standard input) is the challenge password",
	 cli_set_text, AT(challenge_file), false, NULL},
	{"cert-out", "FILE", "where the certificate goes", cli_set_text, AT(certificate_out), true, NULL},
	{"chain-out", "FILE", "where the CA certificates go", cli_set_text, AT(chain_out), false, NULL},
	{"key-out", "FILE", "make a new key and write it here (mode 0600)", cli_set_text, AT(key_out), false,
	 NULL},
	{"key-type", "TYPE", "of the new key: rsa:2048, rsa:3072 or rsa:4096 [rsa:2048]", cli_set_key_type,
	 AT(key_type), false, NULL},
	{"force", NULL, "overwrite the output files", cli_set_flag, AT(force), false, NULL},
	{"get", NULL, "send the request by GET even if the server takes POST", cli_set_flag, AT(get), false,
	 NULL},
	{"cipher", "NAME", "aes128, aes256, 3des or des [what the server offers]", set_cipher, AT(cipher),
	 false, NULL},
	{"digest", "NAME", "sha256, sha384, sha512, sha1 or md5 [what the server offers]", set_digest,
	 AT(digest), false, NULL},
	{"transport", "NAME", "encrypt the key by pkcs1, oaep-sha1 or oaep-sha256 [pkcs1]", set_transport,
	 AT(transport), false, NULL},
	{"poll", "SECONDS", "while the request is pending, ask again this often", cli_set_number, AT(poll),
	 false, NULL},
	{"max-wait", "SECONDS", "stop polling after this long [300]", cli_set_number, AT(max_wait), false,
	 NULL},
	{.include = client_common_options, .offset = AT(common)},
	{0},
};

const struct cli_option client_enroll_options[] = {
	{"subject", "DN", "subject, as RFC 4514 writes it: \"CN=printer-17\"", cli_set_text, AT(subject),
	 false, NULL},
	{"dns", "NAME", "subjectAltName; may be repeated, as the next three", cli_add_text, AT(dns), false,
	 NULL},
	{"ip", "ADDRESS", "subjectAltName, IPv4 or IPv6", cli_add_text, AT(ip), false, NULL},
	{"email", "ADDRESS", "subjectAltName", cli_add_text, AT(email), false, NULL},
	{"uri", "URI", "subjectAltName", cli_add_text, AT(uri), false, NULL},
	{"key", "FILE", "use this RSA key instead of making one", cli_set_text, AT(key_path), false, NULL},
	{.include = message_options},
	{0},
};

const struct cli_option client_renew_options[] = {
	{"cert", "FILE", "the certificate to renew", cli_set_text, AT(certificate_path), true, NULL},
	{"key", "FILE", "its private key, kept unless --key-out or --new-key is given", cli_set_text,
	 AT(key_path), true, NULL},
	{"new-key", "FILE", "go on with this RSA key", cli_set_text, AT(new_key_path), false, NULL},
	{.include = message_options},
	{0},
};
