"""The roster: the standard agreements a person can proffer, each an id bound to its own text.

An entry implements an agreement of the process IEEE 7012 describes, under its id in the W3C Data
Privacy Vocabulary 2.3. The texts are our own and certified by nobody. Parties that mean different
things by one id are the known trouble with rosters, so a text is named by the CID of
{lang, media, text}, terms carry that CID, and an entry is found only by id *and* text.

`SD-BASE` permits what delivering the service needs, to the second party and helpers bound to the
same limits, and prohibits analytics, tracking, profiling, marketing and passing on. `SD-BASE-DP` is
the same, and the second party also owes data portability.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

from linkcontract.encoding import cid_from_text, cid_of, encode
from linkcontract.errors import LocalProtocolError
from linkcontract.limits import DAY
from linkcontract.model.rules import Duty, Rule
from linkcontract.model.terms import Terms

LANG: Final = "en"
"""BCP 47 tag of the language of the texts."""

MEDIA: Final = "text/plain"
"""Media type of the texts: UTF-8 with line feeds."""

SERVICE_DELIVERY: Final = "ieee-7012:ServiceDelivery"
"""The one purpose of the service delivery agreements."""

DUE: Final = 30 * DAY
"""Term of the duties, counted from what calls for them: the end, a request, a demand."""

_PREFIX: Final = "ieee-7012:"

_DELIVERING: Final = ("dpv:Access", "dpv:Collect", "dpv:Record", "dpv:Retrieve", "dpv:Store")
_HELPING: Final = ("dpv:Access", "dpv:Record", "dpv:Retrieve", "dpv:Store", "dpv:Transmit")
_WATCHING: Final = ("dpv:Analyse", "dpv:Infer", "dpv:Monitor", "dpv:Profiling", "dpv:Tracking")
_EXPLOITING: Final = (
    "dpv:Marketing",
    "dpv:Personalisation",
    "dpv:ResearchAndDevelopment",
    "dpv:SellDataToThirdParties",
    "dpv:SellInsightsFromData",
    "dpv:ServiceOptimisation",
    "dpv:ServiceUsageAnalytics",
)
_OTHERS: Final = ("dpv:Recipient", "dpv:ThirdParty")

_BASE_DUTIES: Final = (
    Duty("ieee-7012:DataDeletionOnRequest", DUE),
    Duty("ieee-7012:DataDeletionRequired", DUE),
    Duty("ieee-7012:TransparencyOnRequest", DUE),
)
_PORTABILITY: Final = (
    Duty("ieee-7012:PortabilityRequiredOnRequest", DUE),
    Duty("ieee-7012:PortabilityToThirdParty", DUE),
)


def text_id(lang: str, media: str, text: str) -> bytes:
    """The CID (36 bytes) that names a text: that of {lang, media, text} in the encoding profile.

    Raises:
        LocalProtocolError: cbor-text if it is no free text.
    """
    return cid_of(encode({"lang": lang, "media": media, "text": text}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One entry of the roster.

    Attributes:
        id: CURIE, as it stands in terms, such as "ieee-7012:SD-BASE".
        title: one line for people.
        text: the words both sides read, in `LANG` and `MEDIA`.
        text_id: CID of the text.
        duties: what the second party owes under the agreement.

    Raises:
        LocalProtocolError: roster-text if `text_id` does not name `text`.
    """

    id: str
    title: str
    text: str
    text_id: bytes
    duties: tuple[Duty, ...]

    def __post_init__(self) -> None:
        if text_id(LANG, MEDIA, self.text) != self.text_id:
            raise LocalProtocolError("roster-text", "text")

    @property
    def name(self) -> str:
        """The id without its prefix, such as "SD-BASE"."""
        return self.id.removeprefix(_PREFIX)

    def terms(self, *, paths: Sequence[str], valid_from: int, until: int, law: str) -> Terms:
        """The machine-readable terms of this agreement.

        Args:
            paths: the data it is about, such as "vcard/email"; a path covers what is below it.
            valid_from, until: first millisecond it permits anything, first it no longer does.
            law: ISO 3166 code of the governing law.

        Raises:
            LocalProtocolError: field-… if a parameter cannot stand in terms.
        """
        places = tuple(dict.fromkeys(paths))
        # A tie denies, so what is prohibited is prohibited at the very paths that are permitted.
        everywhere = tuple(dict.fromkeys((*places, "*")))
        purposes = (SERVICE_DELIVERY,)
        return Terms(
            agreement=self.id,
            text=self.text_id,
            permissions=(
                Rule(actions=_DELIVERING, paths=places, purposes=purposes),
                Rule(
                    actions=_HELPING,
                    paths=places,
                    purposes=purposes,
                    recipients=("dpv:DataProcessor",),
                ),
            ),
            prohibitions=(
                Rule(actions=_WATCHING, paths=everywhere, purposes=()),
                Rule(actions=_WATCHING, paths=everywhere, purposes=(), recipients=_OTHERS),
                Rule(actions=("dpv:Processing",), paths=everywhere, purposes=_EXPLOITING),
                Rule(
                    actions=("dpv:Processing",),
                    paths=everywhere,
                    purposes=_EXPLOITING,
                    recipients=_OTHERS,
                ),
                Rule(
                    actions=("dpv:Processing",),
                    paths=everywhere,
                    purposes=(),
                    recipients=("dpv:ThirdParty",),
                ),
            ),
            duties=self.duties,
            valid_from=valid_from,
            until=until,
            law=law,
            prevails="text",
        )

    def matches(self, terms: Terms) -> bool:
        """Whether `terms` are this agreement unchanged: everything but paths, times and law."""
        if not terms.permissions:
            return False
        return terms == self.terms(
            paths=terms.permissions[0].paths,
            valid_from=terms.valid_from,
            until=terms.until,
            law=terms.law,
        )


