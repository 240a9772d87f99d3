/* SPDX-License-Identifier: BSD-2-Clause */
/* What an attacker sends, hoping that it is taken for a proxy's word. */
#include "cli/doctor.h"

/* Addresses for documentation (RFC 5737): nobody's. */
#define NOBODY "192.0.2.66"

#define LITERAL(name, text)                                                                                  \
	{                                                                                                    \
		name, DOCTOR_LITERAL, text, NULL                                                             \
	}
#define SPELLED(name, spelling)                                                                              \
	{                                                                                                    \
		name, spelling, NULL, NULL                                                                   \
	}

const struct doctor_forgery doctor_forgeries[] = {
	{DOCTOR_CERTIFICATE,
	 {SPELLED("X-SSL-Client-Cert", DOCTOR_ESCAPED_PEM), LITERAL("X-SSL-Client-Verify", "SUCCESS")},
	 "what nginx before a web server says"},
	{DOCTOR_CERTIFICATE,
	 {SPELLED("Client-Cert", DOCTOR_COLONS), SPELLED("Client-Cert-Chain", DOCTOR_COLONS)},
	 "what RFC 9440 calls it"},
	{DOCTOR_CERTIFICATE,
	 {SPELLED("SSL-CLIENT-CERT", DOCTOR_ESCAPED_PEM), LITERAL("SSL-CLIENT-VERIFY", "SUCCESS")},
	 "the web server's own parameters, as header fields"},
	{DOCTOR_CERTIFICATE,
	 {SPELLED("X-Forwarded-Client-Cert", DOCTOR_ELEMENT)},
	 "what Envoy and Istio say"},
	{DOCTOR_CERTIFICATE,
	 {SPELLED("X-Amzn-Mtls-Clientcert", DOCTOR_ESCAPED_PEM)},
	 "what Amazon's balancer says"},
	{DOCTOR_CERTIFICATE,
	 {SPELLED("X-Amzn-Mtls-Clientcert-Leaf", DOCTOR_ESCAPED_PEM)},
	 "or says in verify mode"},
	{DOCTOR_CERTIFICATE, {SPELLED("X-Forwarded-Tls-Client-Cert", DOCTOR_BARE_PEM)}, "what Traefik says"},
	{DOCTOR_CERTIFICATE,
	 {SPELLED("X-SSL-Client-DER", DOCTOR_BASE64), LITERAL("X-SSL-Client-Verify", "0")},
	 "what HAProxy says"},
	{DOCTOR_CERTIFICATE,
	 {SPELLED("X-Client-Cert", DOCTOR_ESCAPED_PEM), SPELLED("X-ARR-ClientCert", DOCTOR_BASE64)},
	 "what we do not read, but a web server may make a parameter of"},
	{DOCTOR_CERTIFICATE,
	 {LITERAL("X-SSL-Client-Verify", "SUCCESS")},
	 "a verdict that a certificate may be lent to"},
	{DOCTOR_DELETION,
	 {LITERAL("Connection", "X-SSL-Client-Cert, X-SSL-Client-Verify")},
	 "who has a certificate is to come without, or without its verdict"},
	{DOCTOR_DELETION,
	 {LITERAL("Connection", "X-Forwarded-For, X-Forwarded-Proto")},
	 "everybody is to come from the proxy's own address"},
	{DOCTOR_ADDRESS, {LITERAL("X-Forwarded-For", NOBODY)}, "another address in front of ours"},
	{DOCTOR_ADDRESS, {LITERAL("X-Real-IP", NOBODY)}, "what some web servers take REMOTE_ADDR from"},
	{DOCTOR_ADDRESS,
	 {LITERAL("X-Client-IP", NOBODY), LITERAL("True-Client-IP", NOBODY)},
	 "what others do"},
	{DOCTOR_ADDRESS,
	 {LITERAL("CF-Connecting-IP", NOBODY), LITERAL("X-Cluster-Client-IP", NOBODY)},
	 "and others again"},
	{DOCTOR_ADDRESS,
	 {LITERAL("Forwarded", "for=" NOBODY ";proto=https")},
	 "RFC 7239's, which we do not read"},
	{DOCTOR_SCHEME,
	 {{"X-Forwarded-Proto", DOCTOR_LITERAL, "http", "https"}},
	 "plain http for https, or the other way"},
	{DOCTOR_SCHEME,
	 {{"X-Forwarded-Ssl", DOCTOR_LITERAL, "off", "on"}, {"Front-End-Https", DOCTOR_LITERAL, "off", "on"}},
	 "what web servers make HTTPS of"},
	{DOCTOR_PROXY,
	 {LITERAL("Proxy", "http://" NOBODY ":3128/")},
	 "HTTP_PROXY, which CGI programs take for a setting"},
	{0},
};
