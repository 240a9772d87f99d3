/* SPDX-License-Identifier: BSD-2-Clause */
/* What an attacker sends, hoping that it is taken for a proxy's word. */
#include "cli/doctor.h"

/* Addresses for documentation (RFC 5737): nobody's. */
#define NOBODY "192.0.2.66"

/* The rest of a field. */
#define SAYS(text)        DOCTOR_LITERAL, text, NULL
#define SPELLED(spelling) spelling, NULL, NULL

const struct doctor_forgery doctor_forgeries[] = {
	/* What nginx before a web server says. */
	{DOCTOR_CERTIFICATE,
	 {{"X-SSL-Client-Cert", SPELLED(DOCTOR_ESCAPED_PEM)}, {"X-SSL-Client-Verify", SAYS("SUCCESS")}}},
	/* What RFC 9440 calls it. */
	{DOCTOR_CERTIFICATE,
	 {{"Client-Cert", SPELLED(DOCTOR_COLONS)}, {"Client-Cert-Chain", SPELLED(DOCTOR_COLONS)}}},
	/* The web server's own parameters, as header fields. */
	{DOCTOR_CERTIFICATE,
	 {{"SSL-CLIENT-CERT", SPELLED(DOCTOR_ESCAPED_PEM)}, {"SSL-CLIENT-VERIFY", SAYS("SUCCESS")}}},
	/* What Envoy and Istio say. */
	{DOCTOR_CERTIFICATE, {{"X-Forwarded-Client-Cert", SPELLED(DOCTOR_ELEMENT)}}},
	/* What Amazon's balancer says. */
	{DOCTOR_CERTIFICATE, {{"X-Amzn-Mtls-Clientcert", SPELLED(DOCTOR_ESCAPED_PEM)}}},
	/* What it says in verify mode. */
	{DOCTOR_CERTIFICATE, {{"X-Amzn-Mtls-Clientcert-Leaf", SPELLED(DOCTOR_ESCAPED_PEM)}}},
	/* What Traefik says. */
	{DOCTOR_CERTIFICATE, {{"X-Forwarded-Tls-Client-Cert", SPELLED(DOCTOR_BARE_PEM)}}},
	/* What HAProxy says. */
	{DOCTOR_CERTIFICATE,
	 {{"X-SSL-Client-DER", SPELLED(DOCTOR_BASE64)}, {"X-SSL-Client-Verify", SAYS("0")}}},
	/* What we do not read, but a web server may make a parameter of. */
	{DOCTOR_CERTIFICATE,
	 {{"X-Client-Cert", SPELLED(DOCTOR_ESCAPED_PEM)}, {"X-ARR-ClientCert", SPELLED(DOCTOR_BASE64)}}},
	/* A verdict that a certificate may be lent to. */
	{DOCTOR_CERTIFICATE, {{"X-SSL-Client-Verify", SAYS("SUCCESS")}}},
	/* Who has a certificate is to come without, or without its verdict. */
	{DOCTOR_DELETION, {{"Connection", SAYS("X-SSL-Client-Cert, X-SSL-Client-Verify")}}},
	/* Everybody is to come from the proxy's own address. */
	{DOCTOR_DELETION, {{"Connection", SAYS("X-Forwarded-For, X-Forwarded-Proto")}}},
	/* Another address in front of ours. */
	{DOCTOR_ADDRESS, {{"X-Forwarded-For", SAYS(NOBODY)}}},
	/* What some web servers take REMOTE_ADDR from. */
	{DOCTOR_ADDRESS, {{"X-Real-IP", SAYS(NOBODY)}}},
	/* What others take it from. */
	{DOCTOR_ADDRESS, {{"X-Client-IP", SAYS(NOBODY)}, {"True-Client-IP", SAYS(NOBODY)}}},
	/* And others again. */
	{DOCTOR_ADDRESS, {{"CF-Connecting-IP", SAYS(NOBODY)}, {"X-Cluster-Client-IP", SAYS(NOBODY)}}},
	/* RFC 7239's, which we do not read. */
	{DOCTOR_ADDRESS, {{"Forwarded", SAYS("for=" NOBODY ";proto=https")}}},
	/* Plain http for https, or the other way. */
	{DOCTOR_SCHEME, {{"X-Forwarded-Proto", DOCTOR_LITERAL, "http", "https"}}},
	/* The same as other proxies say it. */
	{DOCTOR_SCHEME,
	 {{"X-Forwarded-Ssl", DOCTOR_LITERAL, "off", "on"},
	  {"Front-End-Https", DOCTOR_LITERAL, "off", "on"}}},
	/* HTTP_PROXY, which CGI programs take for a setting. */
	{DOCTOR_PROXY, {{"Proxy", SAYS("http://" NOBODY ":3128/")}}},
	{0},
};
