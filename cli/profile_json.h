/* SPDX-License-Identifier: BSD-2-Clause */
/* The lists of a certificate profile as the JSON that the table certificate_profiles holds. */
#ifndef CLI_PROFILE_JSON_H
#define CLI_PROFILE_JSON_H

#include "cli/cli.h"

/*
 * Each writes LIST as a JSON array to *JSON, which is replaced (and freed by the caller). False after an
 * error message that names the word at fault: what an enrolment could not apply is refused here, not then.
 */
bool cli_json_keys(const struct cli_list *list, char **json); /* "rsa:2048" -> {"algorithm","min_size"} */
bool cli_json_ekus(const struct cli_list *list,
		   char **json); /* names or OIDs; the word "none": an empty list */
bool cli_json_extensions(const struct cli_list *list, char **json); /* OIDs that may be copied; "none" */

#endif
