"""The rules of `spec/ledger.md` A3 to A7 once more, as plainly as they can be written.

Sets of ids, every past spelled out, nothing kept, nothing shared with the ledger but the statements
and the key histories. It is slow and meant to be read beside the text. W8 is left out: everything
begins after the join.
"""

from functools import cache
from types import SimpleNamespace

from linkcontract.limits import MAX_AGENTS_PER_SIDE, MAX_OFFER
from linkcontract.model import vocabulary
from linkcontract.model.bodies import RELEVANT_TYPES, STATEMENT_TYPES
from linkcontract.model.terms import Terms

REFERS_TO = {
    "accept": "propose",
    "refuse": "propose",
    "retract": "propose",
    "resume": "suspend",
    "undelegate": "delegate",
}


class Oracle:
    """Everything the rules say about some statements, each given after everything it saw."""

    def __init__(self, statements, histories):
        self.histories = histories
        self.s = {}
        self.past = {}
        self.line = {}
        self.lead = {}
        self.side = {}
        self.void = {}
        self.thread = {}
        self.confirms = {}
        self.covered_by = {}
        opening = statements[0]
        roles = opening.body["roles"]
        self.leads = {roles["first"]: "first", roles["second"]: "second"}
        self.fold = cache(self.fold)
        self.tainted = cache(self.tainted)
        for s in statements:
            self.take(s)

    def take(self, s):
        self.s[s.id] = s
        named = [head.id for head in s.seen] + ([s.prev] if s.prev else [])
        self.past[s.id] = frozenset(named).union(*(self.past[name] for name in named))
        self.line[s.id] = frozenset({s.prev} | self.line[s.prev]) if s.prev else frozenset()
        self.lead[s.id] = s.writer in self.leads
        self.side[s.id] = self.leads.get(s.writer) or (
            self.side[s.prev] if s.prev else self.first_side_of_an_agent(s)
        )
        body = s.body or {}
        self.thread[s.id] = body.get("thread")
        if s.type == "propose" and body and body["thread"] is None:
            self.thread[s.id] = s.id
        self.covered_by[s.id] = self.delegations_covering(s)
        self.void[s.id] = not self.effective(s)
        silent = s.type not in STATEMENT_TYPES or (self.void[s.id] and s.type in RELEVANT_TYPES)
        self.confirms[s.id] = () if silent else self.confirmed_by(s)

    def first_side_of_an_agent(self, s):
        (side,) = {self.side[d.id] for d in self.of(self.past[s.id], "delegate", to=s.writer)}
        return side

    def of(self, m, *types, **fields):
        """The effective statements of these types in m with these fields in their bodies."""
        return [
            self.s[name]
            for name in m
            if self.s[name].type in types
            and not self.void[name]
            and all(self.s[name].body[field] == value for field, value in fields.items())
        ]

    # A2 above the line

    def well_formed(self, s):
        """W1 to W4 and A1.3, of anything but open and join."""
        if s.type in ("open", "join"):
            return True
        history, past = self.histories[s.writer], self.past[s.id]
        prev = self.s[s.prev] if s.prev else None
        if any(
            history.descends(self.s[own].ks, s.ks) for own in past if self.s[own].writer == s.writer
        ):
            return False
        known = frozenset()
        if prev is not None:
            known = self.past[prev.id] | {prev.id}
            moved = s.type == "rotate" and history.descends(s.ks, prev.ks)
            if prev.writer != s.writer or s.seq != prev.seq + 1 or s.at < prev.at:
                return False
            if s.ks != prev.ks and not moved:
                return False
        return all(
            self.s[head.id].writer == head.writer != s.writer
            and self.s[head.id].seq == head.seq
            and head.id not in known
            and not any(head.id in self.line[other.id] for other in s.seen)
            for head in s.seen
        )

    # A2 below the line, A4

    def effective(self, s):
        if s.type not in STATEMENT_TYPES or s.body_fault:
            return False
        if s.type not in RELEVANT_TYPES or s.type in ("open", "join"):
            return True  # what a type the fold does not read says decides nothing
        return self.refers(s) and self.may_sign(s) and self.valid(s)

    def refers(self, s):
        """W5."""
        root = s.body.get("thread")
        if root is not None and self.of(self.past[s.id] & {root}, "propose", thread=None) == []:
            return False
        for field in ("ref", "base", "answers"):
            named = s.body.get(field)
            if named is None:
                continue
            wanted = REFERS_TO[s.type] if field == "ref" else "propose"
            if not self.of(self.past[s.id] & {named}, wanted):
                return False
            if root is not None and self.thread[named] != root:
                return False
        return True

    def may_sign(self, s):
        """A1.1, W6, W7, T1, T3, and that a rotate names its event."""
        lead, side, past = self.lead[s.id], self.side[s.id], self.past[s.id]
        wide = s.type == "revoke" and s.body["thread"] is None
        if (wide or s.type in ("delegate", "undelegate")) and not lead:
            return False
        if side == "second" and (s.type == "revoke" or (not lead and s.type != "rotate")):
            return False
        if s.type == "rotate":
            return s.body["event"] == s.ks
        if not lead and (s.writer in self.dismissed(past, side) or not self.covered_by[s.id]):
            return False
        if s.type == "delegate":
            to = s.body["to"]
            others = {d.body["to"] for d in self.of(self.line[s.id], "delegate")}
            many = len(others | {to}) > MAX_AGENTS_PER_SIDE
            return to not in self.leads and to not in self.dismissed(past, side) and not many
        if s.type == "undelegate":
            return self.side[s.body["ref"]] == side
        if s.type == "resume":
            suspend = s.body["ref"]
            mine = lead or self.s[suspend].writer == s.writer
            return self.side[suspend] == side and mine
        return True

    def dismissed(self, m, side=None):
        """W7: by the lead of this side, or by any."""
        by = [u for u in self.of(m, "undelegate") if side in (None, self.side[u.id])]
        return {self.s[u.body["ref"]].body["to"] for u in by}

    def delegations_covering(self, s):
        """W7."""
        if self.lead[s.id] or s.type in ("ack", "rotate", "open", "join"):
            return frozenset()
        return frozenset(
            d.id
            for d in self.of(self.past[s.id], "delegate", to=s.writer)
            if self.side[d.id] == self.side[s.id] and self.covers(d, s)
        )

    def covers(self, d, s):
        b = d.body
        terms = None
        if s.type == "propose" and s.body:
            terms = Terms.from_value(s.body["terms"]).id
        elif s.type == "accept" and s.body:
            terms = s.body["terms"]
        acts = [own for own in self.line[s.id] if d.id in self.covered_by[own]]
        return (
            s.type in b["types"]
            and (b["terms"] is None or terms is None or terms in b["terms"])
            and (b["until"] is None or s.at <= b["until"])
            and (b["count"] is None or len(acts) < b["count"])
        )

    def valid(self, s):
        """V1, V2, V3."""
        b = s.body
        if s.type == "propose":
            if b["accept_by"] > s.at + MAX_OFFER:
                return False
            if b["thread"] is None:
                return b["base"] is None and b["answers"] is None
            t = self.fold(self.past[s.id])[b["thread"]]
            if b["base"] is None:
                return not t.ended
            return not t.ended and not t.frozen and t.tip == b["base"]
        if s.type in ("accept", "retract", "refuse"):
            p = self.s[b["ref"]]
            t = self.fold(self.past[s.id])[b["thread"]]
            other = self.side[p.id] != self.side[s.id]
            if s.type == "accept":
                own_terms = Terms.from_value(p.body["terms"]).id
                in_time = s.at <= p.body["accept_by"]
                return other and in_time and b["terms"] == own_terms and p.id in t.offers
            if t.status[p.id] in ("agreed", "confirmed", "frozen"):
                return False
            return other if s.type == "refuse" else self.own_or_lead(s, p)
        return True

    def own_or_lead(self, s, p):
        same = self.side[s.id] == self.side[p.id]
        return s.writer == p.writer or (self.lead[s.id] and same)

    def confirmed_by(self, s):
        """V4."""
        winners = (t.winner for t in self.fold(self.past[s.id]).values())
        return tuple(w for w in winners if w is not None and self.own_or_lead(s, self.s[w]))

    # A3

    def tops(self, m, name):
        """F1: the key events reached on a statement's branch, that none there supersedes."""
        s = self.s[name]
        branch = {
            other
            for other in m
            if self.s[other].writer == s.writer and not self.off_line(name, other)
        }
        reached = {self.s[other].ks for other in branch}
        history = self.histories[s.writer]
        return {e for e in reached if not any(history.descends(y, e) for y in reached)}

    def off_line(self, one, other):
        same = one == other
        return not same and one not in self.line[other] and other not in self.line[one]

    def tainted(self, m, name):
        """F2."""
        s = self.s[name]
        history = self.histories[s.writer]
        mine = None
        for other in m:
            if self.s[other].writer == s.writer and self.off_line(name, other):
                mine = self.tops(m, name) if mine is None else mine
                for event in self.tops(m, other):
                    if not any(history.descends(y, event) for y in mine):
                        return True
        return False

    def clean(self, m, name):
        """F4."""
        if self.tainted(m, name):
            return False
        warrants = self.covered_by[name]
        return not warrants or any(not self.tainted(m, d) for d in warrants)

    def names(self, m, writer):
        """F3: the key events of a writer that are named by an open, a join or a delegation."""
        opener = next(iter(self.of(m, "open"))).writer
        side = "a" if writer == opener else "b"
        pair = [*self.of(m, "open"), *self.of(m, "join")] if writer in self.leads else []
        delegates = [self.s[name] for name in m if self.s[name].type == "delegate"]  # void ones too
        given = [d for d in delegates if d.body is not None and d.body["to"] == writer]
        return {s.body["kel"][side] for s in pair} | {d.body["kel"] for d in given}

    def convicted(self, m):
        """F3."""
        found = set()
        for writer in {self.s[name].writer for name in m}:
            history = self.histories[writer]
            own = [name for name in m if self.s[name].writer == writer]
            events = {self.s[name].ks for name in own}
            spoken = events | self.names(m, writer)
            named = {
                e
                for e in history.events()
                if e in spoken or any(history.descends(y, e) for y in spoken)
            }
            positions = [history.position(e) for e in named]
            if len(set(positions)) < len(positions):
                if history.kind == "public":
                    found.add(writer)
                continue
            for one in own:
                for other in own:
                    if self.off_line(one, other):
                        shared = self.tops(m, one) & self.tops(m, other)
                        if any(not any(history.descends(y, e) for y in events) for e in shared):
                            found.add(writer)
        return frozenset(found)

    # A5, A6

    def fold(self, m):
        """Root -> what a thread is in."""
        return {p.id: self.thread_in(m, p.id) for p in self.of(m, "propose", thread=None)}

    def thread_in(self, m, root):
        t = SimpleNamespace(root=root)
        cases = {p.id: self.case(m, p) for p in self.of(m, "propose") if self.thread[p.id] == root}
        ends = self.of(m, "revoke", thread=root, purposes=None)
        terminates = self.of(m, "terminate", thread=root)
        ends += [x for x in terminates if (x.body["effective"] or 0) <= x.at]
        t.ended = bool(ends)
        t.tip, t.frozen = None, False
        while True:
            slot = [c for c in cases.values() if c.base == t.tip]
            confirmed = [c for c in slot if c.status == "confirmed"]
            if any(c.status == "frozen" for c in slot) or len(confirmed) > 1:
                t.frozen = True
            if t.frozen or not confirmed:
                break
            t.tip = confirmed[0].id
        agreed = sorted((c for c in slot if c.status == "agreed"), key=self.preference)
        t.pending = tuple(c.id for c in agreed)
        t.winner = t.pending[0] if t.pending and not t.frozen else None
        taken = any(c.status in ("agreed", "confirmed", "frozen") for c in slot)
        live = [c.id for c in slot if c.status == "open" and not taken]
        t.offers = () if t.ended or t.frozen else tuple(sorted(live))
        t.status = {
            c.id: "dead" if c.status == "open" and c.id not in t.offers else c.status
            for c in cases.values()
        }
        t.suspends = tuple(sorted(self.suspensions(m, root)))
        owed = {c.id for c in cases.values() if c.ever_confirmed}
        t.duties = tuple(sorted(owed | set(t.pending)))
        t.carrying = [cases[name] for name in ((t.tip,) if t.tip else ()) + t.pending]
        t.bound = min((self.bound(m, c, terminates) for c in t.carrying), default=None)
        t.phase = next(
            name
            for name, holds in (
                ("ended", t.ended),
                ("frozen", t.frozen),
                ("suspended", t.tip and t.suspends),
                ("active", t.tip),
                ("agreed", t.pending),
                ("offered", t.offers),
                ("idle", True),
            )
            if holds
        )
        return t

    def case(self, m, p):
        c = SimpleNamespace(id=p.id, p=p, base=p.body["base"])
        accepts = self.of(m, "accept", ref=p.id)
        denies = [
            *self.of(m, "retract", ref=p.id),
            *self.of(m, "refuse", ref=p.id, purposes=None),
        ]
        confirmations = [name for name in m if p.id in self.confirms[name]]
        clean = self.clean(m, p.id)
        downers = {a.id: self.downers(m, p, a, denies) for a in accepts}
        up = [a for a in accepts if not downers[a.id]]
        c.standing = [a for a in up if clean and self.clean(m, a.id)]

        def confirmed(a, good=lambda _: True):
            return any(a.id in self.past[x] and good(x) for x in confirmations)

        c.ever_confirmed = any(confirmed(a) for a in accepts)
        brought_down = {x.id for each in downers.values() for x in each}
        contested = any(self.tainted(m, x) for x in [*confirmations, *brought_down]) or any(
            not self.clean(m, x) for x in [p.id, *(a.id for a in accepts)]
        )
        if any(confirmed(a, lambda x: not self.tainted(m, x)) for a in c.standing):
            c.status = "confirmed"
        elif any(confirmed(a) for a in up):
            c.status = "frozen"
        elif c.standing:
            c.status = "agreed"
        elif c.ever_confirmed:
            c.status = "frozen" if contested else "lapsed"
        else:
            undone = self.side[p.id] == "first" and self.undoers(m, p)
            c.status = "dead" if denies or not clean or undone else "open"
        return c

    def downers(self, m, p, a, denies):
        """A5: what brings an accept down."""
        lead = self.lead[a.id]
        found = [d for d in denies if d.type == "retract" or self.lead[d.id] or not lead]
        return found + self.undoers(m, p if self.side[p.id] == "first" else a)

    def undoers(self, m, grant):
        """A5: what undoes a first-party grant."""
        found = [
            r
            for r in self.of(m, "revoke", thread=None, purposes=None)
            if r.id not in self.past[grant.id]
        ]
        return found + [
            u
            for u in self.of(m, "undelegate")
            if self.s[u.body["ref"]].body["to"] == grant.writer
            and self.side[u.id] == self.side[grant.id]
            and grant.id not in self.past[u.id]
        ]

    def preference(self, c):
        """T2."""
        given = [self.s[d].seq for d in self.covered_by[c.id]]
        return (
            self.side[c.id] != "first",
            not self.lead[c.id],
            min(given, default=0),
            c.p.seq,
            c.id,
        )

    def suspensions(self, m, root):
        """T3."""
        return [
            x.id
            for x in self.of(m, "suspend", thread=root)
            if not any(self.clean(m, r.id) for r in self.of(m, "resume", ref=x.id))
        ]

    def grants(self, c, side):
        return [c.p] if self.side[c.id] == side else c.standing

    def bound(self, m, c, terminates):
        """T6."""
        bounds = [c.p.body["terms"]["until"]]
        for x in terminates:
            if (x.body["effective"] or 0) > x.at and not any(
                x.id in self.past[g.id] and (self.lead[g.id] or g.writer == x.writer)
                for g in self.grants(c, self.side[x.id])
            ):
                bounds.append(x.body["effective"])
        return min(bounds)

    def permits(self, m, t, purpose, now):
        """T5, T6."""
        if t.phase != "active" or now >= t.bound:
            return False
        return all(self.carries(m, t, c, purpose) for c in t.carrying)

    def carries(self, m, t, c, purpose):
        if not any(purpose in rule["purposes"] for rule in c.p.body["terms"]["permissions"]):
            return False
        revokes = [
            r
            for r in self.of(m, "revoke")
            if r.body["thread"] in (None, t.root) and r.body["purposes"] is not None
        ]
        refusals = [
            r
            for r in self.of(m, "refuse", ref=c.id)
            if r.body["purposes"] is not None and self.side[r.id] == "first"
        ]

        def untouched(g):
            taken = [r for r in revokes if r.id not in self.past[g.id]]
            taken += [
                r
                for r in refusals
                if r.id not in self.past[g.id] and (self.lead[r.id] or not self.lead[g.id])
            ]
            gone = [w for r in taken for w in r.body["purposes"]]
            return not any(vocabulary.overlaps(w, purpose) for w in gone)

        return any(untouched(g) for g in self.grants(c, "first"))

    # A7

    def use_status(self, m, u):
        """U1, U2."""
        if not self.allows(self.past[u.id], u):
            return "breach"
        unknowing = frozenset(name for name in m if u.id not in self.past[name])
        return "covered" if self.allows(unknowing, u) else "raced"

    def allows(self, m, u):
        t = self.fold(m).get(u.body["thread"])
        if t is None or t.tip != u.body["agreement"]:
            return False
        return self.permits(m, t, u.body["purpose"], u.at)
