/* SPDX-License-Identifier: BSD-2-Clause */
#include <criterion/criterion.h>
#include <stdio.h>

#include "gateway/gateway_private.h"

static const char *const names[] = {"REQUEST_METHOD", "CONTENT_LENGTH", "CONTENT_TYPE", "QUERY_STRING",
				    "HTTPS",          "REMOTE_ADDR",    "REQUEST_URI",  "DOCUMENT_URI",
				    "SCRIPT_NAME",    "PATH_INFO"};

Test(params, each_is_refused_when_given_twice)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char first[64];
		char second[64];
		char *environment[] = {first, second, NULL};
		struct request_params params;
		const char *twice;

		(void)snprintf(first, sizeof first, "%s=a", names[i]);
		(void)snprintf(second, sizeof second, "%s=", names[i]);
		cr_expect_not(params_read(environment, &params, &twice), "%s", names[i]);
		cr_expect_str_eq(twice, names[i]);
	}
}

Test(params, each_is_found_wherever_it_stands)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char pair[64];
		char other[] = "SERVER_NAME=x";
		char *environment[] = {other, pair, other, NULL};
		struct request_params params;
		const char *twice;
		size_t found = 0;

		(void)snprintf(pair, sizeof pair, "%s=a=b", names[i]);
		cr_assert(params_read(environment, &params, &twice), "others may repeat");
		for (size_t k = 0; k < PARAM_COUNT; k++) {
			if (params.values[k] == NULL)
				continue;
			cr_expect_str_eq(params.values[k], "a=b");
			found++;
		}
		cr_expect_eq(found, 1, "%s", names[i]);
	}
}

static const char *const strangers[] = {"",          "=",         "HTTPS",         "https=on",
					"HTTPS2=on", "XHTTPS=on", "HTTP_HTTPS=on", "HTTP_CONTENT_LENGTH=1"};

Test(params, similar_names_are_other_parameters)
{
	for (size_t i = 0; i < sizeof strangers / sizeof *strangers; i++) {
		char pair[64];
		char *environment[] = {pair, pair, NULL};
		struct request_params params;
		const char *twice;

		(void)snprintf(pair, sizeof pair, "%s", strangers[i]);
		cr_expect(params_read(environment, &params, &twice), "%s", strangers[i]);
		cr_expect_null(params.values[PARAM_HTTPS], "%s", strangers[i]);
		cr_expect_null(params.values[PARAM_CONTENT_LENGTH], "%s", strangers[i]);
	}
}
