/* SPDX-License-Identifier: BSD-2-Clause */
#include "fcgi-apps/trust.h"

#include "base/log.h"

#define SAME(config, gateway) _Static_assert((int)(config) == (int)(gateway), "enum config_client_source")
SAME(CONFIG_SOURCE_PARAMS, CLIENT_SOURCE_PARAMS);
SAME(CONFIG_SOURCE_X_SSL_CLIENT_CERT, CLIENT_SOURCE_X_SSL_CLIENT_CERT);
SAME(CONFIG_SOURCE_RFC9440, CLIENT_SOURCE_RFC9440);
SAME(CONFIG_SOURCE_XFCC, CLIENT_SOURCE_XFCC);
SAME(CONFIG_SOURCE_AWS_ALB, CLIENT_SOURCE_AWS_ALB);
SAME(CONFIG_SOURCE_TRAEFIK, CLIENT_SOURCE_TRAEFIK);
SAME(CONFIG_SOURCE_HAPROXY_DER, CLIENT_SOURCE_HAPROXY_DER);
SAME(CONFIG_SOURCE_HAPROXY_DER + 1, CLIENT_SOURCE_COUNT);

static enum err add_all(struct gateway_trust *trust, const struct config_list *list, const char *setting,
			enum err (*add)(struct gateway_trust *trust, const char *text))
{
	for (size_t i = 0; i < list->count; i++) {
		enum err error = add(trust, list->items[i]);

		if (error == ERR_OK)
			continue;
		log_error("cannot start", "setting", setting, "value", list->items[i], "problem",
			  error == ERR_NOT_FOUND ? "there is no such user" : err_text(error));
		return ERR_CONFIG;
	}
	return ERR_OK;
}

enum err program_trust(const struct config *config, struct gateway_trust *trust)
{
	enum err error;

	*trust = (struct gateway_trust){
		.certificates = config->trust_client_cert == CONFIG_ON,
		.source = (enum client_source)config->client_cert_source,
	};
	error = add_all(trust, &config->trusted_proxies, "CERTCTL_TRUSTED_PROXY_CIDRS", trust_add);
	if (error == ERR_OK)
		error = add_all(trust, &config->trusted_proxy_users, "CERTCTL_TRUSTED_PROXY_USERS",
				trust_add_user);
	return error;
}
