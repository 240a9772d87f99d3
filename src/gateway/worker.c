/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/gateway_private.h"

#include <gnutls/crypto.h>
#include <stdlib.h>

#include "base/log.h"

/* Requests until this worker retires, 0: never. Up to an eighth fewer than asked, so that not all go at once.
 */
static unsigned choose_lifetime(unsigned max_requests)
{
	unsigned spread = max_requests / 8;
	unsigned random = 0;

	if (spread > 0 && gnutls_rnd(GNUTLS_RND_NONCE, &random, sizeof random) == GNUTLS_E_SUCCESS)
		return max_requests - random % (spread + 1);
	return max_requests;
}

static bool start(const struct gateway *gateway)
{
	enum err error = ERR_OK;

	if (gateway->app->worker_start != NULL)
		error = gateway->app->worker_start(gateway->state);
	if (error != ERR_OK) {
		log_error("the worker cannot start", "error", err_text(error));
		return false;
	}
	if (FCGX_Init() != 0) {
		log_error("the worker cannot start", "error", "libfcgi cannot be initialised");
		return false;
	}
	signals_install(); /* again: FCGX_Init installs its own where none were */
	process_limit_memory();
	return true;
}

static void reload_if_asked(const struct gateway *gateway)
{
	if (!gateway_signals.reload)
		return;
	gateway_signals.reload = 0;
	if (gateway->app->reload != NULL)
		(void)gateway->app->reload(gateway->state);
}

/* One request over FD, which may then be KEPT if that is allowed. True when there was one. */
static bool serve(const struct gateway *gateway, struct waiting *waiting, int fd, bool may_keep)
{
	enum connection_state state;
	bool served = exchange_run(gateway, fd, &fd, &state);

	if (fd >= 0)
		waiting_add(waiting, fd, may_keep ? state : CONNECTION_CLOSING);
	return served;
}

static bool serve_until_told(const struct gateway *gateway, struct waiting *waiting)
{
	unsigned lifetime = choose_lifetime(gateway->options->max_requests);
	unsigned served = 0;
	int fd;

	for (;;) {
		signals_deliver();
		if (gateway_signals.stop || (lifetime > 0 && served >= lifetime))
			return true;
		reload_if_asked(gateway);
		switch (waiting_next(waiting, &fd)) {
		case WAITING_READY: served += serve(gateway, waiting, fd, true) ? 1 : 0; break;
		case WAITING_SIGNAL: break;
		case WAITING_FAILED: return false;
		}
	}
}

int worker_run(const struct gateway *gateway, void (*ready)(void))
{
	struct waiting waiting;
	bool good;
	int fd;

	if (!start(gateway))
		return GATEWAY_EXIT_START;
	if (ready != NULL)
		ready();
	waiting_init(&waiting, gateway, exchange_patience(gateway->options));
	good = serve_until_told(gateway, &waiting);
	while ((fd = waiting_last_call(&waiting)) >= 0)
		(void)serve(gateway, &waiting, fd, false);
	waiting_close(&waiting);
	if (gateway->app->worker_stop != NULL)
		gateway->app->worker_stop(gateway->state);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
