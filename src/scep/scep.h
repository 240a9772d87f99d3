/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SCEP (RFC 8894) as request in, response out: paths to profiles, operations, pkiMessages. No FastCGI, no
 * SQL.
 */
#ifndef SCEP_SCEP_H
#define SCEP_SCEP_H

#include "config/config.h"
#include "gateway/gateway.h"
#include "store/store.h"

struct scep_service;

/* What a service serves: the profiles at /scep, or those of them that are at /scep-mtls too, where it demands
 * a client certificate. */
enum scep_kind { SCEP_PLAIN, SCEP_MTLS };

/* One thing that was checked before serving. */
struct scep_preflight {
	const char *profile; /* PathID, "<root>" for the root */
	const char *check;   /* what was checked */
	enum err error;      /* ERR_OK, or what is wrong with it */
	bool note;           /* nothing is wrong yet, but somebody should read REASON */
	const char *reason;  /* in words; "" when there is nothing to say */
};

/* Told of every preflight, for the program's log and for 'certctl-fcgi check'. */
typedef void scep_preflight_seen(void *context, const struct scep_preflight *preflight);

/*
 * Loads RA pairs and issuers of every profile of KIND and checks them (RA preflight, issuer, capability
 * words; for SCEP_MTLS the bundle of client CAs). All profiles are gone through even when one fails. CONFIG
 * must outlive *SERVICE. SEEN may be NULL. The first error, ERR_OK when all is well, also when there is no
 * such profile; then the caller frees *SERVICE with scep_service_free.
 */
enum err scep_service_load(const struct config *config, enum scep_kind kind, scep_preflight_seen *seen,
			   void *context, struct scep_service **service);
void scep_service_free(struct scep_service **service);

/* Answers one request. STORE is this worker's. Once a day a warning is logged of what expires soon. */
void scep_handle(struct scep_service *service, struct store *store, const struct request *request,
		 struct response *response);

/* Audits a request to one of our profiles that the gateway refused with STATUS, for its body or because a
 * field of the client certificate came twice, and logged. */
void scep_refused(const struct scep_service *service, struct store *store, const struct request *request,
		  int status);

#endif
