"""Wrong implementations: decisions, contracts, the ledger, logs, exports and evidence."""

import sys
from pathlib import Path

from patching import Edit, Put, Wrong

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "ledger"))
import mutants

MATCHING = "policy.matching"
DECISION = "policy.decision"
CONDITIONS = "policy.conditions"
MERKLE = "audit.merkle"
CHECKPOINT = "audit.checkpoint:open_checkpoint"
EVIDENCE = "audit.evidence"
VERIFY = "audit.verify:_Judge"


def permission(name: str, target: str, old: str, new: str, heading: str = "Rules") -> Wrong:
    return Wrong(name, "permissions", f"permissions, {heading}", (Edit(target, old, new),))


PERMISSIONS = (
    permission(
        "prefixes-of-characters",
        f"{MATCHING}:path_covers",
        "for wanted, given in zip_longest(",
        "if path.startswith(pattern):\n        return True\n    for wanted, given in zip_longest(",
    ),
    permission(
        "wildcard-for-several-segments",
        f"{MATCHING}:path_covers",
        "if given is None or wanted not in (given, ANY_SEGMENT):",
        "if wanted == ANY_SEGMENT:\n            return True\n"
        "        if given is None or wanted != given:",
    ),
    permission(
        "prohibition-below-the-path",
        f"{MATCHING}:path_touches",
        "pairs = zip(",
        "if not path_covers(pattern, path):\n        return False\n    pairs = zip(",
    ),
    permission("a-tie-permits", f"{DECISION}:_decide_one", "if worst >= best:", "if worst > best:"),
    permission("prohibitions-ignored", f"{DECISION}:_decide_one", "if worst >= best:", "if False:"),
    permission(
        "unknown-condition-holds",
        f"{CONDITIONS}:_evaluate",
        "return None if simple is None else",
        "return True if simple is None else",
    ),
    permission(
        "not-of-the-unknown",
        f"{CONDITIONS}:_not",
        "None if value is None else not value",
        "not value",
    ),
    permission(
        "prohibition-of-unknown-condition",
        f"{DECISION}:_decide_one",
        "holds(rule.conditions, facts, now) is not False",
        "holds(rule.conditions, facts, now) is True",
    ),
    permission(
        "purposes-by-name",
        f"{MATCHING}:permission_covers",
        "any(subsumes(purpose, request.purpose) for purpose in rule.purposes)",
        "request.purpose in rule.purposes",
    ),
    permission(
        "purposes-upwards",
        f"{MATCHING}:permission_covers",
        "any(subsumes(purpose, request.purpose) for purpose in rule.purposes)",
        "any(subsumes(request.purpose, purpose) for purpose in rule.purposes)",
    ),
    permission(
        "actions-by-name",
        f"{MATCHING}:permission_covers",
        "any(subsumes(action, request.action) for action in rule.actions)",
        "request.action in rule.actions",
    ),
    permission(
        "prohibitions-downwards-only",
        f"{MATCHING}:_touches",
        "overlaps(prohibited, requested)",
        "__import__('linkcontract.model.vocabulary', fromlist=['subsumes'])"
        ".subsumes(prohibited, requested)",
    ),
    permission(
        "unknown-prohibition-ignored", f"{MATCHING}:_touches", "not exists(prohibited) or ", ""
    ),
    permission(
        "valid-at-its-end",
        f"{DECISION}:_decide_one",
        "if now >= terms.until:",
        "if now > terms.until:",
    ),
    permission(
        "not-valid-at-its-beginning",
        f"{DECISION}:_decide_one",
        "if now < terms.valid_from:",
        "if now <= terms.valid_from:",
    ),
    permission("longest-retention", f"{DECISION}:_shortest", "return min(", "return max("),
    permission(
        "kept-beyond-retention",
        f"{DECISION}:_outlived",
        "and now - facts.received_at >= retention",
        "and False",
    ),
    permission(
        "true-is-one",
        f"{CONDITIONS}:_fact",
        'type(value) is type(fields["equals"]) and ',
        "",
    ),
    permission(
        "any-recipient",
        f"{MATCHING}:_recipient_covered",
        "return not rule.recipients and recipient is None",
        "return True",
    ),
    permission(
        "outside-a-union",
        f"{CONDITIONS}:_place",
        "if _UNION in (here, *wanted) or any(",
        "if any(",
    ),
    permission("once-too-often", f"{CONDITIONS}:_count", "facts.uses <", "facts.uses <="),
    permission("time-includes-its-end", f"{CONDITIONS}:_time", "now < before", "now <= before"),
    permission(
        "fresh-from-the-future",
        f"{CONDITIONS}:_freshness",
        " or facts.received_at > now",
        "",
    ),
    permission(
        "last-terms-alone",
        f"{DECISION}:decide",
        "for index, one in enumerate(terms):",
        "for index, one in list(enumerate(terms))[-1:]:",
    ),
    permission(
        "withdrawn-by-name",
        "ledger.permissions:touches",
        "vocabulary.overlaps(withdrawn, asked)",
        "withdrawn == asked",
    ),
    permission(
        "permitted-at-the-bound",
        "ledger.permissions:runs_out",
        "now >= thread.bound",
        "now > thread.bound",
    ),
)


