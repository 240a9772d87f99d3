/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/http_handle.h"

#include <string.h>

#include "base/limits.h"

#define CONNECT_SECONDS 10L
#define TOTAL_SECONDS   60L

static size_t receive(char *data, size_t size, size_t count, void *context)
{
	struct buffer *body = context;

	if (body->size + size * count > LIMIT_FILE)
		return 0; /* makes libcurl give up */
	buffer_append(body, data, size * count);
	return body->failed ? 0 : size * count;
}

static long tls_versions(const char *tls_max)
{
	if (tls_max == NULL)
		return CURL_SSLVERSION_TLSv1_2;
	return CURL_SSLVERSION_TLSv1_2 |
	       (strcmp(tls_max, "1.2") == 0 ? CURL_SSLVERSION_MAX_TLSv1_2 : CURL_SSLVERSION_MAX_TLSv1_3);
}

CURL *http_handle(const struct http_options *options, const char *url, struct buffer *body)
{
	CURL *curl = curl_easy_init();

	if (curl == NULL)
		return NULL;
	(void)curl_easy_setopt(curl, CURLOPT_URL, url);
#if LIBCURL_VERSION_NUM >= 0x075500
	(void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	(void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	(void)curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
	(void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, CONNECT_SECONDS);
	(void)curl_easy_setopt(curl, CURLOPT_TIMEOUT, TOTAL_SECONDS);
	(void)curl_easy_setopt(curl, CURLOPT_SSLVERSION, tls_versions(options->tls_max));
	(void)curl_easy_setopt(curl, CURLOPT_USERAGENT, "certctl-fcgi/" PACKAGE_VERSION);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
	(void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
	if (options->tls_ca != NULL)
		(void)curl_easy_setopt(curl, CURLOPT_CAINFO, options->tls_ca);
	if (options->tls_cert != NULL) {
		(void)curl_easy_setopt(curl, CURLOPT_SSLCERT, options->tls_cert);
		(void)curl_easy_setopt(curl, CURLOPT_SSLKEY,
				       options->tls_key != NULL ? options->tls_key : options->tls_cert);
	}
	return curl;
}

static bool run(CURL *curl, const char *url, struct buffer *body, struct http_answer *answer)
{
	char words[CURL_ERROR_SIZE] = "";
	const char *type = NULL;
	CURLcode result;

	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words);
	result = curl_easy_perform(curl);
	(void)curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	if (result != CURLE_OK) {
		cli_error("%.200s: %s", url,
			  result == CURLE_WRITE_ERROR ? "the answer is too large"
			  : words[0] != '\0'          ? words
						      : curl_easy_strerror(result));
		return false;
	}
	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer->status);
	(void)curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
	(void)snprintf(answer->content_type, sizeof(answer->content_type), "%s", type != NULL ? type : "");
	return buffer_take(body, &answer->body);
}

bool http_get(const struct http_options *options, const char *url, struct http_answer *answer)
{
	CLEANUP(buffer_free) struct buffer body = {0};
	CLEANUP(curl_free_handle) CURL *curl = http_handle(options, url, &body);

	*answer = (struct http_answer){.status = 0};
	return curl != NULL && run(curl, url, &body, answer);
}

struct curl_slist *http_headers(const char *content_type)
{
	CLEANUP(curl_free_headers) struct curl_slist *headers = NULL;
	struct curl_slist *longer;
	char line[160];

	(void)snprintf(line, sizeof(line), "Content-Type: %s", content_type);
	headers = curl_slist_append(NULL, line);
	/* No "Expect: 100-continue": small servers answer it with an error. */
	longer = headers != NULL ? curl_slist_append(headers, "Expect:") : NULL;
	if (longer == NULL)
		return NULL;
	headers = NULL;
	return longer;
}

void http_set_body(CURL *curl, struct curl_slist *headers, const gnutls_datum_t *body)
{
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
	(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body->size);
	(void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->data);
}

bool http_post(const struct http_options *options, const char *url, const char *content_type,
	       const gnutls_datum_t *body, struct http_answer *answer)
{
	CLEANUP(buffer_free) struct buffer received = {0};
	CLEANUP(curl_free_handle) CURL *curl = http_handle(options, url, &received);
	CLEANUP(curl_free_headers) struct curl_slist *headers = http_headers(content_type);

	*answer = (struct http_answer){.status = 0};
	if (curl == NULL || headers == NULL)
		return false;
	http_set_body(curl, headers, body);
	return run(curl, url, &received, answer);
}
