"""What `mail_words` holds, for the languages of Eastern Europe and Finland."""

from kb.text.mail_words import MailWords

FINNISH = MailWords(
    wrote=("kirjoitti", "kirjutas"),
    opens=("kello",),
    original=("alkuperäinen viesti", "välitetty viesti", "edelleenlähetetty viesti", "algne kiri"),
    sender=("lähettäjä", "saatja"),
    date=("lähetetty", "päivä(?:ys|määrä)?", "saadetud"),
    recipient=("vastaanottaja", "kopio", "saaja"),
    subject=("aihe", "otsikko", "teema"),
    device=("lähetetty .{2,60}", "hanki outlook .{2,60}", "saadetud minu .{2,40}"),
    closing=(
        "(?:ystävällisin |parhain |terveisin )?terveisin", "terveisin", "kiitos(?: etukäteen| paljon)?", "kiitoksia", "terv",
    ),
    disclaimer=("tämä (?:viesti|sähköposti) .{0,60}luottamuksel",),
)  # fmt: skip

POLISH = MailWords(
    wrote=(r"napisał(?:\(a\)|a|/a)?", "pisze", "napisano", r"nap\."),
    opens=("w dniu", "dnia", r"dn\.", r"w dn\."),
    original=(
        "(?:wiadomość|oryginalna wiadomość) oryginalna", "oryginalna wiadomość",
        "wiadomość (?:przekazana|przekazywana|przesłana dalej)", "początek przekazywanej wiadomości",
        "treść przekazanej wiadomości",
    ),
    sender=("od", "nadawca", "w imieniu"),
    date=("wysłano", "data", "wysłane", "data wysłania"),
    recipient=("do", "dw", "odpowiedź do", "kopia"),
    subject=("temat", "załączniki?"),
    device=(
        "wysłan[eoy] (?:z|ze|za pomocą|przez|przy użyciu) .{2,80}", "pobierz (?:program |aplikację )?outlook .{2,60}",
        r"wolny od wirusów\b.{0,60}",
    ),
    closing=(
        "(?:serdecznie )?pozdrawiam(?: serdecznie)?", "pozdrowienia", "z (?:poważaniem|wyrazami szacunku|góry dziękuję)",
        "dzi[eę]ki?(?:uj[eę])?(?: z góry| bardzo)?", "(?:z )?(?:serdecznymi )?pozdrowieniami", "pzdr",
    ),
    disclaimer=("(?:ta|niniejsza) (?:wiadomość|korespondencja) .{0,60}(?:poufn|adresat)",),
)  # fmt: skip

CZECH_AND_SLOVAK = MailWords(
    wrote=(r"napsal(?:\(a\)|a|/a)?", r"napísal(?:\(a\)|a)?", "píše", "odpověděl"),
    opens=("dne", "dňa", "v", "ve"),
    original=(
        "původní (?:zpráva|e-?mail)", "pôvodná správa", "přeposlaná zpráva", "preposlaná správa", "původní e-?mail",
        "začátek přeposlané zprávy",
    ),
    sender=("od", "odesílatel", "odosielateľ"),
    date=("odesláno", "datum", "odoslané", "dátum"),
    recipient=("komu", "kopie", "kópia"),
    subject=("předmět", "predmet", "přílohy?"),
    device=(
        "(?:odesláno|odoslané|poslané|posláno) (?:z|ze|zo|pomocou|pomocí) .{2,80}", "získe?jte (?:aplikaci )?outlook .{2,60}",
    ),
    closing=(
        "s (?:pozdravem|pozdravom|úctou|přáním .{3,30})", "(?:děkuji|ďakujem|díky|vďaka)(?: předem| moc| za pomoc)?",
        "hezký den", "pozdrav",
    ),
)  # fmt: skip

HUNGARIAN = MailWords(
    wrote=("(?:ezt |a következőt )?írta", "írja"),
    opens=("ekkor",),
    original=("eredeti üzenet", "továbbított (?:üzenet|levél)"),
    sender=("feladó", "küldő"),
    date=("elküldve", "dátum", "küldve", "küldés ideje"),
    recipient=("címzett", "másolatot kap", "másolat"),
    subject=("tárgy", "mellékletek?"),
    device=(
        "(?:.{2,40}(?:-?r[óő]l|b[óő]l|m?ról) )?(?:elküldve|küldve|küldött).{0,60}",
        "(?:az? )?outlook (?:letöltése|beszerzése) .{2,60}",
    ),
    closing=("(?:szívélyes |baráti )?üdvözlettel", "tisztelettel", "köszönettel", "köszönöm(?: előre is| szépen)?", "üdv"),
)  # fmt: skip

TURKISH = MailWords(
    wrote=("(?:şunu|şunları) yazdı", "yazdı", "yazmış"),
    opens=("tarihinde",),
    original=(
        "orijinal (?:mesaj|ileti)", "özgün ileti", "iletilen (?:mesaj|ileti)", "yönlendirilmiş mesaj",
        "iletilmiş mesajın başlangıcı", "asıl mesaj",
    ),
    sender=("kimden", "gönderen"),
    date=("gönderme tarihi", "gönderildi", "tarih", "gönderilen"),
    recipient=("kime", "bilgi", "alıcı"),
    subject=("konu", "ekler?"),
    device=(r".{2,50} gönderildi\.?", r"gönderildi\s?: .{2,40}", "(?:ios|android) için outlook.{0,60}"),
    closing=(
        "(?:en içten |iyi )?(?:saygılarımla|saygılarımızla|dileklerimle)", "iyi (?:çalışmalar|günler)",
        "(?:çok )?teşekkürler?", "teşekkür ederim", "sevgiler", "selamlar",
    ),
)  # fmt: skip

