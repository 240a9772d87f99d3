/* SPDX-License-Identifier: BSD-2-Clause */
/* A path from anywhere: what comes out is normal, and normalising it again changes nothing. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "fuzz/fuzz.h"
#include "gateway/gateway_private.h"

/* True when TEXT ends in "/." or "/..". */
static bool ends_in_dots(const char *text)
{
	const char *last = strrchr(text, '/');

	return strcmp(last, "/.") == 0 || strcmp(last, "/..") == 0;
}

static void check_normal(const char *path)
{
	gnutls_datum_t bytes = bytes_view_text(path);

	FUZZ_PROMISE(path[0] == '/');
	FUZZ_PROMISE(strlen(path) <= LIMIT_PATH);
	FUZZ_PROMISE(text_is_utf8(&bytes));
	FUZZ_PROMISE(strstr(path, "//") == NULL);
	FUZZ_PROMISE(strstr(path, "/./") == NULL);
	FUZZ_PROMISE(strstr(path, "/../") == NULL);
	FUZZ_PROMISE(!ends_in_dots(path));
	for (const char *c = path; *c != '\0'; c++)
		FUZZ_PROMISE((unsigned char)*c >= 0x20 && *c != 0x7f);
}

static void look(const char *text, size_t size, bool encoded)
{
	char path[GATEWAY_PATH_SIZE];
	char again[GATEWAY_PATH_SIZE];

	if (path_normalise(text, size, encoded, path) != ERR_OK) {
		FUZZ_PROMISE(path[0] == '\0');
		return;
	}
	check_normal(path);
	FUZZ_PROMISE(path_normalise(path, strlen(path), false, again) == ERR_OK);
	FUZZ_PROMISE(strcmp(path, again) == 0);
}

/* The same text as REQUEST_URI, with its host and query. */
static void look_at_uri(const char *text, size_t size)
{
	char *uri = malloc(size + 1);
	struct request_params params = {{[PARAM_REQUEST_URI] = uri}};
	char path[GATEWAY_PATH_SIZE];

	if (uri == NULL)
		return;
	if (size > 0)
		memcpy(uri, text, size);
	uri[size] = '\0';
	if (path_from_params(&params, path) == ERR_OK)
		check_normal(path);
	free(uri);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	look(text, size, true);
	look(text, size, false);
	look_at_uri(text, size);
	return 0;
}
