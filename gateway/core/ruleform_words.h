/* ruleform_words: the labels and values of the form, as data. */
#ifndef CORE_RULEFORM_WORDS_H
#define CORE_RULEFORM_WORDS_H

/* `words`: folded, "a|b|c", what else is understood; the shown one is, too. A word
 * that ends in * stands for all that begin so. */
struct rule_word {
	int field;
	const char *value; /* NULL: the label */
	const char *language, *shown, *words;
};
extern const struct rule_word rule_words[]; /* ended by a NULL language */

#endif
