/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/gateway_private.h"

#include <string.h>

static const char *const names[PARAM_COUNT] = {
	[PARAM_REQUEST_METHOD] = "REQUEST_METHOD",
	[PARAM_CONTENT_LENGTH] = "CONTENT_LENGTH",
	[PARAM_CONTENT_TYPE] = "CONTENT_TYPE",
	[PARAM_QUERY_STRING] = "QUERY_STRING",
	[PARAM_HTTPS] = "HTTPS",
	[PARAM_REMOTE_ADDR] = "REMOTE_ADDR",
	[PARAM_REQUEST_URI] = "REQUEST_URI",
	[PARAM_DOCUMENT_URI] = "DOCUMENT_URI",
	[PARAM_SCRIPT_NAME] = "SCRIPT_NAME",
	[PARAM_PATH_INFO] = "PATH_INFO",
};

const char *param_value(const char *pair, const char *name)
{
	size_t length = strlen(name);

	return strncmp(pair, name, length) == 0 && pair[length] == '=' ? pair + length + 1 : NULL;
}

static bool note(struct request_params *params, const char *pair, const char **twice)
{
	for (size_t i = 0; i < PARAM_COUNT; i++) {
		const char *value = param_value(pair, names[i]);

		if (value == NULL)
			continue;
		if (params->values[i] != NULL) {
			*twice = names[i];
			return false;
		}
		params->values[i] = value;
		return true;
	}
	return true;
}

bool params_read(char *const *environment, struct request_params *params, const char **twice)
{
	*params = (struct request_params){{NULL}};
	*twice = NULL;
	for (; *environment != NULL; environment++)
		if (!note(params, *environment, twice))
			return false;
	return true;
}
