"""Keys, signatures and sealing: everything here is a pure function of its arguments.

Modules, from the ground up:

`secret`         a value that is never printed, pickled or compared in variable time
`hkdf`, `x25519` RFC 5869 and RFC 7748 with the refusals this protocol adds
`ed25519`        signing, the acceptance equation, the start-up self-test
`envelope`       the fixed byte templates of COSE structures
`cose`           COSE_Sign1: signing, and the only way to a signed payload
`hpke`           RFC 9180, base and PSK mode, one suite
`sealing`        frames sealed between two nodes
`next_keys`      the mnemonic and the pre-committed next keys
`keyfile`        secrets under a passphrase; `vault`: secrets under a storage key

Entropy is always an argument; nothing here reads a clock or the operating system.
"""
