#include "core/network_build.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file is the image, in this machine's order of octets: this header, then
 * the tables of network_layout. */
struct header {
	char magic[8];
	uint32_t version, order;
	uint64_t members, links, generation, len;
	uint64_t sum; /* of all the file, with zero here */
	uint64_t spare;
};
_Static_assert(sizeof(struct header) == NETWORK_HEADER_LEN, "the tables start after the header");

#define MAGIC "PSRLROUT"
#define VERSION 1
#define ORDER 0x01020304u
#define MOST_LINKS RECORD_START

static uint64_t sum_on(uint64_t sum, const void *octets, size_t len)
{
	const unsigned char *at = octets;
	for (size_t i = 0; i + 8 <= len; i += 8) {
		uint64_t word;
		memcpy(&word, at + i, sizeof word);
		sum = (sum ^ word) * UINT64_C(0x9E3779B97F4A7C15);
		sum ^= sum >> 29;
	}
	return sum;
}

uint64_t network_file_sum(const unsigned char *image, size_t len)
{
	struct header h;
	memcpy(&h, image, sizeof h);
	h.sum = 0;
	return sum_on(sum_on(0, &h, sizeof h), image + sizeof h, len - sizeof h);
}

/* Writing: the sum stands in the header, so the tables go out first. */
struct writer {
	int fd;
	uint64_t sum;
	bool bad;
};

static void put(struct writer *w, const void *octets, size_t len)
{
	const char *at = octets;
	w->sum = sum_on(w->sum, octets, len);
	while (len > 0 && !w->bad) {
		ssize_t done = write(w->fd, at, len < 1 << 30 ? len : 1 << 30);
		if (done < 0 && errno == EINTR)
			continue;
		w->bad = done <= 0;
		at += done > 0 ? done : 0;
		len -= done > 0 ? (size_t)done : 0;
	}
}

/* Without what was set since: full load, and the list as it was built. */
static void put_records(struct writer *w, const uint64_t *record, size_t octets)
{
	uint64_t room[4096];
	for (size_t count = octets / sizeof *record; count > 0 && !w->bad;) {
		size_t some = count < 4096 ? count : 4096;
		for (size_t i = 0; i < some; i++)
			room[i] = record[i] == 0 ? 0 : (record[i] & (RECORD_START | RECORD_BEST)) |
			                               UINT64_C(100) << RECORD_LOAD_SHIFT;
		put(w, room, some * sizeof *room);
		record += some;
		count -= some;
	}
}

static void put_all(struct writer *w, const struct network *n, struct header *h)
{
	struct network_layout at = network_layout(n->members, n->links);
	const unsigned char *image = n->image;
	w->bad = lseek(w->fd, sizeof *h, SEEK_SET) < 0;
	w->sum = sum_on(0, h, sizeof *h);
	put(w, image + at.id, at.record[0] - at.id);
	put_records(w, n->side[0].record, at.record[1] - at.record[0]);
	put_records(w, n->side[1].record, at.packed[0] - at.record[1]);
	put(w, image + at.packed[0], at.end - at.packed[0]);
	h->sum = w->sum;
	w->bad |= pwrite(w->fd, h, sizeof *h, 0) != sizeof *h || fsync(w->fd) != 0;
}

static enum rc sync_folder_of(const char *path, struct why *why)
{
	char *copy = mem_text(path);
	enum rc rc = file_sync_folder(dirname(copy), why);
	free(copy);
	return rc;
}

enum rc network_write(const struct network *n, const char *path, uint64_t generation,
                      struct why *why)
{
	struct header h = { .version = VERSION, .order = ORDER, .members = n->members,
	                    .links = n->links, .generation = generation, .len = n->image_len };
	struct str beside;
	enum rc rc = RC_OK;
	memcpy(h.magic, MAGIC, sizeof h.magic);
	str_init(&beside, 4096);
	str_addf(&beside, "%s.new", path);
	struct writer w = { .fd = open(beside.text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		                       0600) };
	w.bad = w.fd < 0 || !str_ok(&beside);
	if (!w.bad)
		put_all(&w, n, &h);
	if (w.fd >= 0 && close(w.fd) != 0)
		w.bad = true;
	if (w.bad || rename(beside.text, path) != 0) {
		rc = why_set(why, RC_TEMP, "%s: cannot write: %s", beside.text, strerror(errno));
		unlink(beside.text);
	}
	str_free(&beside);
	return rc == RC_OK ? sync_folder_of(path, why) : rc;
}

