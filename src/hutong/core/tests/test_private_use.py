"""Private use characters of older systems are known by their standard twins."""

from __future__ import annotations

from hutong.core.private_use import standard

GBK_ZONE = [bytes((0xFE, low)) for low in range(0x50, 0xA1) if low != 0x7F]


def test_the_table_agrees_with_the_codec() -> None:
    # Python's codec is of the edition of 2000 with additions: it gives the twin, or still the private code point.
    for at, code in enumerate(GBK_ZONE, 0xE815):
        assert code.decode("gb18030") in (standard(chr(at)), chr(at)), hex(at)


def test_what_the_standard_set_has_a_twin_and_what_users_set_has_none() -> None:
    zone = [chr(c) for c in range(0xE815, 0xE865)]
    twins = [standard(c) for c in zone]
    assert len(set(twins)) == 80
    assert not any(0xE000 <= ord(c) <= 0xF8FF for c in twins)
    assert [standard(chr(c)) for c in (0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864)] == [
        chr(c) for c in range(0x9FB4, 0x9FBC)
    ]
    assert standard("".join(map(chr, range(0xE78D, 0xE797)))) == "︐︒︑︓︔︕︖︗︘︙"
    users = "".join(map(chr, range(0xE000, 0xE766)))
    assert standard(users) == users
    assert standard("王小禾") == "王小禾"
