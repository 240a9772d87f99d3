/* SPDX-License-Identifier: BSD-2-Clause */
#include "lib/fcgi.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"

#define HEADER_SIZE   8
#define PIECE         32768u
#define REQUEST_ID    1
#define WAIT_MS       (TEST_FCGI_SECONDS * 1000)
#define BETWEEN_TRIES 5

static void die(const char *what)
{
	(void)fprintf(stderr, "test set-up: FastCGI client: %s: %s\n", what, strerror(errno));
	abort();
}

const char *fcgi_source;

static void bind_source(int fd)
{
	struct sockaddr_in address = {.sin_family = AF_INET};

	if (inet_pton(AF_INET, fcgi_source, &address.sin_addr) != 1 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof address) != 0)
		die("bind");
}

static int try_connect(const char *where)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct sockaddr_in inet = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	bool is_path = where[0] == '/';
	int fd = socket(is_path ? AF_UNIX : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int result;

	if (fd < 0)
		die("socket");
	(void)snprintf(local.sun_path, sizeof local.sun_path, "%s", where);
	if (!is_path && fcgi_source != NULL)
		bind_source(fd);
	inet.sin_port = htons((uint16_t)strtoul(where, NULL, 10));
	result = is_path ? connect(fd, (const struct sockaddr *)&local, sizeof local)
			 : connect(fd, (const struct sockaddr *)&inet, sizeof inet);
	if (result == 0)
		return fd;
	(void)close(fd);
	return -1;
}

int fcgi_connect(const char *where)
{
	uint64_t end = clock_monotonic_ns() + TEST_FCGI_SECONDS * UINT64_C(1000000000);
	int fd;

	while ((fd = try_connect(where)) < 0) {
		if (clock_monotonic_ns() > end)
			die(where);
		(void)poll(NULL, 0, BETWEEN_TRIES);
	}
	return fd;
}

bool fcgi_send(int fd, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		struct pollfd writable = {.fd = fd, .events = POLLOUT};
		ssize_t sent;

		if (poll(&writable, 1, WAIT_MS) <= 0)
			die("the gateway does not read");
		sent = send(fd, at, size, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		if (sent < 0)
			return false;
		at += sent;
		size -= (size_t)sent;
	}
	return true;
}

bool fcgi_record(int fd, enum fcgi_type type, const void *content, size_t size)
{
	const uint8_t header[HEADER_SIZE] = {1,
					     (uint8_t)type,
					     REQUEST_ID >> 8,
					     REQUEST_ID & 255,
					     (uint8_t)(size >> 8),
					     (uint8_t)(size & 255),
					     0,
					     0};

	return fcgi_send(fd, header, sizeof header) && fcgi_send(fd, content, size);
}

bool fcgi_begin(int fd, unsigned role, bool keep)
{
	const uint8_t body[HEADER_SIZE] = {(uint8_t)(role >> 8), (uint8_t)(role & 255), keep ? 1 : 0};

	return fcgi_record(fd, FCGI_TYPE_BEGIN, body, sizeof body);
}

static void put_length(struct buffer *out, size_t length)
{
	if (length < 128) {
		buffer_append_byte(out, (uint8_t)length);
		return;
	}
	for (unsigned shift = 32; shift > 0; shift -= 8)
		buffer_append_byte(out, (uint8_t)(length >> (shift - 8) | (shift == 32 ? 0x80 : 0)));
}

void fcgi_put_param(struct buffer *out, const char *name, const char *value)
{
	put_length(out, strlen(name));
	put_length(out, strlen(value));
	buffer_append_text(out, name);
	buffer_append_text(out, value);
}

/* CONTENT in records of TYPE, then the empty one. */
static bool send_stream(int fd, enum fcgi_type type, const unsigned char *content, size_t size)
{
	while (size > 0) {
		size_t piece = size < PIECE ? size : PIECE;

		if (!fcgi_record(fd, type, content, piece))
			return false;
		content += piece;
		size -= piece;
	}
	return fcgi_record(fd, type, NULL, 0);
}

bool fcgi_params(int fd, const struct fcgi_param *params)
{
	struct buffer out = {0};
	bool sent;

	for (; params->name != NULL; params++)
		fcgi_put_param(&out, params->name, params->value);
	sent = send_stream(fd, FCGI_TYPE_PARAMS, out.data, out.size);
	buffer_free(&out);
	return sent;
}

