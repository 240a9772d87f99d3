/* SPDX-License-Identifier: BSD-2-Clause */
/* certctl-fcgi check: who is believed about where requests come from. */
#include "cli/check.h"

#include "gateway/trust.h"

static void join(const struct config_list *list, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < list->count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "", list->items[i]);
}

/* Users have to be known on this host; networks were checked with the settings. */
static bool check_users(struct check_report *report, const struct config_list *users)
{
	struct gateway_trust trust = {0};
	bool good = true;

	for (size_t i = 0; i < users->count; i++) {
		enum err error = trust_add_user(&trust, users->items[i]);

		if (error == ERR_OK)
			continue;
		good = false;
		check_line(report, CHECK_FAIL, "trusted proxies", "%s: %s (CERTCTL_TRUSTED_PROXY_USERS)",
			   users->items[i],
			   error == ERR_NOT_FOUND ? "there is no such user" : err_text(error));
	}
	return good;
}

void check_trust(struct check_report *report, const struct config *config)
{
	char proxies[512], users[512];

	if (config->trusted_proxies.count == 0) {
		check_line(report, CHECK_OK, "trusted proxies", "none: nothing that is forwarded counts");
		return;
	}
	if (!check_users(report, &config->trusted_proxy_users))
		return;
	join(&config->trusted_proxies, proxies, sizeof(proxies));
	join(&config->trusted_proxy_users, users, sizeof(users));
	check_line(report, CHECK_OK, "trusted proxies", "%s%s%s, %s client certificates", proxies,
		   users[0] != '\0' ? " of user " : "", users,
		   config->trust_client_cert == CONFIG_ON ? "also in what they say of" : "but not for");
}
