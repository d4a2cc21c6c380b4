/* The routing file, damaged in any way, with its checksum made right: either
 * refused, or harmless to search in. */
#include "core/network.h"
#include "core/network_build.h"
#include "core/route.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void search(const struct network *n)
{
	struct route_chain chain[3];
	for (int64_t from = 1; from < 8; from++) {
		struct route_source source = { from, 6 };
		struct route_query q = { .sources = &source, .source_count = 1, .to = 9 - from };
		route_alternatives(n, &q, chain, 3);
		route_nearest(n, &q);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct network *n = NULL;
	struct why why;
	char path[40];
	unsigned char *image = malloc(size + 1);
	memcpy(image, data, size);
	if (size >= NETWORK_HEADER_LEN) {
		uint64_t sum = network_file_sum(image, size);
		memcpy(image + 48, &sum, sizeof sum);
	}
	int fd = memfd_create("network", 0);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (write(fd, image, size) == (ssize_t)size && network_open(path, &n, &why) == RC_OK)
		search(n);
	network_free(&n);
	close(fd);
	free(image);
	return 0;
}
