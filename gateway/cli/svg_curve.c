#include "cli/svg_curve.h"

#include <stdbool.h>

struct curve svg_curve_level(struct point from, struct point to)
{
	double middle = (from.x + to.x) / 2;
	return (struct curve){ { from, { middle, from.y }, { middle, to.y }, to } };
}

struct curve svg_curve_bent(struct point from, struct point to, double gap)
{
	bool down = from.y <= to.y;
	double side = down ? 1 : -1, far = side * gap;
	struct point a = { from.x + far, from.y + side * 3 }, b = { to.x + far, to.y - side * 3 };
	double out = down == (a.x > b.x) ? a.x + side * 36 : b.x + side * 36;
	return (struct curve){ { a, { out, a.y }, { out, b.y }, b } };
}

struct curve svg_curve_arched(struct point from, struct point to, double high)
{
	double third = (to.x - from.x) / 3, over = from.y - high;
	return (struct curve){ { from, { from.x + third, over }, { to.x - third, over }, to } };
}

struct point svg_curve_point(const struct curve *c, double t)
{
	double u = 1 - t, w[4] = { u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t };
	struct point p = { 0, 0 };
	for (int i = 0; i < 4; i++) {
		p.x += w[i] * c->at[i].x;
		p.y += w[i] * c->at[i].y;
	}
	return p;
}
