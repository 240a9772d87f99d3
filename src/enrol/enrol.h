/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The decision, one for all protocols: who asks, may they, issue, record. A protocol fills struct enrolment
 * and gets a struct verdict; it neither signs certificates nor writes to the database itself.
 */
#ifndef ENROL_ENROL_H
#define ENROL_ENROL_H

#include "enrol/client.h"
#include "enrol/reason.h"
#include "pki/issue.h"
#include "store/enrolment.h"

/* Who may sign for another key than its own (field.md W39). */
enum enrol_agents {
	ENROL_AGENTS_NONE,   /* nobody: the message is signed with the requested key, or renews */
	ENROL_AGENTS_ISSUED, /* a certificate of this profile, valid and unrevoked, beside the challenge */
	ENROL_AGENTS_ANY,    /* anybody who knows the challenge */
};

/* Under whose rules: built once per configured profile, read-only while requests are served. */
struct enrol_profile {
	char *key; /* "scep/corp": protocol and name, as stored */
	const struct pki_issuer *issuer;
	const char *policy_id;       /* certificate profile, or NULL */
	gnutls_datum_t challenge;    /* secret; size 0: no static challenge */
	unsigned legacy;             /* bits of enum pkimessage_legacy */
	bool renewal_challenge;      /* a renewal needs the challenge too */
	bool renewal_subject_change; /* a renewal may ask for other names than the certificate has; where
					agents are allowed, only a RenewalReq */
	unsigned renewal_window; /* seconds before its end in which a certificate may be renewed; 0: any time
				  */
	unsigned renewal_grace;  /* seconds after its end in which it still may */
	enum enrol_agents agents;
	bool approval;       /* an operator has to approve what is not a renewal */
	bool client_subject; /* where there is a client certificate, only its subject may be asked for */
	/* Seconds for which the same request made anew gets the same certificate; half of the validity at
	 * most. */
	unsigned transaction_lifetime;
	unsigned validity; /* seconds */
	unsigned backdate; /* seconds */
	struct enrol_urls {
		const char *const *crl;
		size_t crl_count;
		const char *ocsp;
		const char *ca_issuers;
	} urls;
};

/* The most deviations one request can have. */
#define ENROL_DEVIATIONS 8

/* Where a request came from, for log and audit. */
struct enrol_origin {
	const char *protocol;       /* "SCEP" ..., for people */
	const char *action;         /* audit action: "scep_pkcsreq" ... */
	const char *renewal_action; /* the same when it turns out to be a renewal */
	const char *actor;          /* "scep-client" ... */
	const char *request_id;
	const char *client_address;
	gnutls_datum_t transaction_id; /* size 0 when unknown */
	const struct enrol_client
		*client; /* of the TLS connection; NULL: none, or none that anybody looked at */
	/* What a stricter setting would have refused, for the audit row; NULL behind the last. */
	const char *deviations[ENROL_DEVIATIONS + 1];
};

/*
 * What one request asks. SEAL turns the certificate into the reply before anything is recorded, so that
 * nothing is issued that cannot be delivered; the reply commits with the certificate and answers a retry.
 */
struct enrolment {
	const struct enrol_profile *profile;
	struct enrol_origin origin;
	struct store_request_key key;
	/* The whole message as sent: what is kept while it waits for approval, unless it is a raw one. */
	gnutls_datum_t message;
	const gnutls_datum_t *csr; /* DER, secret */
	gnutls_x509_crt_t
		signer; /* whose key signed the message; NULL: nobody (a raw request, never a renewal) */
	bool renewal;   /* the protocol says so (RenewalReq); a PKCSReq signed by us counts as well */
	/* Whether the reply could be delivered: ENROL_SUCCESS, ENROL_UNDELIVERABLE. Asked after
	 * authentication and before anything is put on hold or signed. NULL: always. */
	enum enrol_reason (*deliverable)(void *context, const struct pki_csr *csr);
	/* CERTIFICATE is in DER; CSR is what was asked, for its challenge: NULL when a poll fetches what was
	 * issued before and the request was not kept. */
	enum enrol_reason (*seal)(void *context, const gnutls_datum_t *certificate, const struct pki_csr *csr,
				  gnutls_datum_t *reply);
	void *context;
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

/*
 * Decides ENROLMENT: authenticates, applies policy, waits for approval or issues, seals and records. The same
 * request made anew gets the certificate it got before (DESIGN 4.8). The verdict is ENROL_SUCCESS with a
 * reply, ENROL_PENDING, or a refusal, which is logged and audited here.
 */
void enrol_decide(struct store *store, const struct enrolment *enrolment, const struct store_look *look,
		  struct verdict *verdict);

/*
 * Decides a poll (CertPoll) for the transaction of ENROLMENT's key. ENROLMENT->csr is the request of
 * look->held.message, opened by the caller, or NULL where there is none. Once approved, what was asked is
 * issued without asking for the challenge again; what was issued before is sent again. Verdicts as
 * enrol_decide.
 */
void enrol_poll(struct store *store, const struct enrolment *enrolment, const struct store_look *look,
		struct verdict *verdict);

/* Whether the request that LOOK found to hold the transactionID is this very message, and so answers it
 * without decryption: ENROL_PENDING, ENROL_DENIED (both told to the client as they are), or ENROL_SUCCESS: go
 * on. */
enum enrol_reason enrol_held(const struct store_look *look);

/* Logs and audits a refusal that the protocol found before there was anything to decide. */
void enrol_refuse(struct store *store, const struct enrol_profile *profile, const struct enrol_origin *origin,
		  enum enrol_reason reason, const char *detail);

/*
 * Logs and audits that the certificate with SERIAL (hex), issued before, was asked for and is given out.
 * ENROL_UNAVAILABLE: it cannot be audited, and so must not be given.
 */
enum enrol_reason enrol_served(struct store *store, const struct enrol_profile *profile,
			       const struct enrol_origin *origin, const char *serial);

/* Audits a refusal that the gateway found, and logged, before the protocol saw the request. */
void enrol_audit_refusal(struct store *store, const struct enrol_profile *profile,
			 const struct enrol_origin *origin, enum enrol_reason reason);

void verdict_free(struct verdict *verdict);

#endif
