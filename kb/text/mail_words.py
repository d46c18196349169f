"""What mail programs and people put around their words, by language. A new language is one more `MailWords`.

Alternatives of a regular expression without anchors, matched without regard to case; none holds a repetition without bounds.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailWords:
    """`wrote` ends or parts "On Monday Ann wrote:", `opens` begins it. `original` stands between dashes above an older mail.

    `sender`, `date`, `recipient` and `subject` are the names of headers repeated there. `device` is what a program adds below a mail,
    a whole line. `closing` stands above a name. `disclaimer` opens small print.
    """

    wrote: tuple[str, ...] = ()
    opens: tuple[str, ...] = ()
    original: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    subject: tuple[str, ...] = ()
    device: tuple[str, ...] = ()
    closing: tuple[str, ...] = ()
    disclaimer: tuple[str, ...] = ()


ENGLISH = MailWords(
    wrote=("wrote", "writes", "replied", "responded"),
    opens=("on", "at"),
    original=(
        "original (?:message|e-?mail|appointment)", "forwarded (?:message|by .{1,60}|e-?mail)", "begin forwarded message",
        "(?:please )?(?:type|write|enter|reply) .{0,20}above this line", "reply message",
    ),
    sender=("from", "sender", "on behalf of"),
    date=("sent", "date", "date sent", "sent on"),
    recipient=("to", "cc", "bcc", "reply[ -]?to", "recipients?"),
    subject=("subject", "re", "importance", "priority", "attachments?", "sensitivity"),
    device=(
        "sent (?:from|via|with|using|by|on|through) .{2,90}", r"\[?get \[?outlook for .{2,100}",
        "(?:this )?(?:e-?mail|message) (?:was |has been )?(?:sent|written) (?:from|via|with|on) (?:my|an?|the) .{2,60}",
        r"(?:[^\W\d_]{2,20} ){1,2}from mobile", r"from my (?:i?phone|i ?pad|mobile|android|blackberry|cell)\b.{0,20}",
        "via mobile", r"(?:<https?://\S{1,300}>\s{1,3})?virus-free\b.{0,80}", r"<https?://www\.avast\.com\S{0,200}>",
        "(?:please )?(?:excuse|forgive|pardon) (?:any |my |the )?(?:typos?|brevity|spelling|terseness).{0,60}",
        "typed (?:on|with) (?:my |a )?(?:phone|mobile|thumbs?|tiny keyboard).{0,40}", r"do you yahoo!\?.{0,60}",
        "powered by cloudmagic.{0,40}",
    ),
    closing=(
        r"(?:(?:with )?(?:my )?(?:very )?(?:best|kind|kindest|warm|warmest|many)(?: and \w{1,20})? )?(?:regards?|wishes)",
        "(?:all the )?best", "(?:yours )?(?:sincerely|faithfully|truly)(?: yours)?", "cheers", "respectfully", "cordially",
        "br", "rgds", "yours", "thx", "take care",
        "(?:many |best )?thanks?(?: you)?(?: and (?:best |kind )?regards| again| in advance| so much| a lot| very much)?",
        "sent with love",
    ),
    disclaimer=(
        r"this (?:e-?mail|message|communication|transmission)(?: \w{1,20}){0,6} (?:is|are|may be|may contain|contains?) "
        r".{0,60}(?:confidential|intended|privileged)",
        "(?:confidentiality|privacy|legal|security) (?:notice|disclaimer)",
        "(?:please )?consider the environment before printing",
        "if you (?:are not|have received) .{0,60}(?:intended recipient|in error)",
        "the information (?:contained|transmitted) in this (?:e-?mail|message)",
        "this (?:e-?mail|message) (?:has been|was) (?:scanned|checked|sent by .{1,40} on behalf)",
        "you (?:are receiving|received|'re receiving) this (?:e-?mail|message|notification)? ?because",
    ),
)  # fmt: skip

GERMAN = MailWords(
    wrote=("schrieb", "schreibt", "hat geschrieben"),
    opens=("am",),
    original=(
        "ursprüngliche (?:nachricht|mail)", "original-?nachricht", "weitergeleitete nachricht",
        "anfang der weitergeleiteten (?:nachricht|e-?mail)", "original-?mail",
        "bitte .{0,40}antwort (?:oberhalb|über) dieser (?:zeile|linie)",
    ),
    sender=("von", "absender", "im auftrag von"),
    date=("gesendet(?: am)?", "datum", "sendedatum"),
    recipient=("an", "empfänger", "kopie", "antwort an", r"kopie \(cc\)"),
    subject=("betreff", "betrifft", "anlagen?", "wichtigkeit", "priorität"),
    device=(
        r"von (?:meine[mr]|unterwegs).{0,60}(?:gesendet|geschickt)\b.{0,20}", "gesendet (?:von|mit|über|aus) .{2,60}",
        "diese (?:nachricht|e-?mail|mail) wurde (?:von|mit) .{2,60} gesendet", "outlook für (?:ios|android) .{0,60}",
        "holen sie sich outlook .{2,60}", "(?:von|vom) (?:mobiltelefon|handy|i ?phone|i ?pad|smartphone).{0,30}",
    ),
    closing=(
        r"(?:mit )?(?:freundliche[nm]?|beste[nm]?|liebe[nm]?|herzliche[nm]?|schöne[nm]?|viele[nm]?|sonnige)"
        r"(?: und \w{1,20})? gr(?:ü|ue)(?:ß|ss)(?:en?)?",
        "gru(?:ß|ss)", "mfg", "lg", "vg",
        "(?:vielen |besten |herzlichen )?dank(?:e)?(?: im voraus| schon mal| und gru(?:ß|ss))?", "hochachtungsvoll",
    ),
    disclaimer=(
        r"diese (?:e-?mail|nachricht)(?: \w{1,20}){0,6} (?:enthält|ist) .{0,60}(?:vertraulich|bestimmt)",
        "der inhalt dieser e-?mail", "bitte (?:denken sie an|prüfen sie) .{0,40}(?:umwelt|ausdruck)",
    ),
)  # fmt: skip

FRENCH = MailWords(
    wrote=("a écrit", "a ecrit", "écrivait", "écrit", "a répondu"),
    opens=("le", "en date du"),
    original=(
        "message (?:d'origine|original|initial)", "message d’origine", "message transféré", "message transmis",
        "courriel original", "début du message (?:réexpédié|transféré)", "e-?mail d'origine",
        "(?:veuillez )?.{0,40}au-dessus de cette ligne",
    ),
    sender=("de", "expéditeur", "de la part de"),
    date=("envoyé(?: le)?", "date(?: d.envoi)?"),
    recipient=("à", "a", "pour", "destinataires?", "copie(?: à)?", "répondre à"),
    subject=("objet", "sujet", "pièces? jointes?", "importance"),
    device=(
        "envoyé (?:de|depuis|à partir|avec|par|via) .{2,80}", "obtenir outlook pour .{2,80}",
        "télécharge[rz] outlook .{2,60}", "provenance .{0,10}courrier pour windows.{0,10}",
    ),
    closing=(
        "(?:bien )?cordialement", "bien à (?:vous|toi)", "(?:meilleures |cordiales |sincères )?salutations(?: distinguées)?",
        "(?:un grand |mille |grand )?merci(?: d'avance| beaucoup| par avance| bien)?", "amicalement",
        "bonne (?:journée|soirée)", "sincèrement", "cdlt", "bien amicalement", "à bientôt",
    ),
    disclaimer=(
        r"ce (?:message|courriel|mail|e-?mail)(?: \w{1,20}){0,6} .{0,40}(?:confidentie|destinataire)",
        "pensez à l.environnement", "avis de confidentialité",
    ),
)  # fmt: skip

SPANISH = MailWords(
    wrote=("escribió", "escribio", "escribe", "ha escrit", "va escriure", "missatge de", "escribiu"),
    opens=("el", "missatge de", "a fecha", "con fecha", "o", "em data"),
    original=(
        "mensaje original", "mensaje reenviado", "inicio del mensaje reenviado", "missatge (?:original|reenviat)",
        "correo original", ".{0,50}por encima de esta línea", "mensaxe orixinal",
    ),
    sender=("de", "remitente", "en nombre de"),
    date=("enviado(?: el)?", "fecha(?: de env[ií]o)?", "enviat(?: el)?", "data"),
    recipient=("para", "a", "per a", "destinatarios?", "con copia", "responder a"),
    subject=("asunto", "assumpte", "tema", "datos adjuntos", "importancia"),
    device=(
        "enviado (?:desde|con|por|v[ií]a|mediante) .{2,80}", "obt[eé]n(?:er|ga)? outlook para .{2,80}",
        "enviat (?:des|amb) .{2,60}", r"libre de virus\b.{0,60}",
    ),
    closing=(
        "(?:un |muchos |cordiales |atentos )?saludos?(?: cordial(?:es)?| atentamente)?", "atentamente", "atte",
        "(?:muchas |mil )?gracias(?: de antemano| por todo| y saludos)?", "cordialmente", "un (?:abrazo|cordial saludo)",
        "quedo a la espera", "salutacions", "gràcies",
    ),
    disclaimer=(
        r"este (?:mensaje|correo)(?: \w{1,20}){0,6} .{0,40}(?:confidencial|destinatario)",
        "aviso (?:de confidencialidad|legal)", "antes de imprimir",
    ),
)  # fmt: skip

PORTUGUESE = MailWords(
    wrote=("escreveu", "escreve"),
    opens=("em", "no dia", "a", "na"),
    original=(
        "mensagem original", "mensagem (?:re)?encaminhada", "e-?mail original", "início da mensagem (?:re)?encaminhada",
    ),
    sender=("de", "remetente", "em nome de"),
    date=("enviado?a?(?: em)?", "data(?: de envio)?"),
    recipient=("para", "cc", "destinatários?", "responder para"),
    subject=("assunto", "anexos?"),
    device=(
        "enviad[oa] (?:do|da|de|a partir|pelo|via|por|com|através) .{2,80}", "obt(?:er|enha) o outlook para .{2,80}",
        "baixe o outlook .{2,60}", r"livre de vírus\b.{0,60}",
    ),
    closing=(
        "atenciosamente", "att", "(?:com os )?(?:melhores )?cumprimentos",
        "(?:muito )?obrigad[oa](?: desde já| pela atenção)?", "abraços?", "grat[oa]", "cordialmente", "saudações",
        "um abraço",
    ),
    disclaimer=(
        r"esta (?:mensagem|comunicação)(?: \w{1,20}){0,6} .{0,40}(?:confidencia|destinatário)", "aviso de confidencialidade",
    ),
)  # fmt: skip

ITALIAN = MailWords(
    wrote=("(?:ha )?scritto", "scrive", "scriveva", "scrisse"),
    opens=("il", "in data", "il giorno", "lo", "l'"),
    original=("messaggio (?:originale|inoltrato)", "inizio (?:del )?messaggio inoltrato", "inizio messaggio inoltrato"),
    sender=("da", "mittente", "per conto di"),
    date=("inviato(?: il)?", "data(?: invio)?", "inviata(?: il)?"),
    recipient=("a", "per", "destinatari[o]?", "rispondi a"),
    subject=("oggetto", "risposta", "allegati?", "priorità"),
    device=(
        "inviato (?:da|dal|con|tramite|via) .{2,80}", "(?:ottieni|scarica) outlook per .{2,80}", r"privo di virus\b.{0,60}",
    ),
    closing=(
        "(?:(?:i migliori|cordiali|distinti|tanti|un cordiale|un caro) )?salut[oi]", "cordialmente",
        "grazie(?: mille| in anticipo| ancora| e saluti)?", "buona (?:giornata|serata)", "a presto",
    ),
    disclaimer=(
        r"(?:questo messaggio|questa e-?mail|il presente messaggio|le informazioni contenute)(?: \w{1,20}){0,6} "
        r".{0,60}(?:riservat|confidenzial|destinatari)",
        "rispetta l.ambiente",
    ),
)  # fmt: skip

DUTCH = MailWords(
    wrote=("schreef", "het volgende geschreven", "heeft geschreven", "schrijft"),
    opens=("op",),
    original=(
        "oorspronkelijk bericht", "origineel bericht", "doorgestuurd bericht", "begin doorgestuurd bericht",
        "oorspronkelijke e-?mail",
    ),
    sender=("van", "afzender", "namens"),
    date=("verzonden(?: op)?", "datum", "verstuurd"),
    recipient=("aan", "kopie", "beantwoorden"),
    subject=("onderwerp", "bijlagen?", "urgentie"),
    device=(
        "(?:verzonden|verstuurd|gestuurd) (?:vanaf|vanuit|van|met|via|door) .{2,80}",
        "(?:download|krijg) outlook voor .{2,80}", "outlook voor (?:ios|android) .{0,60}", r"virusvrij\b.{0,60}",
    ),
    closing=(
        "(?:met )?(?:vriendelijke|hartelijke|beste|lieve) groet(?:en|jes)?", "groet(?:en|jes)?", "mvg",
        "(?:hartelijk |alvast )?(?:bedankt|dank)(?: alvast)?", "dank je(?: wel)?", "hoogachtend",
    ),
    disclaimer=(r"(?:dit bericht|deze e-?mail)(?: \w{1,20}){0,6} .{0,40}(?:vertrouwelijk|bestemd)", "denk aan het milieu"),
)  # fmt: skip

SCANDINAVIAN = MailWords(
    wrote=("skrev", "skreiv", "skriver", "har skrivit", "skrifaði"),
    opens=("den", "på", "on", "i", "þann", "kl"),
    original=(
        "original(?:t )?meddelande", "ursprungligt meddelande", "vidarebefordrat (?:meddelande|brev)",
        "oprindelig (?:meddelelse|besked|mail)", "videresendt (?:meddelelse|melding|besked|mail)", "opprinnelig melding",
        "start på videresendt", "vidarebefordrat mejl", "börja på vidarebefordrat", "begynder videresendt",
    ),
    sender=("från", "fra", "avsändare", "afsender", "avsender", "frá"),
    date=("skickat", "sendt", "dato", "datum", "sent"),
    recipient=("till", "til", "kopia", "kopi", "svar til"),
    subject=("ämne", "emne", "bilagor?", "vedlegg", "vedhæftede filer", "efni"),
    device=(
        "(?:skickat|sendt|sent) (?:från|fra|med|via|frá) .{2,80}",
        "(?:skaffa|hämta|hent|få|last ned) outlook (?:för|til|for) .{2,80}", r"virusfri\b.{0,60}",
    ),
    closing=(
        r"(?:med )?(?:vänliga?|vennlig|venlig|bästa|beste|bedste|kærlig|varma|hjertelig)(?: \w{1,12})? (?:hälsning(?:ar)?|hilsen(?:er)?)",
        "(?:m?vh|mvh)", "hälsningar", "hilsen",
        "(?:tack|takk|tak)(?: så mycket| så meget| på förhand| på forhånd| för hjälpen)?",
    ),
    disclaimer=(
        r"(?:detta|denne|dette) (?:meddelande|e-?post|meddelelse|melding)(?: \w{1,20}){0,6} .{0,40}(?:konfident|fortrolig)",
    ),
)  # fmt: skip

WESTERN: tuple[MailWords, ...] = (ENGLISH, GERMAN, FRENCH, SPANISH, PORTUGUESE, ITALIAN, DUTCH, SCANDINAVIAN)
