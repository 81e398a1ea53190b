"""Keys and passwords that people paste into a chat: found by their form, and never kept."""

from __future__ import annotations

import re

_KINDS = {
    "Slack": r"xox[abeoprs]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{10,}"
    r"|https?://hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[\w/-]+",
    "AWS": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b|aws_secret_access_key\s*[=:]\s*[\"']?[A-Za-z0-9/+=]{40}",
    "GitHub": r"\bgh[pousr]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{22,}",
    "GitLab": r"\bglpat-[\w-]{20,}",
    "Google": r"\bAIza[\w-]{35}",
    "Stripe": r"\b[srp]k_(?:live|test)_[0-9A-Za-z]{16,}",
    "OpenAI": r"\bsk-[A-Za-z0-9_-]{20,}",
    "SendGrid": r"\bSG\.[\w-]{16,}\.[\w-]{16,}",
    "Hugging Face": r"\bhf_[A-Za-z]{30,}",
    "npm": r"\bnpm_[A-Za-z0-9]{30,}",
    "Twilio": r"\b(?:SK|AC)[0-9a-f]{32}\b",
    "Telegram": r"\b\d{8,10}:[A-Za-z0-9_-]{35}\b",
    "webhook": r"https?://(?:\w+\.)?(?:discord(?:app)?\.com/api/webhooks/\d+/[\w-]+"
    r"|(?:webhook\.|outlook\.)office(?:365)?\.com/[\w@/.-]+|hooks\.zapier\.com/hooks/catch/[\w/]+)",
    "private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----"
    r"|[\s\S]*)",
    "token": r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+|\b[Bb]earer\s+[\w.~+/-]{20,}=*"
    r"|[?&](?:access_token|api_?key|token|sig|signature|secret)=[^\s&<>\"']{8,}"
    r"|(?i:\b(?:api[_-]?key|secret[_-]?key|client[_-]?secret|auth[_-]?token|access[_-]?token)\b)"
    r"\s*[:=]\s*[\"']?[\w.+/-]{16,}=*",
    "password": r"(?i:\b(?:password|passwd|pwd|pass|contraseñ[a]|clave(?: de acceso)?)"
    r"(?:(?: (?:for|de|del|of) [^\n.:=,;]{1,30}?)? (?:is|es)\b|\s*[:=→])"
    r"\s*[\"'`]?(?=\S*[\d!@#$%^&*_])[^\s\"'`,]{6,})"
    r"|(?i:\b(?:pin|code|c[oó]digo)(?: (?:for|de|del|of) [^\n.:=,;]{1,30}?)? (?:is|es)\b"
    r"|\bpin\s*[:=])"
    r"\s*\d{4,8}#?(?!\w)|(?<=://)[^\s:/@]+:[^\s:/@]+(?=@)",
}
_ALL = re.compile("|".join(f"(?P<k{i}>{form})" for i, form in enumerate(_KINDS.values())))
_NAMES = tuple(_KINDS)
# What Arrow looks for first, in whole columns at once; it asks for no beginning and no end.
MAY_HOLD = (
    r"xox[abeoprs]-|xapp-|hooks\.|webhook|AKIA|ASIA|(?i:aws_secret)|gh[pousr]_|github_pat|glpat-|"
    r"AIza|k_(?:live|test)_|sk-|SG\.|\d{8}:|PRIVATE KEY|eyJ|earer|(?i:token=|key=|sig=|signature="
    r"|secret=|passw|pwd|contrase|clave|\bpass\b|\bpin\b|\bcode\b|c[oó]digo|api_?-?key|secret_?-?key"
    r"|client_?-?secret|_?-?token\b)|hf_|npm_|SK[0-9a-f]{8}|AC[0-9a-f]{8}|office\.com|office365\.com|://[^\s/]+@"
)


def secrets_in(text: str) -> list[str]:
    """Return the kinds of secrets in a text, one for each place.

    >>> secrets_in("new token xoxb-123456789012-abcdefghij for the bot")
    ['Slack']
    """
    return [_NAMES[int((found.lastgroup or "k0")[1:])] for found in _ALL.finditer(text)]


def without_secrets(text: str) -> str:
    """Return a text with each secret replaced by its kind.

    >>> without_secrets("use AKIAABCDEFGHIJKLMNOP today")
    'use [AWS …] today'
    """
    return _ALL.sub(lambda found: f"[{_NAMES[int((found.lastgroup or 'k0')[1:])]} …]", text)
