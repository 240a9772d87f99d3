/* SPDX-License-Identifier: BSD-2-Clause */
/* A Unix socket between a handle and its server, to lose the connection at a chosen moment. */
#ifndef TEST_STORE_RELAY_H
#define TEST_STORE_RELAY_H

#include <pthread.h>
#include <stdatomic.h>

enum relay_mode {
	RELAY_PASS,        /* everything goes through */
	RELAY_CUT_REQUEST, /* what is sent next is lost with the connection */
	RELAY_CUT_ANSWER,  /* what is sent next reaches the server, its answer is lost with the connection */
	RELAY_REFUSE,      /* connections are closed as soon as they are made */
};

struct relay {
	char path[112];
	char server[112];
	int listener;
	_Atomic enum relay_mode mode;
	_Atomic enum relay_mode then; /* the mode after a cut: PASS unless set */
	atomic_uint accepted;
	pthread_t thread;
};

/* Starts a relay to the server of URL; its own URL for the same database is written to OWN (256 bytes). */
void relay_start(struct relay *relay, const char *url, char *own);
void relay_stop(struct relay *relay);

#endif
