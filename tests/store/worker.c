/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/worker.h"

#include <criterion/criterion.h>

const char worker_waiting[] = "SELECT VARIABLE_VALUE FROM information_schema.global_status"
			      " WHERE VARIABLE_NAME = 'Innodb_row_lock_current_waits'";

static void *record(void *context)
{
	struct worker *worker = context;

	worker->error = store_enrolment_record(worker->handle.store, &worker->issued);
	return NULL;
}

void worker_start(struct worker *worker, const char *url, const struct store_issued *issued)
{
	*worker = (struct worker){.handle = handle_open(url), .issued = *issued};
	cr_assert_eq(pthread_create(&worker->thread, NULL, record, worker), 0);
}

enum err worker_end(struct worker *worker)
{
	cr_assert_eq(pthread_join(worker->thread, NULL), 0);
	handle_close(&worker->handle);
	return worker->error;
}
