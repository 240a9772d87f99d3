/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IP addresses and networks. IPv4 is kept as the IPv4-mapped IPv6 that it is on a socket of both kinds (RFC
 * 4291 section 2.5.5.2), so 10.0.0.1 and ::ffff:10.0.0.1 are one address, and 10.0.0.0/8 and
 * ::ffff:10.0.0.0/104 one network.
 */
#ifndef BASE_NETWORK_H
#define BASE_NETWORK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

struct address {
	uint8_t bytes[16];
};

struct network {
	struct address address; /* zero behind the prefix */
	unsigned bits;          /* of the prefix, 0 to 128; IPv4's are counted from 96 */
};

/* Bytes of an address as text, final NUL included (INET6_ADDRSTRLEN). */
#define ADDRESS_TEXT_SIZE 46

/* TEXT as an address: numbers only, no port, no zone, no brackets, no blanks. ERR_SYNTAX. */
enum err address_parse(const char *text, struct address *address);

/* ADDRESS into TEXT of ADDRESS_TEXT_SIZE bytes: IPv4 with dots, IPv6 as RFC 5952 writes it. Returns TEXT. */
const char *address_text(const struct address *address, char *text);

/*
 * TEXT as "address/bits" or one address (RFC 4632 section 3.1). ERR_SYNTAX; ERR_MISMATCH where bits are set
 * behind the prefix, which is more likely a slip than meant.
 */
enum err network_parse(const char *text, struct network *network);

bool network_contains(const struct network *network, const struct address *address);

#endif
