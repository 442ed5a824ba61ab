"""Broken configurations through the real binary.

Each file under broken/ begins with what it must be refused with, one line a problem, in their order:

    # expect RK1121 6:5 did you mean 'tables'

that is the code, line:column and a part of the text. Whatever the problem: exit code 2, nothing on stdout, no
secret in any output, no file left behind, and `run` refuses it as `check` does.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

CASES = pathlib.Path(__file__).resolve().parent / "broken"
SECRET = "hunter2"
EXPECT = re.compile(r"# expect (RK\d{4}) (\d+:\d+) (.+)")


def call(binary, folder, command, *options):
    environment = {"PATH": os.environ["PATH"], "SHOP_PASSWORD": SECRET, "SHOP_PORT": SECRET, "LANG": "C"}
    return subprocess.run(
        [binary, command, *options], cwd=folder, env=environment, capture_output=True, timeout=30, check=False
    )


def expected_of(case):
    found = []
    for line in case.read_bytes().decode("utf-8", "replace").splitlines():
        if match := EXPECT.fullmatch(line):
            found.append(match.groups())
    return found


def check_case(binary, case):
    """The findings of one case, empty if it went well."""
    findings = []
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(case, pathlib.Path(folder) / "renkei.yaml")
        for command, options in [("check", []), ("check", ["--lang", "ja"]), ("run", [])]:
            result = call(binary, folder, command, *options)
            err = result.stderr.decode("utf-8", "replace")
            what = " ".join([command, *options])
            if result.returncode != 2:
                findings.append(f"{what}: exit code {result.returncode}, not 2")
            if result.stdout:
                findings.append(f"{what}: something on stdout: {result.stdout!r}")
            if SECRET in err:
                findings.append(f"{what}: the secret is shown: {err}")
            if sorted(os.listdir(folder)) != ["renkei.yaml"]:
                findings.append(f"{what}: files left behind: {os.listdir(folder)}")
            lines = err.splitlines()
            expected = expected_of(case)
            if not expected:
                findings.append("the case expects nothing")
            if len(lines) != len(expected):
                findings.append(f"{what}: {len(lines)} problems, not {len(expected)}:\n{err}")
            for line, (code, place, text) in zip(lines, expected):
                wanted = f"error {code} renkei.yaml:{place}: "
                if not line.startswith(wanted) or ("ja" not in options and text not in line):
                    findings.append(f"{what}: expected {wanted}...{text}...\n    got {line}")
    return findings


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True, type=pathlib.Path)
    binary = parser.parse_args().build / "renkei"
    cases = sorted(CASES.glob("*.yaml"))
    failed = 0
    for case in cases:
        findings = check_case(binary, case)
        failed += bool(findings)
        print(f"{'FAIL' if findings else 'ok  '} {case.name}")
        for finding in findings:
            print(f"  {finding}")
    print(f"{len(cases)} cases, {failed} failed")
    return 1 if failed or len(cases) < 12 else 0


if __name__ == "__main__":
    sys.exit(main())
