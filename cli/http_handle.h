/* SPDX-License-Identifier: BSD-2-Clause */
/* What http.c makes its requests from, for contrib/bench, which has many on their way at once. */
#ifndef CLI_HTTP_HANDLE_H
#define CLI_HTTP_HANDLE_H

#include <curl/curl.h>

#include "cli/http.h"

CLEANUP_DEFINE(curl_free_handle, CURL *, curl_easy_cleanup)
CLEANUP_DEFINE(curl_free_headers, struct curl_slist *, curl_slist_free_all)

/* A handle for GETs of URL that appends what it receives to BODY, at most LIMIT_FILE bytes. NULL when memory
 * is out. OPTIONS, URL and BODY must outlive it. */
CURL *http_handle(const struct http_options *options, const char *url, struct buffer *body);

/* The header fields of a POST; NULL when memory is out. */
struct curl_slist *http_headers(const char *content_type);

/* Makes the next request of CURL a POST of BODY, which like HEADERS must live until it is done. */
void http_set_body(CURL *curl, struct curl_slist *headers, const gnutls_datum_t *body);

#endif
