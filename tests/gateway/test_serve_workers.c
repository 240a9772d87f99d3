/* SPDX-License-Identifier: BSD-2-Clause */
/* The processes of the real gateway_serve: start, replacement, retirement, reload, signals. */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "gateway/served.h"

TestSuite(serve, .init = set_up, .timeout = 60);

/* --- what cannot start --- */

Test(serve, failing_worker_start_ends_the_program)
{
	static const unsigned workers[] = {0, 1, 3};

	for (size_t i = 0; i < sizeof workers / sizeof *workers; i++) {
		set_up();
		counters->always_failing = true;
		serve((struct gateway_options){.workers = workers[i]});
		cr_expect_eq(ended(), EXIT_FAILURE, "%u workers", workers[i]);
		cr_expect_geq(logged("the worker cannot start"), 1);
		cr_expect_neq(access(where, F_OK), 0, "the socket is removed");
		cr_expect_leq(atomic_load(&counters->starts), workers[i] > 0 ? workers[i] : 1,
			      "tried once each");
		cr_assert_eq(unlink(log_path), 0);
	}
}

Test(serve, a_successor_that_cannot_start_is_tried_again)
{
	struct fcgi_reply reply;

	counters->failing_start = 2;
	serve((struct gateway_options){.workers = 1});
	fcgi_request(where, get_die, NULL, &reply);
	cr_expect_not(reply.complete);
	fcgi_reply_free(&reply);
	cr_expect_neq(ask_pid(), 0, "the third one answers");
	cr_expect_eq(atomic_load(&counters->starts), 3);
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(logged("the worker cannot start"), 1);
}

Test(serve, a_restriction_that_is_not_supported_refuses_to_start)
{
	cr_assert_eq(setenv("FCGI_WEB_SERVER_ADDRS", "127.0.0.1", 1), 0);
	serve((struct gateway_options){.workers = 1});
	cr_expect_eq(ended(), EXIT_FAILURE);
	cr_expect_eq(logged("FCGI_WEB_SERVER_ADDRS"), 1);
}

Test(serve, too_many_workers_refuse_to_start)
{
	serve((struct gateway_options){.workers = LIMIT_WORKERS + 1});
	cr_expect_eq(ended(), EXIT_FAILURE);
}

/* --- workers come and go --- */

Test(serve, a_worker_that_dies_is_replaced)
{
	struct fcgi_reply reply;
	long pid;

	serve((struct gateway_options){.workers = 1});
	pid = ask_pid();
	fcgi_request(where, get_die, NULL, &reply);
	cr_expect_not(reply.complete);
	fcgi_reply_free(&reply);
	cr_expect_neq(ask_pid(), 0, "the next request is answered");
	cr_expect_neq(ask_pid(), pid);
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(logged("\"message\":\"a worker died\""), 1);
	cr_expect_eq(logged("signal 9"), 1);
}

Test(serve, workers_retire)
{
	long first;

	serve((struct gateway_options){.workers = 1, .max_requests = 3});
	first = ask_pid();
	cr_expect_eq(ask_pid(), first);
	cr_expect_eq(ask_pid(), first);
	cr_expect_neq(ask_pid(), first, "the fourth is answered by a successor");
	cr_expect_eq(atomic_load(&counters->stops), 1);
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(atomic_load(&counters->stops), 2, "every worker is stopped in order");
	cr_expect_eq(logged("a worker died"), 0, "which is no death");
}

Test(serve, the_process_itself_retires)
{
	serve((struct gateway_options){.workers = 0, .max_requests = 2});
	cr_expect_eq(ask_pid(), server);
	cr_expect_eq(ask_pid(), server);
	cr_expect_eq(ended(), EXIT_SUCCESS);
}

