#include "mail/replywords.h"

#include <stddef.h>

const char *const reply_wrote[] = {
	"wrote", "writes", "sent", "said", "has written",       /* en */
	"a ecrit", "ecrit", "a repondu", "a envoye",            /* fr */
	"schrieb", "geschrieben", "schreibt",                   /* de */
	"escribio", "escribe", "ha escrito",                    /* es */
	"ha scritto", "scritto", "scrive", "scriveva",          /* it */
	"escreveu", "escreve",                                  /* pt */
	"schreef", "schrijft", "heeft geschreven",              /* nl */
	"skrev", "skriver",                                     /* sv da no */
	"kirjoitti", "kirjutas",                                /* fi et */
	"napisał", "napisała", "napisał(a)", "pisze",           /* pl */
	"написал", "написала", "написал(а)", "пишет", "писал",  /* ru */
	"написав", "написала", "пише",                          /* uk */
	"napsal", "napsala", "napsal(a)", "napisal", "napisala", "napisao", /* cs sk hr sl */
	"irta", "ezt irta", "a scris", "yazdı", "yazmıs",       /* hu ro tr */
	"ha escrit", "va escriure", "escrigue",                 /* ca */
	"εγραψε", "написа", "rase", "rakstija", "menulis",      /* el bg lt lv id */
	"đa viet", "כתב", "כתבה", "كتب",                        /* vi he ar */
	"写道", "寫道", "写到", "書きました", "のメール",              /* zh ja */
	"작성", "썼습니다", "쓴 글",                               /* ko */
	"تمت كتابة", "نوشت", "napisao je", "napisala je",
	"quoting", "zitat von", "citando", "citation de", "citerar", /* before the name */
	NULL,
};

const char *const reply_opens[] = {
	"on", "at", "le", "am", "el", "il", "em", "op", "den", "in data", "in", "dnia", "w dniu",
	"dne", "dna", "pe", "vao", "la", "в", "на", "a", "les", "no dia", "o dia", "na", "i",
	"tanggal",
	"στισ", "bei", "del", "il giorno", "la data de", "pada", "under", "den", "d.",
	"在", "于", "於", NULL,
};

const char *const reply_months[] = {
	"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", /* en */
	"fev", "avr", "mai", "juin", "juil", "aou",             /* fr */
	"okt", "dez",                                           /* de */
	"ene", "abr", "ago", "dic",                             /* es */
	"gen", "mag", "giu", "lug", "set", "ott",               /* it */
	"out",                                                  /* pt */
	"mrt", "maart", "mei", "maj", "des",                    /* nl sv da no */
	"tammi", "helmi", "maalis", "huhti", "touko", "kesa", "heina", "elo", "syys", "loka",
	"marras", "joulu",                                      /* fi */
	"sty", "lut", "kwi", "cze", "lip", "sie", "wrz", "paz", "lis", "gru", /* pl */
	"led", "uno", "bre", "dub", "kve", "cer", "srp", "zar", "rij", "pro", /* cs */
	"янв", "фев", "мар", "апр", "мая", "маи", "июн", "июл", "авг", "сен", "окт", "ноя", "дек",
	"січ", "лют", "бер", "кві", "тра", "чер", "лип", "сер", "вер", "жов", "лис", "гру", /* uk */
	"ιαν", "φεβ", "μαρ", "απρ", "μαι", "ιουν", "ιουλ", "αυγ", "σεπ", "οκτ", "νοε", "δεκ",
	"oca", "sub", "nis", "haz", "tem", "agu", "eyl", "eki", "kas", "ara", /* tr */
	"ian", "iun", "iul", "thang",                           /* ro vi */
	NULL,
};

