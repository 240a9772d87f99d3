/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which versions and suites of TLS the front end takes. One handshake each, by GnuTLS alone: a server that
 * answers a ClientHello with a ServerHello has agreed to what is in it, whatever comes of it afterwards.
 */
#include "cli/doctor.h"

#include <gnutls/gnutls.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#define TLS_SECONDS 10

#define MODERN ":+AEAD:+SIGN-ALL:+GROUP-ALL:+COMP-NULL"
#define OLD    ":+SHA1:+SHA256:+SHA384:+SIGN-ALL:+GROUP-ALL:+COMP-NULL:%VERIFY_ALLOW_SIGN_WITH_SHA1"
#define SECRET ":+ECDHE-ECDSA:+ECDHE-RSA:+DHE-RSA"
#define GCM    ":+AES-128-GCM:+AES-256-GCM:+CHACHA20-POLY1305"
#define CBC    ":+AES-128-CBC:+AES-256-CBC"

static const struct offer {
	const char *what;
	const char *priority; /* GnuTLS's words */
	enum { MUST_NOT, MAY } rule;
	enum doctor_remedy remedy;
} offers[] = {
	{"TLS 1.0", "NONE:+VERS-TLS1.0" SECRET ":+RSA" CBC OLD, MUST_NOT, DOCTOR_REMEDY_VERSIONS},
	{"TLS 1.1", "NONE:+VERS-TLS1.1" SECRET ":+RSA" CBC OLD, MUST_NOT, DOCTOR_REMEDY_VERSIONS},
	{"TLS 1.2", "NONE:+VERS-TLS1.2" SECRET GCM MODERN, MAY, DOCTOR_REMEDY_VERSIONS},
	{"TLS 1.3", "NONE:+VERS-TLS1.3" SECRET GCM MODERN, MAY, DOCTOR_REMEDY_VERSIONS},
	{"TLS 1.2 with CBC suites", "NONE:+VERS-TLS1.2" SECRET CBC OLD, MUST_NOT, DOCTOR_REMEDY_SUITES},
	{"TLS 1.2 with RSA key exchange", "NONE:+VERS-TLS1.2:+RSA" GCM CBC ":+AEAD" OLD, MUST_NOT,
	 DOCTOR_REMEDY_SUITES},
};

enum outcome {
	AGREED,    /* a ServerHello came */
	REFUSED,   /* an alert, or the end of the connection */
	NOT_TRIED, /* this host's GnuTLS does not do it, or there was no connection */
};

struct handshake {
	bool asked, answered; /* a ClientHello went, a ServerHello came */
};

static int note_message(gnutls_session_t session, unsigned type, unsigned when, unsigned incoming,
			const gnutls_datum_t *message)
{
	struct handshake *handshake = gnutls_session_get_ptr(session);

	(void)when;
	(void)message;
	handshake->asked |= type == GNUTLS_HANDSHAKE_CLIENT_HELLO && incoming == 0;
	handshake->answered |= type == GNUTLS_HANDSHAKE_SERVER_HELLO && incoming != 0;
	return 0;
}

static void set_patience(int fd)
{
	struct timeval patience = {TLS_SECONDS, 0};

	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
}

/* Binds FD to the address FROM, when there is one. False: this host does not have it, or not of this FAMILY.
 */
static bool bind_from(int fd, int family, const char *from)
{
	struct addrinfo hints = {.ai_family = family, .ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	bool bound;

	if (from == NULL)
		return true;
	if (getaddrinfo(from, NULL, &hints, &found) != 0)
		return false;
	bound = bind(fd, found->ai_addr, found->ai_addrlen) == 0;
	freeaddrinfo(found);
	return bound;
}

/* A connection to the target, or -1. */
static int connect_to_target(const struct doctor *doctor)
{
	struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	struct addrinfo *found = NULL;
	int fd = -1;

	if (getaddrinfo(doctor->target.host, doctor->target.port, &hints, &found) != 0)
		return -1;
	for (struct addrinfo *at = found; at != NULL && fd < 0; at = at->ai_next) {
		fd = socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, at->ai_protocol);
		if (fd < 0)
			continue;
		set_patience(fd);
		if (!bind_from(fd, at->ai_family, doctor->options.from) ||
		    connect(fd, at->ai_addr, at->ai_addrlen) != 0)
			fd_close(&fd);
	}
	freeaddrinfo(found);
	return fd;
}

