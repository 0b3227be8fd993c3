"""Says how each role's run went, and fails if one failed or had too few successes.

usage: figures.py FOLDER ROLE...
"""

import json
import pathlib
import re
import sys

# Of a hundred answers that a role gets where it may do anything.
LEAST = 10

folder, roles = pathlib.Path(sys.argv[1]), sys.argv[2:]
wrong, total, good = [], 0, 0
for role in roles:
    log = (folder / f"{role}.log").read_text(encoding="utf-8") if (folder / f"{role}.log").exists() else ""
    figures = folder / f"{role}.figures.json"
    statuses = {int(status): number for status, number in json.loads(figures.read_text()).items()} if figures.exists() else {}
    answers = sum(statuses.values())
    successes = sum(number for status, number in statuses.items() if 200 <= status < 300)
    failures = re.findall(r"(\d+) unique failures", log)
    share = 100 * successes // max(answers, 1)
    print(f"{role:<10} {answers:>6} answers, {share:>3} % successes, {failures[0] if failures else 0} failures: {dict(sorted(statuses.items()))}")
    total, good = total + answers, good + successes
    if not (folder / f"{role}.end").exists():
        wrong.append(role)
        print("\n".join(log.splitlines()[-400:]))
share = 100 * good // max(total, 1)
print(f"all        {total:>6} answers, {share:>3} % successes")
if wrong:
    sys.exit(f"failed: {', '.join(wrong)}; see {folder}")
if share < LEAST:
    sys.exit(f"only {share} % of all answers are successes, and {LEAST} % are the least")
