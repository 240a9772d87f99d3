/* SPDX-License-Identifier: BSD-2-Clause */
/* What an operator decides about requests that wait for approval. */
#ifndef ENROL_OPERATOR_H
#define ENROL_OPERATOR_H

#include "store/requests.h"

/* Who decides, and why. */
struct enrol_operator {
	const char *name; /* who, for the audit row: a user name, UTF-8 */
	const char *note; /* why, UTF-8, or NULL */
};

/*
 * Approves or denies REQUEST, logs it and commits it with its audit row (scep_request_approve,
 * scep_request_deny). An approved request is issued when its client asks again, and may be denied until then.
 * ERR_NOT_FOUND; ERR_MISMATCH: it is decided. Other errors: store.h.
 */
enum err enrol_operator_decide(struct store *store, const struct store_request *request, bool approve,
			       const struct enrol_operator *who);

#endif
