/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of findings, and what to do about them. */
#include "cli/doctor.h"

#include <string.h>

static const char *const words[] = {
	[DOCTOR_OK] = "ok",
	[DOCTOR_NOTE] = "note",
	[DOCTOR_BAD] = "BAD",
};

static const char *const remedies[DOCTOR_REMEDIES] = {
	[DOCTOR_REMEDY_FIELD] =
		"A certificate in a header field was believed. Delete the field from what clients send "
		"(nginx: "
		"'proxy_set_header NAME \"\"', or set it to the server's own variable; Apache: "
		"'RequestHeader unset NAME "
		"early'; HAProxy: 'http-request del-header NAME') and list nothing but your own proxies in "
		"CERTCTL_TRUSTED_PROXY_CIDRS.",
	[DOCTOR_REMEDY_ADDRESS] = "A client can choose its address. List nothing but your own proxies in "
				  "CERTCTL_TRUSTED_PROXY_CIDRS, and let "
				  "each append to X-Forwarded-For or set it (nginx: 'proxy_set_header "
				  "X-Forwarded-For $remote_addr'; Apache: "
				  "'RequestHeader unset X-Forwarded-For early'; HAProxy: 'http-request "
				  "del-header X-Forwarded-For' before "
				  "'option forwardfor').",
	[DOCTOR_REMEDY_REMOTE] =
		"A client can choose REMOTE_ADDR. The web server takes it from a field of anybody's: nginx "
		"'set_real_ip_from', Apache 'RemoteIPInternalProxy' and 'RemoteIPTrustedProxy', HAProxy "
		"'http-request "
		"set-src' must be for your own proxies only.",
	[DOCTOR_REMEDY_SCHEME] = "A client can say whether it uses TLS. Set X-Forwarded-Proto in the proxy "
				 "(nginx: 'proxy_set_header "
				 "X-Forwarded-Proto $scheme'; Apache: 'RequestHeader set X-Forwarded-Proto "
				 "expr=%{REQUEST_SCHEME}'; HAProxy: "
				 "'http-request set-header X-Forwarded-Proto https if { ssl_fc }', and http "
				 "if not), and HTTPS from the "
				 "connection alone.",
	[DOCTOR_REMEDY_PARAMETER] =
		"SSL_CLIENT_CERT and SSL_CLIENT_VERIFY must be the web server's own knowledge (nginx: "
		"'$ssl_client_escaped_cert' and '$ssl_client_verify', never '$http_...'; Apache: 'SSLOptions "
		"+StdEnvVars "
		"+ExportCertData', never '%{HTTP:...}'; HAProxy: 'ssl_c_der' and 'ssl_c_verify', never "
		"'req.hdr').",
	[DOCTOR_REMEDY_UNDERSCORE] =
		"A field spelled with '_' reaches the program under the name of the one with '-', past every "
		"rule "
		"that deletes the latter (nginx: 'underscores_in_headers off' and 'ignore_invalid_headers "
		"on'; "
		"Apache leaves such fields out unless a RewriteRule or SetEnvIf makes a parameter of them; "
		"HAProxy: 'http-request del-header _ -m sub').",
	[DOCTOR_REMEDY_EMPTY] = "The web server says SUCCESS where nobody presented a certificate. HAProxy's "
				"'ssl_c_verify' is 0 then as well: "
				"say SUCCESS only 'if { ssl_c_used 1 } { ssl_c_verify 0 }'; nginx and "
				"Apache: use '$ssl_client_verify' and "
				"'SSL_CLIENT_VERIFY' as they are.",
	[DOCTOR_REMEDY_PROXY] = "'Proxy' arrives as HTTP_PROXY, which some programs obey, though not these "
				"(nginx: 'fastcgi_param HTTP_PROXY "
				"\"\"'; Apache: 'RequestHeader unset Proxy early'; HAProxy: 'http-request "
				"del-header Proxy').",
	[DOCTOR_REMEDY_DELETION] = "A client can have a proxy delete what the proxy itself says, by naming "
				   "the field in Connection. "
				   "Bring that proxy up to date (Apache: 2.4.54 or later), or have it delete "
				   "Connection first, and "
				   "set its own fields afterwards.",
	[DOCTOR_REMEDY_HTTPS] =
		"The program takes https for plain http, and will refuse what must not travel so (nginx: "
		"'fastcgi_param HTTPS "
		"$https if_not_empty'; Apache: 'SSLOptions +StdEnvVars'; HAProxy: 'set-param HTTPS on if { "
		"ssl_fc }'; a proxy "
		"before these: X-Forwarded-Proto, and its address in CERTCTL_TRUSTED_PROXY_CIDRS).",
	[DOCTOR_REMEDY_LISTED] = "The program knows us by an address that is listed in "
				 "CERTCTL_TRUSTED_PROXY_CIDRS. If the doctor runs on a "
				 "proxy, what it forges is believed by right: run it elsewhere, or with "
				 "--from another address. If not, the "
				 "list is too wide, or a proxy does not say X-Forwarded-For.",
	[DOCTOR_REMEDY_LINE] = "A PKIOperation by GET needs a request line of 9 KB (nginx: "
			       "'large_client_header_buffers 4 32k'; Apache: "
			       "'LimitRequestLine 16300'; HAProxy: 'tune.bufsize 40960').",
	[DOCTOR_REMEDY_HOST] = "Some devices speak HTTP/1.0 without a Host field (nginx: 'listen ... "
			       "default_server'; Apache: the first "
			       "<VirtualHost> of the port; HAProxy: 'default_backend').",
	[DOCTOR_REMEDY_VERSIONS] = "Allow TLS 1.2 and 1.3 alone (nginx: 'ssl_protocols TLSv1.2 TLSv1.3'; "
				   "Apache: 'SSLProtocol -all +TLSv1.2 "
				   "+TLSv1.3'; HAProxy: 'ssl-min-ver TLSv1.2').",
	[DOCTOR_REMEDY_SUITES] = "With TLS 1.2 allow ECDHE with GCM or CHACHA20 alone (nginx: 'ssl_ciphers'; "
				 "Apache: 'SSLCipherSuite'; HAProxy: "
				 "'ciphers' of bind).",
};

