"""sha256 for ids: Python's own where there is one, as loading OpenSSL's takes longer than it saves.

What hashes much at once (pulls, pages, files) takes hashlib's, which is faster for long texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["sha256"]

if TYPE_CHECKING:
    from hashlib import sha256
else:
    try:
        from _sha2 import sha256  # from Python 3.12 on
    except ImportError:
        try:
            from _sha256 import sha256
        except ImportError:
            from hashlib import sha256
