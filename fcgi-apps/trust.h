/* SPDX-License-Identifier: BSD-2-Clause */
/* Whom to believe: the settings, as the gateway wants them. */
#ifndef FCGI_APPS_TRUST_H
#define FCGI_APPS_TRUST_H

#include "config/config.h"
#include "gateway/trust.h"

/* Fills TRUST from CONFIG. ERR_CONFIG: a user there is not, which was logged. */
enum err program_trust(const struct config *config, struct gateway_trust *trust);

#endif
