/* SPDX-License-Identifier: BSD-2-Clause */
/* What a server says in words when it does not answer in SCEP's own. */
#include "base/text.h"
#include "cli/client.h"

char *client_said(const struct http_answer *answer, char *text, size_t size)
{
	gnutls_datum_t line = answer->body;

	for (unsigned i = 0; i < line.size; i++) {
		if (line.data[i] == '\r' || line.data[i] == '\n')
			line.size = i;
	}
	return text_printable(&line, text, size);
}
