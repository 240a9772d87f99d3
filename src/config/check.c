/* SPDX-License-Identifier: BSD-2-Clause */
#include "config/check.h"

#include <string.h>

#include "base/limits.h"
#include "base/network.h"
#include "base/text.h"

/* Longest line of GetCACaps; clients read it into small buffers. */
#define CAPABILITY_MAX 64

static bool begins_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* True for one or more characters from '!' to '~': no blanks, no controls, ASCII only. */
static bool is_word(const char *text)
{
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

const char *config_check_log_format(const char *text)
{
	if (strcmp(text, "text") == 0)
		return "is 'text', which this program does not write: its logs are JSON lines; remove the "
		       "setting or "
		       "say json";
	return NULL;
}

const char *config_check_database_url(const char *text)
{
	if (begins_with(text, "postgres://") || begins_with(text, "postgresql://"))
		return "names a PostgreSQL database; certctl-fcgi keeps its own in MariaDB: give it a URL "
		       "such as "
		       "mariadb://user@host:3306/certctl or "
		       "mariadb:///certctl?socket=/run/mysqld/mysqld.sock";
	if (!begins_with(text, "mariadb://"))
		return "must begin with mariadb://";
	return NULL;
}

bool config_url_has_password(const char *text)
{
	const char *authority = strstr(text, "://");
	const char *at;

	if (authority == NULL)
		return true;
	authority += 3;
	at = strchr(authority, '@');
	return at != NULL && memchr(authority, ':', (size_t)(at - authority)) != NULL;
}

const char *config_check_url(const char *text)
{
	const char *host;

	if (!is_word(text))
		return "must be a URL: printable ASCII without blanks";
	if (!begins_with(text, "http://") && !begins_with(text, "https://"))
		return "must begin with http:// or https://";
	host = strstr(text, "://") + 3;
	return *host == '\0' || *host == '/' ? "has no host" : NULL;
}

const char *config_check_name(const char *text)
{
	if (!text_is_name(text))
		return "must be a name: lower-case letters, digits and '-', at most 64, no '-' at either end";
	return NULL;
}

const char *config_check_capability(const char *text)
{
	if (!is_word(text))
		return "has an item that is not one word of printable ASCII; items stand between commas";
	return strlen(text) > CAPABILITY_MAX ? "has an item of more than 64 characters" : NULL;
}

const char *config_check_proxy(const char *text)
{
	struct network network;

	if (strcmp(text, "unix") == 0)
		return NULL;
	switch (network_parse(text, &network)) {
	case ERR_OK: return NULL;
	case ERR_MISMATCH:
		return "has a network with bits set behind its prefix, as 10.0.0.1/8 has: write 10.0.0.0/8, "
		       "or "
		       "10.0.0.1 for the one address";
	default:
		return "has an item that is no address, no network such as 10.0.0.0/8 or 2001:db8::/32, and "
		       "not "
		       "the word unix";
	}
}

const char *config_check_user(const char *text)
{
	return is_word(text) ? NULL : "has an item that is not the name or the number of a user";
}

const char *config_check_probe_key(const char *text)
{
	return strlen(text) < LIMIT_PROBE_KEY_MIN
		       ? "must have at least 32 characters; 'openssl rand -hex 32' makes one"
		       : NULL;
}
