/* SPDX-License-Identifier: BSD-2-Clause */
/* The messageTypes there are (RFC 8894 section 3.2.1.2). */
#include "scep/operation_private.h"

/* Whatever is not here is refused: UpdateReq (18) too, which never said who may have it (CVE-2026-30836). */
static const struct scep_type types[] = {
	{PKIMESSAGE_PKCS_REQ, "scep_pkcsreq", scep_answer_request},
	{PKIMESSAGE_RENEWAL_REQ, "scep_renewalreq", scep_answer_request},
	{PKIMESSAGE_CERT_POLL, "scep_certpoll", scep_answer_poll},
	{PKIMESSAGE_GET_CERT, "scep_getcert", scep_answer_get_cert},
	{PKIMESSAGE_GET_CRL, "scep_getcrl", scep_answer_get_crl},
};
static const struct scep_type unknown_type = {-1, "scep_unknown", NULL};

const struct scep_type *scep_type_find(int type)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (types[i].type == type)
			return &types[i];
	return &unknown_type;
}
