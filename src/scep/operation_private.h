/* SPDX-License-Identifier: BSD-2-Clause */
/* A PKIOperation (RFC 8894 section 4.3) under way, and the steps it goes through. */
#ifndef SCEP_OPERATION_PRIVATE_H
#define SCEP_OPERATION_PRIVATE_H

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
	gnutls_x509_crt_t signer;             /* of the message */
	struct pkimessage_envelope *envelope; /* what it encloses */
	struct store_request_key key;         /* filled by scep_operation_look, as LOOK */
	struct store_look look;
	const char *detail;  /* of a refusal, for the operator */
	char algorithm[160]; /* of detail, where it names one */
};

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

/* Signature, type, and the form of what is enclosed: all before a private key is used, and before the
 * database is asked. Fills signer and envelope. */
enum enrol_reason scep_check(struct operation *operation);

/* --- envelope.c --- */

/* Decrypts what the message encloses. PLAINTEXT is secret: the caller wipes it. */
enum enrol_reason scep_open(struct operation *operation, gnutls_datum_t *plaintext);

/* Encloses COUNT certificates in the reply, for the signer of the message. */
enum enrol_reason scep_seal(const struct operation *operation, const gnutls_datum_t *certificates,
			    size_t count, gnutls_datum_t *reply);

/* --- pkioperation.c: what the types share --- */

/* Who asks for what, for log and audit. */
struct enrol_origin scep_origin(const struct operation *operation);

/* Fills KEY and LOOK: was this very message answered before, and what will its answer need? */
enum enrol_reason scep_operation_look(struct operation *operation);

/* True when the stored answer was found and sent. */
bool scep_answered_before(struct operation *operation);

/* Makes the response from VERDICT; what it carries is taken over. */
void scep_tell(const struct operation *operation, struct verdict *verdict);

/* --- a file for each family of types --- */

enum enrol_reason scep_answer_request(struct operation *operation); /* PKCSReq, RenewalReq */
enum enrol_reason scep_answer_poll(struct operation *operation);    /* CertPoll */

#endif
