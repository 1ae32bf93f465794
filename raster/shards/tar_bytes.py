"""tar_member, tar_end: the bytes of tar files, piece by piece. The same data is the same bytes: no time, no owner."""

import tarfile


def tar_member(name: str, data: bytes) -> bytes:
    """The bytes of a member of a USTAR file: its header, mode 0644, time 0, uid and gid 0, no names; the data; and zeros."""
    member = tarfile.TarInfo(name)
    member.size = len(data)
    return member.tobuf(tarfile.USTAR_FORMAT, "utf-8", "surrogateescape") + data + bytes(-len(data) % tarfile.BLOCKSIZE)


def tar_end(size: int) -> bytes:
    """The bytes that end a tar file after members of `size` bytes together, as Python's tarfile writes them."""
    zeros = 2 * tarfile.BLOCKSIZE
    return bytes(zeros + -(size + zeros) % tarfile.RECORDSIZE)
