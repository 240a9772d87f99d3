/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scep-bench: load for a SCEP server, ours or any other, and what it costs. Every device's message is made
 * first, then all are sent over a number of connections, and the answers are opened last, so that what is
 * timed and counted is the server's work. Made of certctl-fcgi's own client.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <sys/types.h>

#include "cli/client.h"
#include "cli/transient.h"

/* --- what the command line says, options.c --- */

struct bench_options {
	struct client_options common;
	const char *url;
	const char *challenge, *challenge_file;
	unsigned requests;          /* that are counted */
	unsigned warm_up;           /* that are sent before, and not counted */
	unsigned connections;       /* at once */
	unsigned keys;              /* client keys, which the requests take in turn */
	bool new_connections;       /* one for each request */
	bool resume;                /* and resume TLS sessions on them */
	bool repeat;                /* send the same messages a second time */
	struct cli_key_type issuer; /* the CA's key, for the floor; none: as GetCACert tells */
	struct cli_list pids;       /* NAME=PID */
	bool json;
};

extern const struct cli_option bench_options[];

/* The values of options that are not given. */
#define BENCH_OPTIONS_INIT                                                                                   \
	{                                                                                                    \
		.requests = 1000, .warm_up = 16, .connections = 8, .keys = 8,                                \
	}

/* Checks what one option alone cannot. False after an error message. */
bool bench_options_check(const struct bench_options *options);

/* --- the devices' messages, requests.c --- */

/* A client's key. Secret. */
struct bench_key {
	gnutls_x509_privkey_t key;
	gnutls_privkey_t handle;
	gnutls_datum_t public_key; /* subjectPublicKeyInfo */
};

/* One device's PKCSReq, and what its answer is checked by. */
struct bench_request {
	gnutls_datum_t message;
	const struct bench_key *key;
	gnutls_x509_crt_t certificate; /* self-signed: who the answer is encrypted to */
	char id[48];                   /* transactionID */
	unsigned char nonce[16];       /* senderNonce */
};

struct bench_requests {
	struct bench_key *keys;
	size_t key_count;
	struct bench_request *items;
	size_t count;
};

/* Makes OPTIONS' warm-up and counted requests, in this order, for CA's recipient; AES-128 and SHA-256. Freed
 * with bench_requests_free, also after an error message. */
bool bench_requests_make(const struct bench_options *options, const struct client_ca *ca,
			 struct bench_requests *requests);
void bench_requests_free(struct bench_requests *requests);

/* --- sending, send.c --- */

struct bench_answer {
	long status; /* HTTP; 0: none came */
	gnutls_datum_t body;
	double milliseconds; /* from the first byte to connect or send to the last received */
	char failure[80];    /* "": none */
	gnutls_datum_t serial;
};

/* COUNT messages sent and their answers. */
struct bench_run {
	const char *name;
	struct bench_answer *answers;
	size_t count;
	double seconds; /* from the first message to the last answer */
};

/* Sends REQUESTS and collects the answers in the same order. RUN is freed with bench_run_free, also after an
 * error message; a server that does not answer is a failure in the answer, not an error. */
bool bench_send(const struct bench_options *options, const struct bench_request *requests, size_t count,
		struct bench_run *run);
void bench_run_free(struct bench_run *run);

/* --- reading answers, answers.c --- */

/* Verifies and opens RUN's answers: fills failure and serial. */
void bench_answers_check(const struct client_ca *ca, const struct bench_request *requests,
			 struct bench_run *run);

/* Different serials in RUN. */
size_t bench_answers_distinct(const struct bench_run *run);

/* Answers in B that are byte for byte those in A. */
size_t bench_answers_same(const struct bench_run *a, const struct bench_run *b);

/* --- the server's processes, processes.c --- */

#define BENCH_PROCESSES 16

/* A process with all that descend from it. */
struct bench_process {
	char name[LIMIT_PROFILE_NAME + 1];
	pid_t pid;
};

struct bench_usage {
	double cpu_seconds; /* user and system, of those that live and those that ended and were waited for */
	unsigned count;     /* processes */
	unsigned resident_kib; /* of the largest: now, */
	unsigned peak_kib;     /* and ever */
};

struct bench_processes {
	struct bench_process items[BENCH_PROCESSES];
	size_t count;
};

/* Reads NAME=PID texts; every process must be there. False after an error message. */
bool bench_processes_parse(const struct cli_list *pids, struct bench_processes *processes);

/* What each of PROCESSES has used since it began (proc(5)), into USAGE of as many. */
void bench_processes_read(const struct bench_processes *processes, struct bench_usage *usage);

/* --- the floor, floor.c --- */

/* The server's keys, as far as they matter for the cost of using them. */
struct bench_server_keys {
	struct cli_key_type ra;
	struct cli_key_type issuer;
};

/* What CA's certificates say: the RA is whom requests are encrypted to, the issuer is whom OPTIONS name, else
 * who issued the RA, else who is the RA. */
void bench_server_keys_find(const struct bench_options *options, const struct client_ca *ca,
			    struct bench_server_keys *keys);

/* CPU milliseconds of one private-key operation each. */
struct bench_floor {
	double ra_decrypt, issuer_sign, ra_sign;
};

/*
 * Does COUNT enrolments' worth of private-key operations with GnuTLS and nothing else: the RA key decrypts
 * the content key, the issuer signs the certificate, the RA signs the CertRep. On every processor at once, as
 * a server under load does. False after an error message.
 */
bool bench_floor_measure(const struct bench_server_keys *keys, size_t count, struct bench_floor *floor);
double bench_floor_sum(const struct bench_floor *floor);

/* --- the report, report.c and report_json.c --- */

#define BENCH_RUNS     2
#define BENCH_FAILURES 4

struct bench_figures {
	size_t failed, distinct, same;
	double rate, p50, p95, p99;           /* enrolments a second; milliseconds */
	double cpu[BENCH_PROCESSES], all;     /* milliseconds for each enrolment */
	const char *failures[BENCH_FAILURES]; /* the texts of the first different ones */
};

struct bench_report {
	const struct bench_options *options;
	const struct bench_processes *processes;
	const struct bench_server_keys *keys;
	struct bench_run runs[BENCH_RUNS];
	struct bench_figures figures[BENCH_RUNS];
	size_t run_count;
	struct bench_usage usage[BENCH_PROCESSES]; /* after the last run */
	struct bench_floor floors[2];              /* before and after */
};

/* Fills the figures of RUN, all but the cpu ones. FIRST is the run before, or NULL. */
void bench_figures_fill(const struct bench_run *run, const struct bench_run *first,
			struct bench_figures *figures);

/* The mean of the two floors, in milliseconds for each enrolment. */
double bench_report_floor(const struct bench_report *report);

void bench_report_table(const struct bench_report *report);
void bench_report_json(const struct bench_report *report);

#endif
