/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is wrong is said in fixed words: any part of a misread address may turn out to be a piece of the
 * password.
 */
#include "store/store.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/text.h"

#define SCHEME       "mariadb://"
#define REASON_SIZE  256
#define DEFAULT_PORT 3306

/* A part of the address as written. */
struct part {
	const char *at;
	size_t size;
};

static enum err refuse(char *reason, const char *words)
{
	(void)snprintf(reason, REASON_SIZE, "%s", words);
	return ERR_SYNTAX;
}

/* Moves what comes before the first STOP (or all, when there is none) from the front of REST to FRONT, and
 * drops the stop itself. True when there was one. */
static bool cut(struct part *rest, char stop, struct part *front)
{
	const char *found = memchr(rest->at, stop, rest->size);
	size_t size = found == NULL ? rest->size : (size_t)(found - rest->at);
	size_t taken = found == NULL ? size : size + 1;

	*front = (struct part){rest->at, size};
	*rest = (struct part){rest->at + taken, rest->size - taken};
	return found != NULL;
}

/* PART with its percent-escapes decoded, as a new C string. */
static enum err decode(struct part part, char **text, char *reason)
{
	struct buffer out = {0};
	gnutls_datum_t bytes = {NULL, 0};
	enum err error = ERR_OK;

	for (size_t i = 0; i < part.size && error == ERR_OK; i++) {
		char digits[3] = {0};
		gnutls_datum_t byte = {NULL, 0};

		if (part.at[i] != '%') {
			buffer_append_byte(&out, (uint8_t)part.at[i]);
			continue;
		}
		if (part.size - i > 2)
			memcpy(digits, part.at + i + 1, 2);
		error = text_unhex(digits, &byte);
		if (error == ERR_OK && (byte.size != 1 || byte.data[0] == 0))
			error = ERR_SYNTAX;
		buffer_append(&out, byte.data, byte.size);
		bytes_wipe(&byte);
		i += 2;
	}
	if (error == ERR_OK && !buffer_take(&out, &bytes))
		error = ERR_MEMORY;
	if (error == ERR_OK && (*text = text_from_bytes(&bytes)) == NULL)
		error = ERR_MEMORY;
	buffer_wipe(&out);
	bytes_wipe(&bytes);
	return error == ERR_SYNTAX
		       ? refuse(reason, "a percent sign must be followed by two hex digits, not 00")
		       : error;
}

static enum err parse_port(struct part part, unsigned *port, char *reason)
{
	unsigned value = 0;

	for (size_t i = 0; i < part.size; i++) {
		if (part.at[i] < '0' || part.at[i] > '9' || value > 6553)
			return refuse(reason, "a port is a number from 1 to 65535");
		value = 10 * value + (unsigned)(part.at[i] - '0');
	}
	if (value < 1 || value > 65535)
		return refuse(reason, "a port is a number from 1 to 65535");
	*port = value;
	return ERR_OK;
}

/* host, host:port, [v6] or [v6]:port */
static enum err parse_host(struct part part, struct store_address *address, char *reason)
{
	size_t i = address->host_count;
	struct part name, before;
	bool has_port, bracketed = part.size > 0 && part.at[0] == '[';
	enum err error;

	if (i == sizeof address->hosts / sizeof *address->hosts)
		return refuse(reason, "at most 8 hosts can be named");
	if (bracketed) {
		(void)cut(&part, '[', &before);
		if (!cut(&part, ']', &name))
			return refuse(reason, "a bracket is not closed");
		has_port = cut(&part, ':', &before);
		if (before.size > 0)
			return refuse(reason, "only a port may follow an address in brackets");
	} else {
		has_port = cut(&part, ':', &name);
	}
	if (name.size == 0)
		return refuse(reason, "a host name is missing");
	address->hosts[i].port = DEFAULT_PORT;
	if (has_port && (error = parse_port(part, &address->hosts[i].port, reason)) != ERR_OK)
		return error;
	address->host_count++;
	return decode(name, &address->hosts[i].name, reason);
}

static enum err parse_user(struct part part, struct store_address *address, char *reason)
{
	struct part user;
	bool has_password = cut(&part, ':', &user);
	enum err error;

