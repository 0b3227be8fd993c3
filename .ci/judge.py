"""Runs the conformance tests that cargo has built, and the demo, against moto, and compares what fails with what is known to.

Each service has a moto and a clock of its own, and each test finds it empty.

    python .ci/judge.py FOLDER KNOWN    FOLDER holds cargo's messages in built.json, and gets a log of every test
"""

import json
import os
import pathlib
import re
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

folder, known_file = map(pathlib.Path, sys.argv[1:])
here = pathlib.Path(__file__).parent

# What is not of AWS but of ours: files, crashes, and what the local cloud asks beside the API.
OURS = re.compile(
    r"^(s3::notifications|s3::persistence|sqs::durability)::"
    r"|::(closing_ends_long_polls|usage_counts_objects_and_bytes|what_is_not_kept_is_refused)$"
)
LONGEST = 60


class Moto:
    def __init__(self, name):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url, self.clock = f"http://127.0.0.1:{port}", folder / f"{name}.clock"
        self.clock.write_text("0")
        self.log = open(folder / f"{name}.moto.log", "w")
        command = [sys.executable, here / "fake_aws.py", str(port), self.clock]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=self.log)

    def __enter__(self):
        for _ in range(600):
            try:
                self.empty()
                return self
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        self.__exit__()
        raise SystemExit(f"moto does not answer: {self.log.name}")

    def __exit__(self, *_):
        # It keeps nothing, and would first wait for whoever still polls.
        self.process.kill()
        self.process.wait()
        self.log.close()

    def empty(self):
        urllib.request.urlopen(urllib.request.Request(self.url + "/moto-api/reset", method="POST"), timeout=10).close()
        self.clock.write_text("0")


def run(name, command, environment=None):
    """Whether it went well."""
    with open(folder / f"{name.replace('::', '.')}.log", "w") as log:
        try:
            ran = subprocess.run(command, env=environment, stdout=log, stderr=log, timeout=LONGEST)
        except subprocess.TimeoutExpired:
            log.write(f"not done after {LONGEST} s\n")
            return False
    return ran.returncode == 0


def suites():
    """The test programs of each service, with the prefix of their tests' names."""
    found = {}
    for line in open(folder / "built.json"):
        message = json.loads(line)
        if message.get("executable") and message["target"]["kind"] == ["test"]:
            service = pathlib.Path(message["manifest_path"]).parent.name.removeprefix("local-")
            target = message["target"]["name"]
            prefix = service if target == "conformance" else f"{service}::{target}"
            found.setdefault(service, []).append((prefix, message["executable"]))
    return found


def conformance(service, programs):
    """Each test's name, and whether it passed."""
    results = {}
    with Moto(service) as moto:
        environment = os.environ | {"TRADEWIND_ENDPOINT": moto.url, "TRADEWIND_CLOCK": str(moto.clock)}
        for prefix, program in programs:
            listed = subprocess.run([program, "--list", "--format", "terse"], check=True, capture_output=True, text=True)
            ignored = subprocess.run(
                [program, "--list", "--ignored", "--format", "terse"], check=True, capture_output=True, text=True
            )
            for line in sorted(set(listed.stdout.splitlines()) - set(ignored.stdout.splitlines())):
                test = line.removesuffix(": test")
                name = f"{prefix}::{test}"
                if test != line and not OURS.search(name):
                    moto.empty()
                    results[name] = run(name, [program, "--exact", test], environment)
    return results


def story():
    with Moto("demo") as moto:
        return {"demo": run("demo", ["target/debug/tradewind-demo", "--endpoint", moto.url])}


lines = [line.split(maxsplit=1) for line in known_file.read_text().splitlines() if line and not line.startswith("#")]
known = {name: why for name, why in lines}
with ThreadPoolExecutor(2) as pool:
    begun = [pool.submit(story)] + [pool.submit(conformance, *suite) for suite in suites().items()]
    results = {name: passed for one in begun for name, passed in one.result().items()}

failed = {name for name, passed in results.items() if not passed}
print(f"{len(results)} ran against moto, {len(failed)} failed, {len(known)} are known to")
for name in sorted(failed - known.keys()):
    print(f"\nnot known to fail: {name}\n{(folder / (name.replace('::', '.') + '.log')).read_text()[-2000:]}")
for name in sorted(known.keys() - failed):
    print(f"known to fail, but {'passes' if name in results else 'does not run'}: {name}")
sys.exit(failed != known.keys())
