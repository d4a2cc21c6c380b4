#include "io/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#define MEMORY_MOST ((rlim_t)512 << 20)
#define FILES_MOST 64 /* standard three, the socket, a connection, files of CAs in turn */
#define FILES_PARSE 4 /* what is open already: poll(2) refuses more than the limit */

static enum rc limit(int resource, rlim_t most, struct why *why)
{
	struct rlimit both = { most, most };
	if (setrlimit((__rlimit_resource_t)resource, &both) != 0)
		return why_set(why, RC_TEMP, "sandbox: cannot set limit %d: %s", resource,
		               strerror(errno));
	return RC_OK;
}

static enum rc limits(rlim_t files, struct why *why)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return why_set(why, RC_TEMP, "sandbox: prctl: %s", strerror(errno));
	enum rc rc = limit(RLIMIT_CORE, 0, why);
	if (rc == RC_OK)
		rc = limit(RLIMIT_NOFILE, files, why);
	if (rc == RC_OK && !SANITIZED)
		rc = limit(RLIMIT_AS, MEMORY_MOST, why);
	return rc;
}

enum rc sandbox_limit(struct why *why)
{
	return limits(FILES_MOST, why);
}

static const int allowed[] = {
	SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(close), SCMP_SYS(recvfrom), SCMP_SYS(recvmsg),
	SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(munmap),
	SCMP_SYS(brk), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(futex), SCMP_SYS(exit),
	SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(getrandom), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(time),
	SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(fstat), SCMP_SYS(lseek),
	SCMP_SYS(rt_sigaction), /* abort(3) */
};

/* Questions a library asks (GLib, before it writes a warning) and can do without. */
static const int refused[] = {
	SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(stat), SCMP_SYS(lstat), SCMP_SYS(newfstatat),
	SCMP_SYS(statx), SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2),
	SCMP_SYS(readlink), SCMP_SYS(readlinkat), SCMP_SYS(getcwd), SCMP_SYS(ioctl),
	SCMP_SYS(prlimit64), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(getsockname),
	SCMP_SYS(getpeername),
};

static int add_rules(scmp_filter_ctx filter)
{
	int failure = 0;
	for (size_t i = 0; failure == 0 && i < sizeof allowed / sizeof *allowed; i++)
		failure = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
	for (size_t i = 0; failure == 0 && i < sizeof refused / sizeof *refused; i++)
		failure = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), refused[i], 0);
	/* Memory of its own, never to be executed. */
	if (failure == 0)
		failure = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
		                           SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
		                           SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS,
		                                   MAP_ANONYMOUS));
	if (failure == 0)
		failure = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
		                           SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	/* raise(3), for abort(3): a signal to ourselves ends only us. */
	if (failure == 0)
		failure = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
		                           SCMP_A2(SCMP_CMP_EQ, SIGABRT, 0));
	return failure;
}

enum rc sandbox_close(struct why *why)
{
	enum rc rc = limits(FILES_PARSE, why);
	if (rc != RC_OK || SANITIZED)
		return rc;
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	if (filter == NULL)
		return why_set(why, RC_TEMP, "sandbox: no seccomp filter to be had");
	int failure = add_rules(filter);
	if (failure == 0)
		failure = seccomp_load(filter);
	seccomp_release(filter);
	if (failure != 0)
		return why_set(why, RC_TEMP, "sandbox: seccomp: %s", strerror(-failure));
	return RC_OK;
}
