#include "mailtemplates/messages.h"

#include <string.h>

/* JSON as it reads: the preprocessor makes the string. */
#define J(...) #__VA_ARGS__

/* clang-format off */
#define ALICE   J({"name": "Alice Martin", "first": "Alice", "firm": "Nordlys", \
                   "title": "fondatrice", "city": "Lille"})
#define JEANNE  J({"name": "Jeanne Roy", "first": "Jeanne", "firm": "Acme", \
                   "title": "responsable des achats", "city": "Arras"})
#define SOPHIE  J({"name": "Sophie Lambert", "first": "Sophie", "firm": "Lambert Conseil", \
                   "title": null, "city": "Lille"})
#define BERNARD J({"name": "Bernard Petit", "first": "Bernard", "firm": "Petit et Fils", \
                   "title": "gérant", "city": "Douai"})

#define TO_ALICE  J("reader": {"name": "Alice Martin", "first": "Alice"}) EVERY
#define TO_KARIM  J("reader": {"name": "Karim Benali", "first": "Karim"}) EVERY
#define TO_JEANNE J("reader": {"name": "Jeanne Roy", "first": "Jeanne"}) EVERY
#define TO_ADMINS J("reader": null) EVERY
#define EVERY "," J("network": "Réseau Nord Entreprises", \
                    "gateway": "relais@reseau-nord.example", "first_mail": false, \
                    "reply": "relais+k2m7wq3n5x4hd6vtr2bpc7jzgy@reseau-nord.example")
#define REFERENCE    "," J("reference": "7K2M-4QXP")
#define NO_REFERENCE "," J("reference": null)

#define TARGET    "," J("target":) JEANNE
#define REQUESTER "," J("requester":) ALICE
#define BOTH      REQUESTER TARGET
#define NEXT      "," J("next_is_target": false, "next":) BERNARD
#define NEXT_LAST J("next_is_target": true, "next":) JEANNE
#define OFFER "," J("offer": [ \
	"Bonjour Madame, nous avons un capteur d'humidité sans pile ; je", \
	"cherche un premier site pilote dans l'agroalimentaire. Un quart", \
	"d'heure au téléphone me suffirait."])
#define LONG_OFFER J("offer": [ \
	"Bonjour Madame, nous avons un capteur d'humidité sans pile, qui", \
	"s'alimente de la lumière d'un atelier et envoie sa mesure par radio.", \
	"Je cherche un premier site pilote dans l'agroalimentaire, chez vous ou", \
	"ailleurs ; voici ce que nous proposons :", \
	"", \
	"- trois capteurs prêtés pour six mois, posés en une matinée", \
	"- un tableau simple, chaque lundi, que vos équipes lisent en une minute", \
	"- rien à payer, et aucun engagement au-delà", \
	"", \
	"Notre chaîne du froid a été refaite l'an dernier avec les mêmes", \
	"appareils, et les pertes ont baissé d'un cinquième. Si le sujet vous", \
	"intéresse, un quart d'heure au téléphone me suffirait pour vous dire", \
	"comment cela se passe chez nos premiers clients, ce qui marche et ce", \
	"qui ne marche pas encore. Je peux aussi venir à Arras, un mardi ou un", \
	"jeudi, avec un appareil dans ma poche : il tient dans une main.", \
	"", \
	"Si vous pensez à quelqu'un d'autre dans votre entreprise, à la qualité", \
	"ou à la maintenance, dans un autre de vos ateliers, ou chez l'un de vos", \
	"fournisseurs qui aurait la même peine que vous avec la condensation", \
	"(la plupart nous en parlent avant que nous posions la question), un", \
	"nom me rendrait déjà un grand service. Et si", \
	"ce n'est pas le moment, dites-le simplement : je n'insisterai pas.", \
	"[...]"])
#define WORD J({"name": "Sophie Lambert", "word": [ \
	"Alice a refait notre chaîne du froid l'an dernier, sérieux et", "rapide."]})
#define NO_WORD J({"name": "Sophie Lambert", "word": []})
#define FILES "," J("attachments": [{"name": "capteur.pdf", "size": "240 Ko"}])
#define DATES "," J("remind_on": "@2026-06-12", "remind_again_on": "@2026-06-16", \
                    "reroute_on": "@2026-06-18", "expires": false, \
                    "rivalry": false)
#define PURPOSE "," J("purpose": {"other": false, "sale": true, "hiring": false, "job": false, \
                      "partnership": false, "information": false})
#define ASK BOTH PURPOSE NEXT "," J("trail": [], "handed_by":) WORD OFFER FILES DATES \
	"," J("offer_cut": false, "only_relay": false)
