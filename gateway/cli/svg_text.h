/* svg_text: text for a picture that no browser has measured yet. Widths are
 * estimates for DejaVu Sans, which is wider than most. */
#ifndef CLI_SVG_TEXT_H
#define CLI_SVG_TEXT_H

#include "base/str.h"

#include <stdbool.h>

/* Pixels of UTF-8 text at a font size. */
double svg_text_width(const char *text, double size);

/* Takes the next line from *text: as many words as fit into `wide` pixels; the
 * last line allowed, or a word that does not fit, ends with an ellipsis. *text
 * moves on to what is left ("" at the end). Replaces what is in `line`. */
void svg_text_line(const char **text, double wide, double size, bool last, struct str *line);

/* Appends text as XML character data or attribute value: escaped, without
 * control and direction characters and what XML 1.0 section 2.2 forbids. */
void svg_text_add(struct str *out, const char *text);

#endif
