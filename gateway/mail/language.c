#include "mail/language.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MOST 4000 /* octets looked at */
#define LANGUAGES 7
#define FUNCTION_WORDS 6  /* one word of so many, at least */

/* Folded function words and everyday answers; those that two of the languages
 * share stand in both lists, or in none. */
static const struct {
	const char *language;
	const char *words; /* between blanks */
} lists[LANGUAGES] = {
	{ "fr",
	  " le la les des du un une et est je vous nous il elle ne pas que qui dans pour "
	  "avec sur au aux ce cette mais ou donc mon ma mes son sa ses votre vos notre "
	  "bonjour merci oui non bien tres suis ai avez sera peut jamais plus d'accord "
	  "volontiers voici c'est j'ai je n' qu'il deja aussi tout cordialement salut "
	  "chez sans moi faire faites " },
	{ "en",
	  " the a an and is are i you we he she it not that who in for with on at this "
	  "but or my his her your our hello hi thanks thank yes no very am have has will "
	  "can never more of to please sure would i'm don't it's i'd i'll won't can't be "
	  "do was from if about ok regards sorry just all any me him them so happy glad "
	  "fine " },
	{ "de",
	  " der die das den dem des ein eine einen und ist ich sie wir er es nicht dass "
	  "wer in fur mit auf bei diese dieser aber oder mein meine sein seine ihr ihre "
	  "unser hallo danke ja nein sehr bin habe haben wird kann nie mehr gern gerne "
	  "bitte von zu im am leider schon auch noch weiter grusse wenn wie guten tag "
	  "kein keine " },
	{ "es",
	  " el la los las un una y es yo usted nosotros ella no que quien en para con "
	  "por al este esta pero o mi mis su sus nuestro hola gracias si muy soy he ha "
	  "sera puede nunca mas de del lo le me se estoy encantado claro favor saludos "
	  "como ya tambien buenos dias " },
	{ "it",
	  " il lo la gli le un una e sono io lei noi non che chi in per con su al questo "
	  "questa ma o mio mia suo sua nostro ciao grazie si molto ho ha sara puo mai "
	  "piu di del della mi ti volentieri certo buongiorno anche gia saluti cosa come "
	  "dal nel " },
	{ "pt",
	  " o a os as um uma e eu voce nos ele ela nao que quem em para com por ao este "
	  "esta mas ou meu minha seu sua nosso ola obrigado obrigada sim muito sou tenho "
	  "tem sera pode nunca mais de do da no na me se estou claro favor cumprimentos "
	  "como ja tambem bom dia " },
	{ "nl",
	  " de het een en is ik u jij wij hij zij niet dat die wie in voor met op bij "
	  "dit deze maar of mijn zijn haar uw onze hallo dank bedankt ja nee zeer ben "
	  "heb heeft zal kan nooit meer van te graag helaas ook nog naar aan groet "
	  "groeten beste goed geen wel om " },
};

static void count(const char *word, size_t len, size_t *counts)
{
	char padded[24];
	if (len + 3 > sizeof padded)
		return;
	padded[0] = ' ';
	memcpy(padded + 1, word, len);
	padded[len + 1] = ' ';
	padded[len + 2] = '\0';
	for (size_t i = 0; i < LANGUAGES; i++)
		counts[i] += strstr(lists[i].words, padded) != NULL;
}

/* U+2019, which telephones write, as the sign on keyboards. */
static void plain_apostrophes(char *text)
{
	char *to = text;
	for (const char *s = text; *s != '\0';) {
		bool curly = strncmp(s, "\xe2\x80\x99", 3) == 0;
		*to++ = curly ? '\'' : *s;
		s += curly ? 3 : 1;
	}
	*to = '\0';
}

const char *language_guess(const char *text)
{
	size_t counts[LANGUAGES] = { 0 }, best = 0, second = LANGUAGES, words = 0;
	char *cut = utf8_cut(text, TEXT_MOST), *folded = utf8_fold(cut);
	plain_apostrophes(folded);
	for (const char *s = folded; *s != '\0';) {
		size_t len = strcspn(s, " ,.;:!?()\"-/");
		if (len > 0)
			count(s, len, counts), words++;
		s += len;
		s += strspn(s, " ,.;:!?()\"-/");
	}
	free(folded);
	free(cut);
	for (size_t i = 1; i < LANGUAGES; i++)
		if (counts[i] > counts[best])
			best = i;
	for (size_t i = 0; i < LANGUAGES; i++)
		if (i != best && (second == LANGUAGES || counts[i] > counts[second]))
			second = i;
	bool enough = counts[best] * FUNCTION_WORDS >= words;
	return enough && counts[best] > counts[second] ? lists[best].language : NULL;
}
