"""The encoding profile: deterministic CBOR in and out, content identifiers, did:key text.

`decode` and `encode` are two directions of one bijection between values and bytes: everything the
protocol signs or hashes is in it.
"""

from linkcontract.encoding.cid import CID_PREFIX as CID_PREFIX
from linkcontract.encoding.cid import CID_SIZE as CID_SIZE
from linkcontract.encoding.cid import cid_from_text as cid_from_text
from linkcontract.encoding.cid import cid_of as cid_of
from linkcontract.encoding.cid import cid_text as cid_text
from linkcontract.encoding.cid import is_cid as is_cid
from linkcontract.encoding.decoder import decode as decode
from linkcontract.encoding.did_key import did_key_parse as did_key_parse
from linkcontract.encoding.did_key import did_key_text as did_key_text
from linkcontract.encoding.encoder import encode as encode
from linkcontract.encoding.encoder import hash_of as hash_of
from linkcontract.encoding.profile import Encodable as Encodable
from linkcontract.encoding.profile import Value as Value
from linkcontract.encoding.profile import is_free_text as is_free_text
from linkcontract.encoding.profile import is_protocol_text as is_protocol_text

__all__ = [
    "CID_PREFIX",
    "CID_SIZE",
    "Encodable",
    "Value",
    "cid_from_text",
    "cid_of",
    "cid_text",
    "decode",
    "did_key_parse",
    "did_key_text",
    "encode",
    "hash_of",
    "is_cid",
    "is_free_text",
    "is_protocol_text",
]
