/* log: one line per fact, a stable verb first, then key=value, to standard
 * error with the <N> priority that journald reads (only when not a terminal).
 *
 *   log_info("ask intro=%lld hop=%d to=<%s>", id, hop, address);
 *
 * Outside text goes through log_safe(); bodies, tokens and passwords never. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

void log_level_set(enum log_level most);
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));  /* wants an admin */
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));  /* the story */
void log_debug(const char *format, ...) __attribute__((format(printf, 1, 2))); /* for us */

/* Room for one outside text on one line: controls, quotes and what is not
 * UTF-8 become '?', at most some 150 octets. */
struct log_text {
	char text[160];
};
const char *log_safe(struct log_text *room, const char *outside);

#endif
