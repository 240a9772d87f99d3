/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi doctor: what comes first, and how it ends. */
#include "cli/doctor.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "base/text.h"

#define AT(field) offsetof(struct doctor_options, field)

const struct cli_option cli_doctor_options[] = {
	{"probe-key-file", "FILE",
	 "first line of FILE (- for standard input) is the key [CERTCTL_PROXY_PROBE_KEY]", cli_set_text,
	 AT(key_file), false, NULL},
	{"http-url", "URL", "the same by plain http, to be tried too", cli_set_text, AT(http_url), false,
	 NULL},
	{"from", "ADDRESS", "connect from this address of this host", cli_set_text, AT(from), false, NULL},
	{"tls-ca", "FILE", "PEM anchors for https [the system's]", cli_set_text, AT(http.tls_ca), false,
	 NULL},
	{"tls-cert", "FILE", "PEM certificate, and its chain, to present too", cli_set_text,
	 AT(http.tls_cert), false, NULL},
	{"tls-key", "FILE", "its private key [in the file of --tls-cert]", cli_set_text, AT(http.tls_key),
	 false, NULL},
	{0},
};

/* --- the key --- */

static bool take_key(const char *text, size_t size, struct doctor *doctor)
{
	gnutls_datum_t line = {(unsigned char *)(uintptr_t)text, (unsigned)size};

	if (size < LIMIT_PROBE_KEY_MIN) {
		cli_error("the key of the probe is shorter than %d characters", LIMIT_PROBE_KEY_MIN);
		return false;
	}
	doctor->key = text_from_bytes(&line);
	if (doctor->key == NULL)
		cli_error("the key of the probe is no text");
	return doctor->key != NULL;
}

static bool read_key_file(struct doctor *doctor)
{
	CLEANUP(bytes_wipe) gnutls_datum_t file = {NULL, 0};
	size_t size = 0;

	if (!cli_read(doctor->options.key_file, &file))
		return false;
	while (size < file.size && file.data[size] != '\n' && file.data[size] != '\r')
		size++;
	return take_key((const char *)file.data, size, doctor);
}

static bool read_key(const struct cli_call *call, struct doctor *doctor)
{
	CLEANUP(config_free) struct config *config = NULL;

	if (doctor->options.key_file != NULL)
		return read_key_file(doctor);
	if (!cli_config(call, &config))
		return false;
	if (config->probe_key == NULL) {
		cli_error("CERTCTL_PROXY_PROBE_KEY is not set; set it where the program's other settings "
			  "are, or say --probe-key-file");
		return false;
	}
	return take_key(config->probe_key, strlen(config->probe_key), doctor);
}

/* --- the order of things --- */

/* What an honest request gets of TARGET, with our certificate or without. */
static bool ask_baseline(const struct doctor *doctor, const struct doctor_target *target, bool present,
			 const char *own, struct doctor_answer *answer)
{
	const struct doctor_request request = {.present = present};
	struct doctor_finding finding = {.sent = ""};

	if (!doctor_send(doctor, target, &request, answer))
		return false;
	if (answer->result != DOCTOR_ANSWERED)
		return true;
	doctor_judge_baseline(answer, target->https, own, &finding);
	(void)snprintf(finding.sent, sizeof(finding.sent), "a request by %s%s",
		       target->https ? "https" : "http", present ? ", with our certificate" : "");
	return doctor_report_add(doctor->report, &finding);
}

static bool try_https_or_http(const struct doctor *doctor, const struct doctor_answer *baseline)
{
	struct doctor_finding finding = {.sent = ""};

	return (!doctor_judge_listed(baseline, &finding) || doctor_report_add(doctor->report, &finding)) &&
	       doctor_try_forgeries(doctor, &(struct doctor_round){&doctor->target, baseline, false}) &&
	       doctor_try_shapes(doctor, baseline) && (!doctor->target.https || doctor_try_tls(doctor));
}

/* SHA-256 of the first certificate of the file, in hex. */
static bool own_digest(const char *path, char *hex)
{
	CLEANUP(pki_chain_free) struct pki_chain chain = {NULL, NULL, 0};
	char reason[PKI_REASON_SIZE] = "";
	uint8_t value[32];
	gnutls_datum_t bytes = {value, sizeof(value)};

	if (pki_chain_load(path, &chain, reason) != ERR_OK ||
	    gnutls_hash_fast(GNUTLS_DIG_SHA256, chain.der[0].data, chain.der[0].size, value) < 0) {
		cli_error("--tls-cert: %s", reason);
		return false;
	}
	text_hex(&bytes, hex);
	return true;
}

