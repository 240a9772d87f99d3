/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/network.h"

#include <arpa/inet.h>
#include <string.h>

#define ADDRESS_BITS 128u
/* Of an IPv4-mapped address, before the IPv4 address in it. */
#define MAPPED_BITS 96u
#define MAPPED_SIZE (MAPPED_BITS / 8)

static const uint8_t mapped[MAPPED_SIZE] = {[10] = 0xff, [11] = 0xff};

/* The same, and in *START how many bits stand before those that TEXT writes. */
static enum err parse(const char *text, struct address *address, unsigned *start)
{
	*address = (struct address){{0}};
	*start = MAPPED_BITS;
	memcpy(address->bytes, mapped, sizeof mapped);
	if (inet_pton(AF_INET, text, address->bytes + MAPPED_SIZE) == 1)
		return ERR_OK;
	*start = 0;
	return inet_pton(AF_INET6, text, address->bytes) == 1 ? ERR_OK : ERR_SYNTAX;
}

enum err address_parse(const char *text, struct address *address)
{
	unsigned start;

	return parse(text, address, &start);
}

const char *address_text(const struct address *address, char *text)
{
	bool v4 = memcmp(address->bytes, mapped, sizeof mapped) == 0;

	/* Cannot fail: the family is known, and TEXT large enough. */
	(void)inet_ntop(v4 ? AF_INET : AF_INET6, address->bytes + (v4 ? MAPPED_SIZE : 0), text,
			ADDRESS_TEXT_SIZE);
	return text;
}

/* The decimal number TEXT, at most MAX, without leading zeros. */
static bool parse_bits(const char *text, unsigned max, unsigned *bits)
{
	size_t length = strlen(text);

	if (length == 0 || length > 3 || strspn(text, "0123456789") != length ||
	    (text[0] == '0' && length > 1))
		return false;
	*bits = 0;
	for (; *text != '\0'; text++)
		*bits = *bits * 10 + (unsigned)(*text - '0');
	return *bits <= max;
}

static void clear_behind(struct address *address, unsigned bits)
{
	for (unsigned i = 0; i < sizeof address->bytes; i++) {
		unsigned kept = bits > i * 8 ? bits - i * 8 : 0;

		if (kept < 8)
			address->bytes[i] &= (uint8_t)(0xff00u >> kept);
	}
}

enum err network_parse(const char *text, struct network *network)
{
	struct network found = {.bits = ADDRESS_BITS};
	char address[ADDRESS_TEXT_SIZE];
	size_t length = strcspn(text, "/");
	struct address exact;
	unsigned start;

	if (length >= sizeof address)
		return ERR_SYNTAX;
	memcpy(address, text, length);
	address[length] = '\0';
	if (parse(address, &exact, &start) != ERR_OK)
		return ERR_SYNTAX;
	if (text[length] == '/') {
		if (!parse_bits(text + length + 1, ADDRESS_BITS - start, &found.bits))
			return ERR_SYNTAX;
		found.bits += start;
	}
	found.address = exact;
	clear_behind(&found.address, found.bits);
	if (memcmp(&found.address, &exact, sizeof exact) != 0)
		return ERR_MISMATCH;
	*network = found;
	return ERR_OK;
}

bool network_contains(const struct network *network, const struct address *address)
{
	struct address masked = *address;

	clear_behind(&masked, network->bits);
	return memcmp(&masked, &network->address, sizeof masked) == 0;
}
