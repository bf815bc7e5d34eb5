// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a read of a PTP clock costs.
 *
 * Reads as fast as it can, with one or several readers at once, and prints one
 * line of NAME=VALUE: times in ns, and what one read took of everything else.
 * A value that this system cannot tell is "-".
 *
 * Copyright (C) The virtio_rtc contributors
 */

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ptp_clock.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "bench_counts.h"

#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))
#define MAX_READERS 64
#define MAX_READS 200000
#define STATUS_UNSUPPORTED 4

/* Times in ns. */
struct values {
	uint32_t *ns;
	size_t count;
};

/*
 * struct reader - one thread that reads
 * @reads: clock readings taken; one system call may take several
 * @latency: how long each call took
 * @window: time between the system timestamps of each reading
 * @voluntary: times that it slept
 * @involuntary: times that it was preempted
 * @allocations: times that the kernel gave out memory for it
 * @cpu_ns: processor time that it used
 * @end: when it was done, in ns
 */
struct reader {
	pthread_t thread;
	size_t reads;
	struct values latency;
	struct values window;
	long voluntary;
	long involuntary;
	uint64_t allocations;
	uint64_t cpu_ns;
	uint64_t end;
};

static struct {
	const char *operation;
	int (*call)(struct reader *reader);
	const char *path;
	const char *interrupts;
	unsigned int readers;
	size_t max_reads;
	double seconds;
	bool count_allocations;
	bool print_windows;
} options = {
	.readers = 1,
	.max_reads = MAX_READS,
	.seconds = 1,
};

static int ptp_fd;
static clockid_t ptp_clock;
static pthread_barrier_t start;

static uint64_t now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);

	return ts.tv_sec * UINT64_C(1000000000) + ts.tv_nsec;
}

static int64_t ptp_time_ns(const struct ptp_clock_time *t)
{
	return t->sec * INT64_C(1000000000) + t->nsec;
}

/* The operations return how many readings they took, or -1 with errno. */

static int call_extended(struct reader *reader)
{
	struct ptp_sys_offset_extended request = {
		.n_samples = PTP_MAX_SAMPLES,
	};
	int64_t window;

	if (ioctl(ptp_fd, PTP_SYS_OFFSET_EXTENDED, &request))
		return -1;

	for (unsigned int i = 0; i < request.n_samples; i++) {
		window = ptp_time_ns(&request.ts[i][2]) -
			 ptp_time_ns(&request.ts[i][0]);
		if (window < 0 || window > UINT32_MAX)
			errx(EXIT_FAILURE, "system timestamps %lld ns apart", (long long)window);
		reader->window.ns[reader->window.count++] = window;
	}

	return request.n_samples;
}

static int call_gettime(struct reader *reader)
{
	struct timespec ts;

	(void)reader;

	return clock_gettime(ptp_clock, &ts) ? -1 : 1;
}

static int call_precise(struct reader *reader)
{
	struct ptp_sys_offset_precise request = { 0 };

	(void)reader;

	return ioctl(ptp_fd, PTP_SYS_OFFSET_PRECISE, &request) ? -1 : 1;
}

/* No read at all: what a task costs that sleeps for 50 ms. */
static int call_sleep(struct reader *reader)
{
	const struct timespec ts = { .tv_nsec = 50000000 };

	(void)reader;

	return nanosleep(&ts, NULL) ? -1 : 1;
}

static const struct {
	const char *name;
	int (*call)(struct reader *reader);
} operations[] = {
	{ "extended", call_extended },
	{ "gettime", call_gettime },
	{ "precise", call_precise },
	{ "sleep", call_sleep },
};

static void read_until(struct reader *reader, uint64_t end)
{
	uint64_t before, after;
	int count;

	for (before = now_ns(CLOCK_MONOTONIC);
	     before < end &&
	     reader->reads + PTP_MAX_SAMPLES <= options.max_reads;
	     before = after) {
		count = options.call(reader);
		if (count < 0)
			err(EXIT_FAILURE, "%s", options.operation);
		after = now_ns(CLOCK_MONOTONIC);
		reader->latency.ns[reader->latency.count++] = after - before;
		reader->reads += count;
	}
}