_ENTRIES: Final[Mapping[str, tuple[str, str, str, tuple[Duty, ...]]]] = {
    "ieee-7012:SD-BASE": (
        "Service delivery only",
        "roster_sd_base.txt",
        "bafyreid6gz67i7iwhu6ujl6qsmsepzns233ckyfmvt2cyj7vkjvnxlg56e",
        _BASE_DUTIES,
    ),
    "ieee-7012:SD-BASE-DP": (
        "Service delivery only, with data portability",
        "roster_sd_base_dp.txt",
        "bafyreicmyc65fyzmjpkujamplpbf3fnzjwlzmurtn23igr7fiyqqrgzcga",
        (*_BASE_DUTIES, *_PORTABILITY),
    ),
}
"""id -> (title, file, CID of the text, duties)."""


@cache
def roster() -> Mapping[str, Agreement]:
    """The agreements of this version by id, read on first use and checked against their CIDs.

    Raises:
        LocalProtocolError: roster-text if an installed text is not the one its id is bound to.
    """
    folder = resources.files(__package__)
    return MappingProxyType(
        {
            id_: Agreement(
                id=id_,
                title=title,
                text=folder.joinpath(file).read_bytes().decode("utf-8"),
                text_id=cid_from_text(cid),
                duties=duties,
            )
            for id_, (title, file, cid, duties) in _ENTRIES.items()
        }
    )


def agreement(name: str) -> Agreement:
    """The agreement with this id, with or without its prefix ("SD-BASE").

    Raises:
        LocalProtocolError: roster-unknown.
    """
    entries = roster()
    found = entries.get(name) or entries.get(f"{_PREFIX}{name}")
    if found is None:
        raise LocalProtocolError("roster-unknown", "agreement", f"known: {', '.join(entries)}")
    return found


def find(terms: Terms) -> Agreement | None:
    """The agreement that `terms` name by id and text, or None.

    That the rules are those of the agreement is another question: `Agreement.matches`.
    """
    found = roster().get(terms.agreement)
    return found if found is not None and found.text_id == terms.text else None
