/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one enrolment reads and writes. Round trips of a new request: store_enrolment_look one,
 * store_certificate_find another for a renewal, store_enrolment_record one.
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

/*
 * Which request. Two messages with equal request_sha256 are the same message: the protocol decides what goes
 * into the digest (what the sender's signature binds, and the sender's key), and the transactionID and the
 * signer's key must go into it. Two messages with equal transactionID and signer key are of one transaction.
 */
struct store_request_key {
	const char *profile; /* "scep/corp" ...: protocol and profile name */
	uint8_t request_sha256[32];
	gnutls_datum_t transaction_id; /* 1 to LIMIT_TRANSACTION_ID bytes */
	uint8_t signer_key_sha256[32]; /* of the signer's subjectPublicKeyInfo */
};

/* Where a request stands that an operator has to approve (table requests). */
enum store_request_state {
	STORE_REQUEST_NONE = 0, /* there is none with this transactionID */
	STORE_REQUEST_WAITING,
	STORE_REQUEST_APPROVED, /* and not issued yet: the client has not asked again */
	STORE_REQUEST_DENIED,
	STORE_REQUEST_ISSUED,
};

/* The one request that holds a transactionID of a profile. */
struct store_held {
	enum store_request_state state;
	uint64_t id;               /* what an operator approves it by */
	bool same_message;         /* it is the very message that is looked for */
	bool same_signer;          /* it was signed with the same key */
	uint8_t remake_sha256[32]; /* of what it asks for, see struct store_issued */
	gnutls_datum_t message;    /* as sent; only when approved or issued, and same_signer */
};

/* A certificate as recorded. Freed with store_certificate_free. */
struct store_certificate {
	char *profile; /* which profile it was issued under */
	gnutls_datum_t der;
	time_t not_before, not_after;
	bool revoked;
};

struct store_look {
	bool answered;        /* this very request was answered before ... */
	gnutls_datum_t reply; /* ... with these bytes, to be sent again */
	bool has_policy;      /* a row with POLICY_ID exists */
	struct store_policy policy;
	struct store_held held;
	bool issued; /* this transaction had its certificate before, not earlier than SINCE ... */
	uint8_t issued_remake_sha256[32];     /* zeros: it had none, or was superseded */
	struct store_certificate certificate; /* ... this one, the newest if there are several */
};

/*
 * Before the work: the stored answer to KEY, the policy row POLICY_ID (NULL: none wanted), who
 * holds the transactionID, and what the transaction got before if that was not earlier than SINCE. A stored
 * answer counts whatever its age. One round trip, a second if the transaction or its ID was seen before or
 * the policy is not there. After an error LOOK holds nothing of use. Freed with store_look_free in any case.
 */
enum err store_enrolment_look(struct store *store, const struct store_request_key *key, const char *policy_id,
			      time_t since, struct store_look *look);
void store_look_free(struct store_look *look);

/* Looks a certificate up by issuer and serial (contents octets of the INTEGER, as recorded). ERR_NOT_FOUND.
 */
enum err store_certificate_find(struct store *store, const char *issuer_id, const gnutls_datum_t *serial,
				struct store_certificate *certificate);

/* Looks up the very certificate DER with SERIAL (as above), whichever issuer of ours recorded it, and under
 * whatever name: an issuer may have been renamed, or be gone. ERR_NOT_FOUND: we never issued it. */
enum err store_certificate_recognize(struct store *store, const gnutls_datum_t *serial,
				     const gnutls_datum_t *der, struct store_certificate *certificate);

/*
 * The newest certificate recorded under PROFILE for the same request made anew (REMAKE_SHA256 as in struct
 * store_issued), not earlier than SINCE. ERR_NOT_FOUND.
 */
enum err store_remade_find(struct store *store, const char *profile, const uint8_t *remake_sha256,
			   time_t since, struct store_certificate *certificate);
void store_certificate_free(struct store_certificate *certificate);

/* Everything that commits together when a certificate is issued. Text is UTF-8; pointers stay the caller's.
 */
struct store_issued {
	struct store_request_key key;
	/*
	 * 32 bytes: what is asked for, and by whom, whatever message asks for it. Made anew within the
	 * profile's transaction lifetime, a request gets the certificate that is there. NULL: it is never
	 * the same as another.
	 */
	const uint8_t *remake_sha256;
	time_t since; /* one recorded under remake_sha256 earlier than this does not count, nor does one whose
			 certificate is revoked or expired by now */
	uint64_t approval;    /* held.id of the approved request this answers; 0: none was needed */
	gnutls_datum_t reply; /* what the client is sent, and sent again on retry */
	const char *issuer_id;
	gnutls_datum_t serial;
	gnutls_datum_t der;
	const uint8_t *certificate_sha256;
	const uint8_t *key_sha256; /* SHA-256 of the certificate's subjectPublicKeyInfo */
	const char *subject;
	const char *sans; /* JSON array */
	/* JSON object: subject, issuer and serial of the client certificate of the TLS connection; NULL: none
	 */
	const char *client_certificate;
	time_t not_before, not_after;
	gnutls_datum_t
		renewed; /* serial of the certificate that authenticated, checked once more; size 0: none */
	struct store_audit audit;
};

/*
 * Records certificate, transaction and audit row in one transaction (one round trip), retried as a whole on
 * deadlock and certification failure. After ERR_OK it is durable. ERR_EXISTS: this very request, or
 * the same made anew, or its approval, was recorded by somebody else meanwhile and nothing was recorded now:
 * look again (store_enrolment_look, store_remade_find) and send that. ERR_PERMISSION: RENEWED is revoked by
 * now. ERR_UNAVAILABLE: nothing was recorded, or nobody can tell. When the connection is lost during COMMIT
 * the whole is run again on a new one, where KEY tells whether it was done; only if no server can be reached
 * does the outcome stay open, and then the same request finds its answer later by store_enrolment_look.
 * ERR_SYSTEM also: the serial is taken.
 */
enum err store_enrolment_record(struct store *store, const struct store_issued *issued);

#endif