static void *run_reader(void *data)
{
	struct reader *reader = data;
	struct rusage before, after;
	struct allocations allocations = { 0 };

	if (options.count_allocations)
		open_allocations(&allocations);

	/* What is done for the first time may cost more. */
	options.call(reader);
	reader->window.count = 0;

	pthread_barrier_wait(&start);
	getrusage(RUSAGE_THREAD, &before);
	reader->allocations = -count_allocations(&allocations);
	reader->cpu_ns = -now_ns(CLOCK_THREAD_CPUTIME_ID);

	read_until(reader, now_ns(CLOCK_MONOTONIC) + options.seconds * 1e9);

	reader->end = now_ns(CLOCK_MONOTONIC);
	reader->cpu_ns += now_ns(CLOCK_THREAD_CPUTIME_ID);
	reader->allocations += count_allocations(&allocations);
	getrusage(RUSAGE_THREAD, &after);
	reader->voluntary = after.ru_nvcsw - before.ru_nvcsw;
	reader->involuntary = after.ru_nivcsw - before.ru_nivcsw;
	close_allocations(&allocations);

	return NULL;
}

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void print_spread(const char *name, struct values values)
{
	static const unsigned int percents[] = { 50, 90, 99 };

	printf(" %s_min=%u", name, values.ns[0]);
	for (size_t i = 0; i < ARRAY_SIZE(percents); i++)
		printf(" %s_p%u=%u", name, percents[i],
		       values.ns[(values.count - 1) * percents[i] / 100]);
}

/* Sorted values, in classes 16 of which make a factor of two. */
static void print_classes(struct values values)
{
	unsigned int shift;
	uint32_t class;
	size_t i, first;

	for (i = 0; i < values.count;) {
		first = i;
		shift = values.ns[i] < 16 ? 0 : 27 - __builtin_clz(values.ns[i]);
		class = values.ns[i] >> shift;
		while (i < values.count && values.ns[i] >> shift == class)
			i++;
		printf("window %u %zu\n", class << shift, i - first);
	}
}

static void print_per_read(const char *name, double value, size_t reads,
			   bool known)
{
	if (known)
		printf(" %s=%.4f", name, value / reads);
	else
		printf(" %s=-", name);
}

/* The values of all readers, sorted. */
static struct values gather(struct values (*values_of)(const struct reader *),
			    const struct reader *readers)
{
	struct values all = { 0 }, some;

	for (unsigned int r = 0; r < options.readers; r++)
		all.count += values_of(&readers[r]).count;
	all.ns = malloc(all.count * sizeof(*all.ns));
	if (!all.ns)
		errx(EXIT_FAILURE, "no memory");
	all.count = 0;
	for (unsigned int r = 0; r < options.readers; r++) {
		some = values_of(&readers[r]);
		memcpy(all.ns + all.count, some.ns,
		       some.count * sizeof(*all.ns));
		all.count += some.count;
	}
	qsort(all.ns, all.count, sizeof(*all.ns), compare);

	return all;
}

static struct values latency_of(const struct reader *reader)
{
	return reader->latency;
}

static struct values window_of(const struct reader *reader)
{
	return reader->window;
}

static void print_results(const struct reader *readers, uint64_t begin,
			  long long interrupts)
{
	double voluntary = 0, involuntary = 0, allocations = 0, cpu_ns = 0;
	struct values latency, window;
	uint64_t end = begin;
	size_t reads = 0;

	for (unsigned int r = 0; r < options.readers; r++) {
		voluntary += readers[r].voluntary;
		involuntary += readers[r].involuntary;
		allocations += readers[r].allocations;
		cpu_ns += readers[r].cpu_ns;
		reads += readers[r].reads;
		if (readers[r].end > end)
			end = readers[r].end;
	}
	if (!reads)
		errx(EXIT_FAILURE, "not one read in %g s", options.seconds);
	latency = gather(latency_of, readers);
	window = gather(window_of, readers);

	printf("operation=%s readers=%u reads=%zu calls=%zu rate=%.0f",
	       options.operation, options.readers, reads, latency.count,
	       reads * 1e9 / (end - begin));
	print_spread("latency", latency);
	if (window.count)
		print_spread("window", window);
	print_per_read("interrupts", interrupts, reads, interrupts >= 0);
	print_per_read("voluntary", voluntary, reads, true);
	print_per_read("involuntary", involuntary, reads, true);
	print_per_read("allocations", allocations, reads,
		       options.count_allocations);
	print_per_read("cpu_ns", cpu_ns, reads, true);
	putchar('\n');
	if (options.print_windows)
		print_classes(window);
	free(latency.ns);
	free(window.ns);
}

