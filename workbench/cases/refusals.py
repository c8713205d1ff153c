"""What the system says when it refuses something, as sentences that can be translated."""

from __future__ import annotations

import errno

from workbench.cases.said import Said, said

_SENTENCES = {
    errno.ENOENT: said("No such file or directory"),
    errno.EACCES: said("Permission denied"),
    errno.EPERM: said("Operation not permitted"),
    errno.EROFS: said("Read-only file system"),
    errno.ENOSPC: said("No space left on device"),
    errno.EDQUOT: said("Disk quota exceeded"),
    errno.EFBIG: said("File too large"),
    errno.EEXIST: said("File exists"),
    errno.EISDIR: said("Is a directory"),
    errno.ENOTDIR: said("Not a directory"),
    errno.ENOTEMPTY: said("Directory not empty"),
    errno.ENAMETOOLONG: said("File name too long"),
    errno.ELOOP: said("Too many levels of symbolic links"),
    errno.EINVAL: said("Invalid argument"),
    errno.EIO: said("Input/output error"),
    errno.EBUSY: said("Device or resource busy"),
    errno.ETXTBSY: said("Text file busy"),
    errno.ENODEV: said("No such device"),
    errno.ENXIO: said("No such device or address"),
    errno.ENOEXEC: said("Exec format error"),
    errno.EMFILE: said("Too many open files"),
    errno.ENFILE: said("Too many open files in system"),
    errno.ENOMEM: said("Cannot allocate memory"),
    errno.ESTALE: said("Stale file handle"),
    errno.ETIMEDOUT: said("Connection timed out"),
    errno.ECONNREFUSED: said("Connection refused"),
    errno.ECONNRESET: said("Connection reset by peer"),
    errno.EHOSTDOWN: said("Host is down"),
    errno.EHOSTUNREACH: said("No route to host"),
    errno.ENETUNREACH: said("Network is unreachable"),
    errno.EPIPE: said("Broken pipe"),
}
"""What the system's numbers mean, in its own words; any other keeps what the system says."""


def reason(error: OSError) -> str:
    """Return why the system refused something, without the name of the file."""
    if error.errno in _SENTENCES:
        return _SENTENCES[error.errno]
    what = error.args[0] if error.args else None
    return what if isinstance(what, Said) else error.strerror or str(error)
