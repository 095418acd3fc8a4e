"""Every bound of the protocol, each with a name, a unit and a reason.

These are protocol constants, never configuration: two implementations that disagree about one of
them disagree about which statements exist. Sizes are bytes, times are milliseconds.

Spec: limits, Constants.
"""

from typing import Final

KIB: Final = 1024
MIB: Final = 1024 * KIB
SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

MAX_INTEGER: Final = 2**53 - 1
"""Largest magnitude of an integer: what a JavaScript reader can hold exactly."""

MAX_DEPTH: Final = 16
"""Deepest nesting of arrays and maps; the outermost container is depth 1."""

MAX_PROTOCOL_TEXT: Final = 128
"""Longest protocol text (map keys, types, ids, paths, purposes, codes), in ASCII characters."""

MAX_HEADER: Final = 4 * KIB
"""Largest statement header payload."""

MAX_BODY: Final = 64 * KIB
"""Largest body of a statement (the body bytes, without the salt)."""

MAX_VALUE: Final = 64 * KIB
"""Largest value of one opening; larger data needs chunks, which version 1 does not offer."""

MAX_FRAME: Final = 256 * KIB
"""Largest padded frame, its four length bytes included, the AEAD tag not."""

MAX_MESSAGE: Final = MAX_FRAME + KIB
"""Largest message a transport carries: the largest padded frame, its envelope and its AEAD tag."""

MAX_SEALED: Final = MAX_FRAME + 192
"""Largest sealed message: the largest frame, its tag, and the envelope around it (152 bytes)."""

MAX_RESPONSE: Final = 64 * KIB
"""Largest sealed message that may return in the response of the same exchange."""

PADDING_BUCKETS: Final = (1 * KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB)
"""The only sizes a padded frame has, so that a size says little about what is inside."""

MAX_SEEN: Final = 64
"""Most entries in one `seen` list."""

MAX_WRITERS: Final = 16
"""Most writers (leads, agents, devices) in one relationship."""

MAX_AGENTS_PER_SIDE: Final = MAX_WRITERS // 2 - 1
"""Most different agents one lead may name, ever: counted in its own chain, so that whether a
delegation counts does not depend on what the other side does at the same time."""

MAX_ESCROW_STATEMENTS: Final = 1_024
"""Most statements of one writer that wait for their past."""

MAX_ESCROW_BYTES: Final = 4 * MIB
"""Most bytes of one writer's statements that wait for their past."""

MAX_KEY_EVENTS: Final = 64
"""Most key events of one party, its inception included."""

MAX_ADDRESSES: Final = 4
"""Most addresses in an opening or a card."""

MAX_ADDRESS: Final = 256
"""Longest address (URL), in ASCII characters."""

MAX_KEY_EVENT: Final = KIB
"""Largest payload of a key event; today's are under 300, a post-quantum key set would need more."""

MAX_CARD: Final = 8 * KIB
"""Largest payload of a contact card, attestations included."""

MAX_DOMAINS: Final = 16
"""Most domains, and most attestations, of one card."""

MAX_LINK: Final = 48 * KIB
"""Longest invitation link, in characters: a full card and 64 key events in base64url."""

MAX_CONTROLLER_NAME: Final = 256
"""Longest legal name of a controller, in characters."""

MAX_NOTE: Final = 4 * KIB
"""Longest signed note of a checkpoint, in characters."""

MAX_NOTE_SIGNATURES: Final = 16
"""Most signature lines of a note; C2SP signed-note has every reader take as many."""

MAX_OFFER: Final = 90 * DAY
"""Longest time from a proposal's `at` to its `accept_by`."""

MAX_OPEN: Final = 30 * DAY
"""Longest time from an `open`'s `at` to its `exp`."""

MAX_SKEW: Final = 5 * MINUTE
"""A writer whose clock is further behind its own last statement signs denials only."""

FRAME_FRESH: Final = 24 * HOUR
"""Requests in a frame older than this are ignored; statements in it are still taken."""

PREKEY_LIFETIME: Final = 7 * DAY
"""A prekey older than this is replaced with the next statement."""

PREKEY_GRACE: Final = 90 * DAY
"""A replaced prekey is destroyed at the latest this long after its successor was announced."""

RELAY_TIME: Final = 7 * DAY
"""How long a message sealed to a replaced prekey may still be on its way (spec: threats, T26)."""

ACK_DELAY: Final = 2 * SECOND
"""How long an owed acknowledgement waits for something else to be said in its place."""

MAX_OPEN_MESSAGE: Final = 65 * KIB
"""Largest sealed message taken from a stranger: a frame of 64 KiB, which a history of 64 key events
needs a third of."""

MAX_CONSUMED_OPENS: Final = 65_536
"""Most opens remembered as consumed or refused until they expire; past it none is taken."""

MAX_FRAME_ITEMS: Final = 2_048
"""Most items of one frame; a full frame of small statements with bodies has about 800."""

MAX_WANTS: Final = 16
"""Most `want` items of one frame that are answered."""

MAX_WANTS_PER_HOUR: Final = 128
"""Most `want` items answered in an hour."""

MAX_WANTED: Final = 256
"""Most statements one `want` brings."""

MAX_FRAMES_IN_FLIGHT: Final = 4
"""Most full frames sent before the peer's heads come back."""

MAX_EXPORT_LINE: Final = 256 * KIB
"""Longest line of an export: one statement with a full body, in base64, and some room."""

MAX_STORE_KEY: Final = KIB
"""Longest key of a stored row, all its parts encoded together."""

MAX_STORE_VALUE: Final = 16 * MIB
"""Largest value of a stored row; the largest of ours is the cache of one relationship."""

KEYFILE_OPS_MIN: Final = 3
"""Fewest passes of argon2id in a key file; with the least memory, OWASP's 12 MiB and 3 passes."""

KEYFILE_OPS_DEFAULT: Final = 3
"""Passes of argon2id in a new key file (RFC 9106 section 4, second recommended option)."""

KEYFILE_OPS_MAX: Final = 16
"""Most passes a key file may ask for: with the most memory, about ten seconds of work."""

KEYFILE_MEMORY_MIN: Final = 12 * MIB
"""Least memory of argon2id in a key file."""

KEYFILE_MEMORY_DEFAULT: Final = 64 * MIB
"""Memory of argon2id in a new key file (RFC 9106 section 4, second recommended option)."""

KEYFILE_MEMORY_MAX: Final = 512 * MIB
"""Most memory a key file may ask for: a hostile one must not take a small machine down."""

MAX_KEYFILE: Final = 4 * MIB
"""Most secret bytes in one key file; two parties' keys are a few hundred."""

MAX_BACKUP_ROW: Final = 128 * KIB
"""Largest row of a backup: a body or an opened value, its salts, and its key."""

MAX_BACKUP_CHUNK: Final = 2 * MIB
"""Largest sealed piece of a backup; a reader never holds more than one."""

MAX_PASSPHRASE: Final = KIB
"""Longest passphrase of a key file."""

MAX_EVIDENCE: Final = 16 * MIB
"""Largest evidence object: a breach carries everything its author had seen."""