Test(serve, sighup_reloads_every_worker)
{
	serve((struct gateway_options){.workers = 3});
	(void)ask_pid();
	while (atomic_load(&counters->starts) < 3)
		(void)ask_pid();
	cr_assert_eq(kill(server, SIGHUP), 0);
	for (unsigned i = 0; i < 3; i++)
		cr_expect_eq(wait_event(), 'r', "worker %u", i);
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

Test(serve, what_cannot_be_reloaded_reaches_no_worker)
{
	counters->failing_reload = true;
	serve((struct gateway_options){.workers = 2});
	while (atomic_load(&counters->starts) < 2)
		(void)ask_pid();
	cr_assert_eq(kill(server, SIGHUP), 0);
	cr_expect_eq(wait_event(), 'r', "the process they are forked from");
	cr_expect_neq(ask_pid(), 0, "serving goes on");
	cr_expect_eq(stop(), EXIT_SUCCESS);
	cr_expect_eq(wait_event(), 0, "and nobody else tried");
}

Test(serve, successors_have_what_was_reloaded)
{
	struct fcgi_reply reply;

	serve((struct gateway_options){.workers = 1});
	(void)ask_pid();
	cr_assert_eq(kill(server, SIGHUP), 0);
	cr_expect_eq(wait_event(), 'r', "the worker, or the process it is forked from");
	cr_expect_eq(wait_event(), 'r', "the other one");
	fcgi_request(where, get_die, NULL, &reply);
	fcgi_reply_free(&reply);
	fcgi_request(where, get_generation, NULL, &reply);
	cr_expect(reply.body.size == 4 && memcmp(reply.body.data, "new\n", 4) == 0);
	fcgi_reply_free(&reply);
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

Test(serve, sighup_reloads_between_requests_only)
{
	struct fcgi_reply reply;
	int fd;

	serve((struct gateway_options){.workers = 0});
	fd = fcgi_connect(where);
	cr_assert(fcgi_begin(fd, 1, false) && fcgi_params(fd, get_hold) && fcgi_stdin(fd, NULL));
	cr_assert_eq(wait_event(), 'h');
	cr_assert_eq(kill(server, SIGHUP), 0);
	let_go();
	fcgi_read(fd, &reply);
	(void)close(fd);
	cr_expect_eq(reply.status, 200);
	cr_expect_eq(wait_event(), 'r');
	fcgi_reply_free(&reply);
	cr_expect_eq(stop(), EXIT_SUCCESS);
}

static const int ends[] = {SIGTERM, SIGINT, SIGUSR1};

Test(serve, the_request_being_served_is_finished_first)
{
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		struct fcgi_reply reply;
		int fd;

		set_up();
		serve((struct gateway_options){.workers = 0});
		fd = fcgi_connect(where);
		cr_assert(fcgi_begin(fd, 1, false) && fcgi_params(fd, get_hold) && fcgi_stdin(fd, NULL));
		cr_assert_eq(wait_event(), 'h');
		cr_assert_eq(kill(server, ends[i]), 0);
		let_go();
		fcgi_read(fd, &reply);
		cr_expect(reply.complete, "signal %d", ends[i]);
		cr_expect_eq(reply.status, 200, "signal %d", ends[i]);
		fcgi_reply_free(&reply);
		(void)close(fd);
		cr_expect_eq(ended(), EXIT_SUCCESS, "signal %d", ends[i]);
	}
}

Test(serve, a_connection_accepted_before_the_end_is_served)
{
	int held_fd;
	int waiting_fd;
	struct fcgi_reply reply;

	serve((struct gateway_options){.workers = 0});
	waiting_fd = fcgi_connect(where);
	cr_expect_eq(ask_pid(), server, "it is accepted by now: connections are taken in order");
	held_fd = fcgi_connect(where);
	cr_assert(fcgi_begin(held_fd, 1, false) && fcgi_params(held_fd, get_hold) &&
		  fcgi_stdin(held_fd, NULL));
	cr_assert_eq(wait_event(), 'h');
	cr_assert_eq(kill(server, SIGTERM), 0);
	cr_assert(fcgi_begin(waiting_fd, 1, true) && fcgi_params(waiting_fd, get_pid) &&
		  fcgi_stdin(waiting_fd, NULL));
	let_go();
	fcgi_read(held_fd, &reply);
	cr_expect_eq(reply.status, 200);
	fcgi_reply_free(&reply);
	fcgi_read(waiting_fd, &reply);
	cr_expect_eq(reply.status, 200);
	cr_expect(fcgi_closed(waiting_fd), "but not kept");
	fcgi_reply_free(&reply);
	(void)close(held_fd);
	(void)close(waiting_fd);
	cr_expect_eq(ended(), EXIT_SUCCESS);
}

Test(serve, the_master_waits_for_its_workers)
{
	struct fcgi_reply reply;
	int fd;

	serve((struct gateway_options){.workers = 2});
	fd = fcgi_connect(where);
	cr_assert(fcgi_begin(fd, 1, false) && fcgi_params(fd, get_hold) && fcgi_stdin(fd, NULL));
	cr_assert_eq(wait_event(), 'h');
	cr_assert_eq(kill(server, SIGTERM), 0);
	cr_expect_eq(waitpid(server, NULL, WNOHANG), 0);
	let_go();
	fcgi_read(fd, &reply);
	cr_expect_eq(reply.status, 200);
	fcgi_reply_free(&reply);
	(void)close(fd);
	cr_expect_eq(ended(), EXIT_SUCCESS);
	cr_expect_eq(atomic_load(&counters->stops), 2);
}

Test(serve, workers_end_with_their_master)
{
	serve((struct gateway_options){.workers = 2});
	(void)ask_pid();
	cr_assert_eq(kill(server, SIGKILL), 0);
	cr_expect_eq(ended(), -1);
	cr_expect_eq(wait_event(), 0, "nobody is left who could tell of anything");
}