#define ASK_CASES \
	J("known directly": {"handed_by": null, "only_relay": true, "attachments": []}, \
	  "suggested": {"handed_by": {"name": "Sophie Lambert", "suggests": true, "word": []}}, \
	  "no reminder": {"remind_on": null, "remind_again_on": null}, \
	  "one reminder": {"remind_again_on": null}, \
	  "others too": {"rivalry": true}, \
	  "near the deadline": {"remind_again_on": null, "expires": true}, \
	  "names only": {"requester": {"name": "Alice Martin", "first": "Alice"}, \
	    "target": {"name": "Jeanne Roy", "first": "Jeanne"}, \
	    "next": {"name": "Bernard Petit", "first": "Bernard"}}, \
	  "no firm": {"requester": {"name": "Alice Martin", "first": "Alice", "city": "Lille"}, \
	    "target": {"name": "Jeanne Roy", "first": "Jeanne", "title": "maire"}}, \
	  "the target is next": {) NEXT_LAST "}," \
	J("no word": {"handed_by":) NO_WORD "}," \
	J("a long offer": {"offer_cut": true,) LONG_OFFER "}," \
	J("a long way": {"offer_cut": true, "trail": [ \
	    {"name": "Bernard Petit", "word": ["Je connais Alice depuis dix ans."]}, \
	    {"name": "Anne Dubois", "word": []}, {"unnamed": true, "word": []}, \
	    {"unnamed": true, "word": ["Une offre honnête."]}]}, \
	  "a job": {"purpose": {"job": true}}, "hiring": {"purpose": {"hiring": true}}, \
	  "partners": {"purpose": {"partnership": true}}, \
	  "advice": {"purpose": {"information": true}}, "another": {"purpose": {"other": true}})
#define TARGET_CASE(NAME, ...) J(NAME: {"for_target": true, "next": null, __VA_ARGS__ \
	"reader": {"name": "Jeanne Roy", "first": "Jeanne"}})

#define PROFILE_FORM J("welcome": false, "changed": "Ville, Je propose", \
	"not_read": false, "cut": false, "end": "Fin de la fiche", \
	"fields": [ \
	{"label": "Nom", "value": "Alice Martin", "more": []}, \
	{"label": "Entreprise", "value": "Nordlys", "more": []}, \
	{"label": "Fonction", "value": "fondatrice", "more": []}, \
	{"label": "Ville", "value": "Lille", "more": []}, \
	{"label": "Pays", "value": "France", "more": []}, \
	{"label": "Secteurs", "value": "agroalimentaire, capteurs", "more": []}, \
	{"label": "Je cherche", "value": "des sites pilotes dans l'agroalimentaire", "more": \
	["et un distributeur en Allemagne"]}, \
	{"label": "Je propose", "value": "un capteur d'humidité sans pile", "more": []}, \
	{"label": "Expérience", "value": "", "more": []}, \
	{"label": "Langues", "value": "français, anglais", "more": []}, \
	{"label": "En une phrase", "value": "", "more": []}, \
	{"label": "Site web", "value": "nordlys.example", "more": []}], \
	"thin": null, "said": [ \
	{"author": {"name": "Sophie Lambert", "firm": "Lambert Conseil"}, "words": \
	["Alice a refait notre chaîne du froid, sérieux et rapide."]}])
#define SEARCH_HITS J("query": "acheteur ville:Arras", "partial": false, "count": 12, \
	"one": false, "more": true, "none": false, "empty": false, "limited": null, \
	"unclear": false, "needs_text": null, "hits": [ \
	{"n": 1, "name": "Jeanne Roy", "firm": "Acme", "title": "responsable des achats", "city": \
	"Arras", "sectors": "agroalimentaire", "pitch": "Acheter moins, acheter mieux.", \
	"no_way": false, "hops": 3, "relays": 2, "direct": false, "one_relay": false, \
	"via": {"name": "Sophie Lambert", "firm": "Lambert Conseil"}, "chance": {"good": true, \
	"very_good": false, "fair": false, "low": false, "slim": false}, \
	"said": {"author": {"name": "Bernard Petit"}, "words": "Droite et rapide."}}, \
	{"n": 2, "name": "Paul Meyer", "firm": null, "title": null, "city": "Arras", "sectors": \
	null, "pitch": null, "no_way": false, "hops": 2, "relays": 1, "direct": false, \
	"one_relay": true, "via": {"name": "Karim Benali", "firm": null}, "chance": {"fair": \
	true}, "said": null}, \
	{"n": 3, "name": "Sophie Lambert", "firm": "Lambert Conseil", "title": null, "city": \
	"Arras", "sectors": "conseil", "pitch": null, "no_way": false, "hops": 1, "relays": \
	0, "direct": true, "one_relay": false, "via": null, "chance": {"very_good": true}, \
	"said": null}, \
	{"n": 4, "name": "Marc Colin", "firm": "Port de Dunkerque", "title": null, "city": \
	"Arras", "sectors": null, "pitch": null, "no_way": true, "said": null}])
#define ROUTE_WAY J("query": "Jeanne Roy (Acme)", "hops": 3, "relays": 2, \
	"direct": false, "one_relay": false, "via": {"name": "Sophie Lambert", "firm": \
	"Lambert Conseil"}, "chance": {"good": true, "very_good": false, "fair": false, "low": \
	false, "slim": false}, "several": [], "limited": null)
#define RECOMMEND_SENT J("query": "Jeanne Roy (Acme)", "sent": true, "revoked": \
	false, "nothing": false, "not_linked": false, "words": \
	["Jeanne tient parole ; avec elle un projet avance."])

