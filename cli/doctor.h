/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * certctl-fcgi doctor: the attacker from outside. It sends forgeries to a running front end and asks
 * the gateway behind it, by the signed probe (gateway/probe.h), what became of each.
 *
 *	doctor.c           options, the order of things, exit status
 *	doctor_target.c    its URL
 *	doctor_forge.c     a certificate that looks real, in every spelling
 *	doctor_forgeries.c the table of what is forged
 *	doctor_try.c       sends them, in every variant
 *	doctor_send.c      one probe by libcurl
 *	doctor_answer.c    what the gateway says of it
 *	doctor_judge.c     what that means; no I/O
 *	doctor_shape.c     sizes, paths, HTTP/1.0
 *	doctor_tls.c       versions and suites
 *	doctor_report.c    the table
 *	doctor_remedies.c  what to do, in the words of web servers
 */
#ifndef CLI_DOCTOR_H
#define CLI_DOCTOR_H

#include "base/limits.h"
#include "cli/http.h"
#include "gateway/probe.h"

struct doctor_options {
	struct http_options http;
	const char *key_file;
	const char *http_url; /* the same program by plain http, or NULL */
	const char *from;     /* local address to connect from, or NULL */
};

/* Where to send to. */
struct doctor_target {
	char *base; /* "https://host:port" */
	char *path; /* "/scep/corp" */
	char *host; /* without brackets */
	char *port;
	bool https;
};

/* Reads TEXT into TARGET, to be freed in any case. False after an error message: it is no such URL. */
bool doctor_target_read(const char *text, struct doctor_target *target);
void doctor_target_free(struct doctor_target *target);

/* --- what is forged --- */

/* How the certificate is spelled in a field (field.md 3.6); DOCTOR_LITERAL: the field has its text in the
 * table. */
enum doctor_spelling {
	DOCTOR_LITERAL,
	DOCTOR_ESCAPED_PEM, /* percent-escaped PEM */
	DOCTOR_BARE_PEM,    /* the same without its first and last line, and without line breaks */
	DOCTOR_BASE64,      /* of the DER */
	DOCTOR_COLONS,      /* the same between colons (RFC 8941 section 3.3.5) */
	DOCTOR_ELEMENT,     /* one element of X-Forwarded-Client-Cert */
	DOCTOR_SPELLINGS
};

/* A self-made certificate. Freed with doctor_forged_free. */
struct doctor_forged {
	char sha256[65];
	char *spelled[DOCTOR_SPELLINGS];
};
bool doctor_forge(struct doctor_forged *forged);
void doctor_forged_free(struct doctor_forged *forged);

enum doctor_claim {
	DOCTOR_CERTIFICATE,
	DOCTOR_ADDRESS,
	DOCTOR_SCHEME,
	DOCTOR_PROXY,
	DOCTOR_DELETION /* none: a field that proxies take for the order to delete others, their own too */
};

#define DOCTOR_FIELDS 2

struct doctor_forgery {
	enum doctor_claim claim;
	struct doctor_field {
		const char *name; /* NULL: no more */
		enum doctor_spelling spelling;
		const char *text;
		const char *by_http; /* the text over plain http; NULL: the same */
	} fields[DOCTOR_FIELDS];
};

/* Ended by one without fields. */
extern const struct doctor_forgery doctor_forgeries[];

/* Each forgery is sent in three ways. */
enum doctor_variant {
	DOCTOR_ONCE,
	DOCTOR_TWICE,       /* every field two times */
	DOCTOR_UNDERSCORES, /* every '-' of the names as '_' */
};

/* --- one probe and its answer --- */

struct doctor_answer {
	enum doctor_result {
		DOCTOR_ANSWERED, /* by the probe, with our key: what follows is filled */
		DOCTOR_SILENT,   /* no HTTP answer: PROBLEM says why */
		DOCTOR_REFUSED,  /* an HTTP STATUS from 400 on */
		DOCTOR_OTHER,    /* another answer than the probe's */
		DOCTOR_STRANGER, /* it looks like the probe's, and is not signed with our key, or not for us
				  */
	} result;
	long status;
	char problem[160];
	char local[64], remote_end[64]; /* the connection's addresses, as we see them; "" */

	char peer[64];
	char remote_address[64], client_address[64], protocol[64];
	char certificate[64]; /* the outcome's label */
	char sha256[65];      /* of the certificate that was told, "" when none was */
	bool peer_listed, client_listed, https;
	struct doctor_reached {
		char name[3 * LIMIT_PROBE_NAME + 1];
		unsigned long bytes;
	} reached[LIMIT_PROBE_LINES];
	size_t reached_count;
};

/* Reads BODY, an answer with HTTP STATUS to a probe with NONCE, into ANSWER, RESULT included. Any bytes may
 * come. */
void doctor_answer_read(const char *key, const char *nonce, long status, const gnutls_datum_t *body,
			struct doctor_answer *answer);

