/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trust in proxies (DESIGN 4.1): who is believed, and whether in client certificates too, must both be said.
 * Half of it is a slip, and which half was meant nobody can tell.
 */
#include "base/network.h"
#include "config/loader.h"
#include "config/value.h"

/* What is said of the two would not be true when one of them has a value that is none. */
static bool is_unread(const struct config_loader *loader)
{
	return config_is_unread(loader, "CERTCTL_TRUSTED_PROXY_CIDRS") ||
	       config_is_unread(loader, "CERTCTL_TRUST_PROXY_CLIENT_CERT");
}

static void check_halves(struct config_loader *loader, const struct config *config)
{
	bool listed = config->trusted_proxies.count > 0;

	if (listed && config->trust_client_cert == CONFIG_UNSET)
		config_say(
			loader, true,
			"CERTCTL_TRUSTED_PROXY_CIDRS is set, but CERTCTL_TRUST_PROXY_CLIENT_CERT is not: say "
			"true to believe those it lists about client certificates, false to believe them "
			"about addresses alone");
	if (!listed && config->trust_client_cert == CONFIG_ON)
		config_say(loader, true,
			   "CERTCTL_TRUST_PROXY_CLIENT_CERT is true, but CERTCTL_TRUSTED_PROXY_CIDRS is not "
			   "set: "
			   "list the networks of the web servers that are to be believed, or unix for the "
			   "FastCGI Unix socket");
}

static void check_users(struct config_loader *loader, const struct config *config)
{
	const struct config_list *proxies = &config->trusted_proxies;

	if (config->trusted_proxy_users.count > 0 && !config_list_has(proxies, proxies->count, "unix"))
		config_say(loader, true,
			   "CERTCTL_TRUSTED_PROXY_USERS is set, but CERTCTL_TRUSTED_PROXY_CIDRS does not "
			   "have the "
			   "word unix: users are known at a Unix socket only");
}

/* All of IPv4, as every wide IPv6 network has it that begins with zeros, ::/0 before all: RFC 4291 section
 * 2.5.5.2. */
static bool is_everybody(const char *text)
{
	struct network network;
	struct address v4;

	return network_parse(text, &network) == ERR_OK && network.bits <= 96 &&
	       address_parse("0.0.0.0", &v4) == ERR_OK && network_contains(&network, &v4);
}

static void note_everybody(struct config_loader *loader, const struct config_list *proxies)
{
	for (size_t i = 0; i < proxies->count; i++)
		if (is_everybody(proxies->items[i]))
			config_say(loader, false,
				   "CERTCTL_TRUSTED_PROXY_CIDRS has '%.64s', which is every address: whoever "
				   "can "
				   "connect is believed",
				   proxies->items[i]);
}

void config_check_proxies(struct config_loader *loader, const struct config *config)
{
	if (!is_unread(loader)) {
		check_halves(loader, config);
		check_users(loader, config);
	}
	note_everybody(loader, &config->trusted_proxies);
}

bool config_believes_certificates(const struct config_loader *loader, const struct config *config)
{
	if (is_unread(loader))
		return true;
	return config->trusted_proxies.count > 0 && config->trust_client_cert == CONFIG_ON;
}