def ledger(rule: str) -> Wrong:
    """One of the mutants of the ledger, as an implementation."""
    (mutant,) = [each for each in mutants.MUTANTS if each.rule == rule]
    change = Put(f"ledger.{mutant.target}", lambda _: mutant.replacement)
    name = "ledger-" + rule.lower().replace(" ", "-").replace(".", "-").replace("'", "")
    return Wrong(name, "ledger", f"ledger, {rule.split()[0]}", (change,))


LEDGER = tuple(
    ledger(rule)
    for rule in (
        "W1 key of the chain",
        "W2 chain",
        "W3 own time",
        "W4 seen",
        "W8 join names open only",
        "A1.7 only relevant types confirm",
        "W5 references",
        "W6 leads",
        "T1 revoking is the first party's",
    )
)


def contract(name: str, old: str, new: str) -> Wrong:
    edit = Edit("ledger.contracts:contract", old, new)
    return Wrong(name, "contracts", "contracts, Agreements", (edit,))


CONTRACTS = (
    contract("void-accepts-count", "and ledger.void_reason(each.id) is None", "and True"),
    contract("purposes-before-it-is-in-force", "if thread.tip == proposal_id else ()", ""),
    Wrong(
        "void-proposal-is-a-contract",
        "contracts",
        "contracts, Agreements",
        (
            Edit(
                "ledger.contracts:contract",
                "proposal_id not in thread.proposals",
                "proposal.type != 'propose'",
            ),
            Edit(
                "ledger.contracts:contract",
                "thread.proposals[proposal_id]",
                "thread.proposals.get(proposal_id, ProposalStatus.DEAD)",
            ),
        ),
    ),
)


def log(name: str, target: str, old: str, new: str, heading: str = "Tree") -> Wrong:
    return Wrong(name, "log", f"log, {heading}", (Edit(target, old, new),))


