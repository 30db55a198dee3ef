from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from rowmill.settings import Settings, generated_secret, variable_of


def test_a_generated_secret_is_kept_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret.key"

    first = generated_secret(path)

    assert generated_secret(path) == first
    assert len(first) >= 43  # 256 bits in base64
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    path = tmp_path / "secret.key"
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: generated_secret(path), range(32)))

    assert len(made) == 1
    assert [found.name for found in tmp_path.iterdir()] == ["secret.key"]


def test_the_environment_sets_and_a_dotenv_file_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("ROWMILL_PORT=9001\nROWMILL_HOST=0.0.0.0\n")
    monkeypatch.setenv("ROWMILL_PORT", "9002")

    settings = Settings()

    assert (settings.port, settings.host) == (9002, "0.0.0.0")  # noqa: S104 - what was written


def test_a_setting_out_of_range_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROWMILL_PORT", "70000")
    with pytest.raises(ValidationError, match="port"):
        Settings()


def test_storage_is_in_the_data_folder_unless_set(tmp_path: Path) -> None:
    assert Settings(data_dir=tmp_path).storage == str(tmp_path / "store")
    assert Settings(data_dir=tmp_path, storage_url="s3://bucket/in/").storage == "s3://bucket/in"
    assert Settings(storage_url=f"file://{tmp_path}").storage == str(tmp_path)


def test_cors_origins_are_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROWMILL_CORS_ORIGINS", "https://a.example, https://b.example")
    assert Settings().cors_origins == ("https://a.example", "https://b.example")


def test_the_default_sync_has_the_variables_that_its_document_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("BASE_URL=https://shop.example.com/\nSYNC_INTERVAL_MINUTES=5\n")
    monkeypatch.setenv("USERNAME", "ada")
    monkeypatch.setenv("PASSWORD", "secret")

    settings = Settings()

    assert settings.sync_base_url == "https://shop.example.com"
    assert (settings.sync_interval_minutes, settings.sync_username) == (5, "ada")
    assert settings.sync_password is not None
    assert settings.sync_password.get_secret_value() == "secret"
    assert (variable_of("sync_base_url"), variable_of("port")) == ("BASE_URL", "ROWMILL_PORT")
    monkeypatch.setenv("BASE_URL", "shop")
    with pytest.raises(ValidationError, match="BASE_URL"):
        Settings()
