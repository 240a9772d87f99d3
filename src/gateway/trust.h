/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whom to believe about where a request came from (DESIGN 4.1). Nobody, unless listed. FastCGI parameters are
 * said by the FastCGI peer; header fields (HTTP_*) by REMOTE_ADDR, and then the peer must be listed as well,
 * since it is the peer who says what REMOTE_ADDR is.
 */
#ifndef GATEWAY_TRUST_H
#define GATEWAY_TRUST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/limits.h"
#include "base/network.h"
#include "gateway/client_certificate.h"

struct gateway_trust {
	struct network networks[LIMIT_TRUSTED_NETWORKS];
	size_t network_count;
	bool local;                       /* FastCGI peers at a Unix socket */
	uid_t users[LIMIT_TRUSTED_USERS]; /* and of these users only, ... */
	size_t user_count;                /* ... unless 0: then whoever the socket's mode lets connect */
	bool certificates;                /* listen to what listed senders say of a client certificate */
	enum client_source source;
};

/* Adds TEXT, a network or the word "unix". Errors of network_parse; ERR_LIMIT: too many. */
enum err trust_add(struct gateway_trust *trust, const char *text);

/* Adds the user with this name, or number. ERR_NOT_FOUND, ERR_LIMIT. */
enum err trust_add_user(struct gateway_trust *trust, const char *name);

/* Whether ADDRESS is in one of the networks. */
bool trust_lists(const struct gateway_trust *trust, const struct address *address);

/* Who is at the other end of the FastCGI connection. */
struct peer {
	bool local; /* a Unix socket: USER is its process's (SO_PEERCRED) */
	uid_t user;
	struct address address; /* of TCP */
};

/* Fills PEER for the connected socket FD. ERR_SYSTEM. */
enum err peer_find(int fd, struct peer *peer);

/*
 * Whether PEER may speak FastCGI to us at all: over TCP who is listed; at a Unix socket everybody whom its
 * mode lets connect, or, where users are listed, they alone.
 */
bool trust_admits(const struct gateway_trust *trust, const struct peer *peer);

/* Whether PEER is believed in what it says by parameters. */
bool trust_believes_peer(const struct gateway_trust *trust, const struct peer *peer);

/* Whether the header fields of a request from REMOTE (REMOTE_ADDR as text) over PEER are believed. */
bool trust_believes_headers(const struct gateway_trust *trust, const struct peer *peer, const char *remote);

#endif
