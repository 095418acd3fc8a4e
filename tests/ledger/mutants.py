"""Every rule of the ledger that can be switched off, how, and the test that notices.

`MUTANTS` is the table rule -> test; a test switches each rule off and runs its killing test, which
has to fail. `python tests/ledger/mutants.py` prints the table as the specification shows it.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import mutations

from linkcontract.ledger.columns import NO_STRETCHES


class Mutant(NamedTuple):
    """One rule switched off.

    Attributes:
        rule: its name in the specification, and what is done to it.
        target: "module:function" inside linkcontract.ledger.
        replacement: what stands there instead.
        killed_by: "module:test" in this folder.
    """

    rule: str
    target: str
    replacement: Callable[..., Any]
    killed_by: str


RACES = "test_ledger_races:"
EXISTENCE = "test_ledger_existence:"
ATTACKS = "test_ledger_attacks:"
FORKS = "test_ledger_forks:"
THREADS = "test_ledger_threads:"
PERMISSIONS = "test_ledger_permissions:"
BODIES = "test_ledger_bodies:"
FACTS = "test_ledger_facts:"
USES = "test_ledger_uses:"
INTAKE = "test_ledger_intake:"

MUTANTS: tuple[Mutant, ...] = (
    # which statements exist
    Mutant(
        "W1 key of the chain",
        "wellformed:key_of_chain",
        mutations.nothing,
        EXISTENCE + "test_w1_a_key_changes_only_by_a_rotate",
    ),
    Mutant(
        "W1 key current",
        "wellformed:key_current",
        mutations.nothing,
        EXISTENCE + "test_w1_nothing_is_signed_under_a_key_the_writer_knew_it_had_left",
    ),
    Mutant(
        "W2 chain",
        "wellformed:chain",
        mutations.nothing,
        EXISTENCE + "test_w2_seq_follows_prev_by_one",
    ),
    Mutant(
        "W3 own time",
        "wellformed:own_time",
        mutations.nothing,
        EXISTENCE + "test_w3_time_does_not_go_back_in_the_own_chain",
    ),
    Mutant(
        "W4 seen",
        "wellformed:seen_list",
        mutations.nothing,
        EXISTENCE + "test_w4_an_entry_in_the_past_of_prev_is_refused",
    ),
    Mutant(
        "W8 order of opening",
        "wellformed:opening_order",
        mutations.nothing,
        EXISTENCE + "test_w8_the_joiner_begins_with_its_join_and_joins_once_on_a_chain",
    ),
    Mutant(
        "W8 join names open only",
        "wellformed:join_names_open_only",
        mutations.nothing,
        EXISTENCE + "test_w8_a_join_names_its_open_and_nothing_else",
    ),
    Mutant(
        "W8 one offer before join",
        "wellformed:offer_before_join",
        mutations.nothing,
        EXISTENCE + "test_w8_before_join_the_opener_may_offer_once_retract_and_rotate",
    ),
    # what has an effect
    Mutant(
        "A1.7 unknown types",
        "references:unreadable",
        mutations.nothing,
        BODIES + "test_an_unknown_type_is_void_confirms_nothing_and_pays_nothing",
    ),
    Mutant(
        "A1.7 void confirms nothing",
        "facts:confirming",
        mutations.yes,
        BODIES + "test_a_void_statement_of_a_type_the_fold_reads_confirms_nothing",
    ),
    Mutant(
        "A1.7 only relevant types confirm",
        "facts:confirming",
        lambda held: held.void is None,
        BODIES + "test_any_other_known_type_confirms_whatever_its_body_says",
    ),
    Mutant(
        "W5 thread",
        "references:is_root_in",
        mutations.yes,
        BODIES + "test_w5_a_thread_is_known_to_whoever_speaks_of_it",
    ),
    Mutant(
        "W5 references",
        "references:reference",
        mutations.nothing,
        BODIES + "test_w5_a_reference_is_of_the_thread_it_is_made_in",
    ),
    Mutant(
        "W6 leads",
        "references:leads_only",
        mutations.nothing,
        BODIES + "test_w6_a_relationship_wide_revoke_is_the_leads",
    ),
    Mutant(
        "A1.1 second side's lead",
        "references:second_side_leads",
        mutations.nothing,
        RACES + "test_b12_the_organisation_signs_agreements_with_its_lead_only",
    ),
    Mutant(
        "T1 revoking is the first party's",
        "references:first_party_withdraws",
        mutations.nothing,
        BODIES + "test_a_second_partys_revoke_revokes_nothing",
    ),
    Mutant(
        "W7 delegated",
        "references:delegated",
        mutations.nothing,
        BODIES + "test_w7_an_agent_signs_the_types_it_was_given",
    ),
    Mutant(
        "W7 terms",
        "references:terms_named",
        mutations.nothing,
        BODIES + "test_w7_an_agent_signs_the_terms_it_was_given",
    ),
    Mutant(
        "W7 number",
        "references:acts_under",
        lambda *_: 0,
        BODIES + "test_w7_an_agent_acts_no_more_often_than_it_was_given",
    ),
    Mutant(
        "W7 dismissed",
        "references:dismissed_in",
        mutations.no,
        RACES + "test_b06_a_dismissed_agent_agrees_to_nothing_by_understating",
    ),
    Mutant(
        "W7 dismissed by its own lead",
        "references:dismissed_in",
        mutations.dismissed_by_anyone,
        ATTACKS + "test_dismissing_the_other_sides_agent",
    ),
    Mutant(
        "W7 never named again",
        "references:delegates_soundly",
        mutations.nothing,
        BODIES + "test_w7_a_dismissed_writer_is_never_named_again",
    ),
    Mutant(
        "W6 own delegations",
        "references:undelegates_own",
        mutations.nothing,
        BODIES + "test_a_delegation_is_taken_back_by_whose_it_is",
    ),
    Mutant(
        "A2 rotate names its event",
        "references:rotates_to_its_key",
        mutations.nothing,
        BODIES + "test_a_rotate_names_the_event_that_signs_it",
    ),
    Mutant(
        "T3 own suspensions",
        "references:resumes_own",
        mutations.nothing,
        FACTS + "test_a_suspension_is_lifted_by_its_own_side",
    ),
    Mutant(
        "V1 proposal",
        "facts:proposal_valid",
        mutations.nothing,
        FACTS + "test_v1_an_offer_is_open_for_ninety_days_at_most",
    ),
    Mutant(
        "V1 base in force",
        "facts:is_in_force",
        mutations.yes,
        FACTS + "test_v1_a_base_is_the_agreement_in_force",
    ),
    Mutant(
        "V2 accept",
        "facts:accept_valid",
        mutations.nothing,
        RACES + "test_b18_an_accept_that_knew_of_an_agreed_proposal_replaces_nothing",
    ),
    Mutant(
        "V2 in time",
        "facts:accept_valid",
        mutations.nothing,
        FACTS + "test_v2_an_accept_after_the_offers_term_is_void_by_the_accepters_own_clock",
    ),
    Mutant(
        "V3 deny",
        "facts:deny_valid",
        mutations.nothing,
        RACES + "test_b04_a_retract_is_judged_for_the_proposal_not_for_each_accept",
    ),
    Mutant(
        "V4 winner",
        "facts:confirmed_by",
        mutations.confirm_all_pending,
        RACES + "test_b01_one_statement_of_the_proposer_confirms_the_winner_alone",
    ),
    Mutant(
        "V4 proposer",
        "facts:may_confirm",
        mutations.yes,
        FACTS + "test_v4_only_the_proposer_confirms",
    ),
    Mutant(
        "V4 lead for its agent",
        "facts:may_confirm",
        lambda held, proposal: held.writer == proposal.writer,
        RACES + "test_b21_a_silent_agent_does_not_block_its_slot",
    ),
    Mutant(
        "V4 no winner in a frozen slot",
        "facts:winner",
        mutations.pending_anyway,
        FACTS + "test_v4_a_frozen_slot_has_no_winner",
    ),
    Mutant(
        "V4 its own accepts",
        "proposals:confirmed_cleanly",
        mutations.any_untainted_confirmation,
        RACES + "test_b03_a_confirmation_counts_only_for_the_accepts_it_had_seen",
    ),
    Mutant(
        "V4 its own accepts (taint)",
        "proposals:paired",
        mutations.any_confirmation,
        RACES + "test_b03_a_confirmation_counts_only_for_the_accepts_it_had_seen",
    ),
    # forks
    Mutant(
        "F1 descent",
        "forks:supersedes",
        mutations.by_position,
        FORKS + "test_f1_a_higher_position_supersedes_nothing_it_does_not_descend_from",
    ),
    Mutant(
        "F1 rotation supersedes",
        "forks:supersedes",
        mutations.no,
        RACES + "test_b10_a_stolen_old_key_does_not_convict_after_a_rotation",
    ),
    Mutant(
        "F2 taint",
        "forks:tainted",
        lambda past, known: NO_STRETCHES,
        RACES + "test_b09_nothing_is_agreed_on_a_contested_offer",
    ),
    Mutant(
        "F2 equal keys",
        "forks:contested",
        mutations.no,
        FORKS + "test_f2_nothing_before_the_fork_point_is_tainted",
    ),
    Mutant(
        "F3 superseded is no evidence",
        "forks:same_key_fork",
        mutations.same_key_convicts,
        RACES + "test_b11_a_restore_and_a_withholding_peer_convict_nobody",
    ),
    Mutant(
        "F3 two events",
        "forks:two_events",
        lambda *_: frozenset(),
        FORKS + "test_f3_a_public_party_with_two_key_events_at_one_position_is_convicted_for_good",
    ),
    Mutant(
        "F3 named events",
        "forks:named_events",
        lambda past, known, writer: past.histories[writer].events_at(1),
        FORKS + "test_f3_what_nobody_names_convicts_nobody",
    ),
    Mutant(
        "F4 clean grants",
        "proposals:View.clean",
        mutations.yes,
        FORKS + "test_f4_a_contested_resume_lifts_nothing",
    ),
    # proposals
    Mutant(
        "A5 denials",
        "proposals:brings_down",
        mutations.no,
        FACTS + "test_v3_a_retract_that_crosses_the_accept_wins",
    ),
    Mutant(
        "A5 an agent's refusal",
        "proposals:brings_down",
        mutations.yes,
        RACES + "test_b05_an_agents_refusal_does_not_annul_its_leads_accept",
    ),
    Mutant(
        "A5 undelegate",
        "proposals:grant_is_gone",
        mutations.grant_revoked_only,
        RACES + "test_b06_a_dismissed_agent_agrees_to_nothing_by_understating",
    ),
    Mutant(
        "A5 undelegate and the past",
        "proposals:dismissals",
        mutations.dismissals_known_or_not,
        RACES + "test_b06_what_the_dismissal_had_seen_stands",
    ),
    Mutant(
        "A5 undelegate by its own lead",
        "proposals:dismissals",
        mutations.dismissals_by_anyone,
        ATTACKS + "test_dismissing_the_other_sides_agent",
    ),
    Mutant(
        "A5 wide revoke",
        "proposals:grant_is_gone",
        mutations.grant_dismissed_only,
        THREADS + "test_a5_a_relationship_wide_revoke_ends_what_it_did_not_know_of",
    ),
    Mutant(
        "A5 wide revoke and the past",
        "proposals:revocations",
        mutations.revocations_known_or_not,
        THREADS + "test_a5_a_grant_that_knew_the_wide_revoke_stands",
    ),
    Mutant(
        "A5 wide partial revoke",
        "proposals:revocations",
        mutations.revocations_of_any_kind,
        THREADS + "test_a5_a_wide_revoke_of_some_purposes_brings_nothing_down",
    ),
    Mutant(
        "S2 contested denial",
        "proposals:any_taint",
        mutations.no,
        THREADS + "test_s2_a_contested_denial_of_what_stood_confirmed_freezes",
    ),
    Mutant(
        "S4 lapse",
        "proposals:any_taint",
        mutations.yes,
        THREADS + "test_s4_a_lapsed_agreement_leaves_duties_and_an_open_slot",
    ),
    Mutant(
        "S5 open",
        "proposals:is_open",
        mutations.yes,
        FACTS + "test_v2_what_was_known_to_be_retracted_is_not_accepted",
    ),
    # threads
    Mutant(
        "T1 end",
        "threads:ends",
        mutations.no,
        THREADS + "test_t1_a_revoke_of_everything_ends_the_thread_whatever_crosses_it",
    ),
    Mutant(
        "T1 terminate for later",
        "threads:terminates_at_once",
        mutations.yes,
        THREADS + "test_t1_a_terminate_for_later_is_a_bound_and_no_end",
    ),
    Mutant(
        "T2 confirmed beats unconfirmed",
        "threads:walk",
        mutations.walk_by_preference,
        RACES + "test_b02_a_late_accept_does_not_flip_what_is_confirmed",
    ),
    Mutant(
        "T2 frozen stops",
        "threads:walk",
        mutations.walk_over_frozen,
        RACES + "test_b09_a_branchs_retract_does_not_reopen_the_slot",
    ),
    Mutant(
        "T2 two confirmed",
        "threads:walk",
        mutations.walk_over_frozen,
        THREADS + "test_t2_two_confirmed_in_one_slot_freeze",
    ),
    Mutant(
        "T2 first party first",
        "threads:preference",
        mutations.preference_of_the_second,
        THREADS + "test_t2_the_first_partys_own_proposal_wins_a_crossing",
    ),
    Mutant(
        "T2 lead before agent",
        "threads:preference",
        mutations.preference_without_lead,
        THREADS + "test_t2_a_leads_proposal_comes_before_an_agents",
    ),
    Mutant(
        "T2 never a hash",
        "threads:preference",
        mutations.preference_by_id,
        ATTACKS + "test_grinding_a_hash_wins_no_crossing",
    ),
    Mutant(
        "T3 seen suspensions",
        "threads:lifts",
        mutations.lifts_by_side,
        RACES + "test_b08_a_resume_does_not_lift_a_suspend_it_never_saw",
    ),
    Mutant(
        "T3 suspended",
        "threads:suspensions",
        lambda *_: (),
        THREADS + "test_t3_a_suspension_survives_an_amendment_and_blocks_none",
    ),
    Mutant(
        "T4 precedence",
        "threads:phase_of",
        mutations.reversed_phase,
        THREADS + "test_t4_an_end_outranks_a_freeze_and_a_freeze_a_suspension",
    ),
    Mutant(
        "V2 slot",
        "threads:live_on",
        lambda cases, tip: tuple(sorted(cases)),
        FACTS + "test_v2_what_was_known_to_be_superseded_by_an_agreement_is_not_accepted",
    ),
    Mutant(
        "T5 none unless active",
        "permissions:permits",
        mutations.yes,
        THREADS + "test_t1_a_revoke_of_everything_ends_the_thread_whatever_crosses_it",
    ),
    Mutant(
        "T5 pending narrows",
        "threads:pending_on",
        mutations.tip_alone,
        PERMISSIONS + "test_t5_permissions_shrink_while_anything_is_pending",
    ),
    Mutant(
        "T5 partial revoke carries",
        "threads:withdrawn_from",
        mutations.known_revokes_only,
        RACES + "test_b07_a_partial_revoke_carries_into_the_amendment_it_confirms",
    ),
    Mutant(
        "T5 granting again",
        "threads:withdrawn_from",
        mutations.every_revoke_for_ever,
        RACES + "test_b07_granting_again_knowing_of_the_revoke_does_permit",
    ),
    Mutant(
        "T5 wide partial revoke",
        "threads:partial_revokes",
        mutations.own_thread_revokes,
        PERMISSIONS + "test_t5_a_wide_partial_revoke_reaches_threads_it_never_saw",
    ),
    Mutant(
        "T5 refusal of the second party",
        "threads:narrows",
        mutations.narrows_by_anyone,
        PERMISSIONS + "test_t5_a_second_partys_refusal_of_some_purposes_is_a_record",
    ),
    Mutant(
        "T5 refusal by an agent",
        "threads:narrows",
        mutations.narrows_by_any_agent,
        PERMISSIONS + "test_t5_an_agents_refusal_does_not_narrow_its_leads_grant",
    ),
    Mutant(
        "T5 refusal known to the grant",
        "threads:narrows",
        mutations.narrows_for_ever,
        PERMISSIONS + "test_t5_an_accept_that_knew_of_the_refusal_grants_all_it_says",
    ),
    Mutant(
        "T5 refusal narrows",
        "threads:narrows",
        mutations.no,
        PERMISSIONS + "test_t5_a_refusal_of_some_purposes_narrows_the_accept_it_crosses",
    ),
    Mutant(
        "T5 duties",
        "threads:duties",
        mutations.duties_of_the_confirmed,
        RACES + "test_b09_a_confirmed_agreement_on_a_contested_branch_is_frozen_and_owes",
    ),
    Mutant(
        "T5 granted",
        "permissions:granted",
        mutations.yes,
        PERMISSIONS + "test_t5_a_partial_revoke_takes_its_purposes_from_this_thread",
    ),
    Mutant(
        "T6 bound",
        "permissions:runs_out",
        mutations.no,
        THREADS + "test_t1_a_terminate_for_later_is_a_bound_and_no_end",
    ),
    Mutant(
        "T6 termination",
        "threads:bound_of",
        mutations.bound_by_until,
        PERMISSIONS
        + "test_t6_an_amendment_that_did_not_know_the_termination_does_not_raise_its_bound",
    ),
    Mutant(
        "T6 agreed over",
        "threads:binds",
        mutations.yes,
        PERMISSIONS + "test_t6_agreeing_again_knowing_of_the_termination_raises_it",
    ),
    Mutant(
        "T6 by the same writer or the lead",
        "threads:binds",
        lambda t, case: not any(g.knew(t) for g in case.grants_of(t.side)),
        PERMISSIONS + "test_t6_an_agent_does_not_raise_its_leads_bound",
    ),
    # uses, acknowledgements, what waits
    Mutant(
        "U1 breach",
        "uses:is_breach",
        mutations.no,
        USES + "test_u1_a_use_for_another_purpose_is_a_breach",
    ),
    Mutant(
        "U1 purpose and agreement",
        "uses:allows",
        mutations.allows_by_thread,
        USES + "test_u1_a_use_under_another_agreement_than_the_one_in_force_is_a_breach",
    ),
    Mutant(
        "U2 its own view",
        "uses:without_followers",
        mutations.past_of_now,
        RACES + "test_b14_a_use_is_judged_in_its_own_past_not_in_the_receivers_present",
    ),
    Mutant(
        "U3 until",
        "uses:runs_out",
        mutations.no,
        USES + "test_u1_a_use_after_a_bound_its_own_side_set_is_a_breach",
    ),
    Mutant(
        "K1 debt",
        "acknowledging:concerns",
        mutations.yes,
        USES + "test_k1_an_agent_owes_for_accepts_of_its_own_proposals",
    ),
    Mutant(
        "K1 void pays nothing",
        "acknowledging:confirming",
        mutations.yes,
        USES + "test_k1_a_void_retract_pays_nothing_and_the_next_statement_does",
    ),
    Mutant(
        "K3 exclude",
        "acknowledging:new_heads",
        lambda past, writer, known, exclude: tuple(
            sorted(
                h.head
                for w, f in past.feeds.items()
                if w != writer
                for h in f[-1:]
                if h not in known
            )
        ),
        USES + "test_k3_a_proposer_may_retract_before_it_takes_a_late_accept_in",
    ),
    Mutant(
        "K5 own branch",
        "acknowledging:own_head",
        mutations.old_key_first,
        RACES + "test_b16_the_victim_goes_on_from_its_own_branch",
    ),
    Mutant(
        "A1.8 erased bodies",
        "intake:Intake._lacks_body",
        lambda _self, statement: statement.body is None,
        INTAKE + "test_a_header_whose_body_was_erased_is_received_without_it",
    ),
)


def as_markdown() -> str:
    """The generated page: rule, where it stands, the test that notices its absence."""
    lines = [
        "# Ledger: which test holds which rule",
        "",
        "Generated by `python tests/ledger/mutants.py`; a test compares it, and another switches",
        "each rule off and expects the test beside it to fail. What a session keeps of A8",
        "is switched off in the same way by `tests/protocol/test_protocol_mutants.py`.",
        "",
        "| rule | function | test |",
        "|---|---|---|",
    ]
    for mutant in MUTANTS:
        module, _, name = mutant.target.partition(":")
        test = mutant.killed_by.replace(":", "::").replace("::", ".py::")
        lines.append(f"| {mutant.rule} | `ledger/{module}.py` `{name}` | `{test}` |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    print(as_markdown(), end="")
