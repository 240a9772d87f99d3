/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench/bench.h"

const struct cli_program cli_program = {"scep-bench", NULL};

/* All that a run makes. */
struct bench {
	struct bench_options options;
	struct client_ca ca;
	struct bench_requests requests;
	struct bench_processes processes;
	struct bench_server_keys keys;
	struct bench_report report;
};

static bool prepare(struct bench *bench)
{
	struct bench_options *options = &bench->options;

	if (!bench_processes_parse(&options->pids, &bench->processes) ||
	    !client_get_ca(&options->common, options->url, &bench->ca))
		return false;
	if (bench->ca.recipient == NULL) {
		cli_error("none of the CA's certificates has an RSA key to encrypt to");
		return false;
	}
	bench_server_keys_find(options, &bench->ca, &bench->keys);
	return bench_requests_make(options, &bench->ca, &bench->requests);
}

static bool warm_up(struct bench *bench)
{
	struct bench_run run = {.name = "warm-up"};
	bool sent = bench->options.warm_up == 0 ||
		    bench_send(&bench->options, bench->requests.items, bench->options.warm_up, &run);

	bench_run_free(&run);
	return sent;
}

/* Sends the counted requests as run NAME, and accounts for the CPU of the server's processes meanwhile. */
static bool measure(struct bench *bench, const char *name)
{
	struct bench_report *report = &bench->report;
	struct bench_run *run = &report->runs[report->run_count];
	struct bench_figures *figures = &report->figures[report->run_count];
	struct bench_usage before[BENCH_PROCESSES];
	unsigned count = bench->options.requests;

	run->name = name;
	report->run_count++;
	bench_processes_read(&bench->processes, before);
	if (!bench_send(&bench->options, bench->requests.items + bench->options.warm_up, count, run))
		return false;
	bench_processes_read(&bench->processes, report->usage);
	for (size_t i = 0; i < bench->processes.count; i++) {
		figures->cpu[i] = (report->usage[i].cpu_seconds - before[i].cpu_seconds) * 1e3 / count;
		figures->all += figures->cpu[i];
	}
	return true;
}

static bool run(struct bench *bench)
{
	struct bench_floor *floors = bench->report.floors;
	size_t half = (bench->options.requests + 1) / 2;

	return bench_floor_measure(&bench->keys, half, &floors[0]) && warm_up(bench) &&
	       measure(bench, "first") && (!bench->options.repeat || measure(bench, "repeat")) &&
	       bench_floor_measure(&bench->keys, half, &floors[1]);
}

/* True when nothing failed. */
static bool report(struct bench *bench)
{
	struct bench_report *report = &bench->report;
	bool good = true;

	for (size_t i = 0; i < report->run_count; i++) {
		bench_answers_check(&bench->ca, bench->requests.items + bench->options.warm_up,
				    &report->runs[i]);
		bench_figures_fill(&report->runs[i], i > 0 ? &report->runs[0] : NULL, &report->figures[i]);
		good = good && report->figures[i].failed == 0;
	}
	if (bench->options.json)
		bench_report_json(report);
	else
		bench_report_table(report);
	return good;
}

static void release(struct bench *bench)
{
	for (size_t i = 0; i < bench->report.run_count; i++)
		bench_run_free(&bench->report.runs[i]);
	bench_requests_free(&bench->requests);
	client_ca_free(&bench->ca);
}

static int command(struct cli_call *call)
{
	struct bench bench = {.options = BENCH_OPTIONS_INIT};
	int status = cli_parse(call, &bench.options);

	if (status != CLI_GO)
		return status;
	bench.options.url = call->argv[0];
	bench.report.options = &bench.options;
	bench.report.processes = &bench.processes;
	bench.report.keys = &bench.keys;
	if (!bench_options_check(&bench.options))
		return CLI_USAGE;
	status = prepare(&bench) && run(&bench) && report(&bench) ? CLI_OK : CLI_FAILED;
	release(&bench);
	return status;
}

int main(int argc, char **argv)
{
	static const struct cli_command program = {
		.name = "scep-bench",
		.help = "load for a SCEP server, and what it costs; docs/performance.md explains the figures",
		.arguments = "URL",
		.operands_min = 1,
		.operands_max = 1,
		.options = bench_options,
	};
	struct cli_call call = {.command = &program, .argc = argc, .argv = argv};
	int status = command(&call);

	if (fflush(stdout) != 0 || ferror(stdout)) {
		cli_error("cannot write to standard output");
		return CLI_FAILED;
	}
	return status;
}
