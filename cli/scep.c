/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi scep: what a device does, for testing and for hosts that have no client of their own. */
#include "cli/client.h"

#include "cli/inspect.h"
#include "base/text.h"

struct cacert_options {
	struct client_options common;
	const char *out;
	bool force;
};

static const struct cli_option caps_options[] = {
	{.include = client_common_options},
	{0},
};

static const struct cli_option cacert_options[] = {
	{"out", "FILE", "write the certificates there as PEM [standard output]", cli_set_text,
	 offsetof(struct cacert_options, out), false, NULL},
	{"force", NULL, "overwrite the output file", cli_set_flag, offsetof(struct cacert_options, force),
	 false, NULL},
	{.include = client_common_options, .offset = offsetof(struct cacert_options, common)},
	{0},
};

static int caps(struct cli_call *call)
{
	struct client_options options = {.trust = NULL};
	CLEANUP(bytes_free) gnutls_datum_t text = {NULL, 0};
	unsigned capabilities;
	int status = cli_parse(call, &options);

	if (status != CLI_GO)
		return status;
	if (!client_get_capabilities(&options, call->argv[0], &capabilities, &text))
		return CLI_FAILED;
	for (size_t at = 0; at < text.size; at++) {
		unsigned char c = text.data[at];

		(void)putchar((c >= 0x20 && c < 0x7f) || c == '\n' ? c : '?');
	}
	if (text.size > 0 && text.data[text.size - 1] != '\n')
		(void)putchar('\n');
	return CLI_OK;
}

static const char *role_of(const struct client_ca *ca, size_t index)
{
	bool is_ca = gnutls_x509_crt_get_ca_status(ca->certificates[index], NULL) > 0;

	if (ca->certificates[index] == ca->recipient)
		return is_ca ? "CA, requests are encrypted to it" : "RA, requests are encrypted to it";
	return is_ca ? "CA" : "RA";
}

static bool show_ca(const struct client_ca *ca, bool with_pem)
{
	for (size_t i = 0; i < ca->count; i++) {
		CLEANUP(bytes_free) gnutls_datum_t pem = {NULL, 0};

		inspect_certificate_line("certificate", &ca->der[i]);
		inspect_show("role", "%s%s", role_of(ca, i), ca->trusted[i] ? "" : " (not trusted)");
		inspect_fingerprints(&ca->der[i]);
		if (!with_pem)
			continue;
		if (!cli_pem_certificates(&ca->der[i], 1, &pem))
			return false;
		(void)fwrite(pem.data, 1, pem.size, stdout);
	}
	return true;
}

static bool write_ca(const struct cacert_options *options, const struct client_ca *ca)
{
	CLEANUP(cli_output_discard) struct cli_output file = CLI_OUTPUT_NONE;
	CLEANUP(bytes_free) gnutls_datum_t pem = {NULL, 0};

	return cli_pem_certificates(ca->der, ca->count, &pem) &&
	       cli_output_open(&file, options->out, CLI_MODE_CERTIFICATE, options->force) &&
	       cli_output_write(&file, &pem) && cli_output_commit(&file);
}

static int cacert(struct cli_call *call)
{
	struct cacert_options options = {.out = NULL};
	CLEANUP(client_ca_free) struct client_ca ca = {.count = 0};
	int status = cli_parse(call, &options);

	if (status != CLI_GO)
		return status;
	if (!client_get_ca(&options.common, call->argv[0], &ca) || !show_ca(&ca, options.out == NULL) ||
	    (options.out != NULL && !write_ca(&options, &ca)))
		return CLI_FAILED;
	return CLI_OK;
}

const struct cli_command cli_scep_commands[] = {
	{"caps", "print what a SCEP server says it can do (GetCACaps)", "URL", 1, 1, caps_options, caps,
	 NULL},
	{"cacert", "print a SCEP server's CA and RA certificates with fingerprints (GetCACert)", "URL", 1, 1,
	 cacert_options, cacert, NULL},
	{"enroll", "get a certificate for a new device (PKCSReq)", "URL", 1, 1, client_enroll_options,
	 client_enroll, NULL},
	{"renew", "renew a certificate, signing with the old one (RenewalReq)", "URL", 1, 1,
	 client_renew_options, client_renew, NULL},
	{0},
};
