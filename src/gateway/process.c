/* SPDX-License-Identifier: BSD-2-Clause */
#include "gateway/gateway_private.h"

#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/cleanup.h"

/* Sanitizers reserve terabytes of address space and trace the process to look for leaks. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

#ifdef SANITIZED

#if defined(__SANITIZE_ADDRESS__) || defined(__clang__)
#include <sanitizer/lsan_interface.h>
#endif

void process_harden(void)
{
}

void process_limit_memory(void)
{
}

void process_exit(int status)
{
	__lsan_do_leak_check(); /* _exit would skip it */
	_exit(status);
}

#else

void process_harden(void)
{
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* Bytes of address space in use, 0 when /proc does not say. */
static rlim_t used_address_space(void)
{
	CLEANUP(file_close) FILE *statm = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;

	if (statm == NULL || fscanf(statm, "%lu", &pages) != 1)
		return 0;
	return (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE);
}

void process_limit_memory(void)
{
	rlim_t used = used_address_space();
	struct rlimit limit;

	if (used == 0 || getrlimit(RLIMIT_AS, &limit) != 0)
		return;
	if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > used + LIMIT_WORKER_MEMORY) {
		limit.rlim_cur = used + LIMIT_WORKER_MEMORY;
		(void)setrlimit(RLIMIT_AS, &limit);
	}
}

void process_exit(int status)
{
	_exit(status);
}

#endif
