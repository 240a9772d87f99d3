/* SPDX-License-Identifier: BSD-2-Clause */
/* CertPoll (RFC 8894 section 3.3.3): what became of a request that waited. */
#include "scep/operation_private.h"

enum enrol_reason scep_answer_poll(struct operation *operation)
{
	(void)operation;
	return ENROL_NOT_PENDING;
}
