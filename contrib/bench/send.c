/* SPDX-License-Identifier: BSD-2-Clause */
/* All connections at once by libcurl's multi interface, in one thread: a client that is never the bottleneck
 * of a server that needs milliseconds for each answer. */
#include "bench/bench.h"

#include <string.h>

#include "base/clock.h"
#include "cli/http_handle.h"

#define POLL_MS 1000

/* One device's worth of patience: a request on its way, then the next. */
struct connection {
	CURL *curl;
	struct buffer body;
	struct bench_answer *answer; /* of the request on its way; NULL: none is */
};

struct sending {
	const struct bench_options *options;
	const struct bench_request *requests;
	struct bench_run *run;
	size_t next, done;
	bool broken; /* libcurl is out of memory, or worse */
	CURLM *multi;
	struct curl_slist *headers;
	struct connection *connections;
	size_t count;
};

/* Puts the next request on its way. */
static void start(struct sending *sending, struct connection *connection)
{
	connection->answer = NULL;
	if (sending->next == sending->run->count)
		return;
	http_set_body(connection->curl, sending->headers, &sending->requests[sending->next].message);
	connection->answer = &sending->run->answers[sending->next++];
	if (curl_multi_add_handle(sending->multi, connection->curl) != CURLM_OK)
		sending->broken = true;
}

static void finish(struct sending *sending, struct connection *connection, CURLcode result)
{
	struct bench_answer *answer = connection->answer;
	curl_off_t microseconds = 0;

	(void)curl_easy_getinfo(connection->curl, CURLINFO_TOTAL_TIME_T, &microseconds);
	(void)curl_easy_getinfo(connection->curl, CURLINFO_RESPONSE_CODE, &answer->status);
	answer->milliseconds = (double)microseconds / 1000;
	if (result != CURLE_OK)
		(void)snprintf(answer->failure, sizeof(answer->failure), "%s", curl_easy_strerror(result));
	(void)buffer_take(&connection->body, &answer->body);
	(void)curl_multi_remove_handle(sending->multi, connection->curl);
	sending->done++;
	start(sending, connection);
}

static void collect(struct sending *sending)
{
	struct connection *connection;
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(sending->multi, &left)) != NULL) {
		if (message->msg == CURLMSG_DONE && curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE,
								      (char **)&connection) == CURLE_OK)
			finish(sending, connection, message->data.result);
	}
}

static bool open_connection(const struct sending *sending, const char *url, struct connection *connection)
{
	const struct bench_options *options = sending->options;
	CURL *curl = http_handle(&options->common.http, url, &connection->body);

	connection->curl = curl;
	if (curl == NULL)
		return false;
	(void)curl_easy_setopt(curl, CURLOPT_PRIVATE, connection);
	(void)curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	(void)curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, options->new_connections ? 1L : 0L);
	(void)curl_easy_setopt(curl, CURLOPT_SSL_SESSIONID_CACHE, options->resume ? 1L : 0L);
	return true;
}

static bool open_all(struct sending *sending, const char *url)
{
	size_t count = sending->options->connections;

	sending->multi = curl_multi_init();
	sending->headers = http_headers("application/x-pki-message");
	sending->connections = calloc(count, sizeof(sending->connections[0]));
	if (sending->multi == NULL || sending->headers == NULL || sending->connections == NULL)
		return false;
	(void)curl_multi_setopt(sending->multi, CURLMOPT_MAXCONNECTS, (long)count);
	for (; sending->count < count; sending->count++) {
		if (!open_connection(sending, url, &sending->connections[sending->count]))
			return false;
	}
	return true;
}

static void close_all(struct sending *sending)
{
	for (size_t i = 0; i < sending->count; i++) {
		if (sending->connections[i].answer != NULL)
			(void)curl_multi_remove_handle(sending->multi, sending->connections[i].curl);
		curl_easy_cleanup(sending->connections[i].curl);
		buffer_free(&sending->connections[i].body);
	}
	free(sending->connections);
	curl_slist_free_all(sending->headers);
	(void)curl_multi_cleanup(sending->multi);
}

static bool send_all(struct sending *sending)
{
	uint64_t began = clock_monotonic_ns();
	int running;

	for (size_t i = 0; i < sending->count; i++)
		start(sending, &sending->connections[i]);
	while (sending->done < sending->run->count && !sending->broken) {
		if (curl_multi_perform(sending->multi, &running) != CURLM_OK)
			return false;
		collect(sending);
		if (sending->done < sending->run->count &&
		    curl_multi_poll(sending->multi, NULL, 0, POLL_MS, NULL) != CURLM_OK)
			return false;
	}
	sending->run->seconds = (double)(clock_monotonic_ns() - began) / 1e9;
	return !sending->broken;
}

bool bench_send(const struct bench_options *options, const struct bench_request *requests, size_t count,
		struct bench_run *run)
{
	CLEANUP(text_free) char *url = client_operation_url(options->url, "PKIOperation", NULL);
	struct sending sending = {.options = options, .requests = requests, .run = run};
	bool sent;

	run->answers = calloc(count + 1, sizeof(run->answers[0]));
	run->count = run->answers != NULL ? count : 0;
	sent = url != NULL && run->answers != NULL && open_all(&sending, url) && send_all(&sending);
	if (!sent)
		cli_error("cannot send");
	close_all(&sending);
	return sent;
}

void bench_run_free(struct bench_run *run)
{
	for (size_t i = 0; i < run->count; i++) {
		bytes_free(&run->answers[i].body);
		bytes_free(&run->answers[i].serial);
	}
	free(run->answers);
	*run = (struct bench_run){.count = 0};
}
