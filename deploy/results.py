"""Adds up JUnit reports: prints every failure and every skipped test, last `N passed, N failed, N skipped`.

usage: results.py DIRECTORY PASSED FAILED     (counts of checks that have no report)
The exit status is 1 if anything failed, or nothing ran.
"""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def main() -> int:
    directory, passed, failed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    skipped = 0
    for report in sorted(directory.glob("*/TEST-*.xml")):
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            name = f"{report.parent.name}: {case.get('classname')}.{case.get('name')}"
            trouble = case.find("failure")
            if trouble is None:
                trouble = case.find("error")
            skip = case.find("skipped")
            if trouble is not None:
                failed += 1
                print(f"FAILED {name}: {first_line(trouble)}")
            elif skip is not None:
                skipped += 1
                print(f"SKIPPED {name}: {first_line(skip)}")
            else:
                passed += 1
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


def first_line(element: ElementTree.Element) -> str:
    text = (element.get("message") or element.text or "").strip()
    return text.splitlines()[0][:300] if text else "no message"


if __name__ == "__main__":
    sys.exit(main())
