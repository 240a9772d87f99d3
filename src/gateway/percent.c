/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/gateway_private.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum err percent_decode(const char *text, size_t size, struct buffer *out)
{
	for (size_t i = 0; i < size; i++) {
		int high;
		int low;

		if (text[i] != '%') {
			buffer_append_byte(out, (uint8_t)text[i]);
			continue;
		}
		if (size - i < 3)
			return ERR_SYNTAX;
		high = digit(text[i + 1]);
		low = digit(text[i + 2]);
		if (high < 0 || low < 0)
			return ERR_SYNTAX;
		buffer_append_byte(out, (uint8_t)(high << 4 | low));
		i += 2;
	}
	return ERR_OK;
}
