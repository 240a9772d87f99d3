/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/bench.h"

#define MIB 1024.0

static const char *key_name(const struct cli_key_type *type)
{
	return type->algorithm == GNUTLS_PK_RSA ? "RSA" : "ECDSA";
}

static void show_set_up(const struct bench_report *report)
{
	const struct bench_options *options = report->options;

	printf("%u enrolments over %u connections (%s), %u client keys, %u enrolments before\n\n",
	       options->requests, options->connections,
	       !options->new_connections ? "kept alive"
	       : options->resume         ? "a new one for each, TLS resumed"
					 : "a new one for each",
	       options->keys, options->warm_up);
}

static void show_runs(const struct bench_report *report)
{
	printf("%-8s %9s %9s %9s %12s %9s %9s %9s\n", "", "answers", "failures", "serials", "enrolments/s",
	       "p50 ms", "p95 ms", "p99 ms");
	for (size_t i = 0; i < report->run_count; i++) {
		const struct bench_figures *figures = &report->figures[i];

		printf("%-8s %9zu %9zu %9zu %12.1f %9.1f %9.1f %9.1f\n", report->runs[i].name,
		       report->runs[i].count, figures->failed, figures->distinct, figures->rate, figures->p50,
		       figures->p95, figures->p99);
	}
	if (report->run_count > 1)
		printf("%zu of the repeated messages got the same answer, byte for byte\n",
		       report->figures[1].same);
	for (size_t i = 0; i < report->run_count; i++) {
		for (size_t k = 0; k < BENCH_FAILURES && report->figures[i].failures[k] != NULL; k++)
			printf("%s: %s\n", report->runs[i].name, report->figures[i].failures[k]);
	}
}

static void show_row(const struct bench_report *report, const char *name, double first, double second)
{
	printf("%-26s%10.3f", name, first);
	if (report->run_count > 1)
		printf("%10.3f", second);
	(void)putchar('\n');
}

static void show_cpu(const struct bench_report *report)
{
	const struct bench_figures *figures = report->figures;

	printf("\n%-26s", "CPU ms for each enrolment");
	for (size_t i = 0; i < report->run_count; i++)
		printf("%10s", report->runs[i].name);
	(void)putchar('\n');
	for (size_t i = 0; i < report->processes->count; i++)
		show_row(report, report->processes->items[i].name, figures[0].cpu[i], figures[1].cpu[i]);
	if (report->processes->count > 1)
		show_row(report, "together", figures[0].all, figures[1].all);
}

static void show_floor(const struct bench_report *report)
{
	const struct bench_floor *before = &report->floors[0], *after = &report->floors[1];
	const struct cli_key_type *ra = &report->keys->ra, *issuer = &report->keys->issuer;
	double floor = bench_report_floor(report);

	printf("\nfloor: %.3f ms (%.3f before, %.3f after), of which %s-%u decryption %.3f, %s-%u signature "
	       "of the\ncertificate %.3f, %s-%u signature of the answer %.3f\n",
	       floor, bench_floor_sum(before), bench_floor_sum(after), key_name(ra), ra->bits,
	       (before->ra_decrypt + after->ra_decrypt) / 2, key_name(issuer), issuer->bits,
	       (before->issuer_sign + after->issuer_sign) / 2, key_name(ra), ra->bits,
	       (before->ra_sign + after->ra_sign) / 2);
	if (report->processes->count > 0 && floor > 0)
		show_row(report, "CPU to floor", report->figures[0].all / floor,
			 report->figures[1].all / floor);
}

static void show_memory(const struct bench_report *report)
{
	if (report->processes->count > 0)
		printf("\n%-26s%10s%10s%10s\n", "MiB of the largest process", "processes", "resident",
		       "peak");
	for (size_t i = 0; i < report->processes->count; i++) {
		const struct bench_usage *usage = &report->usage[i];

		printf("%-26s%10u%10.1f%10.1f\n", report->processes->items[i].name, usage->count,
		       usage->resident_kib / MIB, usage->peak_kib / MIB);
	}
}

void bench_report_table(const struct bench_report *report)
{
	show_set_up(report);
	show_runs(report);
	if (report->processes->count > 0)
		show_cpu(report);
	show_floor(report);
	show_memory(report);
}
