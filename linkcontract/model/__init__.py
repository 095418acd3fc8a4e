"""Parties, statements, bodies, terms, cards, openings and frames: frozen and valid by construction.

Everything here is a value read from bytes, or bytes made from a value. Nothing here holds a
relationship's history (that is the ledger) or talks to anybody (that is the session).
"""
