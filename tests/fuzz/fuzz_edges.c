/* Lines of links and of questions: taken or refused, within their bounds. */
#include "cli/edges.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool held)
{
	if (!held)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct network_link link;
	struct edges_query query = { 0 };
	const char *fault;
	char *line = malloc(size + 1);
	memcpy(line, data, size);
	line[size] = '\0';
	if (edges_link(line, &link, &fault) == EDGES_TAKEN)
		must(link.from >= 0 && link.to >= 0 && link.percent >= 0 && link.percent <= 100);
	if (edges_query(line, 0, &query, &fault) == EDGES_TAKEN) {
		must(query.from >= 0 && query.to >= 0);
		for (size_t i = 0; i < query.load_count; i++)
			must(query.load[i].percent >= 1 && query.load[i].percent <= 100);
		for (size_t i = 0; i < query.avoid_count; i++)
			must(query.avoid[i] >= 0);
	}
	edges_avoid(line, &query);
	edges_query_free(&query);
	free(line);
	return 0;
}
