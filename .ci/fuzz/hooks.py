"""What schemathesis is told of the API: which things there are, and what no schema can say.

The ids that it makes up name nothing. In a case that is meant to be good they are replaced with those of what was prepared, nine times of
ten; so are the things of which there can be one only, such as an e-mail address or an idempotency key.
"""

import atexit
import collections
import hashlib
import itertools
import json
import os
import re

import schemathesis

KNOWN = json.load(open(os.environ["FUZZ_KNOWN"], encoding="utf-8"))
ID = re.compile(r"^([a-z]{2,4})_[0-9a-z]{26}$")
NUMBERS = itertools.count(1)


def chosen(among, seed):
    """One of several: the same one for the same seed."""
    return among[int.from_bytes(hashlib.sha256(repr(seed).encode()).digest()[:4], "big") % len(among)]


# Characters that every text may have.
OTHER = re.compile(r"[^ -~\u00a1-\u00ac\u00ae-\u024f]")


def plain(text):
    """The text with characters that can be seen: what else a text may have is in no schema here, see `before_load_schema`."""
    seen = OTHER.sub("x", text)
    return seen if seen.strip() or not seen else "x" * len(seen)


def shown(value):
    """The value with texts that can be seen."""
    if isinstance(value, dict):
        return {name: shown(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shown(part) for part in value]
    return plain(value) if isinstance(value, str) else value


def known(value, seed):
    """An id that there is in place of one that was made up."""
    value = plain(value) if isinstance(value, str) else value
    made_up = ID.match(value) if isinstance(value, str) else None
    among = KNOWN["ids"].get(made_up[1]) if made_up else None
    return chosen(among, seed) if among and value not in among else value


def deep(value, seed, name=None):
    """The value with things that there are."""
    if isinstance(value, dict):
        return {known(part, seed): deep(inner, (seed, part), part) for part, inner in value.items()}
    if isinstance(value, list):
        return [deep(part, (seed, place)) for place, part in enumerate(value)]
    if name == "currency" and isinstance(value, str):
        return chosen(["EUR", "EUR", "USD"], seed)
    if name == "card":
        return chosen(["4242424242424242", "4000000000000002"], seed)
    return known(value, seed)


def path(name, value, seed):
    if name == "session_id":
        return KNOWN["session"]
    if name == "seller_id":
        return KNOWN["shop"]
    if name == "dispute_id":
        return chosen(KNOWN["disputes"], seed)
    if name == "code":
        return chosen(KNOWN["coupons"], seed)
    if name == "version":
        return 0
    return known(value, seed)


def spared(case):
    """What would end the run for all that follows is tried on something that nobody needs: the caller's own session, the marketplace."""
    values = dict(case.path_parameters or {})
    if values.get("session_id") == "current":
        case.path_parameters = {**values, "session_id": KNOWN["session"]}
    if case.path.endswith(("/suspend", "/close")) and ID.match(str(values.get("marketplace_id"))):
        case.path_parameters = {**values, "marketplace_id": KNOWN["spare"]}


def one_of_its_own(case):
    """What there can be once only is new each time."""
    number, body = next(NUMBERS), case.body
    if not isinstance(body, dict):
        return
    if case.path in ("/v1/users", "/v1/guests"):
        body["email"] = f"fuzz{number}@example.com"
    if case.path == "/v1/marketplaces":
        body["slug"] = f"fuzz-{number}"


@schemathesis.hook
def map_case(context, case):
    if not case.meta or not case.meta.generation.mode.is_positive:
        return case
    headers = case.headers if case.headers is not None else {}
    # The marketplace is the command's. A cursor is signed and nobody can make one up.
    headers.pop("X-Marketplace", None)
    if isinstance(case.query, dict):
        case.query = {name: value for name, value in case.query.items() if name != "cursor"}
    one_of_its_own(case)
    parts = [case.path, case.path_parameters, case.query, case.body if isinstance(case.body, (dict, list)) else None]
    seed = repr(parts)
    if chosen(range(10), seed) == 0:
        return case
    # What a client has seen before, or not, is no matter in most cases.
    if chosen(range(4), seed) > 0:
        headers.pop("If-Match", None)
        headers.pop("If-None-Match", None)
    if case.path_parameters:
        values = {name: path(name, value, (seed, name)) for name, value in case.path_parameters.items()}
        if "variant_id" in values:
            values.update(KNOWN["lamp"])
        case.path_parameters = values
    if isinstance(case.body, (dict, list)):
        case.body = deep(case.body, seed)
    return case


FEW = {"Currency": ["EUR", "JPY", "KWD", "USD"], "Country": ["DE", "FR", "US"], "ProblemCode": ["invalid", "sold_out"]}


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Of hundreds of currencies and countries some will do: each value of a list is tried wherever it can stand.

    What texts are made of is left to the tests, which know more of it: to make up one by its pattern of some 2,000 characters takes a
    fifth of a second.
    """
    for schema in raw_schema["components"]["schemas"].values():
        if any(ord(char) > 0xFFFF for char in schema.get("pattern", "")):
            del schema["pattern"]
    for name, few in FEW.items():
        raw_schema["components"]["schemas"][name]["enum"] = few


# What a role can do at all. Of the rest, and of webhooks, which only a provider can sign, a tenth is tried: it is one and the same answer
# to whatever is sent.
MAY = {
    "anonymous": ["anybody", "public"],
    "operator": ["anybody", "public", "operator"],
    "buyer": ["anybody", "public", "user"],
    "seller": ["anybody", "public", "user", "seller"],
    "admin": ["anybody", "public", "user", "admin"],
}[KNOWN["role"]]


@schemathesis.hook
def filter_case(context, case):
    audience = case.operation.definition.raw["x-audience"]
    phase = case.meta.phase.name.value if case.meta else ""
    may = audience in MAY and not case.path.startswith("/v1/webhooks/")
    return phase != "coverage" or may or chosen(range(10), (case.path, case.query, case.body)) == 0


@schemathesis.hook
def before_call(context, case, kwargs):
    """A key belongs to one request: what is meant to be good has one of its own, unless it is sent again to see what that does."""
    spared(case)
    if not case.meta or not case.meta.generation.mode.is_positive:
        return
    if isinstance(case.body, (dict, list)):
        case.body = shown(case.body)
    if "Idempotency-Key" in (case.headers or {}):
        case.headers["Idempotency-Key"] = f"fuzz-{case.id}-{next(NUMBERS)}"


STATUSES = collections.Counter()


@schemathesis.hook
def after_call(context, case, response):
    STATUSES[response.status_code] += 1


@atexit.register
def write_figures():
    with open(os.environ["FUZZ_FIGURES"], "w", encoding="utf-8") as file:
        json.dump(STATUSES, file)
