/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/relay.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/files.h"
#include "store/store.h"

static struct sockaddr_un unix_address(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	cr_assert_lt(strlen(path), sizeof address.sun_path);
	memcpy(address.sun_path, path, strlen(path));
	return address;
}

/* Moves what is there from FROM to TO. False at the end. */
static bool move(int from, int to)
{
	char bytes[65536];
	ssize_t size = recv(from, bytes, sizeof bytes, 0);

	return size > 0 && send(to, bytes, (size_t)size, MSG_NOSIGNAL) == size;
}

/* Whether what came from one end, ready as REVENTS says, is to be lost in MODE. */
static bool cut(struct relay *relay, short revents, enum relay_mode mode)
{
	if (revents == 0 || atomic_load(&relay->mode) != mode)
		return false;
	atomic_store(&relay->mode, atomic_load(&relay->then));
	return true;
}

static void pass(struct relay *relay, int client, int server)
{
	struct pollfd ends[] = {{.fd = client, .events = POLLIN}, {.fd = server, .events = POLLIN}};

	while (poll(ends, 2, -1) > 0) {
		if (cut(relay, ends[0].revents, RELAY_CUT_REQUEST) ||
		    cut(relay, ends[1].revents, RELAY_CUT_ANSWER))
			return;
		if (ends[0].revents != 0 && !move(client, server))
			return;
		if (ends[1].revents != 0 && !move(server, client))
			return;
	}
}

static void serve(struct relay *relay, int client)
{
	struct sockaddr_un address = unix_address(relay->server);
	int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	atomic_fetch_add(&relay->accepted, 1);
	if (atomic_load(&relay->mode) != RELAY_REFUSE &&
	    connect(server, (struct sockaddr *)&address, sizeof address) == 0)
		pass(relay, client, server);
	(void)close(server);
}

static void *work(void *context)
{
	struct relay *relay = context;
	int client;

	while ((client = accept(relay->listener, NULL, NULL)) >= 0) {
		serve(relay, client);
		(void)close(client);
	}
	return NULL;
}

void relay_start(struct relay *relay, const char *url, char *own)
{
	struct store_address address;
	struct sockaddr_un listen_on;
	char reason[256];

	*relay = (struct relay){.mode = RELAY_PASS};
	cr_assert_eq(store_address_parse(url, &address, reason), ERR_OK);
	(void)snprintf(relay->server, sizeof relay->server, "%s", address.socket);
	(void)snprintf(relay->path, sizeof relay->path, "%s/relay", test_directory());
	(void)snprintf(own, 256, "mariadb:///%s?socket=%s&user=%s", address.database, relay->path,
		       address.user);
	store_address_free(&address);
	listen_on = unix_address(relay->path);
	relay->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cr_assert_eq(bind(relay->listener, (struct sockaddr *)&listen_on, sizeof listen_on), 0);
	cr_assert_eq(listen(relay->listener, 16), 0);
	cr_assert_eq(pthread_create(&relay->thread, NULL, work, relay), 0);
}

void relay_stop(struct relay *relay)
{
	(void)shutdown(relay->listener, SHUT_RDWR);
	cr_assert_eq(pthread_join(relay->thread, NULL), 0);
	(void)close(relay->listener);
	(void)unlink(relay->path);
}
