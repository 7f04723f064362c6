"""The audit log: written with its effect, chained after it, and no tampering goes unseen. Source: targets T9."""

import random
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from psycopg import errors

from regulars.kit import crypto, db
from regulars.records import access, audit

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ADA = access.staff(1, "Ada")
NOTES = 60


def write(conn: db.Conn, count: int = 1, **about: object) -> None:
    for place in range(count):
        audit.note(conn, None, "rule-saved", by=ADA, at=AT + timedelta(seconds=place), facts={"rule": place, **about})


def test_a_note_is_told_as_it_was_written(conn: db.Conn) -> None:
    member = uuid4()
    audit.note(
        conn, None, "points-adjusted", by=ADA, at=AT, member_id=member, address="203.0.113.7", facts={"points": 200}
    )
    [found] = audit.notes(conn, 1, limit=10)
    assert (found.at, found.person, found.name, found.verb) == (AT, "staff:1", "Ada", "points-adjusted")
    assert (found.member_id, found.address, found.facts, found.number) == (member, "203.0.113.7", {"points": 200}, None)
    assert audit.seal(conn) == 1
    assert [one.number for one in audit.notes(conn, 1, limit=10)] == [1]


def test_notes_are_found_by_person_verb_member_and_days(conn: db.Conn) -> None:
    member = uuid4()
    write(conn, 3)
    audit.note(conn, None, "members-exported", by=access.staff(2, "Bo"), at=AT + timedelta(days=2), member_id=member)
    assert [one.verb for one in audit.notes(conn, 1, limit=10, person="staff:2")] == ["members-exported"]
    assert len(audit.notes(conn, 1, limit=10, verbs=["rule-saved"])) == 3
    assert len(audit.notes(conn, 1, limit=10, member_id=member)) == 1
    assert len(audit.notes(conn, 1, limit=10, from_at=AT + timedelta(days=1))) == 1
    first, second = audit.notes(conn, 1, limit=2)
    assert [one.facts for one in audit.notes(conn, 1, limit=9, before=second.place)] == [{"rule": 1}, {"rule": 0}]
    assert first.verb == "members-exported"
    assert audit.people(conn, 1, limit=5) == [("staff:1", "Ada"), ("staff:2", "Bo")]


def test_a_note_of_another_program_is_not_told(conn: db.Conn) -> None:
    audit.note(conn, 2, "rule-saved", by=ADA, at=AT)
    assert audit.notes(conn, 1, limit=10) == []


def test_what_is_rolled_back_leaves_no_note(conn: db.Conn) -> None:
    with conn.transaction(force_rollback=True):
        write(conn)
    assert audit.notes(conn, 1, limit=10) == []


@pytest.mark.parametrize("statement", ["update audit.note set body = '{}'", "delete from audit.seal"])
def test_nobody_changes_what_was_written(conn: db.Conn, statement: str) -> None:
    write(conn)
    with pytest.raises(errors.InsufficientPrivilege, match="only added to"):
        conn.execute(statement)


def test_a_note_that_is_committed_late_stands_later_in_the_chain(database: str) -> None:
    with db.connect(database) as slow, db.connect(database) as quick:
        write(slow, who="slow")
        write(quick, who="quick")
        quick.commit()
        assert audit.seal(quick) == 1
        quick.commit()
        slow.commit()
        assert audit.seal(quick) == 1
        verdict = audit.prove(quick)
        told = {one.facts["who"]: one.number for one in audit.notes(quick, 1, limit=5)}
    assert verdict.is_sound
    assert told == {"quick": 1, "slow": 2}


@pytest.fixture
def sealed(conn: db.Conn) -> tuple[db.Conn, audit.Head, bytes]:
    signer = crypto.Signer(bytes(range(32)))
    write(conn, NOTES)
    assert audit.seal(conn) == NOTES
    head = audit.head(conn, signer, at=AT)
    assert audit.prove(conn, [head], key=signer.public) == audit.Verdict(
        sealed=NOTES, waiting=0, loose=0, broken_at=None, heads=1, heads_wrong=()
    )
    for table in ("note", "seal"):
        conn.execute(f"alter table audit.{table} disable trigger user")
    return conn, head, signer.public


def edit(conn: db.Conn, dice: random.Random) -> None:
    place = conn.execute("select place from audit.seal where number = %s", [dice.randint(1, NOTES)]).fetchone()
    conn.execute("update audit.note set body = replace(body, 'Ada', 'Eve') where place = %s", place)


def delete(conn: db.Conn, dice: random.Random) -> None:
    number = dice.randint(1, NOTES)
    conn.execute("delete from audit.note as n using audit.seal as s where s.place = n.place and number = %s", [number])
    if dice.random() < 0.5:
        conn.execute("delete from audit.seal where number = %s", [number])


def insert(conn: db.Conn, dice: random.Random) -> None:
    number = dice.randint(1, NOTES)
    write(conn, forged=True)
    [place] = conn.execute("delete from audit.unsealed returning place").fetchone()
    if dice.random() < 0.5:
        conn.execute("update audit.seal set place = %s where number = %s", [place, number])


def swap(conn: db.Conn, dice: random.Random) -> None:
    one, other = dice.sample(range(1, NOTES + 1), 2)
    places = dict(conn.execute("select number, place from audit.seal where number in (%s, %s)", [one, other]))
    conn.execute("update audit.seal set place = -place where number in (%s, %s)", [one, other])
    conn.execute("update audit.seal set place = %s where number = %s", [places[other], one])
    conn.execute("update audit.seal set place = %s where number = %s", [places[one], other])


def cut_tail(conn: db.Conn, dice: random.Random) -> None:
    left = dice.randint(0, NOTES - 1)
    conn.execute("delete from audit.note as n using audit.seal as s where s.place = n.place and number > %s", [left])
    conn.execute("delete from audit.seal where number > %s", [left])


def make_anew(conn: db.Conn, dice: random.Random) -> None:
    edit(conn, dice)
    conn.execute("insert into audit.unsealed select place from audit.seal")
    conn.execute("delete from audit.seal")
    audit.seal(conn)


@pytest.mark.parametrize("tamper", [edit, delete, insert, swap, cut_tail, make_anew], ids=lambda one: one.__name__)
def test_every_tampering_is_found(sealed, tamper) -> None:
    conn, head, public = sealed
    for seed in range(170):
        with conn.transaction(force_rollback=True):
            tamper(conn, random.Random(seed))
            assert not audit.prove(conn, [head], key=public).is_sound, f"seed {seed}"


@pytest.mark.parametrize("tamper", [cut_tail, make_anew], ids=lambda one: one.__name__)
def test_without_a_head_kept_elsewhere_these_are_not_found(sealed, tamper) -> None:
    conn, _, _ = sealed
    tamper(conn, random.Random(1))
    assert audit.prove(conn).is_sound


def test_a_head_signed_with_another_key_is_no_proof(sealed) -> None:
    conn, _, public = sealed
    forged = audit.head(conn, crypto.Signer(bytes(32)), at=AT)
    assert audit.prove(conn, [forged], key=public).heads_wrong == (NOTES,)
    assert audit.prove(conn, [forged]).is_sound
