/* SPDX-License-Identifier: BSD-2-Clause */
/* An attempt to decide on, without a database: for the steps that need none. */
#ifndef TEST_ENROL_ATTEMPT_H
#define TEST_ENROL_ATTEMPT_H

#include "enrol/private.h"
#include "lib/fixture.h"

struct try_out {
	struct enrol_profile profile;
	struct enrolment enrolment;
	struct store_look look;
	struct attempt attempt;
};

/* An attempt with a request for KEY that carries CHALLENGE (NULL: none), under a profile that wants "secret".
 */
void try_out_init(struct try_out *try_out, enum fixture_key key, const char *challenge);
void try_out_free(struct try_out *try_out);

#endif