bool fcgi_stdin(int fd, const gnutls_datum_t *body)
{
	return send_stream(fd, FCGI_TYPE_STDIN, body != NULL ? body->data : NULL,
			   body != NULL ? body->size : 0);
}

/* Reads SIZE bytes; false at the end of the connection. */
static bool receive(int fd, void *data, size_t size)
{
	char *at = data;

	while (size > 0) {
		struct pollfd readable = {.fd = fd, .events = POLLIN};
		ssize_t got;

		if (poll(&readable, 1, WAIT_MS) <= 0)
			die("the gateway does not answer");
		got = recv(fd, at, size, 0);
		if (got <= 0)
			return false;
		at += got;
		size -= (size_t)got;
	}
	return true;
}

/* Reads a record into CONTENT (of 64 KB). Its type, 0 at the end of the connection. */
static unsigned receive_record(int fd, unsigned char *content, size_t *size)
{
	uint8_t header[HEADER_SIZE];
	uint8_t padding[255];

	*size = 0;
	if (!receive(fd, header, sizeof header))
		return 0;
	*size = (size_t)header[4] << 8 | header[5];
	return receive(fd, content, *size) && receive(fd, padding, header[6]) ? header[1] : 0;
}

static void split(struct buffer *output, struct fcgi_reply *reply)
{
	static const char end[] = "\r\n\r\n";
	const unsigned char *found = output->size > 0 ? memmem(output->data, output->size, end, 4) : NULL;
	size_t length = found != NULL ? (size_t)(found - output->data) + 2 : 0;
	gnutls_datum_t rest;

	reply->headers = strndup(length > 0 ? (const char *)output->data : "", length);
	if (reply->headers == NULL)
		die("memory");
	if (found == NULL)
		return;
	rest = bytes_view(found + 4, output->size - length - 2);
	if (!bytes_copy(&rest, &reply->body))
		die("memory");
	reply->status = (int)strtol(fcgi_header(reply, "Status"), NULL, 10);
}

void fcgi_read(int fd, struct fcgi_reply *reply)
{
	static unsigned char content[65536];
	struct buffer output = {0};
	unsigned type;
	size_t size;

	*reply = (struct fcgi_reply){0};
	do {
		type = receive_record(fd, content, &size);
		if (type == FCGI_TYPE_STDOUT && size > 0) {
			buffer_append(&output, content, size);
			reply->records++;
		}
	} while (type != FCGI_TYPE_END && type != 0);
	reply->complete = type == FCGI_TYPE_END;
	split(&output, reply);
	buffer_free(&output);
}

void fcgi_exchange(int fd, bool keep, const struct fcgi_param *params, const gnutls_datum_t *body,
		   struct fcgi_reply *reply)
{
	/* The gateway may refuse and hang up before it has read all; its answer counts. */
	(void)(fcgi_begin(fd, 1, keep) && fcgi_params(fd, params) && fcgi_stdin(fd, body));
	fcgi_read(fd, reply);
}

void fcgi_request(const char *where, const struct fcgi_param *params, const gnutls_datum_t *body,
		  struct fcgi_reply *reply)
{
	int fd = fcgi_connect(where);

	fcgi_exchange(fd, false, params, body, reply);
	(void)close(fd);
}

const char *fcgi_header(const struct fcgi_reply *reply, const char *name)
{
	static char value[1024];
	size_t length = strlen(name);
	const char *line = reply->headers;

	for (; line != NULL && *line != '\0';
	     line = strchr(line, '\n'), line = line != NULL ? line + 1 : NULL) {
		if (strncasecmp(line, name, length) != 0 || line[length] != ':')
			continue;
		line += length + 1;
		line += strspn(line, " ");
		(void)snprintf(value, sizeof value, "%.*s", (int)strcspn(line, "\r\n"), line);
		return value;
	}
	return "";
}

void fcgi_reply_free(struct fcgi_reply *reply)
{
	free(reply->headers);
	bytes_free(&reply->body);
	*reply = (struct fcgi_reply){0};
}

bool fcgi_closed(int fd)
{
	char trash[4096];
	struct pollfd readable = {.fd = fd, .events = POLLIN};

	while (poll(&readable, 1, WAIT_MS) > 0)
		if (recv(fd, trash, sizeof trash, 0) <= 0)
			return true;
	return false;
}
