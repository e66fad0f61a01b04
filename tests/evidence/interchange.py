"""Other people's tools on our files, and our program on theirs. Usage: interchange.py DATELINE (see README.md)."""

import atexit
import glob
import gzip
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from portal import Newspaper

DATELINE = os.path.abspath(sys.argv[1])
failures = []


def check(what, is_met):
    print(("ok      " if is_met else "NOT MET ") + what)
    if not is_met:
        failures.append(what)


def run(*arguments, code=0, **options):
    done = subprocess.run(arguments, capture_output=True, **options)
    if code is not None and done.returncode != code:
        sys.exit(f"{arguments}: {done.returncode}\n{done.stdout.decode()}\n{done.stderr.decode()}")
    return done


def dateline(*arguments, code=0):
    return run(DATELINE, *arguments, code=code).stdout.decode()


def warcio_accepts(what):
    files = sorted(glob.glob("archive/warc/*.warc.gz"))
    checked = [run("warcio", "check", file, code=None) for file in files]
    indexed = [run("warcio", "index", file, code=None) for file in files]
    records = sum(len(done.stdout.splitlines()) for done in indexed)
    fine = all(done.returncode == 0 and not done.stdout for done in checked) and all(d.returncode == 0 for d in indexed)
    check(f"warcio check and index accept {len(files)} files ({records} records), {what}", fine and files != [])


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Pywb:
    """pywb with one collection."""

    def __init__(self, name, add):
        shutil.rmtree("collections", ignore_errors=True)
        run("wb-manager", "init", name)
        run("wb-manager", "add", *add[:1], name, *add[1:]) if add[0].startswith("-") else run("wb-manager", "add", name, *add)
        self.name, self.port = name, free_port()
        self.process = subprocess.Popen(["pywb", "-p", str(self.port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        atexit.register(self.stop)
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/")
                return
            except OSError:
                time.sleep(0.1)
        sys.exit("pywb did not start")

    def page(self, url):
        # id_: the page as captured, nothing rewritten.
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/{self.name}/3000id_/{url}", headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as answer:
            body = answer.read()
            return gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body

    def stop(self):
        self.process.terminate()
        self.process.wait()


work = tempfile.mkdtemp()
os.chdir(work)
newspaper = Newspaper(40)
os.mkdir("selectors")
pathlib.Path("selectors/zeitung.toml").write_text(newspaper.selectors())
dateline("crawl")
newspaper.edits[3] = 1
# An index knows seconds: of two captures within one, pywb serves either.
time.sleep(1.1)
dateline("save", newspaper.origin + "/artikel/3", newspaper.origin + "/artikel/5")
newspaper.broken = {6, 7}
dateline("save", newspaper.origin + "/artikel/6", newspaper.origin + "/artikel/7", code=3)
newspaper.broken = set()
cut = sum(gzip.decompress(pathlib.Path(file).read_bytes()).count(b"\r\nWARC-Truncated: disconnect\r\n") for file in glob.glob("archive/warc/*"))
check(f"pages that break off are kept, {cut} records of them", cut >= 2)
warcio_accepts("after a crawl")

urls = [f"{newspaper.origin}/artikel/{n}" for n in (0, 1, 3, 4, 5)]
pywb = Pywb("zeitung", sorted(glob.glob("archive/warc/*.warc.gz")))
for url in urls:
    check(f"pywb serves {url} with the portal's bytes", pywb.page(url) == newspaper.page(url[len(newspaper.origin):]).encode())
pywb.stop()

dateline("export", "wacz", "-o", "auswahl.wacz")
pywb = Pywb("wacz", ["--unpack-wacz", os.path.abspath("auswahl.wacz")])
for url in urls:
    check(f"pywb serves {url} from the WACZ", pywb.page(url) == newspaper.page(url[len(newspaper.origin):]).encode())
pywb.stop()

dateline("purge", urls[0], urls[1])
warcio_accepts("after a purge")
pywb = Pywb("danach", sorted(glob.glob("archive/warc/*.warc.gz")))
try:
    pywb.page(urls[0])
    check("pywb no longer serves a purged page", False)
except urllib.error.HTTPError as error:
    check("pywb no longer serves a purged page", error.code == 404)
check("pywb serves what lies beside it", pywb.page(urls[3]) == newspaper.page("/artikel/4").encode())
pywb.stop()
check("verify passes", "nothing is damaged" in dateline("verify"))

if shutil.which("wget"):
    run("wget", "-q", "--warc-file=geholt", "-O", "/dev/null", *urls, code=None)
    dateline("--archive", "von-wget", "import", "geholt.warc.gz")
    records = [json.loads(line) for line in dateline("--archive", "von-wget", "export", "--format", "jsonl").splitlines()]
    check(f"{len(records)} articles of a WARC made with wget are imported", len(records) == len(urls))
    check("they belong to their portal", all(record["portal"] == "zeitung" for record in records))
else:
    print("skipped wget is not installed")

capture = """
import sys
from warcio.capture_http import capture_http
import requests
with capture_http(sys.argv[1]):
    for url in sys.argv[2:]:
        requests.get(url)
"""
python = pathlib.Path(shutil.which("warcio")).with_name("python3")
run(str(python), "-c", capture, "warcio.warc.gz", *urls)
dateline("--archive", "von-warcio", "import", "warcio.warc.gz")
records = dateline("--archive", "von-warcio", "export", "--format", "jsonl").splitlines()
check(f"{len(records)} articles of a WARC made with warcio are imported", len(records) == len(urls))
page = dateline("--archive", "von-warcio", "show", "--html", urls[0])
check("their pages are what the portal sent", page == newspaper.page("/artikel/0"))

whole = gzip.compress(gzip.decompress(pathlib.Path("warcio.warc.gz").read_bytes()))
pathlib.Path("ganz.warc.gz").write_bytes(whole)
pathlib.Path("abgeschnitten.warc.gz").write_bytes(pathlib.Path("warcio.warc.gz").read_bytes()[:-900])
for name in ("ganz", "abgeschnitten"):
    done = run(DATELINE, "--archive", name, "import", f"{name}.warc.gz", code=3)
    records = dateline("--archive", name, "export", "--format", "jsonl").splitlines()
    check(f"{name}: {len(records)} imported, and said: {done.stderr.decode().strip()[:90]}", len(records) >= len(urls) - 1)
    check("what was imported is whole", "nothing is damaged" in dateline("--archive", name, "verify"))

shutil.rmtree(work)
sys.exit(1 if failures else 0)
