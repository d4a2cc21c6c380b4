#include "base/file.h"

#include "base/mem.h"
#include "base/str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum rc file_read_fd(int fd, const char *name, size_t limit, char **octets, size_t *len,
                     struct why *why)
{
	struct str out;
	str_init(&out, limit);
	for (;;) {
		char room[65536];
		ssize_t got = read(fd, room, sizeof room);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			enum rc rc = errno == EISDIR ? RC_PERM : RC_TEMP;
			why_set(why, rc, "%s: %s", name, strerror(errno));
			str_free(&out);
			return rc;
		}
		if (got == 0)
			break;
		str_add_len(&out, room, (size_t)got);
		if (!str_ok(&out)) {
			str_free(&out);
			return why_set(why, RC_PERM, "%s: larger than the limit of %zu octets",
			               name, limit);
		}
	}
	*len = out.len;
	*octets = out.text;
	return RC_OK;
}

enum rc file_read(const char *path, size_t limit, char **octets, size_t *len, struct why *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return why_set(why, errno == ENOENT ? RC_NONE : RC_PERM, "%s: %s", path,
		               strerror(errno));
	enum rc rc = file_read_fd(fd, path, limit, octets, len, why);
	close(fd);
	return rc;
}

enum rc file_sync_folder(const char *path, struct why *why)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) != 0) {
		enum rc rc = why_set(why, RC_TEMP, "%s: cannot sync: %s", path, strerror(errno));
		if (fd >= 0)
			close(fd);
		return rc;
	}
	close(fd);
	return RC_OK;
}

static enum rc write_all(int fd, const char *octets, size_t len)
{
	while (len > 0) {
		ssize_t put = write(fd, octets, len);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return RC_TEMP;
		octets += put;
		len -= (size_t)put;
	}
	return RC_OK;
}

enum rc file_write(const char *path, const char *octets, size_t len, struct why *why)
{
	struct str aside;
	str_init(&aside, 4096);
	str_addf(&aside, "%s.%ld.new", path, (long)getpid());
	int fd = open(aside.text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	enum rc rc = RC_OK;
	if (fd < 0 || write_all(fd, octets, len) != RC_OK || fsync(fd) != 0 ||
	    rename(aside.text, path) != 0) {
		rc = why_set(why, RC_TEMP, "%s: cannot write: %s", path, strerror(errno));
		unlink(aside.text);
	}
	if (fd >= 0)
		close(fd);
	if (rc == RC_OK) {
		const char *slash = strrchr(path, '/');
		char *folder = slash != NULL ? mem_text_len(path, (size_t)(slash - path + 1))
		                             : mem_text(".");
		rc = file_sync_folder(folder, why);
		free(folder);
	}
	str_free(&aside);
	return rc;
}

enum rc file_make_folder(const char *path, struct why *why)
{
	char *partial = mem_text(path);
	enum rc rc = RC_OK;
	for (char *at = partial; rc == RC_OK; at++) {
		struct stat st;
		if ((*at != '/' || at == partial) && *at != '\0')
			continue;
		char kept = *at;
		*at = '\0';
		if (mkdir(partial, 0700) != 0 && errno != EEXIST)
			rc = why_set(why, RC_PERM, "%s: cannot make the folder: %s", partial,
			             strerror(errno));
		else if (stat(partial, &st) != 0 || !S_ISDIR(st.st_mode))
			rc = why_set(why, RC_PERM, "%s: is there, but is no folder", partial);
		*at = kept;
		if (kept == '\0')
			break;
	}
	free(partial);
	return rc;
}
