/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/client.h"

#include "base/text.h"

bool client_read_challenge(const char *text, const char *path, gnutls_datum_t *challenge)
{
	CLEANUP(bytes_wipe) gnutls_datum_t file = {NULL, 0};
	gnutls_datum_t line = bytes_view_text(text);

	if (path != NULL) {
		if (!cli_read(path, &file))
			return false;
		line.data = file.data;
		for (line.size = 0; line.size < file.size && file.data[line.size] != '\n'; line.size++) {
		}
		if (line.size > 0 && file.data[line.size - 1] == '\r')
			line.size--;
	}
	if (line.size > LIMIT_CHALLENGE || !text_is_utf8(&line)) {
		cli_error("the challenge password is too long or not UTF-8");
		return false;
	}
	return bytes_copy(&line, challenge);
}
