"""Settings: from the environment and kb.toml, unknown keys refused by name."""

from pathlib import Path

import pytest

from kb_service.base.errors import KbError
from kb_service.settings import explain, load
from tests.docs_made import ROOT, settings_page


@pytest.mark.parametrize(
    ("environment", "code", "key"),
    [
        ({"KB_PROT": "1"}, "settings.unknown", "KB_PROT"),
        ({"KB_PORT": "many"}, "settings.wrong", "KB_PORT"),
        ({"KB_WATCH": "perhaps"}, "settings.wrong", "KB_WATCH"),
        ({"KB_CONTENT_DIR": ""}, "settings.wrong", "KB_CONTENT_DIR"),
        ({"KB_ENCODER": "gpt"}, "settings.wrong", "KB_ENCODER"),
        ({"KB_ENCODER_URL": "ftp://models"}, "settings.wrong", "KB_ENCODER_URL"),
        ({"KB_ENCODER_URL": "http://models/v1"}, "settings.wrong", "KB_ENCODER_URL"),
    ],
)
def test_a_wrong_key_is_named(environment: dict[str, str], code: str, key: str) -> None:
    with pytest.raises(KbError) as caught:
        load(environment, Path("/nowhere/kb.toml"))
    assert (caught.value.code, caught.value.params["key"]) == (code, key)


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "kb.toml"
    file.write_text('port = 9000\nhost = "0.0.0.0"\nwatch = false\n', encoding="utf-8")
    settings = load({"KB_PORT": "9001"}, file)
    assert (settings.port, settings.host, settings.watch) == (9001, "0.0.0.0", False)  # noqa: S104
    origins = {row.name: row.origin for row in explain({"KB_PORT": "9001"}, file)}
    assert (origins["KB_PORT"], origins["KB_HOST"]) == ("KB_PORT", str(file))
    assert origins["KB_TIMEZONE"] == "default"


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "kb.toml"
    file.write_text("port = = 1", encoding="utf-8")
    with pytest.raises(KbError, match=r"settings\.file"):
        load({}, file)


def test_secrets_are_not_shown() -> None:
    environment = {
        "KB_ADMIN_PASSWORD": "hidden-word",
        "KB_DATABASE_URL": "postgresql://u:p@h/d",
        "KB_ENCODER_KEY": "hidden-key",
    }
    shown = " ".join(row.value for row in explain(environment, Path("/nowhere/kb.toml")))
    assert "hidden-word" not in shown
    assert "hidden-key" not in shown
    assert "u:p@h" not in shown


def test_the_page_of_settings_is_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (ROOT / "docs/settings.md").read_text(encoding="utf-8") == settings_page()
