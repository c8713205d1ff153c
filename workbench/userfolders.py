"""Who uses the program, and where that person's files are, as long as nobody says otherwise."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Literal


def default_config() -> str:
    """Return where the person's own file is looked for."""
    return os.path.join(_folder("config"), "config.toml")


def default_db() -> str:
    """Return where the database is kept if nobody says otherwise."""
    return os.path.join(_folder("data"), "workbench.db")


def _folder(kind: Literal["config", "data"]) -> str:
    """Return the person's folder for settings or for data, as the system has them."""
    if sys.platform == "linux":
        # What platformdirs says too, but loading it takes a seventh of a short command's time.
        named = os.environ.get(f"XDG_{kind.upper()}_HOME", "")
        usual = {"config": "~/.config", "data": "~/.local/share"}[kind]
        return os.path.join(
            named if os.path.isabs(named) else os.path.expanduser(usual), "workbench"
        )
    import platformdirs

    find = platformdirs.user_config_dir if kind == "config" else platformdirs.user_data_dir
    return find("workbench", appauthor=False)


def login_name(env: Mapping[str, str]) -> str:
    """Return the name of the user who runs the program."""
    for variable in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        if env.get(variable, "").strip():
            return env[variable].strip()
    try:
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):  # Windows; a container's user without a name
        return "user"
