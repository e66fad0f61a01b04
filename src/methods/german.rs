//! The account in German.

use std::fmt::Write as _;

use crate::methods::coverage::{Estimate, Pair, Source, Withheld};
use crate::methods::numbers::{self, list};
use crate::methods::{Account, Language, PortalAccount};

fn whole(number: u64) -> String {
    numbers::whole(number, Language::German)
}

fn day(text: &str) -> String {
    numbers::day(text, Language::German)
}

fn of(count: u64, one: &str, many: &str) -> String {
    format!("{} {}", whole(count), if count == 1 { one } else { many })
}

/// The paragraph.
pub(super) fn paragraph(account: &Account) -> String {
    let mut text = collected(account);
    for sentence in [asked(account), reserved(account), failed(account), revised(account), read(account)] {
        text.push(' ');
        text.push_str(&sentence);
    }
    for portal in &account.portals {
        if let Some((pair, estimate)) = portal.estimate() {
            text.push(' ');
            text.push_str(&missed(portal, pair, estimate));
        }
    }
    if !account.portals.iter().any(|portal| portal.estimate().is_some()) {
        text.push_str(
            " Wie viele Artikel fehlen, lässt sich aus diesem Archiv nicht schätzen; die Tabelle nennt den Grund.",
        );
    }
    text
}

fn collected(account: &Account) -> String {
    let names: Vec<String> =
        account.portals.iter().filter_map(|portal| portal.name().map(str::to_owned)).collect();
    let portals = match names.len() {
        0 => "einzelner Adressen".to_owned(),
        1..=6 => format!("von {}", list(&names, "und")),
        count => format!("von {} Nachrichtenportalen (siehe Tabelle)", whole(count as u64)),
    };
    let runs = &account.runs;
    let period = match (&runs.first, &runs.last) {
        (Some(first), Some(last)) if day(first) == day(last) => format!("am {}", day(first)),
        (Some(first), Some(last)) => format!("zwischen dem {} und dem {}", day(first), day(last)),
        _ => "zu einer Zeit, die das Archiv nicht nennt,".to_owned(),
    };
    let pause = match runs.longest_pause {
        Some(pause) if runs.runs > 2 => format!(
            " im Abstand von höchstens {} Stunden",
            numbers::decimal(pause / 3_600.0, 1, Language::German)
        ),
        _ => String::new(),
    };
    let published = match (account.first_published(), account.last_published()) {
        (Some(first), Some(last)) => {
            format!(", veröffentlicht zwischen dem {} und dem {}", day(first), day(last))
        }
        _ => String::new(),
    };
    let gone = account.sum(|figures| figures.gone);
    let gone = if gone == 0 {
        String::new()
    } else {
        format!("; {} das Portal nicht mehr", of(gone, "davon hat", "davon hat"))
    };
    format!(
        "Die Artikel {portals} wurden {period} in {}{pause} mit {} gesammelt.{} Das Archiv enthält {}{published}{gone}.",
        of(runs.runs, "Lauf", "Läufen"),
        list(&runs.programs, "und"),
        found(account),
        of(account.sum(|figures| figures.articles), "Artikel", "Artikel"),
    )
}

/// Where new articles were found; nothing where no place is known.
fn found(account: &Account) -> String {
    let [listings, feeds, sitemaps] = account.places();
    let (their, own) =
        if account.portals.len() == 1 { ("seinen", "des Portals") } else { ("ihren", "der Portale") };
    let rest: Vec<String> = [("Feeds", feeds), ("Sitemaps", sitemaps)]
        .iter()
        .filter(|(_, is)| *is)
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let rest = list(&rest, "und");
    match (listings, rest.is_empty()) {
        (true, true) => format!(" Neue Artikel wurden auf den Rubrikseiten {own} gefunden."),
        (true, false) => {
            format!(" Neue Artikel wurden auf den Rubrikseiten {own} und in {their} {rest} gefunden.")
        }
        (false, false) => format!(" Neue Artikel wurden in den {rest} {own} gefunden."),
        (false, true) => String::new(),
    }
}

