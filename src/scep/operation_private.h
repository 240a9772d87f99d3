/* SPDX-License-Identifier: BSD-2-Clause */
/* A PKIOperation (RFC 8894 section 4.3) under way, and the steps it goes through. */
#ifndef SCEP_OPERATION_PRIVATE_H
#define SCEP_OPERATION_PRIVATE_H

#include "base/text.h"
#include "scep/private.h"

struct operation;

/* A message type that is served (section 3.2.1.2). */
struct scep_type {
	int type;
	const char *action; /* how it is audited */
	/*
	 * Answers a message whose signature and form were found good: ENROL_SUCCESS when the response is made
	 * (whatever it says), otherwise why the message is refused, which the caller tells, logs and audits.
	 */
	enum enrol_reason (*answer)(struct operation *operation);
};

/* Freed with scep_operation_free, which leaves what is the exchange's. */
struct operation {
	struct exchange *exchange;
	const struct scep_type *type;
	gnutls_datum_t bytes;                 /* as sent */
	struct pkimessage *message;           /* NULL: BYTES are none */
	gnutls_datum_t raw;                   /* but, perhaps, this request: PKCS#10, secret */
	gnutls_x509_crt_t signer;             /* of the message */
	struct pkimessage_envelope *envelope; /* what it encloses */
	struct store_request_key key;         /* filled by scep_operation_look, as LOOK */
	struct store_look look;
	char transaction[TEXT_HEX_SIZE(32)];      /* of a raw request, which names none */
	const char *deviations[ENROL_DEVIATIONS]; /* from the letter of the rules, see rules.c */
	size_t deviation_count;
	const char *detail;  /* of a refusal, for the operator */
	char algorithm[160]; /* of detail, where it names one */
};
void scep_operation_free(struct operation *operation);

/* --- message.c --- */

/* The bytes of the message in REQUEST, by GET or by POST; the caller frees them. ERR_NOT_FOUND, ERR_SYNTAX,
 * ERR_EXISTS, ERR_LIMIT: the query's; ERR_MEMORY. */
enum err scep_message_bytes(const struct request *request, gnutls_datum_t *bytes);

/* --- types.c --- */

/* The served type with number TYPE, or one that has no ANSWER. */
const struct scep_type *scep_type_find(int type);

/* --- check.c --- */

/* What libpkimessage found wrong, as a reason. */
enum enrol_reason scep_reason_of(int error);

/* The same, and notes for the operator what it was; which ALGORITHM (NULL: unknown) as WHAT, where that
 * decided it. */
enum enrol_reason scep_fault(struct operation *operation, int error, const char *what, const char *algorithm);

/* Signature, type, the form of what is enclosed, and the profile's rules: all before a private key is used,
 * and before the database is asked. Fills signer and envelope. */
enum enrol_reason scep_check(struct operation *operation);

/* --- rules.c --- */

/* Holds what is known of the operation to the letter: why it is refused where the profile is strict; whatever
 * else deviates is logged or counted, as the profile says, and noted in deviations. */
enum enrol_reason scep_apply_rules(struct operation *operation);

/* --- envelope.c --- */

/* Decrypts what the message encloses. PLAINTEXT is secret: the caller wipes it. */
enum enrol_reason scep_open(struct operation *operation, gnutls_datum_t *plaintext);

/*
 * The same for what must be a reference (RFC 8894 sections 3.3.3 and 3.3.4), freed with
 * pkimessage_reference_free. What does not decrypt and what is none is UNFOUND, the reason for a reference to
 * something that is not there. A reference has no signature of its own, so anybody can make one out of a
 * request that he caught; did we tell whether it is one, he could read the request byte by byte (CWE-203,
 * Vaudenay, EUROCRYPT 2002). The detail, which is the operator's, does tell.
 */
enum enrol_reason scep_open_reference(struct operation *operation, enum enrol_reason unfound,
				      struct pkimessage_reference *reference);

/*
 * Encloses CERTIFICATE (DER), and the issuing CA's where the profile says so, in the reply: encrypted to the
 * signer of the message in the way that the message was, or under PASSWORD unless that is empty or NULL.
 */
enum enrol_reason scep_seal(const struct operation *operation, const gnutls_datum_t *certificate,
			    const gnutls_datum_t *password, gnutls_datum_t *reply);

/* --- pkioperation.c: what the types share --- */

/* Who asks for what, for log and audit. */
struct enrol_origin scep_origin(const struct operation *operation);

/*
 * Fills LOOK, and for a message KEY: was this very request answered before, and what will its answer need?
 * ENROL_PENDING and ENROL_DENIED where that is all there is to say.
 */
enum enrol_reason scep_operation_look(struct operation *operation);

/* True when the stored answer was found and sent. */
bool scep_answered_before(struct operation *operation);

/* Makes the response from VERDICT; what it carries is taken over. */
void scep_tell(const struct operation *operation, struct verdict *verdict);

/* --- enrolment.c, poll.c, get_cert.c: a file for each family of types --- */

/* enrol_decide or enrol_poll. */
typedef void scep_decision(struct store *store, const struct enrolment *enrolment,
			   const struct store_look *look, struct verdict *verdict);

/* Has DECISION made about CSR (DER; NULL: a poll that found none), and tells it. */
void scep_decide(struct operation *operation, const gnutls_datum_t *csr, scep_decision *decision);

enum enrol_reason scep_answer_request(struct operation *operation);  /* PKCSReq, RenewalReq */
enum enrol_reason scep_answer_poll(struct operation *operation);     /* CertPoll */
enum enrol_reason scep_answer_get_cert(struct operation *operation); /* GetCert */
enum enrol_reason scep_answer_get_crl(struct operation *operation);  /* GetCRL */

/* --- raw.c: requests that are no pkiMessage --- */

/* True when the profile takes raw requests and the bytes, which did not parse for ERROR, are one: then RAW
 * holds it. */
bool scep_raw_parse(struct operation *operation, int error);

/* Answers it, as a type's ANSWER. */
enum enrol_reason scep_raw_answer(struct operation *operation);

#endif
