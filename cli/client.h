/* SPDX-License-Identifier: BSD-2-Clause */
/* A SCEP client (RFC 8894) on libpkimessage: what the 'scep' commands share. */
#ifndef CLI_CLIENT_H
#define CLI_CLIENT_H

#include "base/limits.h"
#include "cli/http.h"
#include "pkimessage/pkimessage.h"

/* What all 'scep' commands can be told. */
struct client_options {
	struct http_options http;
	const char *ca_fingerprint; /* hex of MD5, SHA-1 or SHA-256 */
	const char *trust;          /* PEM file of anchors */
};
extern const struct cli_option client_common_options[];

/* What 'enroll' and 'renew' can be told beside that. */
struct client_enroll_options {
	struct client_options common;
	const char *url;
	const char *certificate_path; /* renew: the certificate to renew */
	const char *key_path;         /* enroll: the key to use; renew: the certificate's */
	const char *new_key_path;     /* renew: the key to go on with */
	const char *key_out, *certificate_out, *chain_out;
	struct cli_key_type key_type;
	const char *challenge, *challenge_file;
	const char *subject;
	struct cli_list dns, ip, email, uri;
	bool get, force;
	gnutls_cipher_algorithm_t cipher; /* GNUTLS_CIPHER_UNKNOWN: as the server's capabilities say */
	gnutls_digest_algorithm_t digest; /* GNUTLS_DIG_UNKNOWN: the same */
	int transport;                    /* enum pkimessage_transport */
	unsigned poll, max_wait;          /* seconds; poll 0: do not */
};
extern const struct cli_option client_enroll_options[];
extern const struct cli_option client_renew_options[];

/* URL with the query that asks for OPERATION, with MESSAGE (escaped here) unless it is NULL. NULL after an
 * error message; freed with free(). RFC 8894 section 4.1. */
char *client_operation_url(const char *url, const char *operation, const char *message);

/* --- capabilities (RFC 8894 section 3.5.2) --- */

/* The first line of ANSWER's body, for people to read, in TEXT of SIZE bytes, at least 4. Returns TEXT. */
char *client_said(const struct http_answer *answer, char *text, size_t size);

enum client_capability {
	CLIENT_AES = 1 << 0,
	CLIENT_DES3 = 1 << 1,
	CLIENT_POST = 1 << 2,
	CLIENT_RENEWAL = 1 << 3,
	CLIENT_SHA1 = 1 << 4,
	CLIENT_SHA256 = 1 << 5,
	CLIENT_SHA512 = 1 << 6,
};

/* Asks URL for its capabilities: *TEXT as sent (the caller frees it), *CAPABILITIES as bits. An
 * old server that does not know the question has none. */
bool client_get_capabilities(const struct client_options *options, const char *url, unsigned *capabilities,
			     gnutls_datum_t *text);

/* --- the CA's certificates (RFC 8894 section 4.2) --- */

struct client_ca {
	gnutls_datum_t der[LIMIT_CMS_CERTIFICATES];
	gnutls_x509_crt_t certificates[LIMIT_CMS_CERTIFICATES];
	bool trusted[LIMIT_CMS_CERTIFICATES]; /* may be encrypted to, and may sign answers */
	size_t count;
	gnutls_x509_crt_t
		recipient; /* one of them: what requests are encrypted to; NULL when none can receive */
};

/* Asks URL for them and checks them against what OPTIONS give (client_check_ca). Freed with client_ca_free.
 */
bool client_get_ca(const struct client_options *options, const char *url, struct client_ca *ca);
void client_ca_free(struct client_ca *ca);

/* True when DER is one of CA's certificates that are trusted. */
bool client_ca_trusts(const struct client_ca *ca, const gnutls_datum_t *der);

/*
 * Marks those of CA's certificates as trusted that are, or are issued below, what --ca-fingerprint and
 * --trust name. Without either all are, and a fingerprint is shown for people to compare. False when none is.
 */
bool client_check_ca(const struct client_options *options, struct client_ca *ca);

/* --- requests --- */

/* What a request asks for, in DER. Freed with client_names_free. */
struct client_names {
	gnutls_datum_t subject; /* Name */
	gnutls_datum_t san;     /* GeneralNames, size 0 for none */
};
bool client_names_from_options(const struct client_enroll_options *options, struct client_names *names);
bool client_names_from_certificate(gnutls_x509_crt_t certificate, struct client_names *names);
void client_names_free(struct client_names *names);

/* Copies the challenge: TEXT, or the first line of file PATH unless that is NULL. The caller wipes it. */
bool client_read_challenge(const char *text, const char *path, gnutls_datum_t *challenge);

/* A PKCS#10 request for NAMES and KEY (RSA, EC or Ed25519), with CHALLENGE unless it is empty. The caller
 * wipes *CSR. */
bool client_csr_build(const struct client_names *names, gnutls_privkey_t key, const gnutls_datum_t *challenge,
		      gnutls_digest_algorithm_t digest, gnutls_datum_t *csr);

/* subjectPublicKeyInfo of KEY in DER. */
bool client_public_key(gnutls_privkey_t key, gnutls_datum_t *spki);

/* --- one transaction (RFC 8894 section 3) --- */

struct client_transaction {
	const struct client_options *options;
	const char *url;
	const struct client_ca *ca;
	bool post;
	struct pkimessage_encryption encryption; /* of what is sent */
	gnutls_digest_algorithm_t digest;
	struct pkimessage_identity signer; /* also who the answer is encrypted to */
	int type;                          /* PKCSReq or RenewalReq */
	gnutls_datum_t id;                 /* transactionID */
	const gnutls_datum_t *csr;
	const struct client_names *names;
	const gnutls_datum_t *public_key; /* subjectPublicKeyInfo the certificate must have */
	gnutls_datum_t challenge; /* what an answer to a key that is not RSA is encrypted under. Secret */
	unsigned poll, max_wait;
};

/* The certificates of an answer. Freed with client_issued_free. */
struct client_issued {
	gnutls_datum_t certificate;
	gnutls_datum_t others[LIMIT_CMS_CERTIFICATES];
	size_t other_count;
};
void client_issued_free(struct client_issued *issued);

/* Sends the request, polls when it is pending, checks the answer. CLI_OK with ISSUED filled, CLI_PENDING, or
 * CLI_FAILED after an error message. */
int client_run(const struct client_transaction *transaction, struct client_issued *issued);

/* Why REPLY is not the CA's answer to the transaction's message with NONCE, as a fixed text; NULL when it is.
 */
const char *client_reply_fault(const struct client_transaction *transaction, const struct pkimessage *reply,
			       const gnutls_datum_t *nonce);

/* Waits SECONDS. In a file of its own, so that tests need not. */
void client_pause(unsigned seconds);

/* Reads the certificates in ENVELOPE, made for the transaction's signer, and picks ours. */
bool client_open_answer(const struct client_transaction *transaction, const gnutls_datum_t *envelope,
			struct client_issued *issued);

/* --- the commands, scep_enroll.c --- */

int client_enroll(struct cli_call *call);
int client_renew(struct cli_call *call);

#endif
