/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Included by each target, so that a target is one file and one name in
 * fuzz.am.
 *
 * Built as usual it is a program that replays tests/fuzz/corpus/NAME, where
 * the program is called fuzz_NAME.  Built with FUZZ_SEARCH the main program is
 * libFuzzer's (tests/fuzz/run).
 */
#ifndef CAMELEER_TESTS_FUZZ_H
#define CAMELEER_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that must hold for every input. */
#define must(condition) do { \
	if (!(condition)) { \
		(void)fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, \
		    #condition); \
		abort(); \
	} \
} while (0)

#ifndef FUZZ_SEARCH

#include <dirent.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

/*
 * The input has memory of exactly its size, so that ASan sees a read past it.
 */
static int
replay_file(const char *path)
{
	uint8_t *data;
	FILE *file;
	long size = -1;
	int failed;

	file = fopen(path, "rb");
	if (file == NULL || fseek(file, 0, SEEK_END) == -1 ||
	    (size = ftell(file)) < 0) {
		perror(path);
		return -1;
	}
	rewind(file);
	data = malloc((size_t)size + (size == 0));
	if (data == NULL)
		abort();
	failed = fread(data, 1, (size_t)size, file) != (size_t)size;
	(void)fclose(file);
	if (!failed)
		(void)LLVMFuzzerTestOneInput(data, (size_t)size);
	free(data);
	return failed ? -1 : 0;
}

/* Returns the number of replayed files, or -1. */
static int
replay_directory(const char *name)
{
	struct dirent *entry;
	int n = 0, failed = 0;
	DIR *dir;

	dir = opendir(name);
	if (dir == NULL || chdir(name) == -1) {
		perror(name);
		return -1;
	}
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		if (replay_file(entry->d_name) == -1)
			failed = 1;
		else
			(void)printf("ok %d - %s\n", ++n, entry->d_name);
	}
	(void)closedir(dir);
	return failed ? -1 : n;
}

int
main(int argc, char *argv[])
{
	const char *source = getenv("CAMELEER_SOURCE");
	char path[PATH_MAX];
	const char *name;
	int n;

	if (argc > 1)				/* replays one found input */
		return replay_file(argv[1]) == 0 ? 0 : 1;
	name = strstr(argv[0], "fuzz_");
	while (name != NULL && strstr(name + 1, "fuzz_") != NULL)
		name = strstr(name + 1, "fuzz_");
	if (source == NULL || name == NULL) {
		(void)fprintf(stderr, "CAMELEER_SOURCE is not set\n");
		return 1;
	}
	(void)snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/%s", source,
	    name + sizeof("fuzz_") - 1);
	n = replay_directory(path);
	(void)printf("1..%d\n", n < 0 ? 0 : n);
	if (n == 0)
		(void)fprintf(stderr, "%s is empty\n", path);
	return n > 0 ? 0 : 1;
}

#endif
#endif
