"""Examine this installation: each part gets a verdict and, where it is not well, what to do.

Nothing is changed. The exit code is 1 if something is bad.
"""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict

from kalends.cli.examination import Finding, Health, findings

SIGNS = {Health.GOOD: "ok  ", Health.OPEN: "?   ", Health.BAD: "BAD "}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="for programs")


def run(options: argparse.Namespace) -> int:
    found: list[Finding] = []
    for finding in findings():
        found.append(finding)
        if not options.json:
            print("\n".join(_lines(finding)), flush=True)
    if options.json:
        print(json.dumps([asdict(finding) for finding in found], indent=1, ensure_ascii=False))
    return 1 if any(finding.health is Health.BAD for finding in found) else 0


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{SIGNS[finding.health]}{finding.part}: {finding.words}"
    if finding.remedy:
        yield f"      → {finding.remedy}"
