/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/bench.h"

#include <string.h>

static int compare(const void *a, const void *b)
{
	const double *first = a, *second = b;

	return (*first > *second) - (*first < *second);
}

/* The smallest latency that PERCENT of all, COUNT sorted ones, do not exceed. */
static double percentile(const double *latencies, size_t count, unsigned percent)
{
	size_t rank = (count * percent + 99) / 100;

	return rank > 0 ? latencies[rank - 1] : 0;
}

/* Of the answers that came: one that did not is a failure, and no latency. */
static void fill_latencies(const struct bench_run *run, struct bench_figures *figures)
{
	double *latencies = calloc(run->count + 1, sizeof(latencies[0]));
	size_t count = 0;

	for (size_t i = 0; latencies != NULL && i < run->count; i++) {
		if (run->answers[i].status != 0)
			latencies[count++] = run->answers[i].milliseconds;
	}
	if (count > 0)
		qsort(latencies, count, sizeof(latencies[0]), compare);
	figures->p50 = percentile(latencies, count, 50);
	figures->p95 = percentile(latencies, count, 95);
	figures->p99 = percentile(latencies, count, 99);
	free(latencies);
}

/* Remembers TEXT unless it is there already, or there is no room. */
static void add_failure(const char *text, struct bench_figures *figures)
{
	for (size_t i = 0; i < BENCH_FAILURES; i++) {
		if (figures->failures[i] == NULL)
			figures->failures[i] = text;
		if (strcmp(figures->failures[i], text) == 0)
			return;
	}
}

static void fill_failures(const struct bench_run *run, struct bench_figures *figures)
{
	for (size_t i = 0; i < run->count; i++) {
		if (run->answers[i].failure[0] != '\0') {
			figures->failed++;
			add_failure(run->answers[i].failure, figures);
		}
	}
}

void bench_figures_fill(const struct bench_run *run, const struct bench_run *first,
			struct bench_figures *figures)
{
	fill_failures(run, figures);
	fill_latencies(run, figures);
	figures->distinct = bench_answers_distinct(run);
	figures->same = first != NULL ? bench_answers_same(first, run) : 0;
	figures->rate = run->seconds > 0 ? (double)(run->count - figures->failed) / run->seconds : 0;
}

double bench_report_floor(const struct bench_report *report)
{
	return (bench_floor_sum(&report->floors[0]) + bench_floor_sum(&report->floors[1])) / 2;
}