bool doctor_report_add(struct doctor_report *report, const struct doctor_finding *finding)
{
	struct doctor_finding *more =
		reallocarray(report->findings, report->count + 1, sizeof(report->findings[0]));

	if (more == NULL) {
		cli_error("out of memory");
		return false;
	}
	report->findings = more;
	report->findings[report->count++] = *finding;
	return true;
}

struct widths {
	int sent, reached, believed;
};

static int wider(int width, const char *text)
{
	return (int)strlen(text) > width ? (int)strlen(text) : width;
}

static void print_row(FILE *stream, const struct widths *widths, const char *sent, const char *reached,
		      const char *believed, const char *verdict)
{
	(void)fprintf(stream, "%-*s  %-*s  %-*s  %s\n", widths->sent, sent, widths->reached, reached,
		      widths->believed, believed, verdict);
}

/* TEXT as an item of a list, in lines of at most 100 characters. */
static void print_item(FILE *stream, const char *text)
{
	const char *indent = "- ";

	while (*text != '\0') {
		size_t length = strlen(text);

		if (length > 98) {
			for (length = 98; length > 0 && text[length] != ' '; length--) {
			}
			if (length == 0)
				length = strcspn(text, " ");
		}
		(void)fprintf(stream, "%s%.*s\n", indent, (int)length, text);
		text += length;
		text += strspn(text, " ");
		indent = "  ";
	}
}

static void print_remedies(FILE *stream, const struct doctor_report *report)
{
	bool wanted[DOCTOR_REMEDIES] = {false};

	for (size_t i = 0; i < report->count; i++)
		wanted[report->findings[i].remedy] |= report->findings[i].verdict != DOCTOR_OK;
	for (size_t i = 0; i < DOCTOR_REMEDIES; i++) {
		if (wanted[i] && remedies[i] != NULL) {
			(void)fputc('\n', stream);
			print_item(stream, remedies[i]);
		}
	}
}

bool doctor_report_print(const struct doctor_report *report, FILE *stream)
{
	struct widths widths = {4, 19, 8};
	size_t bad = 0, notes = 0;

	for (size_t i = 0; i < report->count; i++) {
		widths.sent = wider(widths.sent, report->findings[i].sent);
		widths.reached = wider(widths.reached, report->findings[i].reached);
		widths.believed = wider(widths.believed, report->findings[i].believed);
		bad += report->findings[i].verdict == DOCTOR_BAD;
		notes += report->findings[i].verdict == DOCTOR_NOTE;
	}
	print_row(stream, &widths, "SENT", "REACHED THE PROGRAM", "BELIEVED", "VERDICT");
	for (size_t i = 0; i < report->count; i++) {
		const struct doctor_finding *finding = &report->findings[i];

		print_row(stream, &widths, finding->sent, finding->reached, finding->believed,
			  words[finding->verdict]);
	}
	(void)fprintf(stream, "\n%zu BAD, %zu to note, %zu ok\n", bad, notes, report->count - bad - notes);
	print_remedies(stream, report);
	return bad == 0;
}

void doctor_report_free(struct doctor_report *report)
{
	free(report->findings);
	*report = (struct doctor_report){NULL, 0};
}
