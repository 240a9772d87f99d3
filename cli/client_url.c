/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/client.h"

#include <string.h>

/* Appends TEXT with everything but unreserved characters (RFC 3986 section 2.3) escaped. */
static void append_escaped(struct buffer *out, const char *text)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
	char escape[4];

	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL) {
			buffer_append(out, text, 1);
		} else {
			(void)snprintf(escape, sizeof(escape), "%%%02X", (unsigned)(unsigned char)*text);
			buffer_append_text(out, escape);
		}
	}
}

char *client_operation_url(const char *url, const char *operation, const char *message)
{
	CLEANUP(buffer_free) struct buffer out = {0};
	char *text;

	buffer_append_text(&out, url);
	buffer_append_text(&out, strchr(url, '?') != NULL ? "&operation=" : "?operation=");
	buffer_append_text(&out, operation);
	if (message != NULL) {
		buffer_append_text(&out, "&message=");
		append_escaped(&out, message);
	}
	buffer_append_byte(&out, 0);
	text = out.failed ? NULL : strdup((const char *)out.data);
	if (text == NULL)
		cli_error("out of memory");
	return text;
}