fn asked(account: &Account) -> String {
    let agents = &account.runs.user_agents;
    let agent = agents.last().map(|agent| format!(" und nannte sich dabei „{agent}“")).unwrap_or_default();
    let one_at_a_time = if account.runs.concurrency <= 1 { ", je Server eine zur selben Zeit," } else { "" };
    let gap = account.shortest_gap().map(|gap| {
        format!(
            "; die kürzeste Zeit zwischen zwei Anfragen an einen Server betrug {} Sekunden",
            numbers::seconds(gap, Language::German)
        )
    });
    let requests = account.requests();
    format!(
        "Das Programm stellte {}{one_at_a_time}{agent}{}.",
        of(requests, "Anfrage", "Anfragen"),
        gap.unwrap_or_default()
    )
}

fn reserved(account: &Account) -> String {
    let forbidden = account.sum(|figures| figures.forbidden);
    let mut text = match forbidden {
        0 => "Zuerst las es jeweils die robots.txt (RFC 9309), die keine Seite verbot.".to_owned(),
        count => format!(
            "Zuerst las es jeweils die robots.txt (RFC 9309); {}, die sie verbietet, rief es nicht ab.",
            of(count, "Seite", "Seiten")
        ),
    };
    let stated = account.opt_outs.len() as u64;
    let left_out = account.sum(|figures| figures.opted_out);
    if stated > 0 {
        let _ = write!(
            text,
            " {} einen Vorbehalt gegen Archivierung oder Text und Data Mining; {} deshalb ausgelassen.",
            of(stated, "Artikel erklärt", "Artikel erklären"),
            of(left_out, "wurde", "wurden")
        );
    } else if !account.runs.honoured.is_empty() {
        let _ = write!(text, " Kein Artikel erklärt einen Vorbehalt ({}).", account.runs.honoured.join(", "));
    }
    if !account.runs.legal_bases.is_empty() {
        let _ = write!(
            text,
            " Vorbehalte wurden festgehalten und nicht befolgt, auf dieser Grundlage: {}.",
            list(&account.runs.legal_bases, "und")
        );
    }
    text
}

fn failed(account: &Account) -> String {
    let bad = account.sum(|figures| figures.unusable);
    if bad == 0 {
        return "Jede Anfrage nach einer Seite wurde brauchbar beantwortet.".to_owned();
    }
    let mut parts = vec![format!(
        "{} ohne brauchbare Antwort (Fehler, Zeitüberschreitungen, verschwundene Seiten)",
        of(bad, "Anfrage nach einer Seite blieb", "Anfragen nach Seiten blieben")
    )];
    let given_up = account.sum(|figures| figures.given_up);
    if given_up > 0 {
        parts.push(format!(
            "{} nach wiederholten Versuchen aufgegeben",
            of(given_up, "Adresse wurde", "Adressen wurden")
        ));
    }
    let missing = account.sum(|figures| figures.missing);
    if missing > 0 {
        parts.push(format!("{} nicht mehr vorhanden", of(missing, "Adresse war", "Adressen waren")));
    }
    format!("{}.", parts.join("; "))
}

fn revised(account: &Account) -> String {
    match account.sum(|figures| figures.revised) {
        0 => "Kein Artikel wurde nach dem ersten Lesen verändert vorgefunden.".to_owned(),
        count => format!(
            "{} später verändert vorgefunden; alle {} sind aufbewahrt.",
            of(count, "Artikel wurde", "Artikel wurden"),
            of(account.sum(|figures| figures.revisions), "Fassung", "Fassungen")
        ),
    }
}

fn read(account: &Account) -> String {
    let files = account.portals.iter().flat_map(|portal| &portal.figures.readers);
    let mut versions: Vec<&str> = files.filter_map(|reader| reader.selectors.as_deref()).collect();
    versions.sort_unstable();
    versions.dedup();
    let by = match versions.len() {
        0 => "ohne Portaldateien".to_owned(),
        count => {
            format!("mit {} von Portaldateien (siehe Tabelle)", of(count as u64, "Fassung", "Fassungen"))
        }
    };
    format!(
        "Gelesen wurden die Seiten {by}; zu jedem Feld eines Datensatzes ist die Regel vermerkt, die es ergab, zu jedem Datensatz \
         die Antwort des Servers, aus der er gelesen wurde und die unverändert aufbewahrt ist (WARC 1.1)."
    )
}

