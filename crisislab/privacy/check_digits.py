"""Numbers that carry their own check: Spanish identity numbers, bank accounts, payment cards."""

from __future__ import annotations

import re

_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_FOREIGNER = {"X": "0", "Y": "1", "Z": "2"}
_SPACE = re.compile(r"[\s.\-·]")


def bare(text: str) -> str:
    """Return a number without blanks, points and hyphens, in capitals."""
    return _SPACE.sub("", text).upper()


def is_dni(text: str) -> bool:
    """Return whether this is a Spanish DNI or NIE: the letter is the number modulo 23.

    Source: Real Decreto 1553/2005; the NIE's first letter stands for 0, 1 or 2.

    >>> is_dni("12345678-Z"), is_dni("X1234567L"), is_dni("12345678A")
    (True, True, False)
    """
    number = bare(text)
    if not re.fullmatch(r"[XYZ\d]\d{7}[A-Z]", number):
        return False
    digits = _FOREIGNER.get(number[0], number[0]) + number[1:-1]
    return _LETTERS[int(digits) % 23] == number[-1]


def is_iban(text: str) -> bool:
    """Return whether this is an IBAN: 1 modulo 97 once its head stands last (ISO 13616).

    >>> is_iban("ES91 2100 0418 4502 0005 1332"), is_iban("ES91 2100 0418 4502 0005 1333")
    (True, False)
    """
    number = bare(text)
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z\d]{11,30}", number):
        return False
    turned = number[4:] + number[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def is_card(text: str) -> bool:
    """Return whether this may be a payment card: 13 to 19 digits with Luhn's check digit.

    >>> is_card("4111 1111 1111 1111"), is_card("4111 1111 1111 1112")
    (True, False)
    """
    number = bare(text)
    if not re.fullmatch(r"[2-6]\d{12,18}", number):
        return False
    total = 0
    for place, digit in enumerate(map(int, reversed(number))):
        doubled = digit * (1 + place % 2)
        total += doubled - 9 * (doubled > 9)
    return total % 10 == 0
