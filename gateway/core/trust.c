#include "core/trust.h"

int trust_stated_percent(int stated)
{
	static const int percent[] = { 0, 15, 35, 60, 80 };
	return stated >= 0 && stated <= 4 ? percent[stated] : 0;
}
