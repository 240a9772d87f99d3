/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/bench.h"

static struct cli_key_type type_of(gnutls_x509_crt_t certificate)
{
	struct cli_key_type type = {.bits = 0};

	type.algorithm = (gnutls_pk_algorithm_t)gnutls_x509_crt_get_pk_algorithm(certificate, &type.bits);
	return type;
}

void bench_server_keys_find(const struct bench_options *options, const struct client_ca *ca,
			    struct bench_server_keys *keys)
{
	keys->ra = type_of(ca->recipient);
	keys->issuer = options->issuer;
	if (keys->issuer.algorithm != GNUTLS_PK_UNKNOWN)
		return;
	keys->issuer = keys->ra;
	for (size_t i = 0; i < ca->count; i++) {
		if (gnutls_x509_crt_check_issuer(ca->recipient, ca->certificates[i]) != 0)
			keys->issuer = type_of(ca->certificates[i]);
	}
}
