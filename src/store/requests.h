/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests that wait for an operator (table requests). A profile's transactionID is held by one of them at a
 * time; a request that has ended (denied, issued) gives it up to the next that comes with it.
 */
#ifndef STORE_REQUESTS_H
#define STORE_REQUESTS_H

#include "store/enrolment.h"

/* A request to put on hold. Text is UTF-8; pointers stay the caller's. */
struct store_waiting {
	struct store_request_key key;
	const uint8_t *remake_sha256; /* 32 bytes */
	gnutls_datum_t message;       /* as sent, encrypted to the RA: no secret lies open in the database */
	const char *subject;          /* RFC 4514 */
	const char *sans;             /* JSON array */
	const char *key_text;         /* "RSA 2048" */
	const uint8_t *key_sha256;    /* of the subjectPublicKeyInfo asked for */
	const char *client_certificate; /* as in struct store_issued */
	struct store_audit audit;
};

/*
 * Puts REQUEST on hold, with its audit row, in one transaction; ID is what an operator will name it by. The
 * same message or one with the same remake_sha256 that waits already: ERR_OK, and its ID. ERR_EXISTS: another
 * request that has not ended holds the transactionID.
 */
enum err store_request_wait(struct store *store, const struct store_waiting *waiting, uint64_t *id);

/* A request as an operator sees it. Freed with store_request_free. */
struct store_request {
	uint64_t id;
	enum store_request_state state;
	char *profile;
	gnutls_datum_t transaction_id;
	char *subject;
	char *sans;
	char *key_text;
	gnutls_datum_t key_sha256;
	char *client_address;
	char *client_certificate; /* JSON, or NULL */
	char *request_id;
	time_t created_at;
	time_t decided_at; /* 0 while it waits */
	char *decided_by;
	char *note;
};
void store_request_free(struct store_request *request);

/* The request ID. ERR_NOT_FOUND. */
enum err store_request_find(struct store *store, uint64_t id, struct store_request *request);

/* The first request after AFTER, in the order of id; with WAITING only those that wait. ERR_NOT_FOUND: that
 * was all. */
enum err store_request_next(struct store *store, uint64_t after, bool waiting, struct store_request *request);

/* What an operator decides. */
struct store_decision {
	uint64_t id;
	bool approve;
	const char *by;   /* who */
	const char *note; /* why, or NULL */
	struct store_audit audit;
};

/* Approves or denies, with its audit row, in one transaction. What is approved may still be denied until its
 * client has come for it. ERR_NOT_FOUND; ERR_MISMATCH: it is decided. */
enum err store_request_decide(struct store *store, const struct store_decision *decision);

#endif
