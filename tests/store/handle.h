/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tests of the store begin with. */
#ifndef TEST_STORE_HANDLE_H
#define TEST_STORE_HANDLE_H

#include "store/enrolment.h"
#include "store/requests.h"

struct handle {
	char url[256];
	struct store_address *address;
	struct store *store;
};

/* A handle on the database of URL. Failures end the test. */
struct handle handle_open(const char *url);
void handle_close(struct handle *handle);

/* The enrolment number N: another N differs in request, what is asked, serial and transaction.
 * Points to static memory. */
struct store_issued sample_issued(unsigned n);

/* The request of that enrolment, to be put on hold. */
struct store_waiting sample_waiting(unsigned n);

/* ISSUED, which was recorded or not, is recorded once and answered when it is asked for again; nothing else
 * is in the database of URL. */
void expect_settled(const char *url, const struct store_issued *issued, const char *why);

/* Asks a database how many transactions, certificates and audit rows it has: "1 1 1". */
extern const char count_rows[];

#endif
