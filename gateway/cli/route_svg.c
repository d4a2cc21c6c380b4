#include "cli/route_draw.h"
void draw_svg(const struct draw *draw, struct str *out)
{
	(void)draw;
	str_add(out, "<svg/>");
}
