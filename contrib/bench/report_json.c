/* SPDX-License-Identifier: BSD-2-Clause */
/* One figure a line, so that sed can take them out as well. All names are [a-z0-9-]: nothing is escaped. */
#include "bench/bench.h"

static void show_run(const struct bench_report *report, size_t index)
{
	const struct bench_run *run = &report->runs[index];
	const struct bench_figures *figures = &report->figures[index];
	double floor = bench_report_floor(report);

	printf("  \"%s\": {\n", run->name);
	printf("    \"answers\": %zu,\n    \"failures\": %zu,\n    \"serials\": %zu,\n    \"same\": %zu,\n",
	       run->count, figures->failed, figures->distinct, figures->same);
	printf("    \"enrolments_per_second\": %.2f,\n", figures->rate);
	printf("    \"p50_ms\": %.2f,\n    \"p95_ms\": %.2f,\n    \"p99_ms\": %.2f,\n", figures->p50,
	       figures->p95, figures->p99);
	for (size_t i = 0; i < report->processes->count; i++)
		printf("    \"%s_cpu_ms\": %.4f,\n", report->processes->items[i].name, figures->cpu[i]);
	printf("    \"all_cpu_ms\": %.4f,\n    \"to_floor\": %.4f\n  },\n", figures->all,
	       floor > 0 ? figures->all / floor : 0);
}

static void show_memory(const struct bench_report *report)
{
	for (size_t i = 0; i < report->processes->count; i++) {
		const struct bench_usage *usage = &report->usage[i];

		printf("  \"%s\": {\n    \"processes\": %u,\n    \"resident_kib\": %u,\n    \"peak_kib\": "
		       "%u\n  },\n",
		       report->processes->items[i].name, usage->count, usage->resident_kib, usage->peak_kib);
	}
}

void bench_report_json(const struct bench_report *report)
{
	const struct bench_options *options = report->options;

	printf("{\n  \"requests\": %u,\n  \"connections\": %u,\n", options->requests, options->connections);
	for (size_t i = 0; i < report->run_count; i++)
		show_run(report, i);
	show_memory(report);
	printf("  \"floor_before_ms\": %.4f,\n  \"floor_after_ms\": %.4f,\n  \"floor_ms\": %.4f\n}\n",
	       bench_floor_sum(&report->floors[0]), bench_floor_sum(&report->floors[1]),
	       bench_report_floor(report));
}
