/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scep-mtls.fcgi: SCEP (RFC 8894) at /scep-mtls/<profile>, for devices with a client certificate that the web
 * server passes on.
 *
 * Security: as scep.fcgi, and what it is told of a client certificate counts, when it comes from a listed
 * sender and verifies against the profile's own bundle. It opens a door; the challenge is asked for behind
 * it.
 */
#include "fcgi-apps/scep_program.h"

static enum err load(const struct config *config, void **service)
{
	return scep_program_load(config, SCEP_MTLS, service);
}

int main(int argc, char **argv)
{
	static const struct program scep_mtls = {
		.name = "scep-mtls.fcgi",
		.summary = "Serves SCEP (RFC 8894) to devices with a TLS client certificate, at /scep-mtls.",
		.load = load,
		.handle = scep_program_handle,
		.refused = scep_program_refused,
		.unload = scep_program_unload,
	};

	return program_main(argc, argv, &scep_mtls);
}
