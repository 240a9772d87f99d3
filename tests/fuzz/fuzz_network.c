/* SPDX-License-Identifier: BSD-2-Clause */
/* A network from anywhere: it contains its own address, has no bit behind its prefix, and its text is it
 * again. */
#include <stdio.h>
#include <string.h>

#include "base/network.h"
#include "fuzz/fuzz.h"

static void check(const struct network *network)
{
	struct network again;
	char address[ADDRESS_TEXT_SIZE];
	char text[ADDRESS_TEXT_SIZE + 4];
	bool v4 = strchr(address_text(&network->address, address), ':') == NULL;

	FUZZ_PROMISE(network->bits <= 128);
	FUZZ_PROMISE(network_contains(network, &network->address));
	FUZZ_PROMISE(!v4 || network->bits >= 96);
	(void)snprintf(text, sizeof text, "%s/%u", address, network->bits - (v4 ? 96 : 0));
	FUZZ_PROMISE(network_parse(text, &again) == ERR_OK);
	FUZZ_PROMISE(memcmp(&again.address, &network->address, sizeof again.address) == 0);
	FUZZ_PROMISE(again.bits == network->bits);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[512];
	struct network network;
	struct address address;

	if (size >= sizeof text)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	if (network_parse(text, &network) == ERR_OK)
		check(&network);
	if (address_parse(text, &address) == ERR_OK)
		FUZZ_PROMISE(network_parse(text, &network) == ERR_OK && network.bits == 128);
	return 0;
}
