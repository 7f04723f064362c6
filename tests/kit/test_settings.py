"""Settings say what is wrong before anything starts."""

from pathlib import Path

import pytest

from regulars.kit import settings


def test_the_environment_is_read():
    found = settings.read({"REGULARS_HOME": "/data", "REGULARS_PORT": "9000", "REGULARS_DEMO": "off", "PATH": "/bin"})
    assert (found.home, found.port, found.demo) == (Path("/data"), 9000, False)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("REGULARS_PROT", "1", "did you mean REGULARS_PORT"),
        ("REGULARS_PORT", "http", "not a whole number"),
        ("REGULARS_PORT", "70000", "not a port"),
        ("REGULARS_DEMO", "perhaps", "neither yes nor no"),
        ("REGULARS_LOG", "loud", "console"),
        ("REGULARS_DATABASE_URL", "mysql://x", "postgresql://"),
    ],
)
def test_a_wrong_setting_is_named(name, value, words):
    with pytest.raises(settings.SettingInvalid, match=words):
        settings.read({name: value})


def test_debug_is_refused_where_others_can_reach_it():
    with pytest.raises(settings.SettingInvalid, match="REGULARS_DEBUG"):
        settings.read({"REGULARS_DEBUG": "1", "REGULARS_HOST": "0.0.0.0"})
