/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/gateway_private.h"

#include <stdlib.h>

#include "base/log.h"

/* What is promised and cannot be kept refuses to start. */
static bool check(const struct gateway_options *options)
{
	if (options->workers > LIMIT_WORKERS || options->max_body > LIMIT_BODY_MAX) {
		log_error("too many workers, or too large a body limit");
		return false;
	}
	if (getenv("FCGI_WEB_SERVER_ADDRS") != NULL) {
		log_error("FCGI_WEB_SERVER_ADDRS is not supported: CERTCTL_TRUSTED_PROXY_CIDRS lists who may "
			  "connect");
		return false;
	}
	return true;
}

int gateway_serve(const struct gateway_options *options, const struct gateway_app *app, void *state)
{
	static const struct gateway_trust nobody;
	struct gateway gateway = {.options = options, .app = app, .state = state, .trust = options->trust};
	struct listener listener;
	int status;

	if (!check(options))
		return EXIT_FAILURE;
	if (gateway.trust == NULL)
		gateway.trust = &nobody;
	signals_install();
	process_harden();
	if (!listener_open(options->listen, &listener))
		return EXIT_FAILURE;
	if (!listener_check(listener.fd, gateway.trust)) {
		listener_close(&listener);
		return EXIT_FAILURE;
	}
	gateway.listener = listener.fd;
	log_info("serving", "listen", options->listen != NULL ? options->listen : "descriptor 0");
	status = options->workers > 0 ? master_run(&gateway) : worker_run(&gateway, NULL);
	listener_close(&listener);
	log_info("ended");
	return status == EXIT_SUCCESS ? EXIT_SUCCESS : EXIT_FAILURE;
}
