/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decision, one for all protocols: who asks, may they, issue, record. A protocol fills struct enrolment
 * and gets a struct verdict; it neither signs certificates nor writes to the database itself.
 */
#ifndef ENROL_ENROL_H
#define ENROL_ENROL_H

#include "enrol/reason.h"
#include "pki/issue.h"
#include "store/enrolment.h"

/* Under whose rules: built once per configured profile, read-only while requests are served. */
struct enrol_profile {
	char *key; /* "scep/corp": protocol and name, as stored */
	const struct pki_issuer *issuer;
	const char *policy_id;    /* certificate profile, or NULL */
	gnutls_datum_t challenge; /* secret; size 0: no static challenge */
	unsigned legacy;          /* bits of enum pkimessage_legacy */
	bool renewal_challenge;   /* a renewal needs the challenge too */
	unsigned validity;        /* seconds */
	unsigned backdate;        /* seconds */
	struct enrol_urls {
		const char *const *crl;
		size_t crl_count;
		const char *ocsp;
		const char *ca_issuers;
	} urls;
};

/* Where a request came from, for log and audit. */
struct enrol_origin {
	const char *protocol;       /* "SCEP" ..., for people */
	const char *action;         /* audit action: "scep_pkcsreq" ... */
	const char *renewal_action; /* the same when it turns out to be a renewal */
	const char *actor;          /* "scep-client" ... */
	const char *request_id;
	const char *client_address;
	gnutls_datum_t transaction_id; /* size 0 when unknown */
};

/*
 * What one request asks. SEAL turns the certificate into the reply before anything is recorded, so that
 * nothing is issued that cannot be delivered; the reply commits with the certificate and answers a retry.
 */
struct enrolment {
	const struct enrol_profile *profile;
	struct enrol_origin origin;
	struct store_request_key key;
	const gnutls_datum_t *csr; /* DER, secret */
	gnutls_x509_crt_t signer;  /* whose key signed the request */
	bool renewal; /* the protocol says so (RenewalReq); a PKCSReq signed by us counts as well */
	enum enrol_reason (*seal)(void *context, const struct pki_certificate *certificate,
				  gnutls_datum_t *reply);
	void *seal_context;
};

struct verdict {
	enum enrol_reason reason;
	gnutls_datum_t reply; /* on success: what to send. Freed with verdict_free */
};

/*
 * The stored answer to this very request, and what the decision will need from the database: one round trip.
 * ENROL_SUCCESS: go on, or, when look->answered, send look->reply. ENROL_UNAVAILABLE otherwise.
 */
enum enrol_reason enrol_look(struct store *store, const struct enrol_profile *profile,
			     const struct store_request_key *key, struct store_look *look);

/* Decides ENROLMENT: authenticates, applies policy, issues, seals and records. A refusal is logged and
 * audited here. */
void enrol_decide(struct store *store, const struct enrolment *enrolment, const struct store_look *look,
		  struct verdict *verdict);

/* Logs and audits a refusal that the protocol found before there was anything to decide. */
void enrol_refuse(struct store *store, const struct enrol_profile *profile, const struct enrol_origin *origin,
		  enum enrol_reason reason, const char *detail);

/* Audits a refusal that the gateway found, and logged, before the protocol saw the request. */
void enrol_audit_refusal(struct store *store, const struct enrol_profile *profile,
			 const struct enrol_origin *origin, enum enrol_reason reason);

void verdict_free(struct verdict *verdict);

#endif
