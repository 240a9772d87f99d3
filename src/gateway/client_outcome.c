/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/client_certificate.h"

static const struct {
	const char *label;
	const char *text;
} outcomes[CLIENT_OUTCOME_COUNT] = {
	[CLIENT_ABSENT] = {"client_absent", "no client certificate was presented"},
	[CLIENT_GIVEN] = {"client_given", "a client certificate was presented"},
	[CLIENT_TRUST_OFF] = {"client_trust_off",
			      "a client certificate was forwarded, and the settings say not to listen"},
	[CLIENT_SENDER] = {"client_sender",
			   "a client certificate was forwarded by a sender that is not a trusted proxy"},
	[CLIENT_OTHER_SOURCE] = {"client_other_source",
				 "a client certificate was forwarded in another way than the configured one"},
	[CLIENT_FIELD_TWICE] = {"client_field_twice", "a field of the client certificate was sent twice"},
	[CLIENT_VERDICT_MISSING] = {"client_verdict_missing",
				    "the client certificate was forwarded without the web server's verdict"},
	[CLIENT_VERDICT_FAILED] = {"client_verdict_failed",
				   "the web server did not verify the client certificate successfully"},
	[CLIENT_EMPTY] = {"client_empty",
			  "the web server speaks of a client certificate, but did not forward it"},
	[CLIENT_SEVERAL] = {"client_several",
			    "more than one client certificate was forwarded where there is to be one"},
	[CLIENT_SYNTAX] = {"client_syntax", "the forwarded client certificate is malformed"},
	[CLIENT_LIMIT] = {"client_limit", "the forwarded client certificate or its chain exceeds a limit"},
};

/* No outcome: no audit reason is called so either, and "client_unknown" is one. */
#define NO_OUTCOME "client_outcome_invalid"

const char *client_outcome_label(enum client_outcome outcome)
{
	return (unsigned)outcome < CLIENT_OUTCOME_COUNT ? outcomes[outcome].label : NO_OUTCOME;
}

const char *client_outcome_text(enum client_outcome outcome)
{
	return (unsigned)outcome < CLIENT_OUTCOME_COUNT
		       ? outcomes[outcome].text
		       : "what came of a client certificate is not known: a fault of the program";
}
