"""Postal addresses by their form: Spain, Mexico, Argentina, Colombia, Britain, United States."""

from __future__ import annotations

_UP = "A-ZÁÉÍÓÚÑÜ"
_NAME = rf"[{_UP}](?:[^\W\d_]|['’.-](?=[^\W\d_]))*[^\W\d_]"
_LINK = r"(?:(?:de|del|la|las|los|el|y|San|Santa|Sto\.|Sta\.|Dr\.|Gral\.)\s+){0,3}"
_NUMBER = r"(?:[Nn](?:[ºo°]|[úu]m|ro)?\.?\s*|#\s*)?\d{1,5}(?:\s?[A-Za-z]\b|\s?bis\b)?"
_STOREY = (
    r"(?:\d{1,2}|[A-Z])\s?[ºª°tr](?![a-z])\.?\s?"
    r"(?:\"?[A-Z]\"?(?!\w)|\d{1,2}\s?[ªºa]\b|(?:izq|izda?|dcha?|ctro)\w*\.?)?"
)
_INSIDE = (
    r"(?:portal|piso|puerta|escalera|esc\.|bloque|edif\.?|edificio|bajos?|[aá]tico|planta|"
    r"interior|int\.?|apto?\.?|"
    r"apartamento|apartado|depto\.?|dpto\.?|dto\.?|departamento|casa|torre|oficina|of\.|local|"
    r"chalet|nave|manzana|mz\.?|lote|barrio|km)\s*(?:\d{1,5}|[A-Z](?![a-z]))?\s?[A-Z]?(?!\w)"
)
_COLONY = (
    rf"(?:[Cc]ol(?:onia|\.)|[Bb]arrio|[Ff]racc(?:ionamiento|\.)|[Cc]ol\.)\s+{_NAME}(?:\s{_NAME})?"
)
_TAIL = (
    rf"(?:\s*,?\s*(?:{_COLONY}|{_STOREY}|(?i:{_INSIDE})|\b\d{{5}}\b(?:\s+{_NAME})?|\b(?:CP|C\.P\.)\s?\d{{4,5}}))"
    r"{0,4}"
)
# A road with a code (A-92, N-340) is no address, and a street without a number neither.
_KIND = (
    r"(?:(?:[Cc]alle(?:j[oó]n)?|[Aa]venida|[Pp]laza|[Pp]laceta|[Pp]aseo|[Cc]amino|[Cc]arretera|"
    r"[Rr]onda|[Tt]raves[ií]a|[Gg]lorieta|[Pp]asaje|[Uu]rbanizaci[oó]n|[Cc]uesta|[Rr]ambla|[Aa]lameda|"
    r"[Cc]osta?nilla|[Vv]ereda|[Bb]ulevar|[Bb]oulevard|[Cc]alzada|[Pp]rivada|[Cc]errada|[Cc]ircuito|"
    r"[Pp]rolongaci[oó]n|[Cc]ontinuaci[oó]n|[Aa]mpliaci[oó]n|[Rr]etorno|[Aa]ndador|[Vv]iaducto|[Pp]erif[eé]rico|"
    r"[Dd]iagonal|[Cc]a[ñn]ada|[Cc]ircunvalaci[oó]n|[Ee]je\s[Vv]ial|Gran\sV[ií]a|[Pp]je|R[uú]a|[Pp]ol[ií]gono|V[ií]a|[Aa]cceso|[Vv]ial)\b|"
    r"(?:[Cc]/|[Aa]vda?\.?|[Aa]v\.|[Pp]za\.?|[Pp]l\.|[Pp]º|[Cc]tra\.|[Bb]v\.|[Bb]lvd\.?|[Cc]alz\.|[Uu]rb\.|"
    r"[Pp]riv\.|[Pp]ol\.))"
)
STREET_ES = (
    rf"(?<!\w){_KIND}\s*(?![A-Z]{{1,3}}-\d)(?:(?:do|da|dos|das)\s+)?{_LINK}(?:{_NAME}|[{_UP}]\b|\d{{1,3}}(?=\s*[#Nn])|\d{{1,2}}\s+de\s+{_NAME})"
    rf"(?:\s+{_LINK}{_NAME}){{0,4}}\s*,?\s*(?:{_NUMBER}(?!\w)|[Ss]/[Nn]\b|(?=chalet|nave|bloque|portal)){_TAIL}"
)
# Calle 100 # 19A-35: a grid, as in Colombia.
_AXIS = (
    r"(?:[Cc]alle|[Cc]arrera|[Cc]ra?|[Kk]ra?|[Cc]ll?|[Dd]iag(?:onal)?|[Tt]ransv(?:ersal)?|[Tt]v|"
    r"[Aa]v(?:enida)?(?:\.?\s(?:[Cc]alle|[Cc]arrera|[Cc]ra))?|[Aa]utopista)\.?"
)
_PART = r"\d{1,3}\s?(?:[A-Za-z](?![a-z])|ª)?(?:\s?(?:[Bb]is|[Ss]ur|[Nn]orte|[Ee]ste|[Oo]este))?"
GRID = (
    rf"(?<!\w){_AXIS}\s*{_PART}\s*(?:#|[Nn](?:[ºo°]|[uú]m)?\.?)\s*{_PART}\s*[-–]\s*\d{{1,3}}(?!\d)"
    rf"(?:\s(?:[Ss]ur|[Nn]orte|[Ee]ste|[Oo]este)\b)?{_TAIL}"
)
# Suffixes of the postal services of both countries.
_SUFFIX = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Square|Sq|Boulevard|Blvd|Way|Ways|Court|Ct|Close|"
    r"Crescent|Terrace|Ter|Place|Pl|Parkway|Pkwy|Circle|Cir|Trail|Trl|Highway|Hwy|Row|Mews|Grove|Walk|"
    r"Gardens?|Alley|Loop|Expressway|Throughway|Turnpike|Causeway|Cove|Bluffs?|Crossing|Estates?|Ferry|"
    r"Flats?|Forks?|Glens?|Greens?|Harbors?|Heights|Hollow|Junctions?|Knolls?|Landing|Manors?|Meadows?|"
    r"Mills?|Lakes?|Overpass|Camp|Orchard|Pines?|Plains?|Plaza|Prairie|Rapids?|Ridges?|Shoals?|Shores?|Springs?|Spurs?|"
    r"Squares|Station|Stravenue|Summit|Villages?|Vista|Wells?)\b\.?"
)
_UNIT = (
    r"(?:(?:Flat|Apt\.?|Apartment|Suite|Ste\.?|Unit|Studio|Room)\s?#?\w{1,5}|#\s?\d{1,4}\w?)(?!\w)"
)
_POINT = r"(?:[NSEW]|[NS][EW])\.?"
_TOWN = (
    rf"(?:,?\s+(?:{_NAME},?\s+){{0,3}}"
    r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]{2} \d{5})\b)?"
)
STREET_EN = (
    rf"(?<![\w.,])(?:{_UNIT},?\s+)?\d{{1,5}}[A-Za-z]?\s+(?:{_POINT}\s+)?"
    rf"(?:(?:St\.|{_NAME}|\d{{1,3}}(?:st|nd|rd|th))\s+){{1,4}}{_SUFFIX}"
    rf"(?:\s+{_POINT}(?!\w))?(?:,?\s+{_UNIT})?{_TOWN}"
)
_WITHIN = rf"(?<!\w){_UNIT},\s+(?:{_NAME}\s+){{1,3}}{_SUFFIX}"
POST_BOX = r"(?<!\w)(?:P\.?\s?O\.? ?Box|[Aa]partado(?: de [Cc]orreos)?)\s+\d{2,6}(?!\w)"
POSTCODE = r"(?<!\w)[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}(?!\w)"
# Without a word for the street, what stands before it says so.
AT_HOME = (
    r"(?i:\b(?:(?:vivo|vivimos|resido|residimos|entreg\w+|env[ií]\w+)\s(?:en|a)"
    r"|(?:domicilio|direcci[oó]n)(?:\s+es|\s*:)?|(?:live|living)\s(?:at|in)"
    r"|(?:deliver\w*|send\w*)(?:\s\w+)?\sto|address(?:\sis|\s*:)?)\s+)"
    rf"(?P<said>(?:{_NAME}\s+){{1,3}}\d{{1,5}}(?![\w.,:/-]*\d){_TAIL}(?:,\s{_NAME})?)"
)
ADDRESS = f"{GRID}|{STREET_ES}|{STREET_EN}|{_WITHIN}|{POST_BOX}|{POSTCODE}"