LOG = (
    log("leaves-like-nodes", f"{MERKLE}:leaf_hash", "_LEAF + entry", "entry"),
    log("nodes-without-prefix", f"{MERKLE}:node_hash", "_NODE + left", "left"),
    log("entry-without-salt", f"{MERKLE}:leaf_entry", "salt, statement]", "statement]"),
    log("inclusion-in-any-root", f"{MERKLE}:verify_inclusion", "if reached != root:", "if False:"),
    log(
        "index-beyond-the-tree",
        f"{MERKLE}:verify_inclusion",
        "if not 0 <= index < size:",
        "if index < 0:",
    ),
    log(
        "earlier-root-not-compared",
        f"{MERKLE}:verify_consistency",
        "earlier != first_root or ",
        "",
    ),
    log(
        "later-root-not-compared",
        f"{MERKLE}:verify_consistency",
        " or later != second_root",
        "",
    ),
    log(
        "same-size-other-root",
        f"{MERKLE}:verify_consistency",
        "if first_root != second_root:",
        "if False:",
    ),
    log(
        "witnesses-not-counted",
        CHECKPOINT,
        "if len(cosignatures) < required:",
        "if False:",
        "Checkpoints",
    ),
    log(
        "checkpoint-of-another-log",
        CHECKPOINT,
        "if checkpoint.origin != origin:",
        "if False:",
        "Checkpoints",
    ),
    log(
        "checkpoint-not-verified",
        CHECKPOINT,
        "if not verify(key.public, opened.text.encode(), signature):",
        "if False:",
        "Checkpoints",
    ),
    log(
        "cosignature-without-its-time",
        "audit.checkpoint:_cosigned",
        "time {time}",
        "time 0",
        "Checkpoints",
    ),
)


def evidence(name: str, target: str, old: str, new: str, heading: str = "Evidence") -> Wrong:
    return Wrong(name, "evidence", f"findings, {heading}", (Edit(target, old, new),))


EVIDENCES = (
    evidence(
        "rotation-is-no-defence",
        f"{EVIDENCE}:check_evidence",
        "if not all(stands(histories[each.writer], statements, each) for each in accused):",
        "if False:",
    ),
    evidence(
        "directed-parties-convicted",
        f"{EVIDENCE}:_check_key_fork",
        "if history.kind != PUBLIC:",
        "if False:",
    ),
    evidence(
        "fork-anywhere",
        f"{EVIDENCE}:_check_fork",
        "(each.writer, each.seq, each.prev)",
        "(each.writer, each.seq)",
    ),
    evidence(
        "kind-of-breach-not-compared",
        f"{EVIDENCE}:_check_breach",
        'if (kind == "use-after-revoke") != bool(breach.denials):',
        "if False:",
    ),
    evidence(
        "digest-of-an-export-not-compared",
        "audit.export:read_export",
        'if line + b"\\n" != _line({"end": end}):',
        "if False:",
    ),
    evidence(
        "lines-in-any-spelling",
        "audit.export:_read_line",
        'and _line(value) == line + b"\\n"',
        "",
    ),
    evidence("omissions-not-found", "audit.missing:omitted", "return found", "return {}"),
    evidence("gaps-not-found", "audit.missing:gaps", "return found", "return {}"),
    Wrong(
        "defended-fork-convicts",
        "evidence",
        "findings, Evidence",
        tuple(
            Edit(f"{VERIFY}._find_contradictions", old, "")
            for old in (
                "and not pair.defended",
                "and self._stands(ledger, pair.one)",
                "and self._stands(ledger, pair.other)",
            )
        ),
    ),
    evidence(
        "key-fork-of-a-directed-party-convicts",
        f"{VERIFY}._find_contradictions",
        "Weight.CONVICTION if keys.convicts else Weight.CLAIM",
        "Weight.CONVICTION",
    ),
    evidence("breaches-not-found", f"{VERIFY}._find_breaches", "if breach is None:", "if True:"),
    evidence(
        "openings-not-compared",
        "audit.copies:_read_opening",
        "check_opening(copy.rel, share, opening)",
        "pass",
    ),
    evidence(
        "statement-of-another-relationship",
        "audit.copies:_read_statement",
        "if statement.relationship != copy.rel:",
        "if False:",
    ),
    evidence(
        "exporter-not-a-party",
        f"{VERIFY}._check_exporters",
        "if copy.exporter not in (self._ledger.opener, self._ledger.joiner):",
        "if False:",
    ),
)

ALL = (*PERMISSIONS, *LEDGER, *CONTRACTS, *LOG, *EVIDENCES)
