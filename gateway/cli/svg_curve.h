/* svg_curve: the lines of a line map, as cubic curves. */
#ifndef CLI_SVG_CURVE_H
#define CLI_SVG_CURVE_H

struct point {
	double x, y;
};
struct curve {
	struct point at[4]; /* from, two handles, to */
};

/* To the right, level at both ends. */
struct curve svg_curve_level(struct point from, struct point to);
/* Over those who stand between the two in one row; `high`: of the handles. */
struct curve svg_curve_arched(struct point from, struct point to, double high);
/* For a link that does not lead to the right: bent outwards, down on the right
 * and up on the left; it begins and ends `gap` beside both. */
struct curve svg_curve_bent(struct point from, struct point to, double gap);

struct point svg_curve_point(const struct curve *curve, double t); /* 0..1 */

#endif
