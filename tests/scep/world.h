/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A SCEP service with real keys, a real issuer and a real database, without FastCGI: requests in, responses
 * out. The clock stands at FIXTURE_NOW. Failures of set-up end the test.
 */
#ifndef TEST_SCEP_WORLD_H
#define TEST_SCEP_WORLD_H

#include "lib/fixture.h"
#include "scep/scep.h"

#define WORLD_CHALLENGE "correct-horse-battery"

struct world {
	struct config config;
	struct config_issuer issuer;
	struct config_scep_profile
		profiles[2]; /* "corp", HTTPS only; "printers", HTTP too and every legacy algorithm */
	char *url;           /* of the database */
	struct store_address address;
	struct store *store;
	enum scep_kind kind; /* SCEP_PLAIN; set before world_start or world_reload */
	struct scep_service *service;
};

/* Fills WORLD with settings; change them before world_start. */
void world_init(struct world *world);
/* Gives both profiles other RA pairs: CURRENT, and OLD beside it (NULL for none). Before world_start. */
void world_set_ra(struct world *world, const struct fixture *current, const struct fixture *old);
/* The same with the issuer's next CA; NULL names a file that is not there. */
void world_set_next_ca(struct world *world, const struct fixture *next);
/* Serves profile INDEX at /scep-mtls too, to devices with a certificate of CA. Before world_start; set kind.
 */
void world_set_client_ca(struct world *world, size_t index, const struct fixture *ca);
/* Starts database and service. */
void world_start(struct world *world);
void world_stop(struct world *world);

/* How a client writes base64 into a query: what stands for these characters, and what ends a line of 64. */
struct spelling {
	const char *plus, *slash, *equals, *line_end;
};

/* As type in struct ask: the messageType 0. */
#define ASK_TYPE_0 (-1)

/* What a client asks; zeros mean the usual. */
struct ask {
	const char *path;                 /* "/scep/corp" */
	bool http;                        /* HTTPS */
	const struct fixture *client;     /* whose certificate the web server tells: nobody's ... */
	const struct fixture *via;        /* ... with this one beside it; none */
	enum client_outcome outcome;      /* CLIENT_GIVEN with a client, CLIENT_ABSENT without */
	bool get;                         /* POST */
	const struct spelling *spelling;  /* of a GET; certmonger's */
	const char *content_type;         /* of a POST: "application/x-pki-message"; "" for none */
	int type;                         /* PKCSReq */
	const char *subject;              /* "CN=device" */
	const char *dns;                  /* none */
	const char *challenge;            /* WORLD_CHALLENGE; "" for none */
	enum fixture_key key;             /* of the CSR; FIXTURE_RSA_CA stands for FIXTURE_RSA_CLIENT */
	const struct fixture *signer;     /* fixture_client() */
	const struct fixture *recipient;  /* fixture_ra() */
	gnutls_cipher_algorithm_t cipher; /* AES-128-CBC */
	gnutls_digest_algorithm_t digest; /* SHA-256 */
	const char *transaction_id;       /* "transaction-1" */
	int transport;                    /* PKIMESSAGE_RSA_PKCS1 */
	const gnutls_datum_t *csr;        /* this enclosed instead of one made from the above */
	const gnutls_datum_t *content;    /* this in place of the envelope */
};

/* The pkiMessage of ASK in DER; freed with bytes_free. */
gnutls_datum_t ask_message(const struct ask *ask);

/* What came back. */
struct answer {
	int http_status;
	const char *content_type;
	int status; /* pkiStatus, PKIMESSAGE_STATUS_ABSENT when it is no CertRep */
	int fail_info;
	gnutls_datum_t body;
	unsigned retry_after;
	gnutls_x509_crt_t certificate; /* issued, or NULL */
	size_t certificate_count;      /* enclosed */
	int transport;                 /* of the envelope, enum pkimessage_transport */
	gnutls_cipher_algorithm_t cipher;
};

/* Sends MESSAGE as ASK says, checks that a CertRep verifies and belongs to it, and opens it with the client's
 * key. */
struct answer world_send(struct world *world, const struct ask *ask, const gnutls_datum_t *message);
/* Sends BODY as ASK says and reads nothing out of the answer. */
struct answer world_post(struct world *world, const struct ask *ask, const gnutls_datum_t *body);
/* ask_message and world_send in one. */
struct answer world_ask(struct world *world, const struct ask *ask);
void answer_free(struct answer *answer);

/* An operation without a message: GetCACaps and the like. METHOD_GET unless METHOD says otherwise. */
struct answer world_operation(struct world *world, enum request_method method, const char *path,
			      const char *query);

/* The same with the path and the client certificate of ASK. */
struct answer world_get(struct world *world, const struct ask *ask, const char *query);

/* Runs SQL: the first number of its answer, 0 when there is none. */
long world_count(struct world *world, const char *sql);
/* A column of the newest audit row; freed with free(). */
char *world_last(struct world *world, const char *column);
char *world_last_reason(struct world *world);
/* Loads the service again, after settings were changed. */
void world_reload(struct world *world);

/* Rows of the tables certificates and audit_events. */
long world_certificates(struct world *world);
long world_audit_rows(struct world *world);

/* IssuerAndSerialNumber (SERIAL) or IssuerAndSubject (SUBJECT), the other of both NULL; freed with
 * bytes_free. */
gnutls_datum_t world_reference(gnutls_x509_crt_t issuer, const gnutls_datum_t *serial,
			       gnutls_x509_crt_t subject);

/* Sends ASK and expects a signed FAILURE with FAIL_INFO, one audit row with REASON, and no certificate. */
void world_expect_refused(struct world *world, const struct ask *ask, int fail_info, const char *reason,
			  const char *why);

#endif
