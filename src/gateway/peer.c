/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who is at the other end of a connection, and whether he may be. What is refused is said once a minute and
 * worker at most: whoever may not connect shall not fill the log either.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "gateway/gateway_private.h"

static enum err find_user(int fd, struct peer *peer)
{
	struct ucred credentials;
	socklen_t size = sizeof credentials;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0)
		return ERR_SYSTEM;
	peer->local = true;
	peer->user = credentials.uid;
	return ERR_OK;
}

static void map(const struct in_addr *v4, struct address *address)
{
	*address = (struct address){.bytes = {[10] = 0xff, [11] = 0xff}};
	memcpy(address->bytes + 12, v4, sizeof *v4);
}

enum err peer_find(int fd, struct peer *peer)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_storage room;
	} name = {.any.sa_family = AF_UNSPEC};
	socklen_t size = sizeof name;

	*peer = (struct peer){.user = (uid_t)-1};
	if (getpeername(fd, &name.any, &size) != 0)
		return ERR_SYSTEM;
	switch (name.any.sa_family) {
	case AF_UNIX: return find_user(fd, peer);
	case AF_INET: map(&name.v4.sin_addr, &peer->address); return ERR_OK;
	case AF_INET6:
		memcpy(peer->address.bytes, &name.v6.sin6_addr, sizeof peer->address.bytes);
		return ERR_OK;
	default: errno = EAFNOSUPPORT; return ERR_SYSTEM;
	}
}

static const char *peer_text(const struct peer *peer, char *text, size_t size)
{
	char address[ADDRESS_TEXT_SIZE];

	if (peer->local)
		(void)snprintf(text, size, "user %lu", (unsigned long)peer->user);
	else
		(void)snprintf(text, size, "%s", address_text(&peer->address, address));
	return text;
}

static void say_refused(struct admission *admission, const struct peer *peer)
{
	uint64_t now = clock_monotonic_ns();
	char who[64];
	char count[24];

	admission->refused++;
	if (admission->said != 0 && now - admission->said < LIMIT_REFUSED_LOG_SECONDS * UINT64_C(1000000000))
		return;
	(void)snprintf(count, sizeof count, "%lu", admission->refused);
	log_warn("a FastCGI connection was closed unread, since its peer is not listed", "peer",
		 peer_text(peer, who, sizeof who), "setting",
		 peer->local ? "CERTCTL_TRUSTED_PROXY_USERS" : "CERTCTL_TRUSTED_PROXY_CIDRS",
		 "connections_since_last_said", count);
	admission->said = now;
	admission->refused = 0;
}

bool peer_admit(struct admission *admission, int fd)
{
	struct peer peer;

	if (peer_find(fd, &peer) != ERR_OK)
		return false; /* gone already */
	if (trust_admits(admission->trust, &peer))
		return true;
	say_refused(admission, &peer);
	return false;
}