static const char *header_fault(const struct header *h, uint64_t len)
{
	if (memcmp(h->magic, MAGIC, sizeof h->magic) != 0)
		return "not a routing file";
	if (h->order != ORDER)
		return "from a machine with another order of octets";
	if (h->version != VERSION)
		return "of another version";
	if (h->members > NETWORK_MOST_MEMBERS || h->links > MOST_LINKS)
		return "damaged: impossible counts";
	if (h->len != len || network_layout(h->members, h->links).end != len)
		return "cut short, or longer than it says";
	return NULL;
}

static const char *ids_fault(const struct network *n)
{
	for (uint32_t i = 0; i < n->members; i++)
		if (n->by_id[i] >= n->members ||
		    (i > 0 && n->id[n->by_id[i]] <= n->id[n->by_id[i - 1]]))
			return "damaged: the members are not in order";
	return NULL;
}

static const char *list_fault(const struct network *n, enum network_way way, uint32_t v)
{
	struct network_list list = network_list(n, way, v);
	uint64_t most = 100;
	if (list.load != 100 || (list.count == 0 && list.best != 0))
		return "damaged: a member's record";
	for (uint32_t i = 0; i < list.count; i++) {
		uint64_t link = network_link_at(n, way, list.at + i), percent = link & 127;
		if (link >> 7 >= n->members || link >> 7 == v)
			return "damaged: a link to nobody";
		if (percent < 1 || percent > most || (i == 0 && percent != list.best))
			return "damaged: a trust out of range or order";
		most = percent;
	}
	return NULL;
}

static const char *side_fault(const struct network *n, enum network_way way)
{
	const uint64_t *record = n->side[way].record;
	if ((record[0] & RECORD_START) != 0 || (record[n->members] & RECORD_START) != n->links)
		return "damaged: the lists do not span the links";
	for (uint32_t v = 0; v < n->members; v++) {
		uint64_t start = record[v] & RECORD_START, end = record[v + 1] & RECORD_START;
		if (start > end || end > n->links || end - start > n->members ||
		    (record[v] & RECORD_CHANGED) != 0)
			return "damaged: the lists are not in order";
		const char *what = list_fault(n, way, v);
		if (what != NULL)
			return what;
	}
	return NULL;
}

static const char *fault(struct network *n, unsigned char *image, size_t len)
{
	struct header h;
	memcpy(&h, image, sizeof h);
	const char *what = header_fault(&h, len);
	if (what != NULL)
		return what;
	if (network_file_sum(image, len) != h.sum)
		return "damaged: wrong checksum";
	network_attach(n, image, h.members, h.links);
	n->generation = h.generation;
	what = ids_fault(n);
	if (what == NULL)
		what = side_fault(n, NETWORK_OUT);
	return what != NULL ? what : side_fault(n, NETWORK_IN);
}

/* Private and writable: loads and marks of changes are ours, the file is not. */
static enum rc map(const char *path, unsigned char **image, size_t *len, struct why *why)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return why_set(why, errno == ENOENT ? RC_NONE : RC_PERM, "%s: %s", path,
		               strerror(errno));
	if (fstat(fd, &st) != 0 || st.st_size < NETWORK_HEADER_LEN || !S_ISREG(st.st_mode)) {
		close(fd);
		return why_set(why, RC_PERM, "%s: not a routing file: build it again", path);
	}
	*len = (size_t)st.st_size;
	*image = mmap(NULL, *len, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	enum rc rc = *image != MAP_FAILED ? RC_OK :
	             why_set(why, RC_TEMP, "%s: cannot map: %s", path, strerror(errno));
	close(fd);
	return rc;
}

enum rc network_open(const char *path, struct network **network, struct why *why)
{
	unsigned char *image;
	size_t len = 0;
	enum rc rc = map(path, &image, &len, why);
	if (rc != RC_OK)
		return rc;
	madvise(image, len, MADV_WILLNEED);
	struct network *n = mem_zero(1, sizeof *n);
	const char *what = fault(n, image, len);
	if (what != NULL) {
		munmap(image, len);
		free(n);
		return why_set(why, RC_PERM, "%s: %s: build it again", path, what);
	}
	*network = n;
	return RC_OK;
}
