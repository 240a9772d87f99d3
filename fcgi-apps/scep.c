/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * scep.fcgi: SCEP (RFC 8894) at /scep and /scep/<profile>.
 *
 * Security: anybody who reaches the web server may talk to this program; it holds the RA keys and the issuing
 * keys of its profiles, and its database account may record certificates. Who breaks in can issue; nothing
 * here listens on a network by itself unless --listen says so.
 */
#include "fcgi-apps/scep_program.h"

static enum err load(const struct config *config, void **service)
{
	return scep_program_load(config, SCEP_PLAIN, service);
}

int main(int argc, char **argv)
{
	static const struct program scep = {
		.name = "scep.fcgi",
		.summary = "Serves SCEP (RFC 8894) to the web server that speaks FastCGI to it.",
		.load = load,
		.handle = scep_program_handle,
		.refused = scep_program_refused,
		.unload = scep_program_unload,
	};

	return program_main(argc, argv, &scep);
}
