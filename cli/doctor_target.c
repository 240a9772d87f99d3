/* SPDX-License-Identifier: BSD-2-Clause */
/* The URL that the doctor is asked about, in its parts. */
#include "cli/doctor.h"

#include <curl/curl.h>
#include <string.h>

#include "base/text.h"

/* One part of URL as a text of our own; NULL when it has none. */
static char *url_part(CURLU *url, CURLUPart what, unsigned flags)
{
	char *found = NULL, *copy = NULL;

	if (curl_url_get(url, what, &found, flags) == CURLUE_OK && found != NULL)
		copy = strdup(found);
	curl_free(found);
	return copy;
}

static bool split_url(CURLU *url, struct doctor_target *target)
{
	CLEANUP(text_free) char *scheme = url_part(url, CURLUPART_SCHEME, 0);
	CLEANUP(text_free) char *query = url_part(url, CURLUPART_QUERY, 0);
	CLEANUP(text_free) char *host = url_part(url, CURLUPART_HOST, 0);
	size_t length;

	target->path = url_part(url, CURLUPART_PATH, 0);
	target->port = url_part(url, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	if (scheme == NULL || host == NULL || target->path == NULL || target->port == NULL || query != NULL)
		return false;
	target->https = strcmp(scheme, "https") == 0;
	if (asprintf(&target->base, "%s://%s:%s", scheme, host, target->port) < 0)
		target->base = NULL;
	length = strlen(host);
	target->host = host[0] == '[' ? strndup(host + 1, length > 2 ? length - 2 : 0) : strdup(host);
	return target->base != NULL && target->host != NULL && (target->https || strcmp(scheme, "http") == 0);
}

bool doctor_target_read(const char *text, struct doctor_target *target)
{
	CURLU *url = curl_url();
	bool good = url != NULL && curl_url_set(url, CURLUPART_URL, text, CURLU_PATH_AS_IS) == CURLUE_OK &&
		    split_url(url, target);

	curl_url_cleanup(url);
	if (!good)
		cli_error("'%.200s' is no http or https URL without a query", text);
	return good;
}

void doctor_target_free(struct doctor_target *target)
{
	text_free(&target->base);
	text_free(&target->path);
	text_free(&target->host);
	text_free(&target->port);
}