	if (user.size == 0)
		return refuse(reason, "a user name is missing before '@'");
	error = decode(user, &address->user, reason);
	if (error == ERR_OK && has_password)
		error = decode(part, &address->password, reason);
	return error;
}

/* user:password@host,host: the last '@' ends the user. */
static enum err parse_authority(struct part part, struct store_address *address, char *reason)
{
	enum err error = ERR_OK;

	for (size_t i = part.size; i-- > 0;) {
		if (part.at[i] != '@')
			continue;
		error = parse_user((struct part){part.at, i}, address, reason);
		part = (struct part){part.at + i + 1, part.size - i - 1};
		break;
	}
	for (bool more = part.size > 0; error == ERR_OK && more;) {
		struct part host;

		more = cut(&part, ',', &host);
		error = parse_host(host, address, reason);
	}
	return error;
}

static enum err parse_parameter(struct part part, struct store_address *address, char *reason)
{
	const struct {
		const char *name;
		char **value;
	} known[] = {
		{"socket", &address->socket},   {"user", &address->user},
		{"ssl-ca", &address->ssl_ca},   {"ssl-cert", &address->ssl_cert},
		{"ssl-key", &address->ssl_key},
	};
	struct part name;

	(void)cut(&part, '=', &name);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (strlen(known[i].name) != name.size || memcmp(known[i].name, name.at, name.size) != 0)
			continue;
		if (*known[i].value != NULL)
			return refuse(reason, "a parameter, or the user, is given twice");
		if (part.size == 0)
			return refuse(reason, "a parameter has no value");
		return decode(part, known[i].value, reason);
	}
	return refuse(reason, "unknown parameter; known are socket, user, ssl-ca, ssl-cert and ssl-key");
}

static enum err check(const struct store_address *address, char *reason)
{
	if (address->database[0] == '\0')
		return refuse(reason, "the database name is missing: mariadb://user@host/database");
	if (address->socket != NULL && address->host_count > 0)
		return refuse(reason, "name either hosts or a socket, not both");
	if (address->socket == NULL && address->host_count == 0)
		return refuse(reason, "name a host, or a socket with ?socket=PATH");
	if (address->socket != NULL && address->socket[0] != '/')
		return refuse(reason, "the socket must be an absolute path");
	if (address->user == NULL && address->host_count > 0)
		return refuse(reason, "a user name is missing: mariadb://user@host/database");
	if ((address->ssl_cert == NULL) != (address->ssl_key == NULL))
		return refuse(reason, "ssl-cert and ssl-key go together");
	if (address->ssl_cert != NULL && address->ssl_ca == NULL)
		return refuse(reason, "ssl-cert needs ssl-ca, so that the server is verified");
	return ERR_OK;
}

static enum err parse(const char *url, struct store_address *address, char *reason)
{
	struct part rest = {url, strlen(url)};
	struct part piece;
	enum err error;

	if (strncmp(url, SCHEME, strlen(SCHEME)) != 0)
		return refuse(reason, "must begin with " SCHEME);
	rest = (struct part){url + strlen(SCHEME), rest.size - strlen(SCHEME)};
	(void)cut(&rest, '/', &piece);
	error = parse_authority(piece, address, reason);
	(void)cut(&rest, '?', &piece);
	if (error == ERR_OK)
		error = decode(piece, &address->database, reason);
	while (error == ERR_OK && rest.size > 0) {
		(void)cut(&rest, '&', &piece);
		error = parse_parameter(piece, address, reason);
	}
	return error == ERR_OK ? check(address, reason) : error;
}

enum err store_address_parse(const char *url, struct store_address *address, char *reason)
{
	enum err error;

	*address = (struct store_address){0};
	reason[0] = '\0';
	error = parse(url, address, reason);
	if (error != ERR_OK)
		store_address_free(address);
	return error;
}

void store_address_free(struct store_address *address)
{
	for (size_t i = 0; i < address->host_count; i++)
		free(address->hosts[i].name);
	if (address->password != NULL)
		gnutls_memset(address->password, 0, strlen(address->password));
	free(address->password);
	free(address->socket);
	free(address->user);
	free(address->database);
	free(address->ssl_ca);
	free(address->ssl_cert);
	free(address->ssl_key);
	*address = (struct store_address){0};
}