ROMANIAN = MailWords(
    wrote=("(?:a )?scris", "scrie"),
    opens=("în", "pe", "la data de", "in"),
    original=("mesaj(?:ul)? original", "mesaj redirecționat", "mesaj transmis"),
    sender=("de la", "expeditor"),
    date=("trimis(?: la)?", "data", "dată"),
    recipient=("către", "catre", "la", "copie"),
    subject=("subiect", "atașări"),
    device=("trimis (?:de pe|din|de la|cu|prin) .{2,80}", "obțineți outlook pentru .{2,60}", "descarcă outlook .{2,60}"),
    closing=(
        "cu (?:stimă|respect|drag|considerație)", "(?:o zi bună|toate cele bune)",
        "(?:vă |îți )?mul[țţt]umesc(?: anticipat| frumos)?", "mulțumiri",
    ),
)  # fmt: skip

GREEK = MailWords(
    wrote=("έγραψε", "εγραψε", "έγραψαν", "γράφει"),
    opens=("στις", "την", "τη", "στο"),
    original=("αρχικό μήνυμα", "προωθημένο μήνυμα", "πρωτότυπο μήνυμα"),
    sender=("από", "αποστολέας"),
    date=("ημερομηνία", "στάλθηκε", "εστάλη"),
    recipient=("προς", "κοιν(?:οποίηση)?"),
    subject=("θέμα", "συνημμένα"),
    device=("(?:στάλθηκε|εστάλη|απεστάλη) από .{2,80}", "αποκτήστε το outlook .{2,60}"),
    closing=("με εκτίμηση", "φιλικά", "(?:σας |σε )?ευχαριστώ(?: εκ των προτέρων| πολύ)?", "με (?:φιλικούς )?χαιρετισμούς"),
)  # fmt: skip

RUSSIAN = MailWords(
    wrote=("пишет", r"писал(?:а|\(а\)|и)?", r"написал(?:а|\(а\)|и)?"),
    opens=("в", "на", "от"),
    original=(
        "исходное сообщение", "оригинальное сообщение", "пересылаемое сообщение", "пересланное сообщение",
        "перенаправленное сообщение", "начало переадресованного сообщения", "начало переданного сообщения",
        "конец пересылаемого сообщения",
    ),
    sender=("от", "от кого", "отправитель"),
    date=("отправлено", "дата", "отправлен"),
    recipient=("кому", "копия", "получатель"),
    subject=("тема", "вложени[ея]"),
    device=(
        "отправлено (?:с|из|со|через|при помощи|с помощью) .{2,80}", "(?:скачать|получить|загрузите) outlook .{2,60}",
        r"без вирусов\b.{0,60}",
    ),
    closing=(
        "с (?:уважением|наилучшими пожеланиями|благодарностью)",
        "(?:заранее |большое )?(?:спасибо|благодарю)(?: заранее| большое| за помощь)?", "всего (?:доброго|хорошего)", "удачи",
    ),
    disclaimer=("(?:это|данное|настоящее) (?:сообщение|письмо) .{0,60}(?:конфиденциальн|предназначен)",),
)  # fmt: skip

UKRAINIAN_AND_BULGARIAN = MailWords(
    wrote=("пише", "писав(?:ла)?", "написав", "написала", "написа", "каза"),
    opens=("у", "в", "на", "від"),
    original=(
        "оригінальне повідомлення", "вихідне повідомлення", "переслане повідомлення", "пересилається повідомлення",
        "оригинално съобщение", "препратено съобщение",
    ),
    sender=("від", "від кого", "відправник", "от"),
    date=("надіслано", "дата", "відправлено", "изпратено"),
    recipient=("кому", "копія", "одержувач", "до"),
    subject=("тема", "относно", "вкладення"),
    device=("(?:надіслано|відправлено|изпратено) (?:з|із|зі|за допомогою|от|с|через) .{2,80}", "отримати outlook .{2,60}"),
    closing=(
        "з (?:повагою|найкращими побажаннями)", "(?:щиро )?дякую(?: заздалегідь| за допомогу)?", "с уважение",
        "благодаря(?: предварително)?", "поздрави", "гарного дня",
    ),
)  # fmt: skip

SOUTH_SLAVIC = MailWords(
    wrote=(
        "(?:je )?napisao(?:/la)?", "(?:je )?napisala", "(?:je )?pisal(?:/a)?", "(?:je )?napisal(?:/a|a)?", "је написао",
        "је написала", "parašė", "rašė", "rakstīja",
    ),
    opens=("dana", "dne", "u", "дана"),
    original=(
        "izvorna poruka", "originalna poruka", "prosl(?:ij)?eđena poruka", "izvirno sporočilo", "posredovano sporočilo",
    ),
    sender=("šalje", "pošiljatelj", "šaljatelj"),
    date=("poslano", "poslato", "datum"),
    recipient=("prima", "za", "primatelj"),
    subject=("predmet", "tema", "naslov", "zadeva"),
    device=("posla(?:no|to|t) (?:s|sa|iz|z|preko) .{2,60}",),
    closing=("(?:srdačan |lijep |lep |lp )?pozdrav", "s poštovanjem", "hvala(?: unaprijed| unapred| lepa)?", "lp"),
)  # fmt: skip

EASTERN: tuple[MailWords, ...] = (
    FINNISH,
    POLISH,
    CZECH_AND_SLOVAK,
    HUNGARIAN,
    TURKISH,
    ROMANIAN,
    GREEK,
    RUSSIAN,
    UKRAINIAN_AND_BULGARIAN,
    SOUTH_SLAVIC,
)