static void die_usage(void)
{
	fputs("usage: bench_ptp [OPTION]... OPERATION DEVICE\n"
	      "  -r  READERS at once (default 1)\n"
	      "  -s  for SECONDS (default 1), but\n"
	      "  -n  no more than READS by each reader\n"
	      "  -i  FILE with the number of the device's interrupts (default: the kernel's list)\n"
	      "  -a  count allocations, which costs time\n"
	      "  -w  print the distribution of windows: lines of 'window NS COUNT'\n"
	      "OPERATION: extended, gettime, precise, or sleep, which reads nothing\n",
	      stderr);
	exit(EXIT_FAILURE);
}

static void parse_options(int argc, char **argv)
{
	int option;

	while ((option = getopt(argc, argv, "r:s:n:i:aw")) != -1) {
		switch (option) {
		case 'r':
			options.readers = atoi(optarg);
			break;
		case 's':
			options.seconds = atof(optarg);
			break;
		case 'n':
			/* A call may take PTP_MAX_SAMPLES readings. */
			options.max_reads = atol(optarg) + PTP_MAX_SAMPLES - 1;
			break;
		case 'i':
			options.interrupts = optarg;
			break;
		case 'a':
			options.count_allocations = true;
			break;
		case 'w':
			options.print_windows = true;
			break;
		default:
			die_usage();
		}
	}
	if (argc - optind != 2 || options.seconds <= 0 ||
	    options.readers < 1 || options.readers > MAX_READERS ||
	    options.max_reads < PTP_MAX_SAMPLES ||
	    options.max_reads > MAX_READS + PTP_MAX_SAMPLES)
		die_usage();
	options.operation = argv[optind];
	options.path = argv[optind + 1];
	for (size_t i = 0; i < ARRAY_SIZE(operations); i++)
		if (!strcmp(options.operation, operations[i].name))
			options.call = operations[i].call;
	if (!options.call || !strchr(options.path, '/'))
		die_usage();
}

/* Memory that is there already when the reads begin. */
static uint32_t *alloc_values(void)
{
	size_t size = (options.max_reads + PTP_MAX_SAMPLES) * sizeof(uint32_t);
	uint32_t *values = malloc(size);

	if (!values)
		errx(EXIT_FAILURE, "no memory");

	return memset(values, 0xff, size);
}

int main(int argc, char **argv)
{
	static struct reader readers[MAX_READERS];
	long long interrupts_before, interrupts;
	uint64_t begin;

	parse_options(argc, argv);
	ptp_fd = open(options.path, O_RDWR | O_CLOEXEC);
	if (ptp_fd < 0)
		err(EXIT_FAILURE, "cannot open %s", options.path);
	ptp_clock = (~(clockid_t)ptp_fd << 3) | 3;

	for (unsigned int r = 0; r < options.readers; r++) {
		readers[r].latency.ns = alloc_values();
		readers[r].window.ns = alloc_values();
	}
	if (options.call(readers) < 0 && errno == EOPNOTSUPP) {
		fprintf(stderr, "bench_ptp: %s has no %s\n", options.path,
			options.operation);
		return STATUS_UNSUPPORTED;
	}

	pthread_barrier_init(&start, NULL, options.readers + 1);
	for (unsigned int r = 0; r < options.readers; r++) {
		errno = pthread_create(&readers[r].thread, NULL, run_reader,
				       &readers[r]);
		if (errno)
			err(EXIT_FAILURE, "no thread");
	}
	interrupts_before = count_interrupts(options.path, options.interrupts);
	pthread_barrier_wait(&start);
	begin = now_ns(CLOCK_MONOTONIC);
	for (unsigned int r = 0; r < options.readers; r++)
		pthread_join(readers[r].thread, NULL);
	interrupts = count_interrupts(options.path, options.interrupts);

	print_results(readers, begin,
		      interrupts < 0 ? -1 : interrupts - interrupts_before);

	return 0;
}
