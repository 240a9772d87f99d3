/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include "lib/mariadb.h"
#include "store/handle.h"
#include "store/profile.h"

#include <string.h>

static struct store_profile sample(char *id, char *name)
{
	static char keys[] = "[{\"algorithm\":\"RSA\",\"min_size\":3072}]", ekus[] = "[\"clientAuth\"]",
		    extensions[] = "[\"1.2.3\"]";

	return (struct store_profile){
		.id = id,
		.name = name,
		.policy = {.enabled = true,
			   .max_ttl = 86400,
			   .key_algorithms = keys,
			   .ekus = ekus,
			   .copied_extensions = extensions,
			   .must_staple = true},
	};
}

Test(profile, one_that_is_not_there_is_not_found)
{
	struct handle h = handle_open(test_database());
	struct store_profile row;

	cr_expect_eq(store_profile_find(h.store, "none", &row), ERR_NOT_FOUND);
	cr_expect_null(row.id);
	handle_close(&h);
}

Test(profile, another_rows_name_is_refused_and_leaves_both_rows_alone)
{
	struct handle h = handle_open(test_database());
	struct store_profile one = sample((char[]){"one"}, (char[]){"One"}),
			     two = sample((char[]){"two"}, (char[]){"Two"}),
			     thief = sample((char[]){"three"}, (char[]){"One"});

	cr_assert_eq(store_profile_put(h.store, &one), ERR_OK);
	cr_assert_eq(store_profile_put(h.store, &two), ERR_OK);
	cr_expect_eq(store_profile_put(h.store, &thief), ERR_EXISTS, "a new row with a name that is taken");
	two.name = thief.name;
	cr_expect_eq(store_profile_put(h.store, &two), ERR_EXISTS, "an old row that takes another's name");
	cr_expect_str_eq(test_sql(h.url, "SELECT GROUP_CONCAT(id, name ORDER BY id) FROM "
					 "certificate_profiles"),
			 "oneOne,twoTwo");
	handle_close(&h);
}

Test(profile, what_is_put_is_found_and_is_the_policy_of_enrolments)
{
	struct handle h = handle_open(test_database());
	struct store_profile row = sample((char[]){"prof-corp"}, (char[]){"Corporate"}), found;
	struct store_issued issued = sample_issued(1);
	struct store_look look;

	cr_assert_eq(store_profile_put(h.store, &row), ERR_OK);
	row.policy.enabled = false;
	cr_assert_eq(store_profile_put(h.store, &row), ERR_OK, "the second time changes it");
	cr_assert_eq(store_profile_find(h.store, "prof-corp", &found), ERR_OK);
	cr_expect_str_eq(found.name, "Corporate");
	cr_expect_eq(found.policy.max_ttl, 86400);
	cr_expect_not(found.policy.enabled);
	cr_expect(found.policy.must_staple);
	cr_expect_str_eq(found.policy.copied_extensions, "[\"1.2.3\"]");
	store_profile_free(&found);
	cr_assert_eq(store_enrolment_look(h.store, &issued.key, "prof-corp", 0, &look), ERR_OK);
	cr_expect(look.has_policy);
	cr_expect_str_eq(look.policy.ekus, "[\"clientAuth\"]");
	cr_expect_not(look.policy.enabled);
	store_look_free(&look);
	handle_close(&h);
}

static void append_id(void *context, const struct store_profile *row)
{
	char *ids = context;

	(void)strcat(strcat(ids, row->id), " ");
}

Test(profile, lists_every_row_in_order)
{
	struct handle h = handle_open(test_database());
	struct store_profile b = sample((char[]){"b"}, (char[]){"B"}),
			     a = sample((char[]){"a"}, (char[]){"A"});
	char ids[64] = "";

	cr_expect_eq(store_profile_list(h.store, append_id, ids), ERR_OK);
	cr_expect_str_empty(ids, "no row, no call");
	cr_assert_eq(store_profile_put(h.store, &b), ERR_OK);
	cr_assert_eq(store_profile_put(h.store, &a), ERR_OK);
	cr_expect_eq(store_profile_list(h.store, append_id, ids), ERR_OK);
	cr_expect_str_eq(ids, "a b ");
	handle_close(&h);
}
