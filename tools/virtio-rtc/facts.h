/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is known of the system's virtio RTC devices and of what uses them.  One
 * call of facts_gather() fills it; checks and outputs only read it.
 *
 * Copyright The virtio_rtc contributors
 */

#ifndef FACTS_H
#define FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define MAX_DEVICES	16
#define MAX_CLOCKS	64
#define MAX_RTCS	16
#define MAX_USERS	8
#define MAX_LINKS	4
#define MAX_KEEPERS	8
#define MAX_REFCLOCKS	8
#define MAX_STATISTICS	24

/* Clock types of the specification */
enum {
	TYPE_UTC,
	TYPE_TAI,
	TYPE_MONOTONIC,
	TYPE_SMEARED,
	TYPE_MAYBE_SMEARED,
};

/* Whether the processor's counter can be read together with a clock */
enum cross {
	CROSS_UNKNOWN,		/* the clock could not be asked */
	CROSS_YES,
	CROSS_NO_DEVICE,	/* the driver says no, the clocksource is right */
	CROSS_NO_CLOCKSOURCE,	/* the system's clock does not run on the counter */
	CROSS_NO_COUNTER,	/* the architecture has no counter for it */
	CROSS_FAILED,		/* the driver says yes, a reading failed */
};

/* A reading of a clock; what it means depends on the clock's type */
struct reading {
	int error;		/* 0, or the errno of why there is none */
	bool has_offset;	/* false for a clock without a known epoch */
	bool crossed;		/* taken with a cross-timestamp */
	int64_t offset_ns;	/* how far the system's clock is ahead */
	int64_t uncertainty_ns;	/* the offset is right to +- this */
	int64_t answer_ns;	/* what an answer took at best, median, worst */
	int64_t answer_median_ns;
	int64_t answer_max_ns;
};

/* A program that has the clock's device open */
struct user {
	pid_t pid;
	char name[32];
};

struct clock {
	int device;			/* index of its device */
	int id;				/* its number on the device, -1 if not told */
	int ptp;			/* N of /dev/ptpN */
	int type, variant;		/* -1 if the name tells neither */
	int rtc;			/* N of /dev/rtcN, or -1 */
	bool wakes;			/* its alarm can wake the system */
	int alarm;			/* it has one: 1, 0, or -1 if not told */
	char links[MAX_LINKS][64];	/* paths in /dev, "" after the last */
	int caps_error;			/* errno of asking for the capabilities, or 0 */
	char cross_word[24];		/* what the driver says of it, "" if nothing */
	bool cross_cap;			/* the driver's word on cross-timestamps */
	int cross_error;		/* errno of a failed one, or 0 */
	enum cross cross;
	struct reading reading;
	struct user users[MAX_USERS];
	int num_users;
	bool chronyd, phc2sys;		/* have it open */
};

/* What the driver has counted since it was bound */
struct statistic {
	char name[32];
	unsigned long long value;
};

struct device {
	char name[32];			/* virtioN */
	char transport[16];		/* pci, mmio, ... */
	char driver[32];		/* name of the driver, "" without */
	unsigned int status;		/* virtio's device status */
	bool version_1, f_alarm;	/* features */
	int other_rtcs[MAX_RTCS];	/* RTCs of clocks that are not known */
	int num_other_rtcs;
	struct statistic statistics[MAX_STATISTICS];
	int num_statistics;
};

/* A program that may set the system's clock */
struct keeper {
	pid_t pid;
	char name[32];
	char source[64];	/* phc2sys: what it takes the time from */
	long shift;		/* phc2sys: -O, in s */
};

/* A line "refclock PHC" of chrony's configuration */
struct refclock {
	char path[64];
	int ptp;		/* N of the PTP clock, or -1 if there is no such one */
	bool tai;		/* option "tai" */
	bool noselect;		/* to look at only */
};

struct facts {
	struct device devices[MAX_DEVICES];
	int num_devices;
	struct clock clocks[MAX_CLOCKS];
	int num_clocks;
	bool idle_pci_device;	/* a PCI device without virtio's driver */
	bool module_loaded;
	bool own_module;	/* this project's, not the kernel's own driver */
	bool built_in;		/* no module, but part of the kernel */
	bool rules;		/* udev rules for the links are installed */
	bool mdev;		/* it is mdev that makes the links */
	bool root;		/* all processes could be looked at */
	char release[64];
	char machine[64];
	char clocksource[32];
	bool right_clocksource;	/* it is the counter that devices know */
	const char *wanted_clocksource;	/* NULL if there is none */
	int tai_offset;		/* of the kernel, in s */
	struct keeper keepers[MAX_KEEPERS];
	int num_keepers;
	bool hands_on;		/* a phc2sys hands samples of the device on */
	bool chrony_conf;	/* a configuration was found */
	bool chrony_package;	/* virtio-rtc-chrony is installed */
	char leap[64];		/* chrony's leapsectz or leapseclist, "" without */
	bool leap_ignored;	/* leapsecmode ignore: none is inserted */
	struct refclock refclocks[MAX_REFCLOCKS];
	int num_refclocks;
};

/* All facts.  Sends requests to the devices, unless @quiet. */
void facts_gather(struct facts *facts, bool quiet);

/* sysfs.c: devices, clocks, RTCs, links */
void sysfs_gather(struct facts *facts);
/* Whether an RTC has an alarm that can wake the system */
bool rtc_wakes(int rtc);

/*
 * Reads the file that @format and what follows name, without the last newline.
 * Returns false, with @text empty, if there is none.
 */
bool read_line(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* driver.c: what this project's driver tells by itself */
void driver_gather(struct facts *facts);
/* A statistic of this name, or 0 */
unsigned long long statistic_of(const struct device *device, const char *name);

/* ptp.c: what a clock can do and shows.  Each call may wait for the device. */
void ptp_gather(const struct facts *facts, struct clock *clock);
void ptp_read(const struct facts *facts, struct clock *clock);

/* procs.c: programs that have clocks open or keep the system's clock */
void procs_gather(struct facts *facts);

/* chrony.c: what chrony's configuration says */
void chrony_gather(struct facts *facts);

/* N of the PTP clock that a path in /dev leads to, or -1 */
int ptp_of_path(const char *path);

/* words.c: the specification's values in words */
const char *type_words(int type);
const char *variant_words(int variant);
/* Why there are no cross-timestamps, or "yes" */
void cross_words(const struct facts *facts, const struct clock *clock,
		 char *text, size_t size);
/* A time in the unit that suits it */
const char *time_words(int64_t ns, char *text, size_t size);

/* One result of "virtio-rtc check" */
enum verdict { GOOD, NOTE, WRONG };

struct finding {
	const char *name;	/* for programs: never changes */
	enum verdict verdict;
	char text[256];		/* what was found */
	char remedy[384];	/* what to do, "" if nothing */
};

#define MAX_FINDINGS 64

/* checks.c: returns the number of findings */
int checks_run(const struct facts *facts, struct finding findings[MAX_FINDINGS]);

/* Outputs: text.c, json.c, watch.c */
void text_facts(const struct facts *facts);
void text_findings(const struct finding *findings, int num);
/* Those that are not good, without what to do */
void text_problems(const struct finding *findings, int num);
void json_facts(const struct facts *facts, const struct finding *findings,
		int num);
void json_findings(const struct finding *findings, int num);
/* Returns the program's status. */
int watch(struct facts *facts, int ptp, double interval, long count);

#endif