const struct reply_label_word reply_labels[] = {
	{ "from", LABEL_FROM }, { "sent", LABEL_DATE }, { "date", LABEL_DATE },
	{ "to", LABEL_TO }, { "subject", LABEL_SUBJECT }, { "cc", LABEL_OTHER },
	{ "bcc", LABEL_OTHER }, { "reply-to", LABEL_OTHER }, { "importance", LABEL_OTHER },
	{ "sent by", LABEL_FROM }, { "attachments", LABEL_OTHER },                          /* en */
	{ "de", LABEL_FROM }, { "expediteur", LABEL_FROM }, { "envoye", LABEL_DATE },
	{ "envoye le", LABEL_DATE }, { "message du", LABEL_DATE }, { "date d'envoi", LABEL_DATE },
	{ "a", LABEL_TO }, { "pour", LABEL_TO }, { "destinataire", LABEL_TO },
	{ "objet", LABEL_SUBJECT }, { "sujet", LABEL_SUBJECT }, { "copie a", LABEL_OTHER },
	{ "copie", LABEL_OTHER }, { "repondre a", LABEL_OTHER },                            /* fr */
	{ "von", LABEL_FROM }, { "absender", LABEL_FROM }, { "gesendet", LABEL_DATE },
	{ "gesendet am", LABEL_DATE }, { "datum", LABEL_DATE }, { "an", LABEL_TO },
	{ "betreff", LABEL_SUBJECT }, { "kopie", LABEL_OTHER }, { "antwort an", LABEL_OTHER },
	/* de */
	{ "remitente", LABEL_FROM }, { "enviado", LABEL_DATE }, { "enviado el", LABEL_DATE },
	{ "fecha", LABEL_DATE }, { "para", LABEL_TO }, { "asunto", LABEL_SUBJECT },
	{ "con copia", LABEL_OTHER },                                                       /* es */
	{ "da", LABEL_FROM }, { "mittente", LABEL_FROM }, { "inviato", LABEL_DATE },
	{ "data", LABEL_DATE }, { "destinatario", LABEL_TO }, { "oggetto", LABEL_SUBJECT }, /* it */
	{ "remetente", LABEL_FROM }, { "enviada", LABEL_DATE }, { "enviado em", LABEL_DATE },
	{ "enviada em", LABEL_DATE }, { "assunto", LABEL_SUBJECT },                         /* pt */
	{ "van", LABEL_FROM }, { "afzender", LABEL_FROM }, { "verzonden", LABEL_DATE },
	{ "verstuurd", LABEL_DATE }, { "aan", LABEL_TO }, { "onderwerp", LABEL_SUBJECT }, /* nl */
	{ "fran", LABEL_FROM }, { "skickat", LABEL_DATE }, { "till", LABEL_TO },
	{ "amne", LABEL_SUBJECT }, { "kopia", LABEL_OTHER },                                /* sv */
	{ "fra", LABEL_FROM }, { "sendt", LABEL_DATE }, { "dato", LABEL_DATE },
	{ "til", LABEL_TO }, { "emne", LABEL_SUBJECT }, /* da no */
	{ "lahettaja", LABEL_FROM }, { "lahetetty", LABEL_DATE }, { "paivamaara", LABEL_DATE },
	{ "vastaanottaja", LABEL_TO }, { "aihe", LABEL_SUBJECT },                           /* fi */
	{ "od", LABEL_FROM }, { "nadawca", LABEL_FROM }, { "wysłano", LABEL_DATE },
	{ "wysłane", LABEL_DATE }, { "do", LABEL_TO }, { "adresat", LABEL_TO },
	{ "temat", LABEL_SUBJECT }, { "dw", LABEL_OTHER },                                  /* pl */
	{ "от", LABEL_FROM }, { "от кого", LABEL_FROM }, { "отправитель", LABEL_FROM },
	{ "отправлено", LABEL_DATE }, { "дата", LABEL_DATE }, { "кому", LABEL_TO },
	{ "получатель", LABEL_TO }, { "тема", LABEL_SUBJECT }, { "копия", LABEL_OTHER }, /* ru */
	{ "від", LABEL_FROM }, { "відправлено", LABEL_DATE }, { "надіслано", LABEL_DATE }, /* uk */
	{ "odesilatel", LABEL_FROM }, { "odeslano", LABEL_DATE }, { "komu", LABEL_TO },
	{ "predmet", LABEL_SUBJECT },                                                       /* cs */
	{ "felado", LABEL_FROM }, { "elkuldve", LABEL_DATE }, { "cimzett", LABEL_TO },
	{ "targy", LABEL_SUBJECT },                                                         /* hu */
	{ "kimden", LABEL_FROM }, { "gonderen", LABEL_FROM }, { "tarih", LABEL_DATE },
	{ "kime", LABEL_TO }, { "konu", LABEL_SUBJECT },                                    /* tr */
	{ "发件人", LABEL_FROM }, { "发送时间", LABEL_DATE }, { "发送日期", LABEL_DATE },
	{ "日期", LABEL_DATE }, { "收件人", LABEL_TO }, { "主题", LABEL_SUBJECT },
	{ "抄送", LABEL_OTHER }, { "寄件者", LABEL_FROM }, { "寄件人", LABEL_FROM },
	{ "寄件日期", LABEL_DATE }, { "收件者", LABEL_TO }, { "主旨", LABEL_SUBJECT },         /* zh */
	{ "差出人", LABEL_FROM }, { "送信者", LABEL_FROM }, { "送信日時", LABEL_DATE },
	{ "日付", LABEL_DATE }, { "日時", LABEL_DATE }, { "宛先", LABEL_TO },
	{ "件名", LABEL_SUBJECT },                                                          /* ja */
	{ "보낸 사람", LABEL_FROM }, { "보낸사람", LABEL_FROM }, { "보낸 날짜", LABEL_DATE },
	{ "보낸날짜", LABEL_DATE }, { "날짜", LABEL_DATE }, { "받는 사람", LABEL_TO },
	{ "받는사람", LABEL_TO }, { "제목", LABEL_SUBJECT }, { "참조", LABEL_OTHER },          /* ko */
	{ NULL, LABEL_NONE },
};

