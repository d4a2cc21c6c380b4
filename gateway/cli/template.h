/* template: the texts of the mails, for the one who edits them.
 *
 *   list             which file wins, by message and language
 *   list NAME        one message: when it is sent, its files, its placeholders
 *   check            every flaw as file:line:column: what; remedy
 *   preview NAME     with sample values: --lang fr, --case NAME, --text, --html, --eml
 *   diff             each own file against its default
 *   new NAME         an own file started from the default: --lang es; "all": every one
 */
#ifndef CLI_TEMPLATE_H
#define CLI_TEMPLATE_H

#include "conf/conf.h"

/* argv[0] is the first word after "template"; `gateway` may be NULL (no
 * configuration: the defaults in their languages). An exit code of sysexits.h. */
int cli_template(int argc, char **argv, const struct conf_gateway *gateway);

#endif
