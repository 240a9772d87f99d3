/* SPDX-License-Identifier: BSD-2-Clause */
/* What an attacker sends, hoping that it is taken for a proxy's word. */
#include "cli/doctor.h"

/* Addresses for documentation (RFC 5737): nobody's. */
#define NOBODY "192.0.2.66"

const struct doctor_forgery doctor_forgeries[] = {
	{DOCTOR_CERTIFICATE,
	 {{"X-SSL-Client-Cert", DOCTOR_ESCAPED_PEM, NULL},
	  {"X-SSL-Client-Verify", DOCTOR_LITERAL, "SUCCESS"}},
	 "what nginx before a web server says"},
	{DOCTOR_CERTIFICATE,
	 {{"Client-Cert", DOCTOR_COLONS, NULL}, {"Client-Cert-Chain", DOCTOR_COLONS, NULL}},
	 "what RFC 9440 calls it"},
	{DOCTOR_CERTIFICATE,
	 {{"SSL-CLIENT-CERT", DOCTOR_ESCAPED_PEM, NULL}, {"SSL-CLIENT-VERIFY", DOCTOR_LITERAL, "SUCCESS"}},
	 "the web server's own parameters, as header fields"},
	{DOCTOR_CERTIFICATE, {{"X-Forwarded-Client-Cert", DOCTOR_ELEMENT, NULL}}, "what Envoy and Istio say"},
	{DOCTOR_CERTIFICATE,
	 {{"X-Amzn-Mtls-Clientcert", DOCTOR_ESCAPED_PEM, NULL}},
	 "what Amazon's balancer says"},
	{DOCTOR_CERTIFICATE,
	 {{"X-Amzn-Mtls-Clientcert-Leaf", DOCTOR_ESCAPED_PEM, NULL}},
	 "or says in verify mode"},
	{DOCTOR_CERTIFICATE, {{"X-Forwarded-Tls-Client-Cert", DOCTOR_BARE_PEM, NULL}}, "what Traefik says"},
	{DOCTOR_CERTIFICATE,
	 {{"X-SSL-Client-DER", DOCTOR_BASE64, NULL}, {"X-SSL-Client-Verify", DOCTOR_LITERAL, "0"}},
	 "what HAProxy says"},
	{DOCTOR_CERTIFICATE,
	 {{"X-SSL-Client-Verify", DOCTOR_LITERAL, "SUCCESS"}},
	 "a verdict that a certificate may be lent to"},
	{DOCTOR_ADDRESS, {{"X-Forwarded-For", DOCTOR_LITERAL, NOBODY}}, "another address in front of ours"},
	{DOCTOR_ADDRESS,
	 {{"X-Real-IP", DOCTOR_LITERAL, NOBODY}},
	 "what some web servers take REMOTE_ADDR from"},
	{DOCTOR_ADDRESS,
	 {{"Forwarded", DOCTOR_LITERAL, "for=" NOBODY ";proto=https"}},
	 "RFC 7239's, which we do not read"},
	{DOCTOR_SCHEME,
	 {{"X-Forwarded-Proto", DOCTOR_LITERAL, "http"}},
	 "plain http for https, or the other way"},
	{DOCTOR_PROXY,
	 {{"Proxy", DOCTOR_LITERAL, "http://" NOBODY ":3128/"}},
	 "HTTP_PROXY, which CGI programs take for a setting"},
	{0},
};
