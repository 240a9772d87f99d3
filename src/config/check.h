/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Checks of single values that their type does not make. Each says in a few words what is wrong with TEXT, to
 * be put behind the setting's name, or returns NULL. None repeats TEXT: it may be secret.
 */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include <stdbool.h>

const char *config_check_log_format(const char *text);
const char *config_check_database_url(const char *text);

/* http:// or https:// with a host; printable ASCII without blanks, since it goes into certificates (RFC
 * 5280 4.2.1.6). */
const char *config_check_url(const char *text);

/* An issuer's or profile's name, text_is_name. */
const char *config_check_name(const char *text);

/* A line of GetCACaps (RFC 8894 section 3.5.2): one printable ASCII word. */
const char *config_check_capability(const char *text);

/* A network (base/network.h), or the word "unix". */
const char *config_check_proxy(const char *text);

/* A user's name, or number. Whether there is such a user is asked at start. */
const char *config_check_user(const char *text);

/* A key that nobody can guess, as far as its length tells. */
const char *config_check_probe_key(const char *text);

/* True when the URL has a password before its host. */
bool config_url_has_password(const char *text);

#endif