static bool is_name(const char *host)
{
	return strspn(host, "0123456789.") != strlen(host) && strchr(host, ':') == NULL;
}

static enum outcome shake(gnutls_session_t session, const struct doctor_target *target, int fd)
{
	struct handshake handshake = {false, false};

	gnutls_session_set_ptr(session, &handshake);
	gnutls_handshake_set_hook_function(session, GNUTLS_HANDSHAKE_ANY, GNUTLS_HOOK_POST, note_message);
	if (is_name(target->host))
		(void)gnutls_server_name_set(session, GNUTLS_NAME_DNS, target->host, strlen(target->host));
	gnutls_transport_set_int(session, fd);
	gnutls_handshake_set_timeout(session, TLS_SECONDS * 1000);
	for (int result = GNUTLS_E_AGAIN; result < 0 && gnutls_error_is_fatal(result) == 0;)
		result = gnutls_handshake(session);
	if (handshake.answered)
		return AGREED;
	return handshake.asked ? REFUSED : NOT_TRIED;
}

static enum outcome try_offer(const struct doctor *doctor, const struct offer *offer)
{
	CLEANUP(fd_close) int fd = -1;
	gnutls_certificate_credentials_t none = NULL;
	gnutls_session_t session = NULL;
	enum outcome outcome = NOT_TRIED;

	if (gnutls_certificate_allocate_credentials(&none) < 0)
		return NOT_TRIED;
	fd = connect_to_target(doctor);
	if (fd >= 0 && gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL) >= 0) {
		if (gnutls_priority_set_direct(session, offer->priority, NULL) >= 0 &&
		    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, none) >= 0)
			outcome = shake(session, &doctor->target, fd);
		gnutls_deinit(session);
	}
	gnutls_certificate_free_credentials(none);
	return outcome;
}

static bool add(const struct doctor *doctor, const struct offer *offer, enum outcome outcome)
{
	static const char *const words[] = {
		[AGREED] = "taken", [REFUSED] = "refused", [NOT_TRIED] = "could not be tried"};
	struct doctor_finding finding = {.believed = "-"};

	(void)snprintf(finding.sent, sizeof(finding.sent), "%s", offer->what);
	(void)snprintf(finding.reached, sizeof(finding.reached), "%s", words[outcome]);
	if (outcome == NOT_TRIED)
		finding.verdict = DOCTOR_NOTE;
	if (outcome == AGREED && offer->rule == MUST_NOT) {
		finding.verdict = DOCTOR_BAD;
		finding.remedy = offer->remedy;
	}
	return doctor_report_add(doctor->report, &finding);
}

/* Neither TLS 1.2 nor 1.3: what the doctor itself came by is neither of them. */
static bool add_none(const struct doctor *doctor)
{
	struct doctor_finding finding = {.sent = "TLS 1.2 or 1.3",
					 .reached = "neither is taken",
					 .believed = "-",
					 .verdict = DOCTOR_BAD,
					 .remedy = DOCTOR_REMEDY_VERSIONS};

	return doctor_report_add(doctor->report, &finding);
}

bool doctor_try_tls(const struct doctor *doctor)
{
	bool any = false, done = true;

	for (size_t i = 0; done && i < sizeof(offers) / sizeof(offers[0]); i++) {
		enum outcome outcome = try_offer(doctor, &offers[i]);

		any |= offers[i].rule == MAY && outcome != REFUSED;
		done = add(doctor, &offers[i], outcome);
	}
	return done && (any || add_none(doctor));
}
