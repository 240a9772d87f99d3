/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Certificate profiles (table certificate_profiles): the policy rows that a SCEP or EST profile names with
 * its PROFILE_ID, for those who edit them. Enrolments read theirs through store_enrolment_look.
 */
#ifndef STORE_PROFILE_H
#define STORE_PROFILE_H

#include "store/enrolment.h"
#include "store/store.h"

/* One row. Freed with store_profile_free. */
struct store_profile {
	char *id;
	char *name; /* unique, for people */
	struct store_policy policy;
};

/* Reads the row ID. ERR_NOT_FOUND, ERR_UNAVAILABLE, ERR_MEMORY. */
enum err store_profile_find(struct store *store, const char *id, struct store_profile *profile);

/* Calls SEE for every row, ordered by id. ERR_UNAVAILABLE, ERR_MEMORY. */
enum err store_profile_list(struct store *store,
			    void (*see)(void *context, const struct store_profile *profile), void *context);

/* Writes PROFILE as the row with its id, making it when there is none. ERR_EXISTS: another row has its name.
 * ERR_UNAVAILABLE, ERR_MEMORY. */
enum err store_profile_put(struct store *store, const struct store_profile *profile);

void store_profile_free(struct store_profile *profile);

#endif
