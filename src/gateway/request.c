/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/gateway_private.h"

#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/text.h"

static const struct {
	const char *name;
	enum request_method method;
} methods[] = {
	{"GET", METHOD_GET},
	{"HEAD", METHOD_HEAD},
	{"POST", METHOD_POST},
};

static enum request_method find_method(const char *name)
{
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (strcmp(name, methods[i].name) == 0)
			return methods[i].method;
	return METHOD_OTHER;
}

/* One spelling for each address; "" for what is none: nginx says "unix:" of a client on a Unix socket. */
static const char *fill_address(const struct request_params *params, struct request_text *text)
{
	const char *remote = params->values[PARAM_REMOTE_ADDR];
	struct address address;

	if (remote == NULL || address_parse(remote, &address) != ERR_OK)
		return "";
	return address_text(&address, text->client_address);
}

static int fill_path(const struct request_params *params, char *path)
{
	enum err error = path_from_params(params, path);

	if (error == ERR_OK)
		return 0;
	log_warn("the path of the request cannot be used", "error", err_text(error));
	return error == ERR_LIMIT ? 414 : 400;
}

static const char *fill_content_type(const struct request_params *params, struct request_text *text)
{
	const char *value = params->values[PARAM_CONTENT_TYPE];
	gnutls_datum_t bytes = bytes_view_text(value != NULL ? value : "");

	return text_printable(&bytes, text->content_type, sizeof text->content_type);
}

int request_fill(const struct request_params *params, struct request_text *text, struct request *request)
{
	const char *method = params->values[PARAM_REQUEST_METHOD];
	const char *query = params->values[PARAM_QUERY_STRING];
	const char *https = params->values[PARAM_HTTPS];

	text->path[0] = '\0';
	request->path = text->path;
	request->content_type = fill_content_type(params, text);
	request->query = query != NULL ? query : "";
	request->client_address = fill_address(params, text);
	request->https = https != NULL && (strcasecmp(https, "on") == 0 || strcmp(https, "1") == 0);
	if (method == NULL || method[0] == '\0') {
		log_warn("the web server does not tell the request method");
		return 400;
	}
	request->method = find_method(method);
	return fill_path(params, text->path);
}
