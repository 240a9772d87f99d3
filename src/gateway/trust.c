/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/trust.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>

enum err trust_add(struct gateway_trust *trust, const char *text)
{
	struct network network;
	enum err error;

	if (strcmp(text, "unix") == 0) {
		trust->local = true;
		return ERR_OK;
	}
	error = network_parse(text, &network);
	if (error == ERR_OK && trust->network_count == LIMIT_TRUSTED_NETWORKS)
		error = ERR_LIMIT;
	if (error == ERR_OK)
		trust->networks[trust->network_count++] = network;
	return error;
}

/* NAME as a number. (uid_t)-1 stands for "no user" in system calls and is none. */
static bool parse_number(const char *name, uid_t *user)
{
	size_t length = strlen(name);
	unsigned long long number;

	if (length == 0 || length > 10 || strspn(name, "0123456789") != length)
		return false;
	number = strtoull(name, NULL, 10);
	*user = (uid_t)number;
	return *user == number && *user != (uid_t)-1;
}

/* A name first, as chown(1) does: there are users called by a number. */
static bool find_user(const char *name, uid_t *user)
{
	const struct passwd *entry = getpwnam(name);

	if (entry == NULL)
		return parse_number(name, user);
	*user = entry->pw_uid;
	return true;
}

enum err trust_add_user(struct gateway_trust *trust, const char *name)
{
	uid_t user;

	if (!find_user(name, &user))
		return ERR_NOT_FOUND;
	if (trust->user_count == LIMIT_TRUSTED_USERS)
		return ERR_LIMIT;
	trust->users[trust->user_count++] = user;
	return ERR_OK;
}

bool trust_lists(const struct gateway_trust *trust, const struct address *address)
{
	for (size_t i = 0; i < trust->network_count; i++)
		if (network_contains(&trust->networks[i], address))
			return true;
	return false;
}

static bool admits_user(const struct gateway_trust *trust, uid_t user)
{
	for (size_t i = 0; i < trust->user_count; i++)
		if (trust->users[i] == user)
			return true;
	return trust->user_count == 0;
}

bool trust_admits(const struct gateway_trust *trust, const struct peer *peer)
{
	return peer->local ? admits_user(trust, peer->user) : trust_lists(trust, &peer->address);
}

bool trust_believes_peer(const struct gateway_trust *trust, const struct peer *peer)
{
	return (!peer->local || trust->local) && trust_admits(trust, peer);
}

bool trust_believes_headers(const struct gateway_trust *trust, const struct peer *peer, const char *remote)
{
	struct address address;

	return trust_believes_peer(trust, peer) && remote != NULL &&
	       address_parse(remote, &address) == ERR_OK && trust_lists(trust, &address);
}
