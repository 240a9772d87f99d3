/* SPDX-License-Identifier: BSD-2-Clause */
/* Answers to the doctor's probes, as the gateway writes them. */
#ifndef TESTS_CLI_DOCTOR_ANSWERS_H
#define TESTS_CLI_DOCTOR_ANSWERS_H

#include "cli/doctor.h"

#define KEY    "0123456789abcdef0123456789abcdef"
#define NONCE  "00112233445566778899aabbccddeeff"
#define FORGED "f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0"
#define OWN    "0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a0a"
#define CERT   "X-SSL-Client-Cert"
#define PARAM  "HTTP_X_SSL_CLIENT_CERT"

/* The lines as in an answer, and those that a case has beside them or instead. */
#define FROM(remote, client, listed)                                                                         \
	"nonce " NONCE "\npeer unix uid 33\npeer-listed yes\nremote-addr " remote "\nclient-address " client \
	"\nclient-listed " listed "\n"
#define START        FROM("192.0.2.7", "192.0.2.7", "no") "https yes\nprotocol HTTP/1.1\n"
#define NONE         "certificate client_absent\n"
#define GIVEN(which) "certificate client_given\ncertificate-sha256 " which "\n"
#define HOST         "reached HTTP_HOST 9\n"

/* Reads LINES, signed with KEY, as an answer with STATUS. */
struct doctor_answer read_answer(const char *key, long status, const char *lines);

/* The same of an answer that must be good. */
struct doctor_answer answered(const char *lines);

#endif