static bool note_unanswered(const struct doctor *doctor, const char *what, const struct doctor_answer *answer)
{
	struct doctor_finding finding = {.believed = "-", .verdict = DOCTOR_NOTE};

	(void)snprintf(finding.sent, sizeof(finding.sent), "%s", what);
	doctor_say_result(answer, finding.reached, sizeof(finding.reached));
	return doctor_report_add(doctor->report, &finding);
}

static bool try_certificate(const struct doctor *doctor)
{
	struct doctor_answer baseline;
	char own[65];

	if (doctor->options.http.tls_cert == NULL)
		return true;
	if (!own_digest(doctor->options.http.tls_cert, own) ||
	    !ask_baseline(doctor, &doctor->target, true, own, &baseline))
		return false;
	if (baseline.result != DOCTOR_ANSWERED)
		return note_unanswered(doctor, "a request with our certificate", &baseline);
	return doctor_try_forgeries(doctor, &(struct doctor_round){&doctor->target, &baseline, true});
}

static bool try_plain(const struct doctor *doctor)
{
	struct doctor_target target = {.base = NULL};
	struct doctor_answer baseline;
	bool done = false;

	if (doctor->options.http_url == NULL)
		return true;
	if (doctor_target_read(doctor->options.http_url, &target) &&
	    ask_baseline(doctor, &target, false, NULL, &baseline)) {
		if (baseline.result != DOCTOR_ANSWERED)
			done = note_unanswered(doctor, "a request by http", &baseline);
		else
			done = doctor_try_forgeries(doctor,
						    &(struct doctor_round){&target, &baseline, false});
	}
	doctor_target_free(&target);
	return done;
}

/* Why there is nothing to find out. */
static int say_unanswered(const struct doctor *doctor, const struct doctor_answer *answer)
{
	char words[200];

	doctor_say_result(answer, words, sizeof(words));
	cli_error("%s%s: the probe does not answer: %s", doctor->target.base, doctor->target.path, words);
	if (answer->result == DOCTOR_SILENT)
		cli_note("nothing can be said of a front end that cannot be reached; --tls-ca names the CA "
			 "of its certificate");
	else if (answer->result == DOCTOR_STRANGER)
		cli_note("something answers as the probe does, with another "
			 "CERTCTL_PROXY_PROBE_KEY than here");
	else if (answer->result == DOCTOR_REFUSED && answer->status >= 500)
		cli_note("the web server seems not to reach the program: does that run, and may the web "
			 "server write to its socket? The web server's error log tells more");
	else
		cli_note("CERTCTL_PROXY_PROBE_KEY must be set for the program behind this URL (then start it "
			 "anew) and be the same here, the clocks must agree within %d seconds, and the front "
			 "end must hand this path and its query to the program unchanged, as REQUEST_URI and "
			 "QUERY_STRING",
			 LIMIT_PROBE_SECONDS);
	return CLI_NO_PROBE;
}

static int examine(struct doctor *doctor)
{
	struct doctor_answer baseline;

	if (!doctor_forge(&doctor->forged) || !ask_baseline(doctor, &doctor->target, false, NULL, &baseline))
		return CLI_FAILED;
	if (baseline.result != DOCTOR_ANSWERED)
		return say_unanswered(doctor, &baseline);
	if (!try_https_or_http(doctor, &baseline) || !try_certificate(doctor) || !try_plain(doctor))
		return CLI_FAILED;
	return doctor_report_print(doctor->report, stdout) ? CLI_OK : CLI_FAILED;
}

int cli_doctor(struct cli_call *call)
{
	struct doctor_report report = {NULL, 0};
	struct doctor doctor = {.report = &report};
	int status = cli_parse(call, &doctor.options);

	if (status != CLI_GO)
		return status;
	if (!doctor_target_read(call->argv[0], &doctor.target))
		status = CLI_USAGE;
	else if (!read_key(call, &doctor))
		status = CLI_NO_PROBE;
	else
		status = examine(&doctor);
	if (doctor.key != NULL)
		gnutls_memset(doctor.key, 0, strlen(doctor.key));
	text_free(&doctor.key);
	doctor_forged_free(&doctor.forged);
	doctor_report_free(&report);
	doctor_target_free(&doctor.target);
	return status;
}
