#include "io/maildir.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char *path_join(const char *path, const char *folder, const char *name, const char *suffix)
{
	struct str out;
	str_init(&out, 8192);
	str_addf(&out, "%s/%s/%s%s", path, folder, name, suffix);
	return out.text;
}

/* A name that stays inside its folder. */
static bool name_plain(const char *name)
{
	return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL;
}

enum rc maildir_make(const char *path, struct why *why)
{
	static const char *const folders[] = { "tmp", "new", "cur" };
	enum rc rc = RC_OK;
	for (size_t i = 0; rc == RC_OK && i < 3; i++) {
		char *folder = path_join(path, folders[i], "", "");
		folder[strlen(folder) - 1] = '\0';
		rc = file_make_folder(folder, why);
		free(folder);
	}
	return rc;
}

/* Names begin with the seconds of delivery; their numbers count as numbers. */
static int by_age(const void *a, const void *b)
{
	return strverscmp(*(char *const *)a, *(char *const *)b);
}

enum rc maildir_list(const char *path, size_t most, char ***names, size_t *count, struct why *why)
{
	char *folder = path_join(path, "new", "", "");
	DIR *dir = opendir(folder);
	enum rc rc = dir != NULL ? RC_OK
	                         : why_set(why, RC_PERM, "%s: %s; is it a Maildir?", folder,
	                                   strerror(errno));
	char **found = NULL;
	size_t size = 0, have = 0;
	for (struct dirent *entry; dir != NULL && (entry = readdir(dir)) != NULL;) {
		if (!name_plain(entry->d_name) ||
		    (entry->d_type != DT_REG && entry->d_type != DT_UNKNOWN))
			continue;
		if (have == size) {
			size = size > 0 ? 2 * size : 64;
			found = mem_grow(found, size, sizeof *found);
		}
		found[have++] = mem_text(entry->d_name);
	}
	if (dir != NULL)
		closedir(dir);
	free(folder);
	if (rc != RC_OK)
		return rc;
	if (have > 0)
		qsort(found, have, sizeof *found, by_age);
	while (have > most)
		free(found[--have]);
	*names = found;
	*count = have;
	return RC_OK;
}

void maildir_names_free(char ***names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((*names)[i]);
	free(*names);
	*names = NULL;
}

enum rc maildir_read(const char *path, const char *name, size_t limit, char **octets, size_t *len,
                     struct why *why)
{
	if (!name_plain(name))
		return why_set(why, RC_PERM, "'%s' names no mail", name);
	char *file = path_join(path, "new", name, "");
	struct stat about;
	/* Not to hang on a FIFO, not to follow a link out of the folder. */
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY);
	enum rc rc;
	if (fd < 0)
		rc = why_set(why, errno == ENOENT ? RC_NONE : RC_PERM, "%s: %s", file,
		             strerror(errno));
	else if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode))
		rc = why_set(why, RC_PERM, "%s: not a regular file", file);
	else
		rc = file_read_fd(fd, file, limit, octets, len, why);
	if (fd >= 0)
		close(fd);
	free(file);
	return rc;
}

/* Not synced: after a crash it may lie in new/ again, and is known by its content. */
enum rc maildir_taken(const char *path, const char *name, struct why *why)
{
	if (!name_plain(name))
		return why_set(why, RC_PERM, "'%s' names no mail", name);
	const char *flags = strstr(name, ":2,");
	char *bare = mem_text_len(name, flags != NULL ? (size_t)(flags - name) : strlen(name));
	char *from = path_join(path, "new", name, "");
	char *to = path_join(path, "cur", bare, ":2,S");
	enum rc rc = RC_OK;
	if (rename(from, to) != 0)
		rc = why_set(why, errno == ENOENT ? RC_NONE : RC_TEMP, "%s: cannot move to cur: %s",
		             from, strerror(errno));
	free(to);
	free(from);
	free(bare);
	return rc;
}

static enum rc write_file(const char *file, const char *octets, size_t len, struct why *why)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool good = fd >= 0;
	while (good && len > 0) {
		ssize_t put = write(fd, octets, len);
		good = put >= 0 || errno == EINTR;
		if (put > 0) {
			octets += put;
			len -= (size_t)put;
		}
	}
	good = good && fsync(fd) == 0;
	enum rc rc = good ? RC_OK
	                  : why_set(why, RC_TEMP, "%s: cannot write: %s", file, strerror(errno));
	if (fd >= 0)
		close(fd);
	return rc;
}

/* SECONDS.Mmicroseconds_UNIQUE, so that names sort by age. */
static char *name_make(const char *unique)
{
	struct timespec now;
	struct str name;
	clock_gettime(CLOCK_REALTIME, &now);
	str_init(&name, 255);
	str_addf(&name, "%lld.M%06ld_%s.passerelle", (long long)now.tv_sec, now.tv_nsec / 1000,
	         unique);
	return name.text;
}

enum rc maildir_write(const char *path, const char *unique, const char *octets, size_t len,
                      struct why *why)
{
	if (!name_plain(unique))
		return why_set(why, RC_PERM, "'%s' names no mail", unique);
	char *name = name_make(unique);
	char *draft = path_join(path, "tmp", name, ""), *final = path_join(path, "new", name, "");
	char *folder = path_join(path, "new", "", "");
	enum rc rc = write_file(draft, octets, len, why);
	if (rc == RC_OK && link(draft, final) != 0)
		rc = why_set(why, RC_TEMP, "%s: cannot link: %s", final, strerror(errno));
	unlink(draft);
	if (rc == RC_OK)
		rc = file_sync_folder(folder, why);
	free(folder);
	free(final);
	free(draft);
	free(name);
	return rc;
}
