/* SPDX-License-Identifier: BSD-2-Clause */
/* What scep.fcgi and scep-mtls.fcgi share, as a program (program.h) wants it; each brings a load of its own.
 */
#ifndef FCGI_APPS_SCEP_PROGRAM_H
#define FCGI_APPS_SCEP_PROGRAM_H

#include "fcgi-apps/program.h"
#include "scep/scep.h"

/* Makes a service of KIND from CONFIG; what is wrong is logged. ERR_CONFIG where there is nothing to serve.
 */
enum err scep_program_load(const struct config *config, enum scep_kind kind, void **service);

void scep_program_handle(void *service, struct store *store, const struct request *request,
			 struct response *response);
void scep_program_refused(void *service, struct store *store, const struct request *request, int status);
void scep_program_unload(void *service);

#endif