const char *const reply_message[] = {
	"message", "mail", "e-mail", "email", "appointment", "courriel", "nachricht",
	"originalnachricht", "termin", "mensaje", "correo", "messaggio", "mensagem", "bericht",
	"meddelande", "meddelelse", "besked", "melding", "viesti", "wiadomosc", "oryginalna",
	"сообщение", "письмо", "повідомлення", "лист", "zprava", "uzenet", "mesaj", "iletı",
	"邮件", "郵件", "信件", "メッセージ", "メール", "메시지", "메일", NULL,
};

const char *const reply_forwarded[] = {
	"forwarded message", "forwarded by", "message reexpedie", "message transfere",
	"transfere par", "weitergeleitete nachricht", "weitergeleiteten nachricht",
	"weitergeleiteten e-mail",
	"mensaje reenviado", "messaggio inoltrato", "mensagem encaminhada",
	"mensagem reencaminhada",
	"doorgestuurd bericht", "vidarebefordrat meddelande", "videresendt", "vidarebefordrat",
	"valitetty viesti", "przekazana wiadomosc", "przekazywanej wiadomosci",
	"пересылаемое сообщение",
	"переадресованное сообщение", "转发的邮件", "転送されたメッセージ", "전달된 메시지", NULL,
};

const char *const reply_above[] = {
	"reply above", "above this line", "repondre au-dessus", "au-dessus de cette ligne",
	"oberhalb dieser zeile", "uber dieser zeile", "por encima de esta linea",
	"arriba de esta linea",
	"sopra questa riga", "acima desta linha", "boven deze regel", NULL,
};

const char *const reply_to_alone[] = {
	"to", "an", "pour", "para", "a", "aan", "til", "till", "do", "per", "кому", "vastaanottaja",
	"please respond to", "veuillez repondre a", "bitte antwort an", "por favor, responda a",
	"宛先", "收件人", NULL,
};

