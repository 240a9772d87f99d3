/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <string.h>

#include "gateway/gateway_private.h"

Test(request_id, is_a_random_uuid)
{
	char id[GATEWAY_REQUEST_ID_SIZE];
	char other[GATEWAY_REQUEST_ID_SIZE];

	request_id_make(id);
	request_id_make(other);
	cr_expect_eq(strlen(id), 36);
	cr_expect_str_neq(id, other);
	for (size_t i = 0; i < 36; i++) {
		if (i == 8 || i == 13 || i == 18 || i == 23)
			cr_expect_eq(id[i], '-');
		else
			cr_expect_not_null(strchr("0123456789abcdef", id[i]));
	}
	cr_expect_eq(id[14], '4', "version");
	cr_expect_not_null(strchr("89ab", id[19]), "variant");
}
