/* trust: a link's trust in whole percent, from what its people stated. */
#ifndef CORE_TRUST_H
#define CORE_TRUST_H

/* "How well do you know each other?" 0 not at all ... 4 very well -> percent. */
int trust_stated_percent(int stated);

#endif