const char *const reply_closings[] = {
	"regards", "best regards", "kind regards", "kindest regards", "warm regards", "rgds",
	"warmest regards", "many regards", "with kind regards", "with best regards", "sincerely",
	"yours sincerely", "sincerely yours", "yours truly", "yours faithfully", "respectfully",
	"best wishes", "with best wishes", "cordially", "br", "kr",                    /* en */
	"cordialement", "bien cordialement", "tres cordialement", "cdlt", "cdt", "bien a vous",
	"bien a toi", "salutations", "meilleures salutations", "sinceres salutations",
	"salutations distinguees", "respectueusement", "amicalement", "bien amicalement",
	"sentiments distingues", "avec mes salutations distinguees",                   /* fr */
	"mit freundlichen grussen", "mit freundlichem gruss", "freundliche grusse", "viele grusse",
	"liebe grusse", "beste grusse", "herzliche grusse", "schone grusse", "mit besten grussen",
	"mit herzlichen grussen", "freundlichen gruss", "gruss", "grusse", "mfg", "lg", "vg",
	"hochachtungsvoll",                                                            /* de */
	"saludos", "un saludo", "saludos cordiales", "un cordial saludo", "cordiales saludos",
	"atentamente", "muy atentamente", "cordialmente", "un abrazo",                 /* es */
	"cordiali saluti", "distinti saluti", "saluti", "cari saluti", "un cordiale saluto",
	"un saluto", "un caro saluto",                                                 /* it */
	"atenciosamente", "cumprimentos", "melhores cumprimentos", "com os melhores cumprimentos",
	"abracos", "um abraco", "att", "saudacoes",                                    /* pt */
	"met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet",
	"vriendelijke groeten", "met hartelijke groet", "hartelijke groet", "hartelijke groeten",
	"groet", "groeten", "groetjes", "mvg", "hoogachtend",                          /* nl */
	"med vanlig halsning", "med vanliga halsningar", "vanliga halsningar", "vanlig halsning",
	"basta halsningar", "halsningar", "mvh",                                       /* sv */
	"med venlig hilsen", "venlig hilsen", "venlige hilsner", "de bedste hilsner",
	"bedste hilsner", "hilsen", "mange hilsner", "kh", "vh", "med vennlig hilsen",
	"vennlig hilsen", "beste hilsener",                                            /* da no */
	"ystavallisin terveisin", "parhain terveisin", "terveisin", "terv",            /* fi */
	"pozdrawiam", "serdecznie pozdrawiam", "pozdrawiam serdecznie", "z powazaniem",
	"pozdrowienia", "z wyrazami szacunku", "lacze pozdrowienia",                   /* pl */
	"с уважением", "с наилучшими пожеланиями", "з повагою", "s pozdravem", "udvozlettel",
	"cu stima", "cu respect", "saygılarımla", "με εκτιμηση", NULL,
};

const char *const reply_sent_from[] = {
	"sent from", "sent via", "sent with", "sent using", "sent by my", "get outlook for",
	"get bluemail for", "written on my", "via mobile", "sent on the go",          /* en */
	"envoye de", "envoye d'", "envoye depuis", "envoye a partir de", "envoye a partir d'",
	"envoye a l'aide de", "envoye avec", "envoye par",
	"envoye via", "telecharger outlook", "obtenir outlook", "provenance :",       /* fr */
	"von meinem", "von meiner", "gesendet von", "gesendet mit", "gesendet aus", "gesendet uber",
	"gesendet vom", "verschickt von", "holen sie sich outlook", "outlook fur",
	"diese nachricht wurde von meinem", "diese nachricht wurde mit",              /* de */
	"enviado desde", "enviado con", "enviado de", "enviado a partir de", "enviado do",
	"enviado via", "enviado por", "enviado atraves", "obtener outlook", "obter o outlook",
	"obtenga outlook", "descargar outlook",                                       /* es pt */
	"inviato da", "inviato dal", "inviato con", "inviato tramite", "ottieni outlook",
	"scarica outlook",                                                            /* it */
	"verzonden vanaf", "verstuurd vanaf", "verzonden met", "verstuurd met", "verzonden via",
	"verstuurd via", "outlook voor", "download outlook",                          /* nl */
	"skickat fran", "skickades fran", "sendt fra", "sendt med", "hent outlook", "hamta outlook",
	"lahetetty", "hanki outlook", /* sv da no fi */
	"wysłano z", "wysłane z", "pobierz outlook", "отправлено с", "отправлено из", "надіслано з",
	"odeslano z", "elkuldve az", NULL, /* pl ru uk cs hu */
};

const char *const reply_devices[] = {
	"iphone", "ipad", "ipod", "imac", "macbook", "android", "blackberry", "samsung", "galaxy",
	"huawei", "xiaomi", "redmi", "nokia", "lumia", "windows", "htc", "sony", "xperia",
	"motorola",
	"pixel", "oneplus", "fairphone", "wiko", "honor", "oppo", "phone", "smartphone", "mobile",
	"mobil", "mobiltelefon", "mobiele", "mobilen", "handy", "telephone", "telefon", "telefoon",
	"telefono", "telefone", "movil", "celular", "cellulare", "portable", "appareil", "gerat",
	"dispositivo", "apparaat", "enhet", "tablet", "tablette", "outlook", "mail", "e-mail",
	"gmail",
	"yahoo", "proton", "protonmail", "aol", "gmx", "web.de", "airmail", "spark", "thunderbird",
	"app", "bluemail", "mailbird", "superhuman", "hey", "zimbra", "k-9", "polymail", "tutanota",
	"aplicacion", "iphonesta", "iphone'a", "mobiili", NULL,
};

