/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/bench.h"

/* What fits in memory with room to spare: a request and its answers take some 10 KB. */
#define REQUESTS_MAX    1000000
#define CONNECTIONS_MAX 1000
#define KEYS_MAX        1000

#define AT(field) offsetof(struct bench_options, field)

const struct cli_option bench_options[] = {
	{"requests", "N", "enrolments to count [1000]", cli_set_number, AT(requests), false, NULL},
	{"warm-up", "N", "enrolments before, which do not count [16]", cli_set_number, AT(warm_up), false,
	 NULL},
	{"connections", "N", "connections at once [8]", cli_set_number, AT(connections), false, NULL},
	{"keys", "N", "client keys, which the requests take in turn [8]", cli_set_number, AT(keys), false,
	 NULL},
	{"new-connections", NULL, "connect anew for each request", cli_set_flag, AT(new_connections), false,
	 NULL},
	{"resume", NULL, "and resume TLS sessions then", cli_set_flag, AT(resume), false, NULL},
	{"repeat", NULL, "send the identical messages once more", cli_set_flag, AT(repeat), false, NULL},
	{"challenge", "TEXT", "challenge password", cli_set_text, AT(challenge), false, NULL},
	{"challenge-file", "FILE", "file with the challenge password in its first line", cli_set_text,
	 AT(challenge_file), false, NULL},
	{"pid", "NAME=PID", "count this process and its descendants; may be repeated", cli_add_text, AT(pids),
	 false, NULL},
	{"issuer", "TYPE", "the issuing CA's key, for the floor [as GetCACert tells]", cli_set_key_type,
	 AT(issuer), false, NULL},
	{"json", NULL, "print JSON instead of a table", cli_set_flag, AT(json), false, NULL},
	{.include = client_common_options, .offset = AT(common)},
	{0},
};

static bool in_range(const char *name, unsigned value, unsigned max)
{
	if (value >= 1 && value <= max)
		return true;
	cli_error("--%s takes a number from 1 to %u", name, max);
	return false;
}

bool bench_options_check(const struct bench_options *options)
{
	if (options->challenge != NULL && options->challenge_file != NULL) {
		cli_error("--challenge and --challenge-file exclude each other");
		return false;
	}
	return in_range("requests", options->requests, REQUESTS_MAX) &&
	       in_range("warm-up", options->warm_up + 1, REQUESTS_MAX) &&
	       in_range("connections", options->connections, CONNECTIONS_MAX) &&
	       in_range("keys", options->keys, KEYS_MAX);
}
