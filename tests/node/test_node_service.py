"""Two real nodes: what a person and a vendor do with each other by commands."""

from two_nodes import Pair, pair, short_place

__all__ = ["pair", "short_place"]  # fixtures


def test_two_nodes_meet_and_agree(pair: Pair) -> None:
    link = pair.shop.do("invite", "--label", "first")["link"]
    result = pair.alice.do("connect", "-", "--label", "first", given=link)
    assert result["joined"] is True
    alice, shop = pair.alice.relationship("first"), pair.shop.relationship("first")
    assert alice["rel"] == shop["rel"] == result["rel"]
    assert (alice["me"], alice["side"]) == (shop["peer"], "first")