const char *const reply_device_lines[] = {
	"から送信", "发自我的", "發自我的", "发送自", "寄自我的", "傳送自", "从我的", "에서 보냄",
	"에서 보낸", NULL,
};

const char *const reply_disclaimer[] = {
	"this e-mail", "this email", "this message", "this communication", "intended recipient",
	"intended only", "intended solely", "solely for", "intended for", "confidential",
	"privileged",
	"disclos", "unauthori", "in error", "delete", "notify", "the sender", "liability",
	"viruses",
	"attachment", "prohibited", "addressee", "does not accept",                   /* en */
	"ce message", "ce courriel", "cet e-mail", "ce mail", "destinataire", "confidentiel",
	"par erreur", "pieces jointes", "detruire", "supprimer", "strictement", "expediteur",
	"toute utilisation", "interdite", "responsabilite",                           /* fr */
	"diese e-mail", "diese nachricht", "diese mail", "vertraulich", "irrtumlich", "empfanger",
	"unbefugt", "vernichten", "loschen", "absender", "nicht gestattet", "rechtlich geschutzt",
	"haftung",                                                                    /* de */
	"este mensaje", "este correo", "confidencial", "destinatari", "por error", "prohibida",
	"eliminar", "remitente", "esta mensagem", "por engano", "remetente",          /* es pt */
	"questo messaggio", "questa e-mail", "riservat", "per errore", "mittente", "vietat",
	"contenute in questo messaggio", "cancellar",                                 /* it */
	"dit bericht", "deze e-mail", "vertrouwelijk", "geadresseerde", "per vergissing",
	"verwijder",
	"aansprakelijk", "afzender",                                                  /* nl */
	"denne e-mail", "denne mail", "fortrolig", "konfidentiell", "modtager", "avsandaren",
	"poufn", "adresat", "конфиденциальн", "получател", NULL,
};

const char *const reply_footer[] = {
	"before printing this", "consider the environment", "avant d'imprimer",
	"pensez a l'environnement",
	"denken sie an die umwelt", "bevor sie diese e-mail ausdrucken", "antes de imprimir",
	"prima di stampare", "voordat u deze e-mail print", "to unsubscribe from this",
	"you received this message because you are subscribed", "virus-free. www",
	"sans virus. www",
	"virenfrei. www", "libre de virus. www", NULL,
};

const char *const reply_banner[] = {
	"caution", "warning", "external", "[external", "*external", "*** external",
	"this email originated",
	"this message originated", "this email was sent from outside", "this e-mail originated",
	"attention", "prudence", "[externe", "externe", "ce courriel provient",
	"ce message provient",
	"achtung", "vorsicht", "[extern", "extern", "diese e-mail stammt", "diese nachricht kommt",
	"precaucion", "atencion", "[externo", "este correo", "attenzione", "[esterno", "let op",
	"you don't often get email", "you do not often get email", "[you don't often get email",
	"[vous ne recevez pas souvent", "vous ne recevez pas souvent", "[sie erhalten nicht haufig",
	"sie erhalten nicht haufig", "[algunas personas que",
	"some people who received this message",
	NULL,
};

const char *const reply_outside[] = {
	"outside", "external", "originated", "do not click", "don't often", "do not often",
	"don't often get", "exterieur", "externe", "recevez pas souvent", "cliquez pas",
	"ausserhalb", "extern", "nicht haufig", "nicht auf links", "externo", "fuera de", "esterno",
	"all'esterno", "extern", "no suele recibir", NULL,
};

const char *const reply_stand_in[] = {
	"[cid:", "[image:", "[image]", "[inline image", "[quoted text hidden",
	"[texte des messages precedents",
	"[zitierter text ausgeblendet", "[texto citado oculto", "[testo tra virgolette nascosto",
	"[tekst uit oorspronkelijke bericht", NULL,
};

const char *const reply_postscript[] = {
	"ps", "p.s", "p.s.", "p.-s", "p.-s.", "pps", "nb", "n.b.", "pd", "p.d.", "post scriptum",
	"post-scriptum", "nachtrag", "edit", "update", NULL,
};
