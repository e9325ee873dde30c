"""The differences by design of TF Text's tokenizers that cut strings."""

import re

from conformance import vectors

# The 25 code points of White_Space in UTF-8.
WHITE = "[\\t-\\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
WIDE = re.compile("[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")


def _strings(case):
    """The strings of a case, flat."""
    value = vectors.decode(case["inputs"]["input"])
    value = getattr(value, "flat_values", value)
    return [bytes(text) for text in _flat(value.tolist() if hasattr(value, "tolist")
                                          else value.to_list())]


def _flat(items):
    if isinstance(items, (bytes, str)):
        return [items.encode() if isinstance(items, str) else items]
    return [text for item in items for text in _flat(item)]


def _pieces(got, name):
    """[(text, start, end)] of all tokens of an encoded result."""
    tokens = vectors.decode(got[name])
    tokens = tokens.flat_values if hasattr(tokens, "row_splits") else tokens
    starts, ends = (got[part].get("flat_values", got[part].get("values"))
                    for part in ("starts", "ends"))
    return list(zip(_flat(tokens.to_list()), starts, ends))


def _are_pieces(strings, pieces):
    """Whether the tokens lie in order in the strings, which are one behind the other."""
    row, before = 0, 0
    for text, start, end in pieces:
        while row < len(strings) and (start < before or strings[row][start:end] != text):
            row, before = row + 1, 0
        if row == len(strings):
            return False
        before = end
    return True


def whole_whitespace(case, got):
    """White space of several bytes is no part of a token: it is taken whole."""
    if isinstance(got, Exception):
        return False
    strings = _strings(case)
    texts = [text.decode("utf-8", "surrogateescape") for text in strings]
    if not any(WIDE.search(text) for text in texts):
        return False
    wanted = []
    for text in texts:
        for token in re.finditer(f"(?:(?!{WHITE}).)+", text, re.DOTALL):
            size = [len(text[:at].encode("utf-8", "surrogateescape")) for at in token.span()]
            wanted.append((token[0].encode("utf-8", "surrogateescape"), *size))
    return _pieces(got, "tokens") == wanted


def sentences_behind_whitespace(case, got):
    """A sentence begins behind a character of white space, not inside of it."""
    if isinstance(got, Exception):
        return False
    strings = _strings(case)
    if not any(WIDE.search(text.decode("utf-8", "replace")) for text in strings):
        return False
    pieces = _pieces(got, "sentences")
    return _are_pieces(strings, pieces) and all(
        not re.match(WHITE, text.decode("utf-8", "replace")) for text, _, _ in pieces)


def text_behind_a_nul(case, got):
    """What lies behind a NUL byte of a string is split too."""
    strings = _strings(case)
    if isinstance(got, Exception) or not any(b"\0" in text for text in strings):
        return False
    pieces = _pieces(got, "tokens")
    return _are_pieces(strings, pieces) and len(pieces) >= len(
        case["expect"]["tokens"]["flat_values_b64"])


def characters_end_with_their_string(case, got):
    """A character that its string cuts off ends there; nothing is read behind it."""
    if isinstance(got, Exception):
        return False
    strings = _strings(case)
    cut = [text for text in strings
           if re.search(rb"(?:[\xc0-\xff]|[\xe0-\xff].|[\xf0-\xff]..)\Z", text, re.DOTALL)]
    longest = max(map(len, strings), default=0)
    return bool(cut) and all(end <= longest for _, _, end in _pieces(got, "tokens"))
