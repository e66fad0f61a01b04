"""A newspaper on loopback for the scripts beside this file: articles that can be edited, some compressed."""

import gzip
import http.server
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
