/* Any octets as a configuration file: loads or says why with a line. */
#include "conf/conf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
const char *__lsan_default_suppressions(void);

/* libconfig 1.5 itself leaks the text at a syntax error; the program then ends. */
const char *__lsan_default_suppressions(void)
{
	return "leak:libconfig.so";
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	char path[32];
	if (fd < 0)
		fd = memfd_create("conf", 0);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	struct conf *conf = NULL;
	struct why why = { "" };
	enum rc rc = conf_load(path, &conf, &why);
	if ((rc == RC_OK) != (conf != NULL) || (rc != RC_OK && strchr(why.text, ':') == NULL))
		abort();
	conf_free(&conf);
	return 0;
}
