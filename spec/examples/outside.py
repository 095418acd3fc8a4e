"""The example of what stands outside of the seal of two messages of one person."""

from build.story import Story
from build.world import Party, seed
from examples.notation import code, hexadecimal, markdown, parse
from examples.registry import worked
from examples.story import ACK_FRAME, ALICE, SEALED, STORY, shown
from linkcontract.crypto.sealing import derive_psk, read_seal, seal_frame
from linkcontract.encoding import encode


@worked("two-organisations")
def two_organisations() -> str:
    person, bank = Party("alice for the bank", "directed"), Party("bank", "public")
    other = Story(person, bank)
    psk = derive_psk(other.rel, person.half, bank.half).expose()
    said = other.statements["open"]
    value = {
        "to": bank.id,
        "from": person.id,
        "rel": other.rel,
        "n": seed("frame to the bank")[:16],
        "at": said.header["at"],
        "items": [["heads", [said.head]]],
    }
    data = encode(value)
    second = seal_frame(
        data,
        recipient=bank.prekey().pk,
        prekey_id=bank.prekey().id,
        ephemeral=seed("ephemeral to the bank"),
        psk=psk,
    )
    assert len(second) == len(SEALED)
    heads = [each[: len(each) - len(read_seal(each).ciphertext)] for each in (SEALED, second)]
    first_id, second_id = (parse(read_seal(each).protected) for each in (SEALED, second))
    assert {name for name in first_id if first_id[name] == second_id[name]} == {1, 16}
    assert not {person.id, person.half, other.rel} & {ALICE.id, ALICE.half, STORY.rel}
    names = {bank.prekey().id: "the bank's prekey"}
    return markdown(
        f"The same person in two relationships: her `ack` to the shop, a frame of {len(ACK_FRAME)}"
        f" bytes, and one of {len(data)} with her heads to a bank, where she has another party."
        f" Both are {len(SEALED)} bytes sealed. Before the ciphertext of the first stand",
        code(hexadecimal(heads[0])),
        "with the protected header",
        shown(read_seal(SEALED).protected, hexed=False),
        "and before that of the second",
        code(hexadecimal(heads[1])),
        shown(read_seal(second).protected, names=names, hexed=False),
        "Equal are the length, the suite (1), the `typ` (16) and the heads of the encoding, which"
        " are equal for everybody who uses this version. The prekey id (4) is the receiver's and of"
        " one relationship, `enc` (-70002) is of one message. Nothing that is hers is in both.",
    )
