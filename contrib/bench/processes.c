/* SPDX-License-Identifier: BSD-2-Clause */
/* proc(5): what processes have used, in clock ticks that the kernel derives from exact run times. */
#include "bench/bench.h"

#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/text.h"

/* utime, stime, cutime and cstime are fields 14 to 17 of /proc/PID/stat; the third begins behind the name's
 * parenthesis. */
#define FIELDS_BEFORE_UTIME 11
#define FIELDS_OF_TIME      4

static FILE *open_proc(pid_t pid, const char *file)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "/proc/%ld/%s", (long)pid, file);
	return fopen(path, "re");
}

/* The ticks of PID and of its children that it has waited for; 0 when there is no such process any more. */
static unsigned long long ticks_of(pid_t pid)
{
	CLEANUP(file_close) FILE *file = open_proc(pid, "stat");
	unsigned long long ticks = 0;
	char line[1024];
	char *at;

	if (file == NULL || fgets(line, sizeof(line), file) == NULL || (at = strrchr(line, ')')) == NULL)
		return 0;
	at++;
	for (int field = 0; field < FIELDS_BEFORE_UTIME && at != NULL; field++)
		at = strchr(at + 1, ' ');
	for (int field = 0; field < FIELDS_OF_TIME && at != NULL; field++)
		ticks += strtoull(at, &at, 10);
	return ticks;
}

static void read_memory(pid_t pid, struct bench_usage *usage)
{
	CLEANUP(file_close) FILE *file = open_proc(pid, "status");
	char line[256];
	unsigned kib;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "VmHWM: %u", &kib) == 1 && kib > usage->peak_kib)
			usage->peak_kib = kib;
		if (sscanf(line, "VmRSS: %u", &kib) == 1 && kib > usage->resident_kib)
			usage->resident_kib = kib;
	}
}

static void read_tree(pid_t pid, struct bench_usage *usage);

/* The children that thread TASK of PID has made. */
static void read_children(pid_t pid, const char *task, struct bench_usage *usage)
{
	char name[64];
	long child;

	(void)snprintf(name, sizeof(name), "task/%.20s/children", task);
	CLEANUP(file_close) FILE *file = open_proc(pid, name);

	while (file != NULL && fscanf(file, "%ld", &child) == 1)
		read_tree((pid_t)child, usage);
}

static void read_tree(pid_t pid, struct bench_usage *usage)
{
	const struct dirent *entry;
	char path[64];
	DIR *tasks;

	usage->cpu_seconds += (double)ticks_of(pid) / (double)sysconf(_SC_CLK_TCK);
	usage->count++;
	read_memory(pid, usage);
	(void)snprintf(path, sizeof(path), "/proc/%ld/task", (long)pid);
	tasks = opendir(path);
	if (tasks == NULL)
		return;
	while ((entry = readdir(tasks)) != NULL) {
		if (entry->d_name[0] != '.')
			read_children(pid, entry->d_name, usage);
	}
	(void)closedir(tasks);
}

static bool parse(const char *text, struct bench_process *process)
{
	const char *equals = strchr(text, '=');
	char *end;
	long pid;

	if (equals == NULL || (size_t)(equals - text) >= sizeof(process->name))
		return false;
	(void)snprintf(process->name, sizeof(process->name), "%.*s", (int)(equals - text), text);
	pid = strtol(equals + 1, &end, 10);
	process->pid = (pid_t)pid;
	return text_is_name(process->name) && pid > 0 && process->pid == pid && *end == '\0';
}

bool bench_processes_parse(const struct cli_list *pids, struct bench_processes *processes)
{
	*processes = (struct bench_processes){.count = 0};
	for (size_t i = 0; i < pids->count; i++) {
		struct bench_process *process = &processes->items[processes->count];

		if (processes->count == BENCH_PROCESSES) {
			cli_error("--pid: not more than %d", BENCH_PROCESSES);
			return false;
		}
		if (!parse(pids->items[i], process)) {
			cli_error("--pid: '%s' is not NAME=PID, with a name of [a-z0-9-]", pids->items[i]);
			return false;
		}
		if (kill(process->pid, 0) != 0 && errno == ESRCH) {
			cli_error("--pid: there is no process %ld", (long)process->pid);
			return false;
		}
		processes->count++;
	}
	return true;
}

void bench_processes_read(const struct bench_processes *processes, struct bench_usage *usage)
{
	for (size_t i = 0; i < processes->count; i++) {
		usage[i] = (struct bench_usage){.count = 0};
		read_tree(processes->items[i].pid, &usage[i]);
	}
}
