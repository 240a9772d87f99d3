/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The desk at which requests are decided: a profile, a real issuer and a real database, without any protocol.
 * A reply is the certificate in DER, and a message that is kept is the request itself, so that a poll can
 * open it. The clock stands at FIXTURE_NOW. Failures of set-up end the test.
 */
#ifndef TEST_ENROL_DESK_H
#define TEST_ENROL_DESK_H

#include "enrol/enrol.h"
#include "lib/fixture.h"
#include "store/requests.h"

#define DESK_CHALLENGE "secret"
#define DESK_DAY       ((time_t)86400)

struct desk {
	struct enrol_profile profile; /* "scep/corp", challenge DESK_CHALLENGE, 90 days, a week's repeats */
	struct pki_issuer *issuer;
	char *url; /* of the database */
	struct store_address address;
	struct store *store;
	unsigned messages; /* so far: each is one of its own */
	/* What the protocol says about delivery ... */
	enum enrol_reason deliverable, sealed;
	/* ... and what happens elsewhere while it seals, once; or NULL. */
	void (*meanwhile)(struct desk *desk);
};

void desk_open(struct desk *desk);
void desk_close(struct desk *desk);

/* What somebody asks; zeros mean the usual. */
struct plea {
	const struct fixture *signer; /* fixture_client() */
	bool raw;                     /* signed by nobody */
	bool renewal;                 /* a PKCSReq */
	enum fixture_key key;         /* of the CSR; FIXTURE_RSA_CA stands for FIXTURE_RSA_CLIENT */
	const char *subject;          /* "CN=device" */
	const char *dns;              /* none */
	const char *challenge;        /* DESK_CHALLENGE; "" for none */
	const char *transaction;      /* "t" */
	unsigned message;             /* number of the message, to send one again; a new one */
	const char *deviation;        /* none */
};

/* What came of it. */
struct outcome {
	enum enrol_reason reason;
	unsigned message;              /* its number */
	bool stored;                   /* the stored answer was sent, nothing was decided */
	gnutls_x509_crt_t certificate; /* or NULL */
};
void outcome_free(struct outcome *outcome);

/* Sends PLEA as a protocol does: look, the stored answer, what is held, and the decision. */
struct outcome desk_ask(struct desk *desk, const struct plea *plea);

/* Polls for PLEA's transaction with PLEA's signer. */
struct outcome desk_poll(struct desk *desk, const struct plea *plea);

/* desk_ask, and what came of it is REASON. */
void desk_expect(struct desk *desk, const struct plea *plea, enum enrol_reason reason, const char *why);

/* The certificate that PLEA gets, with the client's key. It must get one. Freed with x509_crt_free. */
struct fixture desk_enrolled(struct desk *desk, const struct plea *plea);

/* An operator decides about the request that came last. */
void desk_decide(struct desk *desk, bool approve);

/* True when both are the same certificate. */
bool same_certificate(const struct outcome *a, const struct outcome *b);

/* Runs SQL: the first column of the first row as text, "" when there is none. Valid until the next call. */
const char *desk_sql(struct desk *desk, const char *sql);
/* A field of the newest audit row: a column, or an expression over details. */
const char *desk_audit(struct desk *desk, const char *expression);

#endif
