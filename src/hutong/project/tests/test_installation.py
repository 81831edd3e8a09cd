"""Which database an installation uses, and what it keeps for that database alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from hutong.project.installation import installation
from hutong.project.progress import Stop

OWNER, SERVING = "postgresql://o@db.example/welfare", "postgresql://a@db.example/welfare"


@pytest.fixture(autouse=True)
def apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state folder of the test's own, and no database named from outside."""
    monkeypatch.setenv("HUTONG_STATE", str(tmp_path))
    for name in ("DATABASE_URL", "HUTONG_OWNER_URL", "HUTONG_SECRET_KEY", "HUTONG_ROOT_KEYS", "HUTONG_HEADS"):
        monkeypatch.delenv(name, raising=False)


def _external(monkeypatch: pytest.MonkeyPatch, owner: str = OWNER, serving: str = SERVING) -> None:
    monkeypatch.setenv("HUTONG_OWNER_URL", owner)
    monkeypatch.setenv("DATABASE_URL", serving)


def test_without_urls_the_embedded_database_is_used_under_two_logins() -> None:
    home = installation()
    assert home.cluster is not None
    given = home.environment()
    assert "hutong_owner:" in given["HUTONG_OWNER_URL"]
    assert "hutong_app:" in given["DATABASE_URL"]


def test_served_data_and_test_data_share_nothing() -> None:
    live, test = installation(), installation("test")
    assert live.cluster is not None
    assert test.cluster is not None
    assert live.cluster.folder != test.cluster.folder
    assert live.secrets["root_keys"] != test.secrets["root_keys"]


def test_an_external_database_is_used_as_named(monkeypatch: pytest.MonkeyPatch) -> None:
    _external(monkeypatch)
    home = installation()
    assert home.cluster is None
    assert not {"DATABASE_URL", "HUTONG_OWNER_URL"} & set(home.environment()), "what is given is left as it is"
    assert "HUTONG_DEMO" not in home.environment()


def test_keys_and_heads_belong_to_one_database(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another database with the keys of this one could not be read, with its heads it would look truncated."""
    embedded = installation()
    _external(monkeypatch)
    one = installation()
    _external(monkeypatch, OWNER.replace("welfare", "other"), SERVING.replace("welfare", "other"))
    other = installation()
    assert len({home.folder for home in (embedded, one, other)}) == 3
    assert len({home.secrets["root_keys"] for home in (embedded, one, other)}) == 3
    assert len({home.environment()["HUTONG_HEADS"] for home in (embedded, one, other)}) == 3


def test_a_new_password_keeps_the_installation(monkeypatch: pytest.MonkeyPatch) -> None:
    _external(monkeypatch)
    before = installation().folder
    _external(monkeypatch, OWNER.replace("o@", "o:new@"), SERVING.replace("a@", "a:new@"))
    assert installation().folder == before


@pytest.mark.parametrize(("name", "url"), [("DATABASE_URL", SERVING), ("HUTONG_OWNER_URL", OWNER)])
def test_one_url_alone_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, url: str) -> None:
    monkeypatch.setenv(name, url)
    with pytest.raises(Stop, match="needs both"):
        installation()
