"""How personal data looks. Every repetition is bounded or starts at a place it cannot start twice: 100 kB of hostile
text must pass in under a second."""

import re
from itertools import pairwise

_FLAGS = re.IGNORECASE

EMAIL = re.compile(r"(?<![\w.+-])[\w.+'%-]{1,64}+@(?:[\w-]{1,63}+\.){1,6}[^\W\d_]{2,24}\b")

URL = re.compile(r"(?<!\w)[a-z][a-z+]{1,15}://[^\s<>\"'`\[\]]{1,2000}+", _FLAGS)
LOGIN_IN_URL = re.compile(r"[a-z+]{2,16}://[^/@\s]{1,200}:[^/@\s]{1,200}@", _FLAGS)
TOKEN_IN_URL = re.compile(
    r"[?&#;](?:[\w-]{0,30}(?:token|secret|password|passwd|signature|session|api_?key|apikey|credential)[\w-]{0,30}"
    r"|sig|key|auth|code|jwt|sid|pwd|otp|hash|ticket|state|x-amz-[\w-]{1,30})=[^&#\s]{6}"
    r"|/(?:reset|verify|confirm|invite|activate|magic|unsubscribe|login|token)[\w-]{0,20}/[\w.=-]{16}",
    _FLAGS,
)

PRIVATE_KEY = re.compile(
    r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----(?:[A-Za-z0-9+/=\s:,]|-(?!-)){0,10000}(?:-----END [A-Z ]{0,30}-----)?"
)
KNOWN_TOKEN = re.compile(
    r"(?<![\w-])(?:"
    r"(?:sk|pk|rk)[_-](?:live|test|proj|ant)?[\w-]{16,200}+|gh[pousr]_\w{20,255}+|github_pat_\w{20,255}+|"
    r"glpat-[\w-]{20,64}+"
    r"|xox[abeoprs]-[\w-]{10,200}+|A(?:KIA|SIA)[0-9A-Z]{16}\b|AIza[\w-]{35}|"
    r"SG\.[\w-]{16,32}\.[\w-]{16,64}+|npm_\w{36}|pypi-[\w-]{30,255}+"
    r"|eyJ[\w-]{8,4000}+\.[\w-]{8,8000}+(?:\.[\w-]{0,2000}+)?|ya29\.[\w-]{20,400}+|whsec_\w{16,100}+|"
    r"shp(?:at|ss)_\w{16,100}+"
    r")|(?<=bearer )[\w.~+/-]{16,4000}+={0,2}|(?<=basic )[A-Za-z0-9+/]{12,400}+={0,2}",
    _FLAGS,
)
_VALUE = r"[\"']?\s{0,3}(?:[:=]|=>|:=)\s{0,3}[\"']?"
NAMED_PASSWORD = re.compile(
    rf"(?<![a-z])(?:password|passwd|passphrase|passcode|pwd|pin(?: code)?|cvv|cvc|"
    r"passwort|kennwort|mot de passe|contraseña|senha|wachtwoord|hasło|كلمة (?:المرور|السر))(?: (?:is|ist|est|es|é))?"
    rf"{_VALUE}(?P<value>[^\s\"'<>\[\]]{{3,100}}+)",
    _FLAGS,
)
NAMED_TOKEN = re.compile(
    r"(?<![a-z])(?:api[_ -]?key|access[_ -]?key|secret(?:[_ -]?key)?|client[_ -]?secret|auth[_ -]?token|"
    r"access[_ -]?token|token|licen[cs]e[_ -]?key|api[_ -]?schlüssel|zugriffsschlüssel|clé (?:d['’])?api|clave (?:de )?api|jeton|"
    r"مفتاح)"
    rf"(?: (?:is|ist|est|es))?{_VALUE}(?P<value>[\w.~+/=-]{{8,4000}}+)",
    _FLAGS,
)
NOT_PASSWORDS = frozenset({
    "required", "invalid", "incorrect", "wrong", "expired", "missing", "null", "none", "true", "false", "must",
    "field", "mismatch", "empty", "reset", "forgotten", "changed", "unknown", "denied", "rejected", "not",
    "undefined", "string", "yes", "protected", "hidden", "too", "the", "this", "and", "it",
    "muss", "falsch", "ungültig", "abgelaufen", "vergessen", "erforderlich", "leer", "das", "ist", "nicht", "obligatoire", "invalide",
    "incorrecte", "oublié", "expiré", "pas", "le", "obligatoria", "incorrecta", "inválida", "caducada", "olvidada", "no", "la",
})  # fmt: skip
RANDOM_TOKEN = re.compile(r"(?<![\w/.+=-])[A-Za-z0-9_-]{32,200}(?![\w/+-])")

