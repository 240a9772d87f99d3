/* SPDX-License-Identifier: BSD-2-Clause */
/* One probe by libcurl, over a connection of its own. */
#include "cli/doctor.h"

#include <gnutls/crypto.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/http_handle.h"

static bool make_nonce(char *nonce)
{
	uint8_t value[(PROBE_NONCE_SIZE - 1) / 2];
	gnutls_datum_t bytes = {value, sizeof(value)};

	if (gnutls_rnd(GNUTLS_RND_NONCE, value, sizeof(value)) < 0)
		return false;
	text_hex(&bytes, nonce);
	return true;
}

/* Parameters up to a request line of SIZE bytes, of which "GET ", " HTTP/1.1" and the URL's part are there.
 */
static void pad(struct buffer *url, size_t path_and_query, size_t size)
{
	size_t used = path_and_query + strlen("GET  HTTP/1.1") + strlen("&pad=");

	if (size <= used)
		return;
	buffer_append_text(url, "&pad=");
	for (size_t i = used; i < size; i++)
		buffer_append_byte(url, 'A');
}

/* The URL of a probe with NONCE; freed with free(). */
static char *make_url(const struct doctor *doctor, const struct doctor_target *target,
		      const struct doctor_request *request, const char *nonce)
{
	const char *path = request->path != NULL ? request->path : target->path;
	CLEANUP(bytes_free) gnutls_datum_t bytes = {NULL, 0};
	char token[PROBE_TOKEN_SIZE];
	struct buffer url = {0};
	size_t base;

	if (probe_token_make(doctor->key, nonce, clock_now(), path, token) != ERR_OK)
		return NULL;
	if (request->host != NULL) {
		buffer_append_text(&url, target->https ? "https://" : "http://");
		buffer_append_text(&url, strchr(request->host, ':') != NULL ? "[" : "");
		buffer_append_text(&url, request->host);
		buffer_append_text(&url, strchr(request->host, ':') != NULL ? "]:" : ":");
		buffer_append_text(&url, target->port);
	} else {
		buffer_append_text(&url, target->base);
	}
	base = url.size;
	buffer_append_text(&url, path);
	buffer_append_text(&url, "?" PROBE_PARAMETER "=");
	buffer_append_text(&url, token);
	pad(&url, url.size - base, request->line);
	return buffer_take(&url, &bytes) ? text_from_bytes(&bytes) : NULL;
}

static struct curl_slist *make_fields(const struct doctor_request *request)
{
	CLEANUP(curl_free_headers) struct curl_slist *fields = curl_slist_append(NULL, "Accept: text/plain");
	struct curl_slist *longer = fields;

	for (size_t i = 0; longer != NULL && i < 2 * DOCTOR_FIELDS && request->fields[i] != NULL; i++)
		longer = curl_slist_append(fields, request->fields[i]);
	if (longer != NULL && request->host != NULL)
		longer = curl_slist_append(fields, "Host:");
	if (longer == NULL)
		return NULL;
	fields = NULL;
	return longer;
}

static void set_options(CURL *curl, const struct doctor *doctor, const struct doctor_request *request,
			struct curl_slist *fields)
{
	(void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, fields);
	(void)curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
	(void)curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* whatever the environment says */
	(void)curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
			       request->http_1_0 ? (long)CURL_HTTP_VERSION_1_0 : (long)CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(curl, CURLOPT_SSL_ENABLE_ALPN, 0L);
	if (doctor->options.from != NULL)
		(void)curl_easy_setopt(curl, CURLOPT_INTERFACE, doctor->options.from);
	/* The certificate has no such name; who answers must have the probe's key anyway. */
	if (request->host != NULL)
		(void)curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
}

static void note_addresses(CURL *curl, struct doctor_answer *answer)
{
	const char *local = NULL, *remote = NULL;

	(void)curl_easy_getinfo(curl, CURLINFO_LOCAL_IP, &local);
	(void)curl_easy_getinfo(curl, CURLINFO_PRIMARY_IP, &remote);
	(void)snprintf(answer->local, sizeof(answer->local), "%s", local != NULL ? local : "");
	(void)snprintf(answer->remote_end, sizeof(answer->remote_end), "%s", remote != NULL ? remote : "");
}

static bool run(CURL *curl, const struct doctor *doctor, const char *nonce, struct buffer *received,
		struct doctor_answer *answer)
{
	CLEANUP(bytes_free) gnutls_datum_t body = {NULL, 0};
	CURLcode result = curl_easy_perform(curl);
	long status = 0;

	(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	note_addresses(curl, answer);
	if (!buffer_take(received, &body) || result == CURLE_OUT_OF_MEMORY)
		return false;
	/* A server that refuses before it has read everything may close early; its status counts. */
	if (result != CURLE_OK && status < 400) {
		answer->result = DOCTOR_SILENT;
		(void)snprintf(answer->problem, sizeof(answer->problem), "%s", curl_easy_strerror(result));
		return true;
	}
	doctor_answer_read(doctor->key, nonce, status, &body, answer);
	return true;
}

bool doctor_send(const struct doctor *doctor, const struct doctor_target *target,
		 const struct doctor_request *request, struct doctor_answer *answer)
{
	struct http_options http = doctor->options.http;
	CLEANUP(buffer_free) struct buffer received = {0};
	CLEANUP(curl_free_headers) struct curl_slist *fields = make_fields(request);
	CLEANUP(text_free) char *url = NULL;
	CLEANUP(curl_free_handle) CURL *curl = NULL;
	char nonce[PROBE_NONCE_SIZE];

	*answer = (struct doctor_answer){.result = DOCTOR_SILENT};
	if (!request->present)
		http.tls_cert = NULL;
	url = make_nonce(nonce) ? make_url(doctor, target, request, nonce) : NULL;
	curl = url != NULL && fields != NULL ? http_handle(&http, url, &received) : NULL;
	if (curl != NULL) {
		set_options(curl, doctor, request, fields);
		if (run(curl, doctor, nonce, &received, answer))
			return true;
	}
	cli_error("out of memory");
	return false;
}
