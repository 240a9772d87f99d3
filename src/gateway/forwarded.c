/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * X-Forwarded-For and X-Forwarded-Proto of proxies that are listed. Each proxy appends who has connected to
 * it, so the list is believed from its right end, and only as far as listed proxies have written it: what
 * stands left of the first other address the client may have made up. Forwarded (RFC 7239) is not read.
 */
#include "gateway/gateway_private.h"

#include <string.h>
#include <strings.h>

#include "base/log.h"

/* "[address]:port", final NUL included. */
#define ELEMENT_SIZE (ADDRESS_TEXT_SIZE + 8)

/* An element of a list between commas (RFC 9110 section 5.6.1), without the blanks around it. */
struct element {
	const char *text;
	size_t size;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct element trim(const char *text, size_t size)
{
	for (; size > 0 && is_blank(*text); size--)
		text++;
	while (size > 0 && is_blank(text[size - 1]))
		size--;
	return (struct element){text, size};
}

static bool is_port(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && length <= 5 && strspn(text, "0123456789") == length;
}

/* Cuts the port off TEXT, and the brackets. A lone colon is a port's; IPv6 has two at least. */
static const char *cut_port(char *text)
{
	char *end = strchr(text, ':');

	if (text[0] == '[') {
		end = strchr(text, ']');
		if (end == NULL || memchr(text, ':', (size_t)(end - text)) == NULL ||
		    (end[1] != '\0' && (end[1] != ':' || !is_port(end + 2))))
			return "";
		*end = '\0';
		return text + 1;
	}
	if (end != NULL && strchr(end + 1, ':') == NULL) {
		if (!is_port(end + 1))
			return "";
		*end = '\0';
	}
	return text;
}

static bool parse_element(const struct element *element, struct address *address)
{
	char text[ELEMENT_SIZE];

	if (element->size >= sizeof text)
		return false;
	memcpy(text, element->text, element->size);
	text[element->size] = '\0';
	return address_parse(cut_port(text), address) == ERR_OK;
}

struct walk {
	const struct gateway_trust *trust;
	struct address *client; /* the last good one */
	unsigned hops;
	const char *fault; /* why it did not come to its end, or NULL */
};

/* One element further to the left. False: the walk has ended. */
static bool step(struct walk *walk, const struct element *element)
{
	struct address address;

	if (walk->hops++ == LIMIT_FORWARDED_HOPS) {
		walk->fault = "it has too many elements";
		return false;
	}
	if (element->size == 0)
		return true;
	if (!parse_element(element, &address)) {
		walk->fault = "it has something that is no address";
		return false;
	}
	*walk->client = address;
	return trust_lists(walk->trust, &address);
}

static bool walk_value(struct walk *walk, const char *value)
{
	size_t stop = strlen(value);

	for (;;) {
		size_t start = stop;
		struct element element;

		while (start > 0 && value[start - 1] != ',')
			start--;
		element = trim(value + start, stop - start);
		if (!step(walk, &element))
			return false;
		if (start == 0)
			return true;
		stop = start - 1;
	}
}

/* A field that came several times is one list (RFC 9110 section 5.3). */
const char *forwarded_client(const struct gateway_trust *trust, char *const *environment,
			     struct address *client)
{
	struct walk walk = {.trust = trust, .client = client};
	size_t count = 0;

	while (environment[count] != NULL)
		count++;
	while (count-- > 0) {
		const char *value = param_value(environment[count], "HTTP_X_FORWARDED_FOR");

		if (value != NULL && !walk_value(&walk, value))
			break;
	}
	return walk.fault;
}

static void note_protocols(const char *value, enum forwarded_proto *proto)
{
	for (;;) {
		size_t size = strcspn(value, ",");
		struct element element = trim(value, size);

		if (element.size > 0 && (element.size != 5 || strncasecmp(element.text, "https", 5) != 0))
			*proto = FORWARDED_OTHER;
		else if (element.size > 0 && *proto == FORWARDED_UNSAID)
			*proto = FORWARDED_HTTPS;
		if (value[size] == '\0')
			return;
		value += size + 1;
	}
}

enum forwarded_proto forwarded_proto(char *const *environment)
{
	enum forwarded_proto proto = FORWARDED_UNSAID;

	for (; *environment != NULL; environment++) {
		const char *value = param_value(*environment, "HTTP_X_FORWARDED_PROTO");

		if (value != NULL)
			note_protocols(value, &proto);
	}
	return proto;
}

void forwarded_apply(const struct gateway_trust *trust, const struct peer *peer, char *const *environment,
		     struct request_text *text, struct request *request)
{
	enum forwarded_proto proto;
	struct address client;
	const char *fault;

	if (!trust_believes_headers(trust, peer, request->client_address) ||
	    address_parse(request->client_address, &client) != ERR_OK)
		return;
	fault = forwarded_client(trust, environment, &client);
	request->client_address = address_text(&client, text->client_address);
	if (fault != NULL)
		log_info("X-Forwarded-For is not followed to its end", "because", fault, "client",
			 request->client_address);
	proto = forwarded_proto(environment);
	if (proto != FORWARDED_UNSAID)
		request->https = proto == FORWARDED_HTTPS;
}