const struct message_text message_texts[] = {
	{ "confirm", "to a requester whose mail could not be authenticated: did you write this?",
	  "{" TO_ALICE NO_REFERENCE "," J("subject_was": "Mise en relation avec Jeanne Roy",
	  "said": [
	    "Bonjour, j'aimerais rencontrer Jeanne Roy, des achats chez Acme :",
	    "nous avons un capteur d'humidité sans pile."]) "}",
	  J({"no subject": {"subject_was": ""}}) },
	{ "pause", "to a member who wrote PAUSE or RESUME",
	  "{" TO_ALICE NO_REFERENCE "," J("paused": {"until": "@2026-09-01"}, "resumed": false,
	    "past": false, "no_member": false) "}",
	  J({"until further notice": {"paused": {"until": null}}, "resumed": {"paused": null,
	     "resumed": true}, "past": {"paused": null, "past": true}, "no member": {"paused": null,
	     "no_member": true}}) },
	{ "never", "to a member who wrote NEVER: kept apart from now on",
	  "{" TO_ALICE NO_REFERENCE "," J("whom": "Bob Stone", "blocked": ["Bob Stone",
	  "Acme"]) "}",
	  NULL },
	{ "rules", "to a member who wrote RULES, or changed them: the form",
	  "{" TO_ALICE NO_REFERENCE "," J("changed": false, "not_read": false, "wrong": null,
	  "fields": [
	    {"label": "Contact direct", "value": "par des personnes"},
	    {"label": "Demandes par semaine", "value": "2"}, {"label": "Heures", "value": "8-19"},
	    {"label": "Jours", "value": "lundi, mardi, mercredi"},
	    {"label": "Sujets refusés", "value": "vente"}, {"label": "Jamais avec",
	    "value": "-"}]) "}",
	  J({"changed": {"changed": true}, "not read": {"not_read": true,
	  "wrong": "Heures : le matin"}}) },
	{ "hub", "to a member who wrote HUB: the hubs, and what was done",
	  "{" TO_ALICE NO_REFERENCE "," J("joined": {"name": "biotech", "title": "Biotech",
	  "members": 12, "approval": false}, "inside": null, "asked": null,
	    "left": null, "unknown": null, "none": false, "hubs": [
	    {"name": "biotech", "title": "Biotech", "members": 12, "approval": false, "mine": true},
	    {"name": "agro", "title": "Agroalimentaire", "members": 7, "approval": true,
	     "mine": false}]) "}",
	  J({"inside": {"joined": null, "inside": {"name": "biotech", "title": "Biotech",
	  "members": 12, "approval": false}}, "asked": {"joined": null,
	  "asked": {"name": "biotech", "title": "Biotech", "members": 12, "approval": false}},
	     "left": {"joined": null, "left": {"name": "biotech", "title": "Biotech",
	     "members": 12, "approval": false}}, "unknown": {"joined": null, "unknown": "bio"},
	     "none": {"joined": null, "none": true, "hubs": []}}) },
	{ "hub_request", "to the people in charge: may this member come into the hub?",
	  "{" TO_KARIM NO_REFERENCE "," J("hub": {"name": "biotech", "title": "Biotech",
	  "members": 12, "approval": false}, "person": {"name": "Alice Martin", "first":
	    "Alice", "firm": "Nordlys", "title": "fondatrice", "city": "Lille", "address":
	    "alice@nordlys.example"}) "}", NULL },
	{ "hub_decided", "to a member: what was decided about the hub",
	  "{" TO_ALICE NO_REFERENCE "," J("hub": {"name": "biotech", "title": "Biotech",
	  "members": 12, "approval": false}, "accepted": true) "}",
	  J({"declined": {"accepted": false}}) },
	{ "hub_noted", "to the people in charge: what their answer did",
	  "{" TO_KARIM NO_REFERENCE "," J("hub": {"name": "biotech", "title": "Biotech",
	  "members": 12, "approval": false}, "accepted": true, "declined": false,
	    "over": false, "unclear": false, "person": {"name": "Alice Martin", "first": "Alice",
	    "firm": "Nordlys"}) "}",
	  J({"declined": {"accepted": false, "declined": true}, "over": {"accepted": false,
	  "over": true},
	     "unclear": {"accepted": false, "unclear": true}}) },
	{ "confirm_export", "to a member who asked for all their data: was this you?",
	  "{" TO_ALICE NO_REFERENCE "}", NULL },
	{ "confirm_forget", "to a member who asked to be erased: was this you?",
	  "{" TO_ALICE NO_REFERENCE "}", NULL },
	{ "export", "to a member: everything stored about them, attached",
	  "{" TO_ALICE NO_REFERENCE "," J("failed": false) "}", J({"failed": {"failed": true}}) },
	{ "forgotten", "to somebody who was erased, the last mail",
	  "{" TO_ALICE NO_REFERENCE "}", NULL },
	{ "contacts", "to a member who sent an address book: what was read; OK keeps it",
	  "{" TO_ALICE NO_REFERENCE "," J("read": 112, "members": 41, "without": 9, "refused": 2,
	  "fresh": 103, "total": 0, "many": false) "}",
	  J({"many": {"many": true, "total": 150},
	    "nothing new": {"fresh": 0, "total": 103},
	    "only people": {"members": null, "without": null, "refused": null}}) },
	{ "contacts_how", "to a member who wrote CONTACTS without a file that can be read",
	  "{" TO_ALICE NO_REFERENCE "," J("deleted": false, "unreadable": false, "total": null) "}",
	  J({"unreadable": {"unreadable": true, "total": 103},
	    "deleted": {"deleted": 103}}) },
	{ "contacts_kept", "to a member who answered to the address book read",
	  "{" TO_ALICE NO_REFERENCE "," J("kept": true, "lost": false, "read": 112, "fresh": 103,
	  "members": 41, "without": 9, "refused": 2, "total": 103, "many": false, "suggested": [
	    {"name": "Jeanne Roy", "address": "j.roy@acme.example"},
	    {"name": "Bernard Petit", "address": "bernard@petit.example"}]) "}",
	  J({"nobody is here": {"suggested": []},
	    "not kept": {"kept": false, "total": 0},
	    "lost": {"kept": false, "lost": true, "total": 0}}) },
	{ "choice", "to a requester: several people match, which one is meant?",
	  "{" TO_ALICE NO_REFERENCE "," J("query": "Jeanne Roy", "candidates": [
	    {"n": 1, "name": "Jeanne Roy", "firm": "Acme", "title": "responsable des achats",
	    "city": "Arras"},
	    {"n": 2, "name": "Jeanne Le Roy", "firm": "Clinique du Parc", "title": null, "city":
	    "Lens"},
	    {"n": 3, "name": "Jeanne Roy", "firm": null, "title": null, "city": "Douai"}]) "}",
	    NULL },
	{ "noway", "to a requester: no way, unknown, hidden, cooling down: the same words for all",
	  "{" TO_ALICE NO_REFERENCE "," J("query": "Jeanne Roy (Acme)") "}", NULL },
	{ "refused", "to a requester: a limit is met",
	  "{" TO_ALICE NO_REFERENCE "," J("limit_open": {"most": 5, "until": "@2026-06-23"},
	  "already": null) "}",
	  "{" J("already under way": {"limit_open": null, "already": {"reference": "7K2M-4QXP",
	        "next_news": "@2026-06-23", "target":) JEANNE "}}}" },
	{ "receipt", "to a requester: the introduction is on its way",
	  "{" TO_ALICE REFERENCE TARGET OFFER FILES PURPOSE "," J("first":) SOPHIE "," J("hops": 4,
	  "relays": 3,
	    "direct": false, "unknown_to_target": false, "approval": false, "one_relay": false,
	    "next_news": "@2026-06-23", "chance": {"good":
	    true,
	    "very_good": false, "fair": false, "low": false, "slim": false}) "}",
	  J({"one relay": {"hops": 2, "relays": 1, "one_relay": true, "chance": {"very_good":
	  true}},
	     "direct": {"hops": 1, "relays": 0, "direct": true, "first": null, "chance": {"fair":
	     true}},
	     "straight": {"hops": 1, "relays": 0, "direct": true, "unknown_to_target": true,
	     "first": null, "approval": true},
	     "low": {"chance": {"low": true}, "attachments": []}, "slim": {"chance": {"slim":
	     true}, "purpose": {"other": true}}, "hiring": {"purpose": {"hiring": true}},
	     "a job": {"purpose": {"job": true}}, "partners": {"purpose": {"partnership": true}},
	     "advice": {"purpose": {"information": true}}}) },
	{ "ask", "to a relay: will you pass this on?",
	  "{" TO_KARIM REFERENCE ASK "}", "{" ASK_CASES "}" },
	{ "ask_target", "to the target: would you like to meet?",
	  "{" TO_JEANNE REFERENCE BOTH OFFER FILES DATES PURPOSE
	  "," J("trail": [) WORD J(], "handed_by": {
	    "name": "Bernard Petit", "word": ["Jeanne, un quart d'heure avec elle vaut la peine."]},
	    "offer_cut": false, "only_relay": false) "}",
	  "{" J("direct": {"trail": [], "handed_by": null, "attachments": []}, "cut":
	  {"offer_cut": true},
	        "suggested": {"handed_by": {"name": "Sophie Lambert", "suggests": true}},
	        "unnamed": {"trail": [{"unnamed": true, "word": []}]},
	        "one relay without a word": {"trail": [], "handed_by":) NO_WORD "}}" },
	{ "instead", "to a relay who accepted before: the way has changed, this contact too?",
	  "{" TO_KARIM REFERENCE ASK "," J("word": ["Alice travaille vite et bien."], "has_word":
	  true) "}",
	  "{" J("without a word": {"word": [], "has_word": false}) "," ASK_CASES "}" },
	{ "reminder", "to a relay or the target: the ask once more, shortly",
	  "{" TO_KARIM REFERENCE ASK "," J("for_target": false, "last": false) "}",
	  "{" J("the last": {"last": true}) "," TARGET_CASE("target", ) ","
	      TARGET_CASE("target, the last", "last": true,) "," ASK_CASES "}" },
	{ "unclear", "to the asked person: the answer was not clear, asked back once",
	  "{" TO_KARIM REFERENCE BOTH "," J("for_target": false, "said":
	  ["Pourquoi pas, à voir."]) "}",
	  "{" TARGET_CASE("target", ) "," J("empty": {"said": []}) "}" },
	{ "question", "to the requester: somebody on the way asks something",
	  "{" TO_ALICE REFERENCE TARGET "," J("asker": {"name": "Sophie Lambert"},
	      "question": ["Le capteur résiste-t-il au lavage à haute pression ?"]) "}",
	  J({"unnamed": {"asker": null}}) },
	{ "answer", "to the asked person: the answer to their question, and the ask again",
	  "{" TO_KARIM REFERENCE ASK "," J("for_target": false,
	      "question": ["Le capteur résiste-t-il au lavage à haute pression ?"],
	      "answer": ["Oui, il est scellé (IP69K)."]) "}",
	  "{" TARGET_CASE("target", ) "," ASK_CASES "}" },
	{ "noted", "to the asked person: what the answer did",
	  "{" TO_KARIM REFERENCE BOTH "," J("for_target": false, "accepted": {"next_is_target":
	  false,
	    "next":) BERNARD J(}, "accepted_target": false, "declined": false, "postponed": null,
	    "late": false,
	    "over": false, "stopped": false, "suggested": null, "asked": false) "}",
	  "{" J("accepted, the target is next": {"accepted": {) NEXT_LAST "}},"
	      TARGET_CASE("accepted by the target", "accepted": null, "accepted_target": true,) ","
	      TARGET_CASE("declined by the target", "accepted": null, "declined": true,) ","
	      J("declined": {"accepted": null, "declined": true},
	        "postponed": {"accepted": null, "postponed": {"date": "@2026-09-01"}},
	        "late": {"accepted": null, "late": true}, "over": {"accepted": null, "over": true},
	        "suggested": {"accepted": null, "suggested": {"whom": "Dora Lenoir"}},
	        "asked": {"accepted": null, "asked": true}, "stopped": {"accepted": null,
	        "stopped": true},
	        "stopped without an introduction": {"accepted": null, "stopped": true,
	        "requester": null,
	          "target": null, "reference": null}) "}" },
	{ "introduce", "one mail to both: they are in touch",
	  "{" TO_ALICE REFERENCE OFFER FILES "," J("a": {"name": "Alice Martin", "first": "Alice",
	    "firm": "Nordlys", "title": "fondatrice", "city": "Lille", "address":
	    "alice@nordlys.example"},
	    "b": {"name": "Jeanne Roy", "first": "Jeanne", "firm": "Acme", "title":
	    "responsable des achats",
	    "city": "Arras", "address": "jeanne.roy@acme.example"},
	    "trail": [{"name": "Sophie Lambert"}, {"name": "Karim Benali"}, {"name":
	    "Bernard Petit"}]) "}",
	  J({"nobody named": {"trail": [], "attachments": []}, "one": {"trail": [{"name":
	  "Sophie Lambert"}]}}) },
	{ "thanks", "to each relay at the end: it worked", "{" TO_KARIM REFERENCE BOTH "}", NULL },
	{ "approve", "to the approver: may this introduction start?",
	  "{" TO_KARIM REFERENCE BOTH OFFER FILES PURPOSE "," J("again": false,
	    "offer_cut": false, "not_understood": false) "}",
	  "{" J("again": {"again": true, "attachments": []}, "a long one": {"offer_cut": true},
	  "not understood":
	    {"not_understood": true}, "no purpose": {"purpose": {"other": true}},
	    "a job": {"purpose": {"job": true}}, "hiring": {"purpose": {"hiring": true}},
	    "partners": {"purpose": {"partnership": true}},
	    "advice": {"purpose": {"information": true}}) "}" },
	{ "approve_noted", "to the approver: what the answer did",
	  "{" TO_KARIM REFERENCE BOTH OFFER FILES PURPOSE "," J("approved": true,
	    "declined": false, "over": false) "}",
	  J({"declined": {"approved": false, "declined": true},
	     "over": {"approved": false, "over": true}}) },
	{ "rivalry", "to the admins: several ask for the same person",
	  "{" TO_ADMINS NO_REFERENCE BOTH "," J("its_reference": "7K2M-4QXP", "rivals": [
	    {"reference": "3HTD-9WRK", "requester": {"name": "Paul Meyer"}},
	    {"reference": "P6XC-2MNV", "requester": {"name": "Anne Dubois"}}]) "}",
	  J({"to a member": {"reader": {"name": "Karim Benali", "first": "Karim"}}}) },
	{ "outcome", "to both, some days after: did you meet, was it useful?",
	  "{" TO_ALICE REFERENCE BOTH "," J("other":) JEANNE "," J("since": "@2026-06-23",
	    "again": false, "not_understood": false, "said": []) "}",
	  "{" J("again": {"again": true}, "not understood": {"not_understood": true,
	    "said": ["Ce fut une belle journée."]}) "}" },
	{ "outcome_noted", "to one of both: the answer to that is noted",
	  "{" TO_ALICE REFERENCE BOTH "," J("other":) JEANNE "," J("since": "@2026-06-23",
	    "later": null) "}", J({"asked again": {"later": "@2026-07-14"}}) },
	{ "outcome_told", "to each relay: they have met", "{" TO_KARIM REFERENCE BOTH "}", NULL },
	{ "failed", "to the requester: no way was found",
	  "{" TO_ALICE REFERENCE TARGET "," J("expired": false) "}", J({"expired": {"expired":
	  true}}) },
	{ "withdrawn", "to the requester: withdrawn as asked", "{" TO_ALICE REFERENCE TARGET "}",
	    NULL },
	{ "moot", "to the person with the open ask: no longer needed",
	  "{" TO_KARIM REFERENCE BOTH "," J("for_target": false) "}", "{" TARGET_CASE("target",
	  ) "}" },
	{ "progress", "to the requester on fixed days: still on its way",
	  "{" TO_ALICE REFERENCE TARGET "," J("next_news": "@2026-07-07") "}", NULL },
	{ "status", "to a requester who wrote STATUS: the own introductions",
	  "{" TO_ALICE NO_REFERENCE PURPOSE "," J("none": false, "intros": [
	    {"reference": "7K2M-4QXP", "target": {"name": "Jeanne Roy", "firm": "Acme"},
	     "since": "@2026-06-02", "next_news": "@2026-06-23", "asking": true},
	    {"reference": "3HTD-9WRK", "target": {"name": "Paul Meyer", "firm": "Clinique du Parc"},
	     "since": "@2026-05-04", "next_news": null, "introduced": true},
	    {"reference": "P6XC-2MNV", "target": {"name": "Léa Fontaine", "firm": null},
	     "since": "@2026-03-10", "next_news": null, "failed": true},
	    {"reference": "8ZBQ-5JLT", "target": {"name": "Marc Colin", "firm":
	    "Port de Dunkerque"},
	     "since": "@2025-12-01", "next_news": null, "withdrawn": true}]) "}",
	  J({"none": {"none": true, "intros": []}, "no purpose": {"purpose": null},
	     "hiring": {"purpose": {"hiring": true}}, "a job": {"purpose": {"job": true}},
	     "partners": {"purpose": {"partnership": true}}, "other": {"purpose": {"other": true}},
	     "advice": {"purpose": {"information": true}}}) },
	{ "help", "to whoever asks, or was not understood: what may be written",
	  "{" TO_ALICE NO_REFERENCE "," J("not_understood": false, "said": []) "}",
	  J({"not understood": {"not_understood": true, "said":
	  ["Est-ce que ça marche le dimanche ?"]}}) },
	{ "join", "to whoever wrote JOIN: what comes of it",
	  "{" TO_ALICE NO_REFERENCE "," J("joined": true) "}",
	  J({"a member already": {"joined": false, "already": true}, "the admins decide": {"joined":
	     false, "waiting": true}, "by invitation": {"joined": false, "by_invitation": true},
	     "refused": {"joined": false, "refused": true}, "not them": {"joined": false,
	     "reader": null,
	     "dropped": true}}) },
	{ "join_confirm", "to an address that asked to join: was this you?",
	  "{" TO_ALICE NO_REFERENCE "}", NULL },
	{ "join_request", "to the admins: may this person be a member?",
	  "{" TO_KARIM NO_REFERENCE "," J("person": {"name": "Alice Martin", "first": "Alice",
	  "address": "alice@nordlys.example"}, "word": ["Je monte une entreprise à Lille."]) "}",
	  J({"without a word": {"word": []}}) },
	{ "join_done", "to the admins: what the answer did",
	  "{" TO_KARIM NO_REFERENCE "," J("person":) ALICE "," J("accepted": true) "}",
	  J({"declined": {"accepted": false, "declined": true},
	     "settled before": {"accepted": false,
	     "over": true}, "unclear": {"accepted": false, "unclear": true}}) },
	{ "invited", "to whoever wrote INVITE: the same words whoever is invited",
	  "{" TO_ALICE NO_REFERENCE "," J("address": "bob@acme.example", "sent": true) "}",
	  J({"too many this week": {"sent": false, "limit": {"most": 10}}, "nobody": {"sent": false,
	     "yourself": true}}) },
	{ "invite", "to somebody a member invites, with that member's word",
	  "{" TO_KARIM NO_REFERENCE "," J("inviter":) ALICE "," J("again": false, "word":
	  ["Karim, viens, on s'y retrouve tous."]) "}",
	  J({"without a word": {"word": []}, "the reminder": {"again": true}}) },
	{ "invite_answer", "to who was invited: what the answer did",
	  "{" TO_KARIM NO_REFERENCE "," J("inviter":) ALICE "," J("declined": true) "}",
	  J({"unclear": {"declined": false, "unclear": true}, "over": {"declined": false,
	     "over": true}}) },
	{ "strength", "to one of two who are linked, or may be: how well do you know each other?",
	  "{" TO_ALICE NO_REFERENCE "," J("other":) SOPHIE "," J("welcome": true, "word": []) "}",
	  J({"the guest accepted": {"welcome": false, "accepted": true}, "the link is confirmed":
	     {"welcome": false, "confirmed": true}, "may the link count": {"welcome": false,
	     "wish": true,
	     "word": ["Nous avons travaillé ensemble à Lyon."]}, "unclear": {"welcome": false,
	     "unclear": true}}) },
	{ "trust", "to whoever said how well they know somebody",
	  "{" TO_ALICE NO_REFERENCE "," J("person":) SOPHIE "," J("level": {"number": 3,
	     "none": false,
	  "slight": false, "some": false, "well": true, "very_well": false}) "}",
	  J({"not at all": {"level": {"none": true}}, "slightly": {"level": {"slight": true}},
	     "fairly well":
	     {"level": {"some": true}}, "very well": {"level": {"very_well": true}},
	     "to be confirmed":
	     {"person": null, "wished": {"address": "bob@acme.example"}},
	     "who is meant": {"person": null,
	     "level": null, "who": {"name": "Bob"}}, "no such number": {"person": null,
	     "level": null,
	     "out_of_range": true}}) },
	{ "language", "to whoever wrote LANGUAGE",
	     "{" TO_ALICE NO_REFERENCE "," J("changed": true) "}",
	  J({"none of ours": {"changed": false, "unknown": "klingon"}}) },
	{ "address", "to whoever named one more address",
	  "{" TO_ALICE NO_REFERENCE "," J("address": "alice@home.example", "main": false, "asked":
	  true) "}",
	  J({"the main one": {"main": true}, "added": {"asked": false, "added": true},
	     "added as the main one":
	     {"asked": false, "added": true, "main": true}, "dropped": {"asked": false, "dropped":
	     true}}) },
	{ "address_confirm", "to the new address: is it yours?",
	  "{" TO_ALICE NO_REFERENCE "," J("main": false) "}", J({"the main one": {"main": true}}) },
	{ "nomember", "to whoever is no member and asks for what is theirs",
	  "{" TO_ALICE NO_REFERENCE "}", J({"nobody we know": {"reader": null}}) },
	{ "flood", "to whoever has got all answers of a day: no more today",
	  "{" TO_ALICE NO_REFERENCE "," J("most": 20) "}", NULL },
	{ "transcript", "to whoever wrote several commands: each line, and what came of it",
	  "{" TO_ALICE NO_REFERENCE "," J("items": [
	    {"line": "STATUT", "status": {"none": false, "intros": [
	      {"reference": "7K2M-4QXP", "target": {"name": "Jeanne Roy", "firm": "Acme"},
	      "since": "@2026-06-02", "next_news": "@2026-06-23", "asking": true},
	      {"reference": "3HTD-9WRK", "target": {"name": "Paul Meyer", "firm": null},
	      "since": "@2026-05-04", "next_news": null, "introduced": true},
	      {"reference": "P6XC-2MNV", "target": {"name": "Léa Fontaine", "firm": null},
	      "since": "@2026-03-10", "next_news": null, "failed": true}]}},
	    {"line": "RETIRER 7K2M-4QXP", "withdrawn": {"target":) JEANNE J(}},
	    {"line": "CONTACTS", "contacts": {"read": 112, "members": 41, "without": 9,
	      "refused": 2, "fresh": 103, "total": 0, "many": false}},
	    {"line": "CONTACTS EFFACER", "contacts_how": {"deleted": 103, "unreadable": false,
	      "total": null}},
	    {"line": "ADHÉRER", "join": {"joined": true, "already": false, "waiting": false,
	      "by_invitation": false, "refused": false, "dropped": false}},
	    {"line": "ADHÉRER", "strength": {"other": {"name": "Sophie Lambert", "first": "Sophie",
	      "firm": null}, "welcome": true, "accepted": false, "confirmed": false, "wish": false,
	      "unclear": false, "word": []}},
	    {"line": "INVITER bob@acme.example", "invited": {"address": "bob@acme.example",
	      "sent": true, "limit": null, "yourself": false}},
	    {"line": "INVITER carl@acme.example", "invited": {"address": "carl@acme.example",
	      "sent": false, "limit": {"most": 10}}},
	    {"line": "CONFIANCE Sophie 3", "trust": {"person": {"name": "Sophie Lambert"}, "level":
	      {"none": false, "slight": false, "some": false, "well": true, "very_well": false},
	      "out_of_range": false}},
	    {"line": "CONFIANCE bob@acme.example 3", "trust": {"wished": {"address":
	      "bob@acme.example"}}},
	    {"line": "CONFIANCE Bob 3", "trust": {"who": {"name": "Bob"}}},
	    {"line": "LANGUE fr", "language": {"changed": true, "unknown": null}},
	    {"line": "LANGUE xx", "language": {"unknown": "xx"}},
	    {"line": "ADRESSE alice@home.example", "address": {"address": "alice@home.example",
	      "main": false, "asked": true, "added": false, "dropped": false}},
	    {"line": "RECHERCHE pharma", "nomember": {}},
	    {"line": "PROFIL", "profile": {) PROFILE_FORM J(}},
	    {"line": "PROFIL", "profile": {"welcome": true, "cut": true, "not_read": true, "thin":
	      {"missing": "Je cherche"}}},
	    {"line": "CHERCHER acheteur", "search": {) SEARCH_HITS J(}},
	    {"line": "CHERCHER", "search": {"empty": true, "none": true, "unclear": true, "limited":
	      {"most": 30}, "needs_text": {"n": 2, "name": "Paul Meyer"}, "partial": true}},
	    {"line": "ROUTE Jeanne Roy", "route": {"target":) JEANNE "," ROUTE_WAY J(}},
	    {"line": "ROUTE Jeanne", "route": {"query": "Jeanne",
	      "several": [) JEANNE J(], "limited":
	      {"most": 30}}}, {"line": "ROUTE Paul", "noway": {"query": "Paul"}},
	    {"line": "RECOMMANDER Jeanne Roy",
	      "recommend": {"target":) JEANNE "," RECOMMEND_SENT J(}},
	    {"line": "RECOMMANDER Paul", "recommend": {"query": "Paul", "target":
	      {"name": "Paul Meyer"}, "revoked": true, "nothing":
	      true, "not_linked": true}},
	    {"line": "RÈGLES", "rules": {"changed": true, "not_read": false, "wrong": null,
	    "fields": [
	      {"label": "Heures", "value": "8-19"}]}},
	    {"line": "JAMAIS Bob Stone", "never": {"whom": "Bob Stone", "blocked": ["Bob Stone"]}},
	    {"line": "PAUSE", "pause": {"paused": {"until": "@2026-09-01"}, "resumed": false,
	    "past": false,
	      "no_member": false}},
	    {"line": "PÔLE REJOINDRE biotech", "hub": {"joined": {"name": "biotech",
	    "title": "Biotech", "members": 12, "approval": false}, "unknown": null}},
	    {"line": "PÔLE REJOINDRE biotech", "hub": {"inside": {"name": "biotech",
	    "title": "Biotech", "members": 12, "approval": false}, "unknown": "bio"}},
	    {"line": "PÔLE REJOINDRE agro", "hub": {"asked": {"name": "biotech",
	    "title": "Biotech", "members": 12, "approval": false}}},
	    {"line": "PÔLE QUITTER agro", "hub": {"left": {"name": "biotech", "title": "Biotech",
	    "members": 12, "approval": false}}},
	    {"line": "PÔLES", "hub": {"joined": null, "none": false, "hubs": [{"name": "biotech",
	    "title":
	      "Biotech", "mine": true, "approval": false, "members": 12}]}},
	    {"line": "AIDE", "help": {}}, {"line": "PAUSE", "elsewhere": true},
	    {"line": "Est-ce que ça marche le dimanche ?", "unknown": true}],
	    "unknown_lines": true, "broken_off": false) "}",
	  J({"broken off": {"broken_off": true}, "all understood": {"unknown_lines": false,
	     "items": [{"line": "STATUT", "status": {"none": true, "intros": []}}]}}) },
	{ "stranger", "to the asked person: an answer came from another address",
	  "{" TO_KARIM REFERENCE BOTH "," J("for_target": false, "other_address":
	  "k.b@webmail.example") "}",
	  "{" TARGET_CASE("target", ) "}" },
	{ "alarm", "to the admins: something needs a hand; at most one a day for each cause",
	  "{" TO_ADMINS NO_REFERENCE "," J("texts": true, "held": false, "subject": null,
	    "lines": [
	    "fr/confirm.txt:9:1: the answer 'OUI' is missing in the text part; tell",
	    "the reader of it",
	    "fr/_dates.txt:2:9: wants twelve names: 'months: ...', from January"]) "}",
	  "{" J("held": {"texts": false, "held": true, "lines": [
	    "outbox 42, ask: fr/ask.txt:5: the text is longer than its limit"]},
	        "anything else": {"texts": false, "subject": "The disk is nearly full",
	        "lines": ["/var/lib/passerelle: 64 MiB free"]},
	        "an admin who is a member": {"reader": {"name": "Karim Benali", "first":
	        "Karim"}}) "}" },
	{ "profile", "to a member: the form of the profile, as far as it is filled",
	  "{" TO_ALICE NO_REFERENCE "," PROFILE_FORM "}",
	  J({"welcome": {"welcome": true, "changed": null, "said": [],
	      "thin": {"missing": "Secteurs, Je cherche, Je propose, En une phrase"}},
	     "nothing to change": {"changed": null, "not_read": true, "said": []},
	     "asked for": {"changed": null, "said": []}, "too long": {"cut": true}}) },
	{ "search", "to a member: who matches a search, how far away; a number starts a request",
	  "{" TO_ALICE NO_REFERENCE "," SEARCH_HITS "}",
	  J({"the last page": {"more": false}, "not all words": {"partial": true, "more": false},
	     "nobody": {"hits": [], "more": false, "none": true},
	     "no words": {"query": "", "hits": [], "more": false, "empty": true},
	     "too many today": {"hits": [], "more": false, "limited": {"most": 30}},
	     "an answer not read": {"hits": [], "more": false, "unclear": true},
	     "a number without a text": {"hits": [], "more": false, "needs_text": {"n": 2, "name":
	     "Paul Meyer"}}}) },
	{ "route", "to a member: is there a way to somebody; nothing is sent",
	  "{" TO_ALICE NO_REFERENCE TARGET "," ROUTE_WAY "}",
	  "{" J("one relay": {"hops": 2, "relays": 1, "one_relay": true, "chance": {"low": true}},
	        "direct": {"hops": 1, "relays": 0, "direct": true, "via": null},
	        "too many today": {"target": null, "limited": {"most": 30}},
	        "several": {"target": null, "several": [) JEANNE "," J({"name": "Jeanne Roy",
	          "firm": null, "title": null, "city": "Douai"}]}) "}" },
	{ "recommend", "to the author of a testimonial: it is proposed, or taken back",
	  "{" TO_ALICE NO_REFERENCE TARGET "," RECOMMEND_SENT "}",
	  J({"taken back": {"sent": false, "revoked": true}, "there is none": {"sent": false,
	     "nothing": true}, "no link": {"sent": false, "target": null, "not_linked": true}}) },
	{ "testimonial", "to whom a testimonial is about: may it be shown? and what the answer did",
	  "{" TO_JEANNE NO_REFERENCE "," J("asked": true, "shown": false, "declined": false,
	    "unclear": false, "over": false, "author":) ALICE "," J("words":
	    ["Jeanne tient parole ; avec elle un projet avance."]) "}",
	  J({"shown": {"asked": false, "shown": true}, "not shown": {"asked": false,
	    "declined": true},
	     "unclear": {"asked": false, "unclear": true}, "over": {"asked": false, "over": true,
	     "words": []}}) },
	{ NULL, NULL, NULL, NULL },
};
/* The blocks are those of htmlpart.h, one of each kind. */
#define BUTTONS J([{"word": "ACCEPTER", "text": "oui", "first": true, "href": \
	"mailto:relais@reseau-nord.example?subject=Re&body=ACCEPTER"}])
static const char page_sample[] =
	"{" J("title": "Alice Martin", "language": "fr", "network": "Réseau Nord Entreprises",
	      "gateway": "relais@reseau-nord.example", "colour": "#1b5e8a", "answers":) BUTTONS ","
	    J("texts": [{"language": "fr", "further": true, "foot": "STOP", "answers":) BUTTONS ","
	    J("blocks": [{"paragraph": "Bonjour,"}, {"quotation": "Oui.", "tight": true},
	      {"lines": "a"}, {"points": ["b"]}, {"answers":) BUTTONS J(}]}]) "}";
/* clang-format on */

json_t *message_page_sample(void)
{
	return json_loads(page_sample, 0, NULL);
}

const struct message_text *message_text_find(const char *name)
{
	for (const struct message_text *m = message_texts; m->name != NULL; m++)
		if (strcmp(m->name, name) == 0)
			return m;
	return NULL;
}

json_t *message_text_samples(const struct message_text *message)
{
	json_t *sample = json_loads(message->sample, 0, NULL), *all = json_object(), *value;
	json_t *cases = message->cases == NULL ? json_object() : json_loads(message->cases, 0,
	NULL);
	const char *name;
	json_object_set_new(cases, "first mail", json_pack("{s:b}", "first_mail", 1));
	json_object_set(all, "", sample);
	json_object_foreach (cases, name, value) {
		json_t *whole = json_copy(sample);
		json_object_update(whole, value);
		json_object_set_new(all, name, whole);
	}
	json_decref(sample);
	json_decref(cases);
	return all;
}
