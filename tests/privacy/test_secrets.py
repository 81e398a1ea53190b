"""Keys and passwords in what was read: every form found, nothing ordinary taken for one."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from crisislab.privacy.secrets import MAY_HOLD, secrets_in, without_secrets
from crisislab.read import read_posts
from crisislab.read._flat import places_like

# Forms as their issuers document them; the values are made up.
FOUND = {
    "xoxb-123456789012-abcdefghij": "Slack", "xoxp-1111111111-2222222222-abcdef": "Slack",
    "xapp-1-A111111-2222222222-abcdef": "Slack",
    "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX": "Slack",
    "AKIAIOSFODNN7EXAMPLE": "AWS", "ASIAIOSFODNN7EXAMPLE": "AWS",
    "aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYab": "AWS",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789": "GitHub", "glpat-abcdefghij0123456789": "GitLab",
    "github_pat_11AAAAAAA0abcdefghijklmnop": "GitHub",
    "AIzaSyA-abcdefghijklmnopqrstuvwxyz01234": "Google", "sk_live_abcdefghij0123456789": "Stripe",
    "sk-abcdefghijklmnopqrstuvwx": "OpenAI",
    "SG.abcdefghij0123456789.abcdefghij0123456789": "SendGrid",
    "123456789:AAabcdefghijklmnopqrstuvwxyz_012345": "Telegram",
    "https://discord.com/api/webhooks/123456789012345678/abc-DEF_123": "webhook",
    "https://acme.webhook.office.com/webhookb2/abc@def/IncomingWebhook/123": "webhook",
    "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----": "private key",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdefghijklmn": "token",
    "Authorization: Bearer abcdefghijklmnopqrstuvwxyz": "token",
    "https://api.example/v1?access_token=abcdefgh12345": "token",
    "password: hunter2!": "password", "la contraseña es Verano2026": "password",
    "clave: 4fXq9-zz": "password", "https://ana:s3creto@host.example/": "password",
}  # fmt: skip
ORDINARY = [
    "la clave es escuchar a la gente",
    "the password is wrong again",
    "he perdido mi contraseña",
    "tokens de fidelidad por cada compra",
    "task-2026 y sk-8 en la tienda",
    "AKIA no contesta",
    "https://example.org/path?ref=abcdefgh",
    "eyJ qué pasada",
    "Bearer of bad news",
    "https://hooks.example/services/1",
    "10:45:30",
    "xox besos",
    "ghp",
    "sigue: key=value",
]


@pytest.mark.parametrize(("text", "kind"), FOUND.items())
def test_each_form_is_found_and_replaced(text: str, kind: str) -> None:
    """It is found inside a sentence and nothing of it is left."""
    said = f"ojo, {text} para el bot"
    assert secrets_in(said) == [kind]
    assert places_like(pa.array(["hola", said]), MAY_HOLD).tolist() == [1]
    left = without_secrets(said)
    assert left.startswith("ojo, ") and left.endswith("para el bot")  # noqa: PT018
    assert f"[{kind} …]" in left


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_are_not_secrets(text: str) -> None:
    """What people write about keys is not a key."""
    assert secrets_in(text) == []
    assert without_secrets(text) == text


def test_secrets_of_posts_are_told_by_file_and_line(tmp_path: Path) -> None:
    """Each file has one finding with its count; the texts beside are untouched."""
    token = "xoxb-123456789012-abcdefghij"
    (tmp_path / "a.csv").write_text(
        "id,created_at,platform,author_handle,text\n"
        f"1,2026-03-05T10:00:00Z,x,ana,usa {token} ya\n2,2026-03-05T10:01:00Z,x,ana,hola\n"
        f"3,2026-03-05T10:02:00Z,x,ana,otra vez {token}\n",
        "utf-8",
    )
    loaded = read_posts(tmp_path / "a.csv")
    assert loaded.posts["text"].tolist() == ["usa [Slack …] ya", "hola", "otra vez [Slack …]"]
    found = loaded.issues.set_index("code").loc["CL-SECRET-FOUND"]
    assert (found["n"], found["source_row"], found["value"]) == (2, 2, "Slack")
    assert token not in loaded.issues.to_csv()
