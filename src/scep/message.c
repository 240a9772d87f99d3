/* SPDX-License-Identifier: BSD-2-Clause */
/* The bytes of a message, by GET and by POST (RFC 8894 section 4.3). */
#include "scep/operation_private.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "gateway/query.h"

/*
 * The message of a GET (field.md W7): base64 in a parameter that was percent-decoded without turning '+' into
 * a space; a space is a '+' that somebody else decoded.
 */
static enum err message_of_get(const char *query, gnutls_datum_t *bytes)
{
	CLEANUP(bytes_free) gnutls_datum_t text = {NULL, 0};
	enum err error = query_get(query, "message", &text);

	for (unsigned i = 0; error == ERR_OK && i < text.size; i++)
		if (text.data[i] == ' ')
			text.data[i] = '+';
	return error == ERR_OK ? text_base64_decode(&text, bytes) : error;
}

enum err scep_message_bytes(const struct request *request, gnutls_datum_t *bytes)
{
	if (request->method == METHOD_GET)
		return message_of_get(request->query, bytes);
	return bytes_copy(&request->body, bytes) ? ERR_OK : ERR_MEMORY;
}
