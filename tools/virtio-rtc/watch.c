// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A live view: the offset of the system's clock from one clock, as a plot.
 *
 * Copyright The virtio_rtc contributors
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "facts.h"

#define MAX_POINTS	512
#define MIN_ROWS	4
/* Lines of the screen that are not of the plot */
#define OTHER_LINES	5
/* Room for the scale at the left */
#define MARGIN		16

struct history {
	int64_t offsets[MAX_POINTS];
	bool valid[MAX_POINTS];
	int num;
};

static volatile sig_atomic_t ended;

static void end(int signal)
{
	(void)signal;
	ended = 1;
}

static void push(struct history *history, const struct reading *reading,
		 int columns)
{
	int excess = history->num + 1 - columns;

	if (excess > 0) {
		memmove(history->offsets, history->offsets + excess,
			(history->num - excess) * sizeof(history->offsets[0]));
		memmove(history->valid, history->valid + excess,
			(history->num - excess) * sizeof(history->valid[0]));
		history->num -= excess;
	}
	history->offsets[history->num] = reading->offset_ns;
	history->valid[history->num++] = !reading->error;
}

static void size_of_screen(int *columns, int *rows)
{
	struct winsize size = { 0 };

	ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
	*columns = (size.ws_col ? size.ws_col : 80) - MARGIN;
	*rows = (size.ws_row ? size.ws_row : 24) - OTHER_LINES;
	if (*columns > MAX_POINTS)
		*columns = MAX_POINTS;
	if (*columns < 1)
		*columns = 1;
	if (*rows < MIN_ROWS)
		*rows = MIN_ROWS;
}

/* A reading that failed leaves a gap in the plot. */
static void plot(const struct history *history, int rows)
{
	int64_t min = INT64_MAX, max = INT64_MIN;
	double step, value;
	char scale[32];
	int row, n;

	for (n = 0; n < history->num; n++) {
		if (!history->valid[n])
			continue;
		if (history->offsets[n] < min)
			min = history->offsets[n];
		if (history->offsets[n] > max)
			max = history->offsets[n];
	}
	if (min > max)
		return;

	step = ((double)max - (double)min) / (rows - 1);
	if (step < 1)
		step = 1;
	for (row = 0; row < rows; row++) {
		value = (double)max - row * step;
		printf("%*s |", MARGIN - 3,
		       time_words((int64_t)value, scale, sizeof(scale)));
		for (n = 0; n < history->num; n++) {
			double away = ((double)max - history->offsets[n]) / step;

			putchar(history->valid[n] && (int)(away + 0.5) == row ?
				'*' : ' ');
		}
		putchar('\n');
	}
}

static void print_line(const struct clock *clock)
{
	const struct reading *reading = &clock->reading;
	char offset[32], uncertainty[32], answer[32];

	if (reading->error)
		printf("ptp%d: %s\n", clock->ptp, strerror(reading->error));
	else
		printf("ptp%d: system's clock %s, +- %s, answers take %s\n",
		       clock->ptp,
		       time_words(reading->offset_ns, offset, sizeof(offset)),
		       time_words(reading->uncertainty_ns, uncertainty,
				  sizeof(uncertainty)),
		       time_words(reading->answer_median_ns, answer,
				  sizeof(answer)));
}

/* Without a number it is what /dev/ptp_virtio leads to, or the first clock. */
static struct clock *choose(struct facts *facts, int ptp)
{
	bool any = ptp < 0;
	int n;

	if (any)
		ptp = ptp_of_path("/dev/ptp_virtio");
	for (n = 0; n < facts->num_clocks; n++)
		if (facts->clocks[n].ptp == ptp)
			return &facts->clocks[n];

	return any && facts->num_clocks ? &facts->clocks[0] : NULL;
}

int watch(struct facts *facts, int ptp, double interval, long count)
{
	struct sigaction action = { .sa_handler = end };
	struct timespec pause = {
		.tv_sec = (time_t)interval,
		.tv_nsec = (long)((interval - (time_t)interval) * 1e9),
	};
	static struct history history;
	bool screen = isatty(STDOUT_FILENO);
	struct clock *clock = choose(facts, ptp);
	sigset_t ends, unblocked;
	int columns, rows;

	if (!clock) {
		fprintf(stderr, "virtio-rtc: there is no such clock\n");
		return 1;
	}
	if (clock->type == TYPE_MONOTONIC) {
		fprintf(stderr, "virtio-rtc: ptp%d has its own epoch\n",
			clock->ptp);
		return 1;
	}

	ptp_gather(facts, clock);
	sigemptyset(&ends);
	sigaddset(&ends, SIGINT);
	sigaddset(&ends, SIGTERM);
	/* Without SA_RESTART: a pause or a wait for the device ends. */
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	while (!ended) {
		ptp_read(facts, clock);
		if (ended)
			break;
		if (screen) {
			size_of_screen(&columns, &rows);
			push(&history, &clock->reading, columns);
			printf("\033[H\033[J");
			print_line(clock);
			printf("\n");
			plot(&history, rows);
			printf("\nOffset of the system's clock, a point each %g s.  Ctrl-C ends.\n",
			       interval);
		} else {
			print_line(clock);
		}
		/* Nobody reads any more. */
		if (fflush(stdout))
			return 1;
		if (count && !--count)
			break;
		if (clock->reading.error == ENODEV ||
		    clock->reading.error == ENOENT ||
		    clock->reading.error == EACCES ||
		    clock->reading.error == EPERM)
			return 1;
		/* Nor a signal of just now is slept over. */
		sigprocmask(SIG_BLOCK, &ends, &unblocked);
		if (!ended)
			ppoll(NULL, 0, &pause, &unblocked);
		sigprocmask(SIG_SETMASK, &unblocked, NULL);
	}

	return 0;
}
