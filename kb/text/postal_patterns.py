"""How streets and post boxes look in several countries. As in redaction_patterns, every repetition is bounded.

What they find of invented sentences is counted in tests/kb/text/test_what_redaction_finds.py.
"""

import re

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_CAPITAL = r"[A-Z][a-z'.’][a-zA-Z'.’-]{0,19}"
STREET = re.compile(
    rf"(?<![\w.,/-])(?<!\d )\d{{1,5}}[A-Za-z]?(?:[ ,]{{1,2}}(?:[NSEW]\.?|North|South|East|"
    rf"West))?[ ](?!Google|One|Hard|Flash|Shared|USB|Team|{_MONTHS})(?:{_CAPITAL} ){{1,3}}"
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Place|Pl|Square|Sq|Terrace|"
    r"Close|Crescent|Parkway|Pkwy|Highway|Hwy|Way|Row)\b\.?"
    r"(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|#)\.? ?[A-Za-z0-9-]{1,6})?"
    rf"(?:,[ \n]{_CAPITAL}(?: {_CAPITAL}){{0,2}}(?:,? [A-Z]{{2}}(?![A-Z0-9]))?(?: \d{{5}}(?:-\d{{4}})?|"
    rf" [A-Z]{{1,2}}\d[A-Z\d]? ?\d[A-Z]{{2}})?)?"
)
_TOWN = r"[^\W\d_a-zà-ÿ][\w'’-]{1,30}(?:[ -](?:(?:am|an der|im|in|sur|la|le|de|do|da|di|del) )?[^\W\d_a-zà-ÿ][\w'’-]{1,30}){0,2}"
_CODE = r"(?:[A-Z]{1,2}-)?(?:\d{5}-\d{3}|\d{2}-\d{3}|\d{4} [A-Z]{2}|\d{4,5})"
_CODE_AND_TOWN = rf",?[ \n]{_CODE} {_TOWN}"
_UNIT = r"(?:, ?\d{1,3} ?[ºª°][ ]?[A-Za-z]{0,4}\b)?"
_NUMBER = r"\d{1,4} ?[a-z]?\b"

STREET_GERMAN = re.compile(
    r"(?<!\w)[A-ZÄÖÜ][a-zäöüß-]{1,30}(?:straße|strasse|str\.|weg|platz|allee|gasse|ring|"
    r"damm) \d{1,4}[a-z]?(?:,? \d{5} [A-ZÄÖÜ][a-zäöüß]{2,30})?\b"
)
STREET_BEFORE_CODE = re.compile(
    r"(?<!\w)[^\W\d_a-zà-ÿ][\w.'’-]{1,30}"
    r"(?: (?:d(?:e[nrmls]?|os?|as?|i|el|ella)|la|las|los|van|der|zu[mr]?|a[nm]|\d{1,2}\.|[^\W\d_a-zà-ÿ][\w.'’-]{0,30})){0,5}"
    rf" {_NUMBER}{_UNIT}{_CODE_AND_TOWN}"
)
"""A name, a house number, a code and a town in a row are an address in half of Europe, whatever the street is called."""

STREET_NAMED_FIRST = re.compile(
    r"(?<!\w)(?:Calle|C/|Avenida|Avda\.?|Plaza|Paseo|Rua|Travessa|Praça|Viale|Piazza|Corso|ul\.|al\.|Rue)"
    r"(?: (?:de|da|do|dos|del|della|la|las|los))* [^\W\d_a-zà-ÿ][\w'’-]{1,30}(?: [^\W\d_a-zà-ÿ][\w'’-]{1,30}){0,2}"
    rf",? {_NUMBER}{_UNIT}(?:{_CODE_AND_TOWN})?"
)
STREET_FRENCH = re.compile(
    r"(?<![\w.,/-])\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|av\.|boulevard|bd|place|allée|chemin|impasse|quai|route|cours)"
    r"(?: (?:de|du|des|la|le|les))* ?(?:(?:d|l)['’])?[^\W\d_a-zà-ÿ][\w'’-]{1,30}(?: [^\W\d_a-zà-ÿ][\w'’-]{1,30}){0,2}"
    rf"(?:{_CODE_AND_TOWN})?"
)
POST_BOX = re.compile(
    r"\b(?i:P\.? ?O\.? ?Box) \d{1,6}\b"
    r"|(?<!\w)(?i:Postfach|Apartado(?: de correos)?|Casella postale|Caixa postal|Postbus)"
    rf" \d(?: ?\d){{1,7}}\b(?:{_CODE_AND_TOWN})?"
    rf"|(?<!\w)B\.?P\.? \d{{1,6}}{_CODE_AND_TOWN}"
)

STREETS = (STREET, STREET_GERMAN, STREET_BEFORE_CODE, STREET_NAMED_FIRST, STREET_FRENCH, POST_BOX)
