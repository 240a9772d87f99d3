/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "pki/pki_private.h"

enum err pki_refuse(char *reason, enum err error, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(reason, PKI_REASON_SIZE, format, arguments);
	va_end(arguments);
	return error;
}

enum err pki_no_memory(char *reason)
{
	return pki_refuse(reason, ERR_MEMORY, "out of memory");
}

bool pki_is_token(const char *path)
{
	return strncasecmp(path, "pkcs11:", 7) == 0;
}

const char *pki_display_path(const char *path, char *text)
{
	gnutls_datum_t shown = bytes_view(path, pki_is_token(path) ? strcspn(path, "?") : strlen(path));

	return text_printable(&shown, text, PKI_DISPLAY_SIZE);
}