fn missed(portal: &PortalAccount, pair: &Pair, estimate: Estimate) -> String {
    let text = |at: i32| day(&crate::methods::day(at));
    let (first, last) = pair.days.map(|(first, last)| (text(first), text(last))).unwrap_or_default();
    let share = pair.archived as f64 / estimate.total.max(1.0) * 100.0;
    format!(
        "{}: Nach {} und {} ({} und {} Artikel, {} in beiden) erschienen zwischen dem {first} und dem {last} geschätzt {} Artikel \
         (Fang-Wiederfang-Schätzung nach Chapman, 95-%-Intervall {} bis {}); das Archiv hat davon {}, also {} %. Vorausgesetzt ist, \
         dass beide Stellen unabhängig voneinander Artikel nennen; dagegen fand sich nichts.",
        portal.name().unwrap_or("Ohne Portaldatei"),
        source(pair.sources.0),
        source(pair.sources.1),
        whole(pair.seen.0),
        whole(pair.seen.1),
        whole(pair.seen.2),
        whole(estimate.total.round() as u64),
        whole(estimate.low.floor() as u64),
        whole(estimate.high.ceil() as u64),
        whole(pair.archived),
        numbers::decimal(share.min(100.0), 1, Language::German),
    )
}

/// A place in words.
pub(super) fn source(source: Source) -> &'static str {
    match source {
        Source::Listing => "Rubrikseiten",
        Source::Feed => "Feeds",
        Source::Sitemap => "Sitemaps",
    }
}

/// Why there is no estimate.
pub(super) fn reason(withheld: Withheld) -> String {
    match withheld {
        Withheld::NoCommonDays => "keine: die beiden decken keine gemeinsamen Tage ab".to_owned(),
        Withheld::TooFew { recaptures } => format!("keine: nur {} in beiden", of(recaptures, "Artikel", "Artikel")),
        Withheld::Contained { inner, outer } => format!(
            "keine: alles aus {} steht auch in {}; das eine mag aus dem anderen gemacht sein und sagt dann nichts darüber, was beiden fehlt",
            source(inner),
            source(outer)
        ),
        Withheld::UnequalBySection => {
            "keine: an beiden Stellen ist der Anteil der genannten Artikel je nach Rubrik verschieden (χ², 0,01); was fehlt, ist also nicht wie das, was da ist".to_owned()
        }
        Withheld::UnequalByTime => {
            "keine: an beiden Stellen ändert sich der Anteil der genannten Artikel mit der Zeit (χ², 0,01)".to_owned()
        }
        Withheld::Dependent { given } => format!(
            "keine: unter den Artikeln aus {} sind die beiden anderen Stellen nicht unabhängig (χ², 0,01)",
            source(given)
        ),
    }
}

/// Headings and labels, in the order `markdown` uses them.
pub(super) const LABELS: super::markdown::Labels = super::markdown::Labels {
    title: "Wie die Sammlung entstand",
    figures: "Die Zahlen",
    without_file: "(ohne Portaldatei)",
    rows: [
        "Startseite",
        "Artikel",
        "Veröffentlicht",
        "Bekannte Adressen",
        "… auf Rubrikseiten",
        "… in Feeds",
        "… in Sitemaps",
        "Von robots.txt verboten",
        "Wegen eines Vorbehalts ausgelassen",
        "Aufgegeben",
        "Nicht mehr vorhanden (404, 410)",
        "Außerhalb des gewünschten Zeitraums",
        "Noch nicht abgerufen",
        "Vom Portal verschwundene Artikel",
        "Später veränderte Artikel",
        "Fassungen",
        "Anfragen",
        "Empfangene Bytes",
        "Kürzeste Zeit zwischen Anfragen, s",
    ],
    outcomes: "Anfragen nach Ergebnis",
    outcome_columns: ["Portal", "Ergebnis", "HTTP-Status", "Anfragen"],
    readers: "Programme und Portaldateien",
    reader_columns: [
        "Portal",
        "Programm",
        "Portaldatei (SHA-256)",
        "gelesene Fassungen",
        "erster Tag",
        "letzter Tag",
    ],
    coverage: "Abdeckung",
    coverage_columns: [
        "Portal",
        "Stellen",
        "Tage",
        "in der ersten, zweiten, beiden",
        "erschienene Artikel (95 %)",
        "im Archiv",
    ],
    forbidden: "Von robots.txt verboten",
    forbidden_columns: ["Portal", "entscheidende Zeile", "Seiten"],
    opt_outs: "Vorbehalte",
    opt_out_columns: ["Portal", "Wortlaut", "Artikel", "archiviert"],
    and: "und",
    by_page: "Seite für Seite: `dateline export fetches` oder `dateline methods --format json`.",
};
