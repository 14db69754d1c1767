"""Sealing, opening, and looking up."""

import base64

import pytest

from sync_server.infra.crypto import DataKey, KeysUnusable, Vault, normal_email

OLD, NEW = DataKey(b"o" * 32), DataKey(b"n" * 32)
PLACE = {"table": "records", "row": "r1", "column": "fields"}


def test_what_was_sealed_opens_at_its_place() -> None:
    vault = Vault([OLD])
    assert vault.open(vault.seal("Grüße", **PLACE), **PLACE) == "Grüße"
    assert vault.open_bytes(vault.seal(b"\x00\xff", **PLACE), **PLACE) == b"\x00\xff"


def test_a_sealed_value_says_which_key_and_nothing_of_its_content() -> None:
    sealed = Vault([OLD]).seal("guest@example.org", **PLACE)
    version, key_id, nonce, data = sealed.split("|")
    assert (version, key_id) == ("v1", OLD.id)
    assert len(base64.urlsafe_b64decode(nonce + "=" * (-len(nonce) % 4))) == 12
    assert "guest" not in sealed
    assert data


def test_the_same_text_never_looks_the_same_twice() -> None:
    vault = Vault([OLD])
    assert vault.seal("x", **PLACE) != vault.seal("x", **PLACE)


@pytest.mark.parametrize("part", ["table", "row", "column"])
def test_a_value_moved_elsewhere_does_not_open(part: str) -> None:
    vault = Vault([OLD])
    sealed = vault.seal("x", **PLACE)
    with pytest.raises(KeysUnusable):
        vault.open(sealed, **{**PLACE, part: "other"})


def test_a_damaged_value_does_not_open() -> None:
    vault = Vault([OLD])
    sealed = vault.seal("x" * 40, **PLACE)
    flipped = sealed[:-10] + ("A" if sealed[-10] != "A" else "B") + sealed[-9:]
    with pytest.raises(KeysUnusable):
        vault.open(flipped, **PLACE)


def test_an_old_key_still_opens_and_the_new_one_seals() -> None:
    sealed = Vault([OLD]).seal("x", **PLACE)
    both = Vault([NEW, OLD])
    assert both.open(sealed, **PLACE) == "x"
    assert both.seal("x", **PLACE).startswith(both.current_prefix)
    assert NEW.id in both.current_prefix


def test_without_its_key_a_value_does_not_open() -> None:
    sealed = Vault([OLD]).seal("x", **PLACE)
    with pytest.raises(KeysUnusable, match="not here"):
        Vault([NEW]).open(sealed, **PLACE)


def test_a_vault_needs_a_key() -> None:
    with pytest.raises(KeysUnusable):
        Vault([])


def test_an_address_is_found_however_it_was_capitalised() -> None:
    vault = Vault([OLD])
    vault.learn("index", b"i" * 32)
    assert vault.blind_index(" Anna@Example.ORG") == vault.blind_index("anna@example.org")
    assert vault.blind_index("anna@example.org") != vault.blind_index("anne@example.org")
    assert "anna" not in vault.blind_index("anna@example.org")


def test_the_look_up_is_worthless_without_the_server_s_key() -> None:
    one, other = Vault([OLD]), Vault([OLD])
    one.learn("index", b"i" * 32)
    other.learn("index", b"j" * 32)
    assert one.blind_index("a@b.org") != other.blind_index("a@b.org")


def test_full_width_letters_are_the_same_address() -> None:
    assert normal_email("Ａnna@example.org") == "anna@example.org"  # noqa: RUF001  - the point


@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_key_is_read_in_either_alphabet(encode: object) -> None:
    assert callable(encode)
    text = encode(b"\xfb\xff" * 16).decode()
    assert DataKey.parse(f" {text} ").id == DataKey.parse(text.rstrip("=")).id


@pytest.mark.parametrize("text", ["", "short", "!" * 44, base64.b64encode(b"x" * 31).decode()])
def test_what_is_no_key_is_refused_without_repeating_it(text: str) -> None:
    with pytest.raises(KeysUnusable) as caught:
        DataKey.parse(text)
    assert not text or text not in str(caught.value)


def test_several_rows_are_sealed_at_once_each_at_its_own_place() -> None:
    vault = Vault([OLD])
    values: dict[str, str | bytes] = {"a": "same", "b": b"same", "c": ""}
    sealed = vault.seal_all(values, table=PLACE["table"], column=PLACE["column"])
    opened = [
        vault.open(text, **{**PLACE, "row": row}) for row, text in zip(values, sealed, strict=True)
    ]
    assert opened == ["same", "same", ""]
    # No number may ever be used twice with one key.
    assert len({text.split("|")[2] for text in sealed}) == len(values)
    assert vault.seal_all({}, table="t", column="c") == []
