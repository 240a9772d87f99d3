/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Audit rows: who did what, with what outcome and why. Written once per event, in the event's own transaction
 * where there is one.
 */
#ifndef STORE_AUDIT_H
#define STORE_AUDIT_H

#include "store/store.h"

struct store_audit {
	const char *action; /* "scep_pkcsreq", "scep_renewalreq", ...: contract H.3 */
	bool success;
	const char *reason;        /* metric label of the reason, "success" when it went well */
	const char *actor;         /* "scep-client" ... */
	const char *actor_type;    /* "System", "User", ... */
	const char *resource_type; /* "certificate" ... */
	const char *resource_id;   /* serial in hex, or "" */
	const char *request_id;
	const char *client_address;
	const char *profile; /* "scep/corp" */
	const char *details; /* JSON object */
};

/* Writes one row, once even when the connection is lost meanwhile. Text is UTF-8, details NULL is "{}".
 * Errors: store.h. */
enum err store_audit_write(struct store *store, const struct store_audit *audit);

#endif
