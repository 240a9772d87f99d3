/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Paths, normalised by the program itself: HAProxy does not do it at all, nginx and Apache differ in detail
 * (field.md 3.7). After decoding once, what a browser or web server might read differently is resolved or
 * refused.
 */
#include "gateway/gateway_private.h"

#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/text.h"

/* Well-formed UTF-8, no control characters (C0, DEL, C1). */
static bool is_plain(const gnutls_datum_t *bytes)
{
	size_t offset = 0;

	while (offset < bytes->size) {
		int32_t point = text_utf8_next(bytes, &offset);

		if (point < 0x20 || (point >= 0x7f && point < 0xa0))
			return false;
	}
	return true;
}

/* Drops the last segment of PATH, of *LENGTH bytes, which ends in '/'. False at the root. */
static bool step_back(const char *path, size_t *length)
{
	if (*length == 1)
		return false;
	do {
		--*length;
	} while (path[*length - 1] != '/');
	return true;
}

/* Appends a segment to PATH, which ends in '/', and the '/' behind it, if any. "" and "." vanish. */
static bool add_segment(const char *segment, size_t size, bool slash, char *path, size_t *length)
{
	if (size == 0 || (size == 1 && segment[0] == '.'))
		return true;
	if (size == 2 && memcmp(segment, "..", 2) == 0)
		return step_back(path, length);
	memcpy(path + *length, segment, size);
	*length += size;
	if (slash)
		path[(*length)++] = '/';
	return true;
}

/* Resolves the decoded path in BYTES, which begins with '/', into PATH; it never grows. */
static bool resolve(const gnutls_datum_t *bytes, char *path)
{
	const char *text = (const char *)bytes->data;
	size_t length = 1;

	path[0] = '/';
	for (size_t at = 1; at < bytes->size;) {
		const char *slash = memchr(text + at, '/', bytes->size - at);
		size_t size = slash != NULL ? (size_t)(slash - text) - at : bytes->size - at;

		if (!add_segment(text + at, size, slash != NULL, path, &length)) {
			path[0] = '\0';
			return false;
		}
		at += size + 1;
	}
	path[length] = '\0';
	return true;
}

enum err path_normalise(const char *text, size_t size, bool encoded, char *path)
{
	CLEANUP(buffer_free) struct buffer buffer = {0};
	CLEANUP(bytes_free) gnutls_datum_t bytes = {NULL, 0};

	path[0] = '\0';
	if (size > 3 * LIMIT_PATH)
		return ERR_LIMIT;
	if (!encoded)
		buffer_append(&buffer, text, size);
	else if (percent_decode(text, size, &buffer) != ERR_OK)
		return ERR_SYNTAX;
	if (!buffer_take(&buffer, &bytes))
		return ERR_MEMORY;
	if (bytes.size > LIMIT_PATH)
		return ERR_LIMIT;
	if (bytes.size == 0 || bytes.data[0] != '/' || !is_plain(&bytes) || !resolve(&bytes, path))
		return ERR_SYNTAX;
	return ERR_OK;
}

/* Where the path begins in REQUEST_URI: behind scheme and host of the absolute form (RFC 9112 section 3.2.2),
 * which Apache leaves in place. NULL: it has none. */
static const char *skip_authority(const char *uri)
{
	const char *host = NULL;

	if (uri[0] == '/')
		return uri;
	if (strncasecmp(uri, "http://", 7) == 0)
		host = uri + 7;
	else if (strncasecmp(uri, "https://", 8) == 0)
		host = uri + 8;
	return host != NULL ? host + strcspn(host, "/?#") : NULL;
}

static enum err from_uri(const char *path_and_query, char *path)
{
	size_t size = strcspn(path_and_query, "?#");

	/* A fragment never travels; nginx would cut it off, others not. */
	if (path_and_query[size] == '#')
		return ERR_SYNTAX;
	return size == 0 ? path_normalise("/", 1, false, path)
			 : path_normalise(path_and_query, size, true, path);
}

static enum err from_script_name(const char *script_name, const char *path_info, char *path)
{
	char both[LIMIT_PATH + 1];
	size_t first = script_name != NULL ? strlen(script_name) : 0;
	size_t second = path_info != NULL ? strlen(path_info) : 0;

	if (first > LIMIT_PATH || second > LIMIT_PATH - first)
		return ERR_LIMIT;
	if (first > 0)
		memcpy(both, script_name, first);
	if (second > 0)
		memcpy(both + first, path_info, second);
	return path_normalise(both, first + second, false, path);
}

enum err path_from_params(const struct request_params *params, char *path)
{
	const char *uri = params->values[PARAM_REQUEST_URI];
	const char *document = params->values[PARAM_DOCUMENT_URI];
	const char *start = uri != NULL ? skip_authority(uri) : NULL;

	path[0] = '\0';
	if (start != NULL)
		return from_uri(start, path);
	if (document != NULL && document[0] != '\0')
		return path_normalise(document, strlen(document), false, path);
	return from_script_name(params->values[PARAM_SCRIPT_NAME], params->values[PARAM_PATH_INFO], path);
}
