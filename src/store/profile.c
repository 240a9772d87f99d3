/* SPDX-License-Identifier: BSD-2-Clause */
#include "store/profile.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "store/store_private.h"

struct read_call {
	enum statement statement;
	const char *id;
	struct store_profile *profile;
};

static enum err read_row(struct store *store, void *context)
{
	const struct read_call *call = context;
	struct store_profile *profile = call->profile;
	uint64_t enabled, max_ttl, must_staple;
	const struct input inputs[] = {input_text(call->id)};
	const struct output outputs[] = {
		{VALUE_TEXT, &profile->id},
		{VALUE_TEXT, &profile->name},
		{VALUE_NUMBER, &enabled},
		{VALUE_NUMBER, &max_ttl},
		{VALUE_TEXT, &profile->policy.key_algorithms},
		{VALUE_TEXT, &profile->policy.ekus},
		{VALUE_TEXT, &profile->policy.copied_extensions},
		{VALUE_NUMBER, &must_staple},
	};
	enum err error =
		store_run(store, call->statement, inputs, COUNT_OF(inputs), outputs, COUNT_OF(outputs));

	profile->policy.enabled = enabled != 0;
	profile->policy.max_ttl = (unsigned)max_ttl;
	profile->policy.must_staple = must_staple != 0;
	return error;
}

enum err store_profile_find(struct store *store, const char *id, struct store_profile *profile)
{
	struct read_call call = {STATEMENT_PROFILE_FIND, id, profile};

	*profile = (struct store_profile){0};
	return store_try(store, read_row, &call);
}

enum err store_profile_list(struct store *store,
			    void (*see)(void *context, const struct store_profile *profile), void *context)
{
	CLEANUP(store_profile_free) struct store_profile last = {0};

	for (;;) {
		struct store_profile row = {0};
		struct read_call call = {STATEMENT_PROFILE_NEXT, last.id == NULL ? "" : last.id, &row};
		enum err error = store_try(store, read_row, &call);

		if (error != ERR_OK)
			return error == ERR_NOT_FOUND ? ERR_OK : error;
		see(context, &row);
		store_profile_free(&last);
		last = row;
	}
}

/* Updates the row when it is there, so that doing it twice is doing it once. */
static enum err put(struct store *store, void *context)
{
	const struct store_profile *profile = context;
	const struct store_policy *policy = &profile->policy;
	CLEANUP(store_profile_free) struct store_profile there = {0};
	struct read_call find = {STATEMENT_PROFILE_FIND, profile->id, &there};
	time_t now = clock_now();
	const struct input inputs[] = {
		input_text(profile->name),         input_number(policy->enabled),
		input_number(policy->max_ttl),     input_text(policy->key_algorithms),
		input_text(policy->ekus),          input_text(policy->copied_extensions),
		input_number(policy->must_staple), input_time(now),
		input_text(profile->id),           input_time(now), /* created_at: of a new row */
	};
	enum err error = read_row(store, &find);

	if (error == ERR_NOT_FOUND)
		return store_run(store, STATEMENT_PROFILE_INSERT, inputs, COUNT_OF(inputs), NULL, 0);
	if (error == ERR_OK)
		error = store_run(store, STATEMENT_PROFILE_UPDATE, inputs, COUNT_OF(inputs) - 1, NULL, 0);
	return error;
}

enum err store_profile_put(struct store *store, const struct store_profile *profile)
{
	struct store_profile row = *profile;
	enum err error = store_try(store, put, &row);

	if (error == ERR_OK)
		store_wrote(store);
	return error;
}

void store_profile_free(struct store_profile *profile)
{
	free(profile->id);
	free(profile->name);
	free(profile->policy.key_algorithms);
	free(profile->policy.ekus);
	free(profile->policy.copied_extensions);
	*profile = (struct store_profile){0};
}