CARD = re.compile(r"(?<![\w.,#-])\d(?:[ -]?\d){12,18}(?![\w-]|[.,]\d)")
CARD_ISSUER = re.compile(
    r"4\d{12}(?:\d{3})?(?:\d{3})?|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12}|"
    r"3(?:0[0-5]|[689]\d)\d{11}"
    r"|35\d{14}|62\d{14,17}|(?:50|5[6-9]|6[0-9])\d{10,17}"
)

IBAN_START = re.compile(r"(?<!\w)[A-Z]{2}\d\d(?=[ -]?[A-Z0-9])", _FLAGS)
IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21,
    "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MR": 27, "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24,
    "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "XK": 20,
}  # fmt: skip
"""The IBAN registry of ISO 13616: characters, country code included."""

IPV4 = re.compile(r"(?<![\w.-])(?<!\bv )(?<!\bversion )(?<!\brelease )(?:\d{1,3}\.){3}\d{1,3}(?![\w-]|\.\d)", _FLAGS)
IPV6 = re.compile(r"(?<![\w:.])(?=[0-9a-f:]{0,39}\d)[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){3,7}(?![\w:])", _FLAGS)

DATE = re.compile(r"\d{4}[-./ ]\d\d?[-./ ]\d\d?(?:[ T]\d.{0,12})?|\d\d?[-./ ]\d\d?[-./ ]\d{4}(?: \d.{0,12})?")
INTERNATIONAL_PHONE = re.compile(
    r"(?<![\w+.])(?P<number>(?:\+|00(?=[1-9]\d[ (-]))[1-9](?:[ ().\u00a0/-]{0,3}\d){6,14})(?!\w|[.,]\d)"
)
NATIONAL_PHONE = re.compile(
    r"(?<![\w.+/-])(?<!#)(?P<number>(?:1[ .-])?(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}"
    r"|0\d{2,4}[ /-]\d{3,4}[ -]?\d{3,4}(?:[ -]?\d{2,3})?|\(0\d{1,4}\) ?\d{3,4}[ -]?\d{3,4}|"
    r"0\d(?:[ .-]\d\d){4})(?![\w-]|[.,]\d)"
)
NAMED_PHONE = re.compile(
    r"(?<!\w)(?:phone(?: number)?|telephone|tel|mobile|cell|call me (?:at|on|back (?:at|on))|whats ?app|"
    r"fax|reach me (?:at|on)|telefon(?:nummer)?|rufnummer|handy(?:nummer)?|mobil(?:nummer)?|téléphone|portable|teléfono|telefono|"
    r"móvil|celular|cellulare|هاتف|الهاتف|جوال)(?: (?:is|ist|est|es|è))?"
    r"[ .:#]{0,4}(?P<number>\d(?:[ ().-]{0,2}\d){6,14})(?![\w-])",
    _FLAGS,
)


def is_random(token: str) -> bool:
    """Small letters, capitals and digits mixed, as a generator makes them; identifiers like `CARDANO_NODE_SOCKET_PATH2` are words."""
    changes = sum(a.isdigit() != b.isdigit() or a.islower() != b.islower() for a, b in pairwise(token))
    kinds = {character.isdigit() * 2 + character.islower() for character in token if character.isalnum()}
    return len(kinds) == 3 and changes >= len(token) // 4