/* What to send beside the token; zeros for nothing. */
struct doctor_request {
	const char *path; /* NULL: the target's */
	const char *host; /* NULL: the target's; an address then, and no Host field is sent */
	size_t line;      /* bytes that the request line is to have */
	bool present;     /* our own certificate, when there is one */
	bool http_1_0;
	const char *fields[2 * DOCTOR_FIELDS]; /* "Name: value" */
};

/* What all of it shares. */
struct doctor {
	struct doctor_options options;
	char *key;
	struct doctor_target target;
	struct doctor_forged forged;
	struct doctor_report *report;
};

/* Sends one probe to TARGET and waits for its ANSWER. False after an error message, when memory is out. */
bool doctor_send(const struct doctor *doctor, const struct doctor_target *target,
		 const struct doctor_request *request, struct doctor_answer *answer);

/* --- what it means --- */

enum doctor_verdict { DOCTOR_OK, DOCTOR_NOTE, DOCTOR_BAD };

/* What can be done about it; doctor_remedies.c has the words. */
enum doctor_remedy {
	DOCTOR_NO_REMEDY,
	DOCTOR_REMEDY_FIELD,
	DOCTOR_REMEDY_ADDRESS,
	DOCTOR_REMEDY_REMOTE,
	DOCTOR_REMEDY_SCHEME,
	DOCTOR_REMEDY_PARAMETER,
	DOCTOR_REMEDY_UNDERSCORE,
	DOCTOR_REMEDY_EMPTY,
	DOCTOR_REMEDY_PROXY,
	DOCTOR_REMEDY_DELETION,
	DOCTOR_REMEDY_HTTPS,
	DOCTOR_REMEDY_LISTED,
	DOCTOR_REMEDY_LINE,
	DOCTOR_REMEDY_HOST,
	DOCTOR_REMEDY_VERSIONS,
	DOCTOR_REMEDY_SUITES,
	DOCTOR_REMEDIES
};

/* WHAT to do, and by which words of a configuration: NULL where there are none to name. */
struct doctor_advice {
	const char *what; /* NULL: nothing (DOCTOR_NO_REMEDY) */
	const char *nginx, *apache, *haproxy, *lighttpd;
};
extern const struct doctor_advice doctor_advice[DOCTOR_REMEDIES];

/* A row of the table. */
struct doctor_finding {
	char sent[160];
	char reached[240];
	char believed[120];
	enum doctor_verdict verdict;
	enum doctor_remedy remedy;
};

/* What was sent. */
struct doctor_trial {
	const struct doctor_forgery *forgery;
	enum doctor_variant variant;
	bool dashes_pass; /* DOCTOR_UNDERSCORES: it reached the program when it was spelled with '-' */
};

/*
 * Judges the answer to TRIAL by BASELINE, the answer to the same request without it. Fills FINDING but for
 * SENT. True when a forged field reached the program.
 */
bool doctor_judge_forgery(const struct doctor_trial *trial, const struct doctor_forged *forged,
			  const struct doctor_answer *baseline, const struct doctor_answer *answer,
			  struct doctor_finding *finding);

/*
 * Judges the answer to an honest request over https or not, with the certificate whose SHA-256 OWN is, or
 * NULL without one. Fills FINDING but for SENT.
 */
void doctor_judge_baseline(const struct doctor_answer *answer, bool https, const char *own,
			   struct doctor_finding *finding);

/* Whether the address of the doctor, as the program knows it, is a listed proxy's. Then FINDING is filled. */
bool doctor_judge_listed(const struct doctor_answer *answer, struct doctor_finding *finding);

/* The name of FIELD as it is sent in VARIANT, and of the parameter a web server makes of it, into NAME of
 * SIZE. */
void doctor_field_name(const char *field, enum doctor_variant variant, char *name, size_t size);
void doctor_parameter_name(const char *field, char *name, size_t size);

/* "nothing", or what kept the request from the probe, into TEXT. */
void doctor_say_result(const struct doctor_answer *answer, char *text, size_t size);

/* --- the other parts; each adds its findings to the report, false as doctor_send --- */

/* Where forgeries go to, what an honest request gets there, and whether our certificate is presented too. */
struct doctor_round {
	const struct doctor_target *target;
	const struct doctor_answer *baseline;
	bool present;
};
bool doctor_try_forgeries(const struct doctor *doctor, const struct doctor_round *round);
bool doctor_try_shapes(const struct doctor *doctor, const struct doctor_answer *baseline);
bool doctor_try_tls(const struct doctor *doctor);

/* --- the table --- */

struct doctor_report {
	struct doctor_finding *findings;
	size_t count;
};

/* False after an error message, when memory is out. */
bool doctor_report_add(struct doctor_report *report, const struct doctor_finding *finding);

/* Prints the table to STREAM, and below it what to do. True when nothing in it is BAD. */
bool doctor_report_print(const struct doctor_report *report, FILE *stream);
void doctor_report_free(struct doctor_report *report);

#endif
