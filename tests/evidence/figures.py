"""Revisions of a long history, the pace of reparse, what WARCs cost. Usage: figures.py DATELINE (see README.md)."""

import glob
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

from portal import Newspaper

DATELINE = os.path.abspath(sys.argv[1])
ARTICLES = int(os.environ.get("ARTICLES", "2000"))
PAGES = int(os.environ.get("PAGES", "10000"))
failures = []


def check(what, is_met):
    print(("ok      " if is_met else "NOT MET ") + what, flush=True)
    if not is_met:
        failures.append(what)


def dateline(*arguments, stdin=None):
    done = subprocess.run([DATELINE, *arguments], capture_output=True, input=stdin)
    if done.returncode != 0:
        sys.exit(f"{arguments}: {done.returncode}\n{done.stdout.decode()}\n{done.stderr.decode()}")
    return done.stdout.decode()


def measured(*arguments):
    """What it printed, its CPU seconds and its seconds."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    printed = dateline(*arguments)
    after, ended = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return printed, cpu, ended - begun


def history():
    newspaper = Newspaper(ARTICLES)
    pathlib.Path("selectors/zeitung.toml").write_text(newspaper.selectors())
    dateline("crawl")
    everything = "".join(f"{newspaper.origin}/artikel/{n}\n" for n in range(ARTICLES)).encode()
    for _ in range(2):
        newspaper.sidebar += 1
        for number in range(0, ARTICLES, 5):
            newspaper.edits[number] = newspaper.edits.get(number, 0) + 1
        dateline("save", "-", stdin=everything)
    revisions = len(dateline("export", "revisions", "--format", "jsonl").splitlines())
    expected = ARTICLES + 2 * (ARTICLES // 5)
    check(f"{ARTICLES} articles, a fifth edited twice, a sidebar changed twice: {revisions} revisions of {expected}", revisions == expected)
    shown = dateline("show", f"{newspaper.origin}/artikel/0", "--diff")
    check("show --diff shows the edited words", "[-gestern-] {+vorgestern+}" in shown)
    check("verify passes", "nothing is damaged" in dateline("verify"))


def pace():
    newspaper = Newspaper(PAGES, padding=int(os.environ.get("PADDING", "60000")))
    pathlib.Path("selectors/zeitung.toml").write_text(newspaper.selectors(lead="aside h2"))
    _, crawl_cpu, crawl_seconds = measured("crawl")
    size = sum(os.path.getsize(path) for path in glob.glob("archive/warc/*"))
    print(f"        crawl of {PAGES} pages: {crawl_seconds:.1f} s, {crawl_cpu:.1f} s CPU, {size / 1e6:.0f} MB of WARC")
    pathlib.Path("selectors/zeitung.toml").write_text(newspaper.selectors())
    printed, cpu, seconds = measured("reparse")
    print("        " + printed.splitlines()[0])
    check(f"reparse of {PAGES} pages, every one changed: {seconds:.1f} s, {cpu:.1f} s CPU", seconds < 60 * PAGES / 10_000)
    printed, cpu, seconds = measured("reparse")
    check(f"the same with none changed: {seconds:.1f} s, {cpu:.1f} s CPU", f"{PAGES} the same" in printed)
    leads = [json.loads(line)["lead"] for line in dateline("export", "--format", "jsonl").splitlines()]
    check("the field is right in every record", all(lead.startswith("Vorspann ") for lead in leads) and len(leads) == PAGES)
    check("every earlier revision is still there", len(dateline("export", "revisions", "--format", "jsonl").splitlines()) == 2 * PAGES)
    _, cpu, seconds = measured("verify")
    print(f"        verify: {seconds:.1f} s, {cpu:.1f} s CPU")


def cost():
    """With `WITHOUT=…`: a build whose engine has no writer (`evidence: None`), to compare with."""
    other = os.environ.get("WITHOUT")
    if not other:
        print("skipped the cost of WARCs: WITHOUT names a build that writes none")
        return
    global DATELINE
    ours, sums = DATELINE, {}
    newspaper = Newspaper(1_000, padding=int(os.environ.get("PADDING", "60000")))
    pathlib.Path("selectors/zeitung.toml").write_text(newspaper.selectors())
    for _ in range(3):
        for name, program in (("with", ours), ("without", other)):
            shutil.rmtree("archive", ignore_errors=True)
            DATELINE = os.path.abspath(program)
            _, cpu, seconds = measured("crawl")
            known = sums.setdefault(name, [0, 0])
            sums[name] = [known[0] + cpu, known[1] + seconds]
    DATELINE = ours
    share = sums["with"][0] / sums["without"][0] - 1
    wall = sums["with"][1] / sums["without"][1] - 1
    check(f"writing WARCs costs {share:.1%} CPU ({wall:.1%} of the time on this machine)", share <= 0.15)


for part in (history, pace, cost):
    work = tempfile.mkdtemp()
    os.chdir(work)
    os.mkdir("selectors")
    part()
    shutil.rmtree(work)
sys.exit(1 if failures else 0)
