"""``python -m widgets [name] [--light]``: look at the widgets one by one, with invented data."""

from __future__ import annotations

import argparse


def main() -> None:
    """Read the command line and show the gallery."""
    from widgets.gallery import SHOWN, Gallery

    parser = argparse.ArgumentParser(prog="python -m widgets", description="Look at the widgets.")
    parser.add_argument("name", nargs="?", choices=list(SHOWN), default=next(iter(SHOWN)))
    parser.add_argument("--light", action="store_true", help="on a light background")
    chosen = parser.parse_args()
    Gallery(chosen.name, light=chosen.light).run()


if __name__ == "__main__":
    main()
