/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/client.h"

#include <time.h>

void client_pause(unsigned seconds)
{
	struct timespec pause = {.tv_sec = seconds};

	(void)nanosleep(&pause, NULL);
}
