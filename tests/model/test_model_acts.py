"""Acts: bodies of a contract's life, made from the proposals they are about."""

import pytest
from model_world import CONTROLLER, NOW, TERMS, cid

from linkcontract.encoding import encode
from linkcontract.errors import LocalProtocolError
from linkcontract.limits import DAY
from linkcontract.model import acts
from linkcontract.model.bodies import parse_body
from linkcontract.model.statement import Statement
from linkcontract.model.terms import Controller, Terms

OFFERED = Terms.from_value(TERMS)
PURPOSE = "dpv:ServiceProvision"


def statement(act: acts.Act, name: str) -> Statement:
    kind, body = act
    return Statement(
        id=cid(name),
        type=kind,
        rel=cid("rel"),
        writer=cid("writer"),
        seq=0,
        prev=None,
        seen=(),
        at=NOW,
        ks=cid("ks"),
        bh=bytes(32),
        body=parse_body(kind, encode(body)),
    )


ROOT = statement(acts.propose(OFFERED), "root")
COUNTER = statement(acts.propose(OFFERED, answers=ROOT), "counter")


def test_a_first_offer_names_nothing_and_is_open_for_thirty_days() -> None:
    kind, body = acts.propose(OFFERED, controller=Controller.from_value(CONTROLLER))
    assert kind == "propose"
    assert (body["thread"], body["base"], body["answers"]) == (None, None, None)
    assert body["accept_by"] == OFFERED.valid_from + 30 * DAY
    assert body["controller"] == CONTROLLER


def test_a_counter_offer_names_the_thread_and_what_it_answers() -> None:
    _, body = acts.propose(OFFERED, answers=ROOT, accept_by=NOW)
    assert (body["thread"], body["base"], body["answers"]) == (ROOT.id, None, ROOT.id)
    assert body["accept_by"] == NOW
    _, again = acts.propose(OFFERED, answers=COUNTER)
    assert (again["thread"], again["answers"]) == (ROOT.id, COUNTER.id)


def test_an_amendment_builds_on_the_agreement_and_a_counter_to_it_too() -> None:
    amendment = statement(acts.propose(OFFERED, amends=COUNTER), "amendment")
    assert amendment.body is not None
    assert (amendment.body["thread"], amendment.body["base"]) == (ROOT.id, COUNTER.id)
    _, body = acts.propose(OFFERED, answers=amendment)
    assert (body["base"], body["answers"]) == (COUNTER.id, amendment.id)


def test_an_accept_names_proposal_thread_and_terms() -> None:
    assert acts.accept(COUNTER) == (
        "accept",
        {"thread": ROOT.id, "ref": COUNTER.id, "terms": OFFERED.id},
    )


@pytest.mark.parametrize(
    "act",
    [
        acts.accept(COUNTER),
        acts.refuse(COUNTER, "no-tracking"),
        acts.refuse(COUNTER, "no-tracking", [PURPOSE]),
        acts.retract(COUNTER),
        acts.use(COUNTER, "dpv:Consult", PURPOSE, cid("share")),
        acts.suspend(COUNTER),
        acts.revoke(COUNTER),
        acts.revoke(None, [PURPOSE]),
        acts.terminate(COUNTER, NOW),
    ],
    ids=lambda act: act[0],
)
def test_an_act_is_a_body_of_its_type_in_the_thread_of_its_proposal(act: acts.Act) -> None:
    kind, body = act
    parse_body(kind, encode(body))
    assert body["thread"] in (ROOT.id, None)
    assert (body["thread"] is None) == (kind == "revoke" and body["purposes"] == [PURPOSE])


def test_a_share_lacks_only_its_items() -> None:
    kind, body = acts.share(COUNTER, PURPOSE)
    parse_body(kind, encode({**body, "items": [[bytes(32), bytes(32)]]}))
    assert (body["thread"], body["agreement"]) == (ROOT.id, COUNTER.id)


@pytest.mark.parametrize(
    "wrong",
    [
        statement(acts.retract(ROOT), "retract"),
        Statement(
            id=cid("bare"),
            type="propose",
            rel=cid("rel"),
            writer=cid("writer"),
            seq=0,
            prev=None,
            seen=(),
            at=NOW,
            ks=cid("ks"),
            bh=bytes(32),
        ),
    ],
    ids=["another type", "no body"],
)
def test_what_is_no_proposal_is_the_callers_mistake(wrong: Statement) -> None:
    with pytest.raises(LocalProtocolError) as caught:
        acts.accept(wrong)
    assert caught.value.code == "act-proposal"
