"""How machines open the subjects of their mail, by language."""

import re

_AWAY = (
    r"auto(?:matic|mated)?[ -]?(?:re(?:ply|sponse)|response)", "auto:", "out of (?:the )?office", "ooo:",
    "vacation (?:reply|message)", "autoreply", "autoresponder", "automatische (?:antwort|reactie)",
    "abwesenheits?(?:notiz|benachrichtigung|meldung|assistent)", "nicht im (?:büro|hause)", "réponse automatique",
    "(?:message )?absen(?:ce|t) (?:du bureau|automatique)", "absence du bureau", "respuesta autom[aá]tica",
    "fuera de (?:la )?oficina", "ausente de la oficina", "resposta autom[aá]tica", "fora do escrit[oó]rio",
    "ausência (?:do|temporária)", "risposta automatica", "fuori sede", "fuori ufficio", "automatisch antwoord", "auto ?odpowied[zź]",
    "odpowied[zź] automatyczna", "automatyczna odpowied[zź]", "poza biurem", "автоответ", "автоматический ответ", "нет на работе",
    "автоматична відповідь", "автовідповідь", "autosvar", "automatiskt svar", "automatisk svar", "poissaolo", "automaattinen vastaus",
    "automatická odpov[eě]ď", "automatikus válasz", "otomatik (?:yanıt|cevap)", "ofis dışı", "αυτόματη απάντηση", "εκτός γραφείου",
    "自动(?:答复|回复)", "自動(?:回覆|回復|応答|返信)", "不在(?:のお知らせ|通知|办公室)", "자동 ?(?:회신|응답)", "부재중",
    "رد تلقائي", "(?:رد|الرد) آلي", "خارج المكتب",
    "מענה אוטומטי", "תשובה אוטומטית", "מחוץ למשרד", "trả lời tự động", "thư trả lời tự động", "balasan otomatis", "di luar kantor",
    "răspuns automat", "absent din birou", "automatická odpoveď", "automatski odgovor", "samodejni odgovor", "автоматичен отговор",
)  # fmt: skip
_BACK = (
    "undeliver(?:ed|able)", r"(?:mail|message|e-?mail) (?:delivery|not delivered|returned|undeliverable)",
    "delivery (?:status|failure|failed|has failed|delayed|problem)", "failure notice", "returned (?:mail|to sender)",
    r"return(?:ed)? mail", "message delayed", "mail system error", "non[ -]?delivery", "nicht zustellbar", "unzustellbar",
    "unzustellbarkeit", "zustellung fehlgeschlagen", "zustellungsfehler", "mail konnte nicht zugestellt",
    "non (?:remis|distribu[eé])", "échec (?:de (?:la )?)?(?:remise|distribution)", "message non (?:remis|distribué)",
    "notification d.état de remise", "no se (?:puede|pudo) entregar", "no entregado", "error de entrega", "devoluci[oó]n",
    "não (?:é possível|foi possível) entregar", "não entregue", "falha na entrega", "impossibile (?:recapitare|consegnare)",
    "mancat[oa] (?:consegna|recapito)", "onbestelbaar", "niet bezorgd", "nie (?:można )?dostarczon", "niedostarczon", "zwrot poczty",
    "недоставлен", "не (?:удалось|може бути) достав", "сообщение не доставлено", "kan inte levereras", "olevererbart",
    "kan ikke leveres", "ej levererbart", "toimitus epäonnistui", "nedoručiteln", "kézbesíthetetlen", "teslim edilemedi",
    "αδύνατη η παράδοση", "无法(?:投递|送达|传递)", "退信", "无法投递", "系统退信", "無法傳遞", "配信不能", "配信できません",
    "배달(?:되지 않음| ?실패| 못함)", "반송",
    "تعذر (?:التسليم|تسليم)", "לא ניתן למסירה", "không (?:thể )?gửi được", "tidak terkirim", "nelivrat",
)  # fmt: skip


OUT_OF_OFFICE = re.compile(
    rf"\W{{0,5}}(?:re: )?(?:{'|'.join(_AWAY)})(?: ?(?:auto-?)?(?:reply|message|response|notification|notice))?"
    rf"\s*(?:[:：(\[|–—-]|until |bis |$)",
    re.IGNORECASE,
)
"""Whole, or before the subject that is answered: a person who has trouble with their "out of office calendar" is a person."""

RETURNED = re.compile(rf"\W{{0,5}}(?:re: )?(?:{'|'.join(_BACK)})", re.IGNORECASE)
"""Of mail servers. "Mail delivery failed" is also what people ask about: never judge by this alone."""
