/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one enrolment reads and writes. Round trips: store_enrolment_look once, store_certificate_find for a
 * renewal, store_enrolment_record once.
 */
#ifndef STORE_ENROLMENT_H
#define STORE_ENROLMENT_H

#include "store/audit.h"
#include "store/store.h"

/* A certificate profile: the policy a SCEP or EST profile points to by its PROFILE_ID (table
 * certificate_profiles). */
struct store_policy {
	bool enabled;
	unsigned max_ttl;        /* seconds, 0: no cap of its own */
	char *key_algorithms;    /* JSON array of {"algorithm","min_size"} */
	char *ekus;              /* JSON array of names */
	char *copied_extensions; /* JSON array of OIDs */
	bool must_staple;
	bool san_patterns; /* the row limits names by required_san_patterns, which nothing here can apply */
};

/* Which request: two messages with equal keys are the same request. The protocol decides what goes into the
 * digest: what the sender's signature binds, and the sender's key. */
struct store_request_key {
	const char *profile; /* "scep/corp" ...: protocol and profile name */
	uint8_t request_sha256[32];
};

struct store_look {
	bool answered;        /* this very request was answered before ... */
	gnutls_datum_t reply; /* ... with these bytes, to be sent again */
	bool has_policy;      /* a row with POLICY_ID exists */
	struct store_policy policy;
};

/*
 * One round trip before the work: the stored answer to KEY, and the policy row POLICY_ID (NULL: none wanted).
 * Freed with store_look_free.
 */
enum err store_enrolment_look(struct store *store, const struct store_request_key *key, const char *policy_id,
			      struct store_look *look);
void store_look_free(struct store_look *look);

/* A certificate as recorded. Freed with store_certificate_free. */
struct store_certificate {
	char *profile; /* which profile it was issued under */
	gnutls_datum_t der;
	time_t not_before, not_after;
	bool revoked;
};

/* Looks a certificate up by issuer and serial (contents octets of the INTEGER, as recorded). ERR_NOT_FOUND.
 */
enum err store_certificate_find(struct store *store, const char *issuer_id, const gnutls_datum_t *serial,
				struct store_certificate *certificate);
void store_certificate_free(struct store_certificate *certificate);

/* Everything that commits together when a certificate is issued. Text is UTF-8; pointers stay the caller's.
 */
struct store_issued {
	struct store_request_key key;
	gnutls_datum_t transaction_id;
	const uint8_t *signer_key_sha256; /* 32 bytes: the key that signed the message */
	gnutls_datum_t reply;             /* what the client is sent, and sent again on retry */
	const char *issuer_id;
	gnutls_datum_t serial;
	gnutls_datum_t der;
	const uint8_t *certificate_sha256;
	const uint8_t *key_sha256; /* SHA-256 of the certificate's subjectPublicKeyInfo */
	const char *subject;
	const char *sans; /* JSON array */
	time_t not_before, not_after;
	struct store_audit audit;
};

/*
 * Records certificate, transaction and audit row in one transaction (one round trip), retried as a whole on
 * deadlock and certification failure. After ERR_OK it is durable. ERR_EXISTS: this very request was recorded
 * by somebody else meanwhile; look again and send that answer. ERR_UNAVAILABLE: nothing was recorded, or
 * nobody can tell. When the connection is lost during COMMIT the whole is run again on a new one, where KEY
 * tells whether it was done; only if no server can be reached does the outcome stay open, and then the same
 * request finds its answer later by store_enrolment_look. ERR_SYSTEM also: the serial is taken.
 */
enum err store_enrolment_record(struct store *store, const struct store_issued *issued);

#endif
