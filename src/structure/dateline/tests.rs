//! Datelines of every shape known and the texts that only look like them, as tables.

use super::{find, find_in_text, find_with_pattern, lead};
use crate::structure::{BlockKind, Context, TextBlock};

/// Language, dateline, the text after it; place, region, credits, date.
type Shape = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
    Option<&'static str>,
);

fn published() -> jiff::Zoned {
    "2021-10-14T09:30:00+02:00[Europe/Berlin]".parse().unwrap()
}

fn context<'a>(language: &'a str, published: &'a jiff::Zoned) -> Context<'a> {
    Context { language: Some(language), published: Some(published), places: &[] }
}

fn check(shape: &Shape) -> Result<(), String> {
    let (language, line, rest, place, region, credits, date) = *shape;
    let published = published();
    let text = format!("{line}{rest}");
    let Some(found) = find_in_text(&text, &context(language, &published)) else {
        return Err(format!("missed: {text}"));
    };
    let left: String = text.chars().skip(found.span.end).collect();
    let dateline = &found.dateline;
    let same = dateline.place.as_deref() == place
        && dateline.region.as_deref() == region
        && dateline.agencies.first().map(String::as_str) == credits
        && dateline.date.as_deref() == date
        && left == rest
        && dateline.text == line.trim();
    if same { Ok(()) } else { Err(format!("{text}\n    {dateline:?}\n    rest: {left}")) }
}

fn check_all(shapes: &[Shape]) {
    let wrong: Vec<String> = shapes.iter().filter_map(|shape| check(shape).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), shapes.len(), wrong.join("\n"));
}

#[test]
fn german_datelines_are_read() {
    const S: &str = "Der Brunnen am Markt läuft wieder.";
    check_all(&[
        ("de", "Stuttgart.| ", S, Some("Stuttgart"), None, None, None),
        ("de", "Stuttgart.|", S, Some("Stuttgart"), None, None, None),
        ("de", "Hildrizhausen.| ", S, Some("Hildrizhausen"), None, None, None),
        ("de", "Stuttgart. | ", S, Some("Stuttgart"), None, None, None),
        ("de", "Ludwigsburg | ", S, Some("Ludwigsburg"), None, None, None),
        ("de", "LUDWIGSBURG | ", S, Some("Ludwigsburg"), None, None, None),
        ("de", "Stuttgart - ", S, Some("Stuttgart"), None, None, None),
        ("de", "Stuttgart – ", S, Some("Stuttgart"), None, None, None),
        ("de", "Stuttgart — ", S, Some("Stuttgart"), None, None, None),
        ("de", "STUTTGART – ", S, Some("Stuttgart"), None, None, None),
        ("de", "STUTTGART. ", S, Some("Stuttgart"), None, None, None),
        ("de", "Stuttgart. ", S, Some("Stuttgart"), None, None, None),
        ("de", "Münster. ", S, Some("Münster"), None, None, None),
        ("de", "Weiden. ", S, Some("Weiden"), None, None, None),
        ("de", "Hof – ", S, Some("Hof"), None, None, None),
        ("de", "Bad Urach. ", S, Some("Bad Urach"), None, None, None),
        ("de", "Villingen-Schwenningen. ", S, Some("Villingen-Schwenningen"), None, None, None),
        ("de", "Köln-Mülheim. ", S, Some("Köln-Mülheim"), None, None, None),
        ("de", "Stuttgart-Bad Cannstatt – ", S, Some("Stuttgart-Bad Cannstatt"), None, None, None),
        ("de", "München/Nürnberg – ", S, Some("München/Nürnberg"), None, None, None),
        ("de", "München / Nürnberg. ", S, Some("München/Nürnberg"), None, None, None),
        ("de", "Kreis Göppingen. ", S, Some("Kreis Göppingen"), None, None, None),
        ("de", "KREIS GÖPPINGEN. ", S, Some("Kreis Göppingen"), None, None, None),
        ("de", "Rems-Murr-Kreis. ", S, Some("Rems-Murr-Kreis"), None, None, None),
        ("de", "Berlin (dpa) - ", S, Some("Berlin"), None, Some("dpa"), None),
        ("de", "Berlin (dpa) – ", S, Some("Berlin"), None, Some("dpa"), None),
        ("de", "Berlin (dpa). ", S, Some("Berlin"), None, Some("dpa"), None),
        ("de", "Berlin (dpa) ", S, Some("Berlin"), None, Some("dpa"), None),
        ("de", "Berlin (dpa): ", S, Some("Berlin"), None, Some("dpa"), None),
        ("de", "Berlin (dpa).- ", S, Some("Berlin"), None, Some("dpa"), None),
        ("de", "BERLIN (dpa) -- ", S, Some("Berlin"), None, Some("dpa"), None),
        ("de", "Berlin (AFP) — ", S, Some("Berlin"), None, Some("AFP"), None),
        ("de", "Berlin (Reuters) - ", S, Some("Berlin"), None, Some("Reuters"), None),
        ("de", "Berlin (rtr) - ", S, Some("Berlin"), None, Some("rtr"), None),
        ("de", "Hannover (epd). ", S, Some("Hannover"), None, Some("epd"), None),
        ("de", "Bonn (KNA) ", S, Some("Bonn"), None, Some("KNA"), None),
        ("de", "Wetzlar (idea) – ", S, Some("Wetzlar"), None, Some("idea"), None),
        ("de", "Köln (SID) - ", S, Some("Köln"), None, Some("SID"), None),
        ("de", "Leverkusen (sid) ", S, Some("Leverkusen"), None, Some("sid"), None),
        (
            "de",
            "Berlin (dts Nachrichtenagentur) - ",
            S,
            Some("Berlin"),
            None,
            Some("dts Nachrichtenagentur"),
            None,
        ),
        ("de", "Wien (APA) - ", S, Some("Wien"), None, Some("APA"), None),
        ("de", "Wien/Linz (APA) – ", S, Some("Wien/Linz"), None, Some("APA"), None),
        ("de", "Wien (OTS) - ", S, Some("Wien"), None, Some("OTS"), None),
        ("de", "Bern (sda) ", S, Some("Bern"), None, Some("sda"), None),
        ("de", "Zürich (awp) - ", S, Some("Zürich"), None, Some("awp"), None),
        ("de", "Genf (Keystone-SDA) – ", S, Some("Genf"), None, Some("Keystone-SDA"), None),
        ("de", "Frankfurt/Main (dpa/lhe) - ", S, Some("Frankfurt/Main"), None, Some("dpa/lhe"), None),
        ("de", "Frankfurt (Oder) (dpa/bb) - ", S, Some("Frankfurt (Oder)"), None, Some("dpa/bb"), None),
        ("de", "Halle (Saale) (dpa/sa) - ", S, Some("Halle (Saale)"), None, Some("dpa/sa"), None),
        ("de", "Halle (dpa/sa) - ", S, Some("Halle"), None, Some("dpa/sa"), None),
        ("de", "Frankfurt am Main (dpa-AFX) - ", S, Some("Frankfurt am Main"), None, Some("dpa-AFX"), None),
        ("de", "Frankfurt a. M. (dpa) - ", S, Some("Frankfurt a. M."), None, Some("dpa"), None),
        (
            "de",
            "Neustadt an der Aisch (dpa/lby) - ",
            S,
            Some("Neustadt an der Aisch"),
            None,
            Some("dpa/lby"),
            None,
        ),
        ("de", "Hintertupfingen (dpa/lby) - ", S, Some("Hintertupfingen"), None, Some("dpa/lby"), None),
        ("de", "Ober-Ramstadt (dpa/lhe) - ", S, Some("Ober-Ramstadt"), None, Some("dpa/lhe"), None),
        ("de", "St. Pölten (APA) - ", S, Some("St. Pölten"), None, Some("APA"), None),
        ("de", "Brüssel/Straßburg (dpa) - ", S, Some("Brüssel/Straßburg"), None, Some("dpa"), None),
        ("de", "Washington/New York (dpa) - ", S, Some("Washington/New York"), None, Some("dpa"), None),
        ("de", "Tel Aviv/Gaza (dpa) - ", S, Some("Tel Aviv/Gaza"), None, Some("dpa"), None),
        ("de", "Neapel (APA/dpa). ", S, Some("Neapel"), None, Some("APA/dpa"), None),
        ("de", "Paris (AFP/dpa) - ", S, Some("Paris"), None, Some("AFP/dpa"), None),
        ("de", "Bozen (lu). ", S, Some("Bozen"), None, Some("lu"), None),
        ("de", "Ulm (ako) – ", S, Some("Ulm"), None, Some("ako"), None),
        ("de", "Tübingen. (red) ", S, Some("Tübingen"), None, Some("red"), None),
        ("de", "Aalen (pm). ", S, Some("Aalen"), None, Some("pm"), None),
        ("de", "Fulda (ots) - ", S, Some("Fulda"), None, Some("ots"), None),
        ("de", "Stuttgart/Aalen (dpa/lsw) - ", S, Some("Stuttgart/Aalen"), None, Some("dpa/lsw"), None),
        ("de", "BERLIN taz | ", S, Some("Berlin"), None, Some("taz"), None),
        ("de", "BERLIN afp/dpa | ", S, Some("Berlin"), None, Some("afp/dpa"), None),
        ("de", "MÜNCHEN dpa | ", S, Some("München"), None, Some("dpa"), None),
        ("de", "dpa MÜNCHEN. ", S, Some("München"), None, Some("dpa"), None),
        ("de", "afp Paris. ", S, Some("Paris"), None, Some("afp"), None),
        ("de", "dpa Berlin ", S, Some("Berlin"), None, Some("dpa"), None),
        ("de", "dpa/lsw Stuttgart. ", S, Some("Stuttgart"), None, Some("dpa/lsw"), None),
        ("de", "(dpa) - ", S, None, None, Some("dpa"), None),
        ("de", "(dpa) ", S, None, None, Some("dpa"), None),
        ("de", "(dpa/lby) – ", S, None, None, Some("dpa/lby"), None),
        ("de", "(SID) ", S, None, None, Some("SID"), None),
        ("de", "Berlin, 13. Oktober 2021 – ", S, Some("Berlin"), None, None, Some("2021-10-13")),
        ("de", "Berlin, 13.10.2021 – ", S, Some("Berlin"), None, None, Some("2021-10-13")),
        ("de", "Berlin, 13.10.2021. ", S, Some("Berlin"), None, None, Some("2021-10-13")),
        ("de", "Berlin, den 13. Oktober 2021. ", S, Some("Berlin"), None, None, Some("2021-10-13")),
        ("de", "Berlin (13.10.2021) – ", S, Some("Berlin"), None, None, Some("2021-10-13")),
        ("de", "Berlin, 13. Okt. (dpa) - ", S, Some("Berlin"), None, Some("dpa"), Some("2021-10-13")),
        ("de", "Berlin, 13. Oktober (dpa) - ", S, Some("Berlin"), None, Some("dpa"), Some("2021-10-13")),
        (
            "de",
            "Berlin (Deutschland), 13.10.2021 – ",
            S,
            Some("Berlin"),
            Some("Deutschland"),
            None,
            Some("2021-10-13"),
        ),
        ("de", "13. Oktober 2021, Ulm – ", S, Some("Ulm"), None, None, Some("2021-10-13")),
        ("de", "Remshalden (Rems-Murr-Kreis). ", S, Some("Remshalden"), Some("Rems-Murr-Kreis"), None, None),
        ("de", "Leonberg (Kreis Böblingen) – ", S, Some("Leonberg"), Some("Kreis Böblingen"), None, None),
        ("de", "Bern, 13.10.2021 - ", S, Some("Bern"), None, None, Some("2021-10-13")),
        ("de", "New York - ", S, Some("New York"), None, None, None),
        ("de", "Los Angeles – ", S, Some("Los Angeles"), None, None, None),
        ("de", "Den Haag. ", S, Some("Den Haag"), None, None, None),
        ("de", "BERLIN/PARIS. ", S, Some("Berlin/Paris"), None, None, None),
    ]);
}

#[test]
fn english_datelines_are_read() {
    const S: &str = "The fountain on the square is running again.";
    check_all(&[
        ("en", "WASHINGTON (AP) — ", S, Some("Washington"), None, Some("AP"), None),
        ("en", "WASHINGTON (AP) -- ", S, Some("Washington"), None, Some("AP"), None),
        ("en", "WASHINGTON (AP) _ ", S, Some("Washington"), None, Some("AP"), None),
        ("en", "WASHINGTON (Reuters) - ", S, Some("Washington"), None, Some("Reuters"), None),
        (
            "en",
            "WASHINGTON, Oct 13 (Reuters) - ",
            S,
            Some("Washington"),
            None,
            Some("Reuters"),
            Some("2021-10-13"),
        ),
        ("en", "WASHINGTON, Oct. 13 (UPI) -- ", S, Some("Washington"), None, Some("UPI"), Some("2021-10-13")),
        ("en", "Oct. 13 (UPI) -- ", S, None, None, Some("UPI"), Some("2021-10-13")),
        ("en", "WASHINGTON — ", S, Some("Washington"), None, None, None),
        ("en", "WASHINGTON–", S, Some("Washington"), None, None, None),
        ("en", "WASHINGTON -- ", S, Some("Washington"), None, None, None),
        ("en", "WASHINGTON, Oct. 13 — ", S, Some("Washington"), None, None, Some("2021-10-13")),
        ("en", "LONDON, Wednesday — ", S, Some("London"), None, None, Some("2021-10-13")),
        (
            "en",
            "Washington, Oct 13, 2021 (AFP) - ",
            S,
            Some("Washington"),
            None,
            Some("AFP"),
            Some("2021-10-13"),
        ),
        ("en", "Paris (AFP) – ", S, Some("Paris"), None, Some("AFP"), None),
        ("en", "Paris, France | AFP | ", S, Some("Paris"), Some("France"), Some("AFP"), None),
        ("en", "SPRINGFIELD, Ill. (AP) — ", S, Some("Springfield"), Some("Ill."), Some("AP"), None),
        ("en", "FRANKFORT, Ky. (AP) — ", S, Some("Frankfort"), Some("Ky."), Some("AP"), None),
        ("en", "FRANKFORT, Ky. — ", S, Some("Frankfort"), Some("Ky."), None, None),
        ("en", "MINDEN, W.Va. (AP) — ", S, Some("Minden"), Some("W.Va."), Some("AP"), None),
        ("en", "JALALABAD, Afghanistan (AP) — ", S, Some("Jalalabad"), Some("Afghanistan"), Some("AP"), None),
        ("en", "JALALABAD, Afghanistan — ", S, Some("Jalalabad"), Some("Afghanistan"), None, None),
        ("en", "SAN FRANCISCO (KPIX) — ", S, Some("San Francisco"), None, Some("KPIX"), None),
        ("en", "NEW YORK (CNN) -- ", S, Some("New York"), None, Some("CNN"), None),
        ("en", "(CNN) -- ", S, None, None, Some("CNN"), None),
        ("en", "(CNN)", S, None, None, Some("CNN"), None),
        ("en", "(Reuters) - ", S, None, None, Some("Reuters"), None),
        (
            "en",
            "LONDON, Oct. 13, 2021 /PRNewswire/ -- ",
            S,
            Some("London"),
            None,
            Some("PRNewswire"),
            Some("2021-10-13"),
        ),
        ("en", "DALLAS--(BUSINESS WIRE)--", S, Some("Dallas"), None, Some("BUSINESS WIRE"), None),
        (
            "en",
            "TORONTO, Oct. 13, 2021 (GLOBE NEWSWIRE) -- ",
            S,
            Some("Toronto"),
            None,
            Some("GLOBE NEWSWIRE"),
            Some("2021-10-13"),
        ),
        ("en", "MOSCOW, October 13. /TASS/. ", S, Some("Moscow"), None, Some("TASS"), Some("2021-10-13")),
        ("en", "MOSCOW. Oct 13 (Interfax) - ", S, Some("Moscow"), None, Some("Interfax"), Some("2021-10-13")),
        ("en", "BEIJING, Oct. 13 (Xinhua) -- ", S, Some("Beijing"), None, Some("Xinhua"), Some("2021-10-13")),
        ("en", "TOKYO, Oct 13 (Kyodo) - ", S, Some("Tokyo"), None, Some("Kyodo"), Some("2021-10-13")),
        ("en", "SEOUL, Oct. 13 (Yonhap) -- ", S, Some("Seoul"), None, Some("Yonhap"), Some("2021-10-13")),
        ("en", "New Delhi, Oct 13 (PTI) ", S, Some("New Delhi"), None, Some("PTI"), Some("2021-10-13")),
        (
            "en",
            "New Delhi [India], October 13 (ANI): ",
            S,
            Some("New Delhi"),
            Some("India"),
            Some("ANI"),
            Some("2021-10-13"),
        ),
        ("en", "Mumbai, Oct 13 (IANS) ", S, Some("Mumbai"), None, Some("IANS"), Some("2021-10-13")),
        ("en", "NEW DELHI: ", S, Some("New Delhi"), None, None, None),
        ("en", "TORONTO — ", S, Some("Toronto"), None, None, None),
        ("en", "VATICAN CITY (CNS) -- ", S, Some("Vatican City"), None, Some("CNS"), None),
        ("en", "JERUSALEM (JTA) — ", S, Some("Jerusalem"), None, Some("JTA"), None),
        ("en", "DUBAI // ", S, Some("Dubai"), None, None, None),
        ("en", "HONG KONG | ", S, Some("Hong Kong"), None, None, None),
        (
            "en",
            "LONDON/BERLIN, Oct 13 (Reuters) - ",
            S,
            Some("London/Berlin"),
            None,
            Some("Reuters"),
            Some("2021-10-13"),
        ),
        ("en", "ELIZABETHTOWN, Pa. — ", S, Some("Elizabethtown"), Some("Pa."), None, None),
        ("en", "MERIDIAN — ", S, Some("Meridian"), None, None, None),
        (
            "en",
            "(10-13) 09:15 PDT SAN FRANCISCO -- ",
            S,
            Some("San Francisco"),
            None,
            None,
            Some("2021-10-13"),
        ),
        ("en", "Berlin, 13 October 2021 – ", S, Some("Berlin"), None, None, Some("2021-10-13")),
        (
            "en",
            "Geneva, 13 October (Reuters) - ",
            S,
            Some("Geneva"),
            None,
            Some("Reuters"),
            Some("2021-10-13"),
        ),
        ("en", "LAS VEGAS, Nev. - ", S, Some("Las Vegas"), Some("Nev."), None, None),
        ("en", "LONG ISLAND CITY — ", S, Some("Long Island City"), None, None, None),
    ]);
}

#[test]
fn rarer_datelines_are_read() {
    const S: &str = "Der Brunnen am Markt läuft wieder.";
    const E: &str = "The fountain on the square is running again.";
    check_all(&[
        ("de", "(Stuttgart, 13. Oktober 2021) ", S, Some("Stuttgart"), None, None, Some("2021-10-13")),
        ("de", "(Stuttgart, 13.10.2021) – ", S, Some("Stuttgart"), None, None, Some("2021-10-13")),
        ("de", "[Stuttgart, 13.10.2021] ", S, Some("Stuttgart"), None, None, Some("2021-10-13")),
        ("de", "(Stuttgart/dpa) ", S, Some("Stuttgart"), None, Some("dpa"), None),
        ("de", "(Stuttgart, dpa) – ", S, Some("Stuttgart"), None, Some("dpa"), None),
        ("de", "Stuttgart/dpa. ", S, Some("Stuttgart"), None, Some("dpa"), None),
        ("de", "Stuttgart, dpa. ", S, Some("Stuttgart"), None, Some("dpa"), None),
        ("de", "Stuttgart dpa – ", S, Some("Stuttgart"), None, Some("dpa"), None),
        ("de", "STUTTGART dpa ", S, Some("Stuttgart"), None, Some("dpa"), None),
        ("de", "Stuttgart - dpa - ", S, Some("Stuttgart"), None, Some("dpa"), None),
        ("de", "Stuttgart [dpa] – ", S, Some("Stuttgart"), None, Some("dpa"), None),
        ("de", "Stuttgart – (dpa) ", S, Some("Stuttgart"), None, Some("dpa"), None),
        ("de", "Stuttgart, 13. Oktober. (dpa) ", S, Some("Stuttgart"), None, Some("dpa"), Some("2021-10-13")),
        ("de", "Stuttgart, 13.10.2021 (ots) – ", S, Some("Stuttgart"), None, Some("ots"), Some("2021-10-13")),
        ("de", "Wien (pts) - ", S, Some("Wien"), None, Some("pts"), None),
        ("de", "Vaduz (ikr) – ", S, Some("Vaduz"), None, Some("ikr"), None),
        ("de", "Vatikanstadt (KNA) ", S, Some("Vatikanstadt"), None, Some("KNA"), None),
        ("de", "Vatikan (kath.net/KNA) ", S, Some("Vatikan"), None, Some("kath.net/KNA"), None),
        ("de", "Berlin/London/Paris. ", S, Some("Berlin/London/Paris"), None, None, None),
        ("de", "Berlin, Hamburg (dpa) - ", S, Some("Berlin, Hamburg"), None, Some("dpa"), None),
        ("de", "Berlin (dpa, AFP) - ", S, Some("Berlin"), None, Some("dpa, AFP"), None),
        ("de", "Berlin (dpa)- ", S, Some("Berlin"), None, Some("dpa"), None),
        ("de", "Berlin (dpa) -", S, Some("Berlin"), None, Some("dpa"), None),
        ("de", "Berlin/dpa – ", S, Some("Berlin"), None, Some("dpa"), None),
        ("de", "dpa – ", S, None, None, Some("dpa"), None),
        ("de", "Stuttgart –– ", S, Some("Stuttgart"), None, None, None),
        ("de", "STUTTGART-WEST. ", S, Some("Stuttgart-West"), None, None, None),
        ("de", "Berlin (taz) – ", S, Some("Berlin"), None, Some("taz"), None),
        ("de", "Bern/Zürich (sda/dpa). ", S, Some("Bern/Zürich"), None, Some("sda/dpa"), None),
        ("de", "Ludwigsburg • ", S, Some("Ludwigsburg"), None, None, None),
        ("de", "Mühlhausen im Täle (ots) - ", S, Some("Mühlhausen im Täle"), None, Some("ots"), None),
        ("de", "Hintertux (APA) - ", S, Some("Hintertux"), None, Some("APA"), None),
        ("de", "Berlin (dpa) - ", "„Wir bauen“, sagt sie.", Some("Berlin"), None, Some("dpa"), None),
        ("de", "Berlin (dpa) - ", "30 000 Menschen kamen.", Some("Berlin"), None, Some("dpa"), None),
        (
            "de",
            "Stuttgart. ",
            "„Wir bauen den Turm“, sagt die Bürgermeisterin.",
            Some("Stuttgart"),
            None,
            None,
            None,
        ),
        ("de", "Stuttgart – ", "30 000 Menschen kamen zum Fest.", Some("Stuttgart"), None, None, None),
        (
            "en",
            "NEW YORK, NY / ACCESSWIRE / October 13, 2021 / ",
            E,
            Some("New York"),
            Some("NY"),
            Some("ACCESSWIRE"),
            Some("2021-10-13"),
        ),
        (
            "en",
            "VANCOUVER, British Columbia, Oct. 13, 2021 (GLOBE NEWSWIRE) -- ",
            E,
            Some("Vancouver"),
            Some("British Columbia"),
            Some("GLOBE NEWSWIRE"),
            Some("2021-10-13"),
        ),
        (
            "en",
            "BOSTON--(BUSINESS WIRE)--Oct. 13, 2021--",
            E,
            Some("Boston"),
            None,
            Some("BUSINESS WIRE"),
            Some("2021-10-13"),
        ),
        ("en", "GENEVA (13 October 2021) – ", E, Some("Geneva"), None, None, Some("2021-10-13")),
        ("en", "13 October 2021, Rome - ", E, Some("Rome"), None, None, Some("2021-10-13")),
        ("en", "MINNEAPOLIS (FOX 9) - ", E, Some("Minneapolis"), None, Some("FOX 9"), None),
        ("en", "Sydney (AAP) – ", E, Some("Sydney"), None, Some("AAP"), None),
        ("en", "LONDON - ", E, Some("London"), None, None, None),
        ("en", "London - ", E, Some("London"), None, None, None),
        ("en", "LONDON: ", E, Some("London"), None, None, None),
        ("en", "St. Louis — ", E, Some("St. Louis"), None, None, None),
        ("en", "ST. LOUIS (AP) — ", E, Some("St. Louis"), None, Some("AP"), None),
        ("en", "WASHINGTON (AP) — ", "“We build,” she said.", Some("Washington"), None, Some("AP"), None),
        ("en", "WASHINGTON, D.C. — ", E, Some("Washington"), Some("D.C."), None, None),
        ("en", "KYIV, Ukraine (AP) — ", E, Some("Kyiv"), Some("Ukraine"), Some("AP"), None),
        ("en", "UNITED NATIONS (AP) — ", E, Some("United Nations"), None, Some("AP"), None),
        ("en", "ABOARD AIR FORCE ONE (AP) — ", E, Some("Aboard Air Force One"), None, Some("AP"), None),
        ("en", "PORT-AU-PRINCE, Haiti (AP) — ", E, Some("Port-au-Prince"), Some("Haiti"), Some("AP"), None),
        ("en", "AMMAN, Oct. 13 (Petra)--", E, Some("Amman"), None, Some("Petra"), Some("2021-10-13")),
        ("en", "SYDNEY, Oct 13 AAP - ", E, Some("Sydney"), None, Some("AAP"), Some("2021-10-13")),
        ("es", "Madrid / EFE.- ", "La fuente vuelve a correr.", Some("Madrid"), None, Some("EFE"), None),
        (
            "es",
            "Madrid, 13 oct (EFECOM).- ",
            "La fuente vuelve a correr.",
            Some("Madrid"),
            None,
            Some("EFECOM"),
            Some("2021-10-13"),
        ),
        ("es", "EFE.- ", "La fuente vuelve a correr.", None, None, Some("EFE"), None),
        ("es", "(EFE).- ", "La fuente vuelve a correr.", None, None, Some("EFE"), None),
        (
            "it",
            "Roma, 13 ott. - (Adnkronos) - ",
            "La fontana torna a scorrere.",
            Some("Roma"),
            None,
            Some("Adnkronos"),
            Some("2021-10-13"),
        ),
        (
            "it",
            "Città del Vaticano (askanews) – ",
            "La fontana torna a scorrere.",
            Some("Città del Vaticano"),
            None,
            Some("askanews"),
            None,
        ),
        (
            "fr",
            "Paris, France (AFP) - ",
            "La fontaine coule à nouveau.",
            Some("Paris"),
            Some("France"),
            Some("AFP"),
            None,
        ),
        ("fr", "(AFP) - ", "La fontaine coule à nouveau.", None, None, Some("AFP"), None),
        ("fr", "AFP - ", "La fontaine coule à nouveau.", None, None, Some("AFP"), None),
    ]);
}

#[test]
fn romance_datelines_are_read() {
    check_all(&[
        ("fr", "PARIS (AFP) - ", "La fontaine coule à nouveau.", Some("Paris"), None, Some("AFP"), None),
        (
            "fr",
            "PARIS, 13 octobre (AFP) - ",
            "La fontaine coule à nouveau.",
            Some("Paris"),
            None,
            Some("AFP"),
            Some("2021-10-13"),
        ),
        (
            "fr",
            "Paris, 13 oct 2021 (AFP) - ",
            "La fontaine coule à nouveau.",
            Some("Paris"),
            None,
            Some("AFP"),
            Some("2021-10-13"),
        ),
        ("fr", "Paris (AFP) – ", "La fontaine coule à nouveau.", Some("Paris"), None, Some("AFP"), None),
        ("fr", "Genève (ats) ", "La fontaine coule à nouveau.", Some("Genève"), None, Some("ats"), None),
        (
            "fr",
            "BRUXELLES (Belga) - ",
            "La fontaine coule à nouveau.",
            Some("Bruxelles"),
            None,
            Some("Belga"),
            None,
        ),
        ("fr", "MONTRÉAL — ", "La fontaine coule à nouveau.", Some("Montréal"), None, None, None),
        (
            "fr",
            "QUÉBEC, le 13 oct. 2021 /CNW/ - ",
            "La fontaine coule à nouveau.",
            Some("Québec"),
            None,
            Some("CNW"),
            Some("2021-10-13"),
        ),
        (
            "fr",
            "SAINT-ÉTIENNE (Reuters) - ",
            "La fontaine coule à nouveau.",
            Some("Saint-Étienne"),
            None,
            Some("Reuters"),
            None,
        ),
        (
            "fr",
            "Lyon, le 13 octobre 2021 – ",
            "La fontaine coule à nouveau.",
            Some("Lyon"),
            None,
            None,
            Some("2021-10-13"),
        ),
        (
            "es",
            "Madrid, 13 oct (EFE).- ",
            "La fuente vuelve a correr.",
            Some("Madrid"),
            None,
            Some("EFE"),
            Some("2021-10-13"),
        ),
        (
            "es",
            "MADRID, 13 Oct. (EUROPA PRESS) - ",
            "La fuente vuelve a correr.",
            Some("Madrid"),
            None,
            Some("EUROPA PRESS"),
            Some("2021-10-13"),
        ),
        (
            "es",
            "Madrid, 13 de octubre (EFE).- ",
            "La fuente vuelve a correr.",
            Some("Madrid"),
            None,
            Some("EFE"),
            Some("2021-10-13"),
        ),
        ("es", "Madrid (EFE).- ", "La fuente vuelve a correr.", Some("Madrid"), None, Some("EFE"), None),
        (
            "es",
            "BUENOS AIRES, 13 oct (Télam) - ",
            "La fuente vuelve a correr.",
            Some("Buenos Aires"),
            None,
            Some("Télam"),
            Some("2021-10-13"),
        ),
        (
            "es",
            "CIUDAD DE MÉXICO (AP) — ",
            "La fuente vuelve a correr.",
            Some("Ciudad de México"),
            None,
            Some("AP"),
            None,
        ),
        (
            "es",
            "Ciudad de México, 13 Oct (Notimex).- ",
            "La fuente vuelve a correr.",
            Some("Ciudad de México"),
            None,
            Some("Notimex"),
            Some("2021-10-13"),
        ),
        (
            "es",
            "París, 13 oct (AFP) - ",
            "La fuente vuelve a correr.",
            Some("París"),
            None,
            Some("AFP"),
            Some("2021-10-13"),
        ),
        ("es", "BOGOTÁ — ", "La fuente vuelve a correr.", Some("Bogotá"), None, None, None),
        (
            "es",
            "Madrid, 13 de octubre de 2021.- ",
            "La fuente vuelve a correr.",
            Some("Madrid"),
            None,
            None,
            Some("2021-10-13"),
        ),
        (
            "it",
            "(ANSA) - ROMA, 13 OTT - ",
            "La fontana torna a scorrere.",
            Some("Roma"),
            None,
            Some("ANSA"),
            Some("2021-10-13"),
        ),
        ("it", "(ANSA) - ", "La fontana torna a scorrere.", None, None, Some("ANSA"), None),
        (
            "it",
            "ROMA (ITALPRESS) - ",
            "La fontana torna a scorrere.",
            Some("Roma"),
            None,
            Some("ITALPRESS"),
            None,
        ),
        (
            "it",
            "Roma, 13 ott. (askanews) - ",
            "La fontana torna a scorrere.",
            Some("Roma"),
            None,
            Some("askanews"),
            Some("2021-10-13"),
        ),
        (
            "it",
            "Roma, 13 ott. (Adnkronos) - ",
            "La fontana torna a scorrere.",
            Some("Roma"),
            None,
            Some("Adnkronos"),
            Some("2021-10-13"),
        ),
        (
            "it",
            "(DIRE) Roma, 13 ott. - ",
            "La fontana torna a scorrere.",
            Some("Roma"),
            None,
            Some("DIRE"),
            Some("2021-10-13"),
        ),
        (
            "it",
            "(AGI) - Roma, 13 ott. - ",
            "La fontana torna a scorrere.",
            Some("Roma"),
            None,
            Some("AGI"),
            Some("2021-10-13"),
        ),
        (
            "it",
            "Milano, 13 ottobre 2021 - ",
            "La fontana torna a scorrere.",
            Some("Milano"),
            None,
            None,
            Some("2021-10-13"),
        ),
        (
            "it",
            "REGGIO CALABRIA – ",
            "La fontana torna a scorrere.",
            Some("Reggio Calabria"),
            None,
            None,
            None,
        ),
        ("it", "TORINO - ", "La fontana torna a scorrere.", Some("Torino"), None, None, None),
    ]);
}

#[test]
fn datelines_of_small_papers_and_services_are_read() {
    const S: &str = "Der Brunnen am Markt läuft wieder.";
    const E: &str = "The fountain on the square is running again after a long repair.";
    const F: &str = "Le bassin de la place coule de nouveau depuis ce matin.";
    const D: Option<&str> = Some("2021-10-14");
    check_all(&[
        ("de", "Berlin. dpa/bb ", S, Some("Berlin"), None, Some("dpa/bb"), None),
        ("de", "Berlin | dpa ", S, Some("Berlin"), None, Some("dpa"), None),
        ("de", "AFP/Berlin. ", S, Some("Berlin"), None, Some("AFP"), None),
        ("de", "Leonberg - mo - ", S, Some("Leonberg"), None, Some("mo"), None),
        ("de", "hjk. BERLIN, 14. Oktober. ", S, Some("Berlin"), None, Some("hjk"), D),
        ("de", "Wien-Innsbruck, 14.10.2021 (kath.ch) ", S, Some("Wien-Innsbruck"), None, Some("kath.ch"), D),
        (
            "de",
            "Wien (pte014/14.10.2021/12:00) - ",
            S,
            Some("Wien"),
            None,
            Some("pte014/14.10.2021/12:00"),
            None,
        ),
        ("de", "Bern, im Oktober 2021 – ", S, Some("Bern"), None, None, Some("2021-10")),
        ("de", "14.10.2021, Rostock: ", S, Some("Rostock"), None, None, D),
        ("de", "Freiburg i. Br. (dpa) - ", S, Some("Freiburg i. Br."), None, Some("dpa"), None),
        ("de", "Bad Seltzen v. d. Höhe. ", S, Some("Bad Seltzen v. d. Höhe"), None, None, None),
        ("de", "Bad Homburg v.d.H. (lhe) - ", S, Some("Bad Homburg v.d.H."), None, Some("lhe"), None),
        ("de", "Neustadt a. d. Weinstraße – ", S, Some("Neustadt a. d. Weinstraße"), None, None, None),
        ("en", "LAS PALMITAS, N.M. — ", "The judge ruled.", Some("Las Palmitas"), Some("N.M."), None, None),
        (
            "en",
            "MARLA'S HARBOR, Mass. — ",
            "The ferry stopped.",
            Some("Marla's Harbor"),
            Some("Mass."),
            None,
            None,
        ),
        ("de", "Hann. Münden (dpa/lni) – ", S, Some("Hann. Münden"), None, Some("dpa/lni"), None),
        ("de", "Ostalbkreis – ", S, Some("Ostalbkreis"), None, None, None),
        ("de", "Hinterzarten (sk) ", S, Some("Hinterzarten"), None, Some("sk"), None),
        ("de", "Zadrana (Adrien), 14.10.2021 – ", S, Some("Zadrana"), Some("Adrien"), None, D),
        ("de", "Bern ■ ", S, Some("Bern"), None, None, None),
        ("de", "Von Ina Beispiel\nTuttlingen. ", S, Some("Tuttlingen"), None, None, None),
        ("de", "Washington, D.C. (USA), 14.10.2021 – ", S, Some("Washington, D.C."), Some("USA"), None, D),
        ("en", "By Ina Sample LONDON (Reuters) - ", E, Some("London"), None, Some("Reuters"), None),
        ("en", "By Ina Sample\nCARDIFF, Wales (AP) — ", E, Some("Cardiff"), Some("Wales"), Some("AP"), None),
        ("en", "TOKYO, Oct. 14, Kyodo - ", E, Some("Tokyo"), None, Some("Kyodo"), D),
        ("en", "Geneva, 14 October (ILO News) - ", E, Some("Geneva"), None, Some("ILO News"), D),
        (
            "en",
            "COBB COUNTY, Ga. (Metro News Desk) - ",
            E,
            Some("Cobb County"),
            Some("Ga."),
            Some("Metro News Desk"),
            None,
        ),
        ("en", "Rome, Oct 14, 2021 / 03:30 am (CNA).- ", E, Some("Rome"), None, Some("CNA"), D),
        ("en", "Washington, DC – ", E, Some("Washington"), Some("DC"), None, None),
        ("en", "JAKARTA (JP): ", E, Some("Jakarta"), None, Some("JP"), None),
        ("en", "New Delhi: ", E, Some("New Delhi"), None, None, None),
        ("fr", "(Québec) ", F, Some("Québec"), None, None, None),
        ("fr", "Marseille. ", F, Some("Marseille"), None, None, None),
        ("fr", "Saint-Brieuc (Côtes-d'Armor) – ", F, Some("Saint-Brieuc"), Some("Côtes-d'Armor"), None, None),
        ("fr", "(Boursier.com) — ", F, None, None, Some("Boursier.com"), None),
        ("es", "MADRID, 14 (SERVIMEDIA) ", "El pozo vuelve.", Some("Madrid"), None, Some("SERVIMEDIA"), D),
        ("es", "Buenos Aires, 14/10 (NA) — ", "El pozo vuelve.", Some("Buenos Aires"), None, Some("NA"), D),
        ("es", "EFE | Madrid ", "El pozo vuelve.", Some("Madrid"), None, Some("EFE"), None),
        ("es", "Lima, oct. 14. ", "El pozo de la plaza vuelve.", Some("Lima"), None, None, D),
        (
            "it",
            "(ANSA/AFP) - PARIGI, 14 OTT - ",
            "La fontana torna.",
            Some("Parigi"),
            None,
            Some("ANSA/AFP"),
            D,
        ),
        (
            "it",
            "Castel di Sangro (L'Aquila) – ",
            "La fontana torna.",
            Some("Castel di Sangro"),
            Some("L'Aquila"),
            None,
            None,
        ),
    ]);
}

#[test]
fn look_alikes_are_left_alone() {
    let published = published();
    let mut wrong = Vec::new();
    for (language, text) in [
        ("de", "Bamberg oder Bayreuth – wer gewinnt das Derby?"),
        ("de", "FUSSBALL. Die Mannschaft verliert auch das dritte Spiel."),
        ("de", "NABU. Die Umweltschützer warnen vor dem Bau der Straße."),
        ("de", "Innenstadt. Die Läden öffnen ab Montag wieder länger."),
        ("de", "Köln. Das ist für ihn mehr als eine Stadt."),
        ("de", "Hamburg – Berlin in 90 Minuten: Die Bahn baut aus."),
        ("de", "Frankfurt, Oktober 2021. Es regnet seit Tagen im Westend."),
        ("de", "Von Hamburg – Die neue Show kommt ins Fernsehen."),
        ("en", "AP Stylebook — The guide changes its rules on numbers."),
        ("en", "NASA – The agency said it will launch on Friday."),
        ("en", "Paris. The city of light goes dark for an hour tonight."),
        ("fr", "Paris. La ville lumière."),
        ("de", "Bamberg – Bayreuth 3:1, das Derby endete deutlich."),
        ("de", "Hamburg - Bremen: Mit dem Zug dauert es eine Stunde."),
        ("de", "Paris – Stadt der Liebe – zieht wieder Gäste an."),
        ("de", "Wien, Prater: Am Riesenrad stehen die Leute Schlange."),
        ("de", "Berlin, Alexanderplatz. Ein Mann spielt Geige."),
        ("de", "Berlin, 9. November 1989. Die Menschen strömen zur Mauer."),
        ("de", "Berlin, 9. November 1989 – Die Mauer fällt."),
        ("de", "Berlin, kurz nach acht. Der Bus kommt nicht."),
        ("de", "Dresden, 1945: Die Stadt liegt in Trümmern."),
        ("de", "Rom brennt – so hieß der Film, der nun neu im Kino läuft."),
        ("de", "Stuttgart 21 – das Projekt wird teurer."),
        ("de", "Stuttgart (630 000 Einwohner) wächst weiter."),
        ("de", "München leuchtet. Das wusste schon der Dichter."),
        ("de", "Update: Die Straße ist wieder frei."),
        ("de", "Eilmeldung – Der Minister tritt zurück."),
        ("de", "Politik | Der Landtag berät über den Haushalt."),
        ("de", "POLITIK – Der Landtag berät über den Haushalt."),
        ("de", "Wirtschaft. Die Zahl der Gründungen steigt weiter an."),
        ("de", "KOMMENTAR. Der Haushalt ist eine Zumutung für alle."),
        ("de", "Fußball – Der Verein sucht einen neuen Trainer."),
        ("de", "Essen und Trinken – Der Markt lockt mit Neuem."),
        ("de", "Essen. Trinken. Schlafen. Mehr braucht der Kater nicht."),
        ("de", "Baden. Das ist im Sommer die liebste Beschäftigung."),
        ("de", "Singen – das macht Kinder stark."),
        ("de", "Frankfurter Würstchen – Der Name ist geschützt."),
        ("de", "Anna Berger (42) – Die Bürgermeisterin tritt wieder an."),
        ("de", "Anna Berger (SPD) – Die Bürgermeisterin tritt wieder an."),
        ("de", "Anna Berger. Die Bürgermeisterin tritt wieder an."),
        ("de", "Anna Berger: Die Zahlen sind besser als im Vorjahr."),
        ("de", "Frau Berger, wie geht es der Stadt?"),
        ("de", "dpa hat am Dienstag eine Umfrage verbreitet."),
        ("de", "AFP und dpa berichten über den Fall."),
        ("de", "Die Agentur (dpa) hat einen neuen Chef."),
        ("de", "Am Montag (12. Oktober) beginnt der Markt."),
        ("de", "Donnerstag, 14. Oktober – Der Tag im Überblick."),
        ("de", "14. Oktober 2021. Der Tag im Überblick für alle Leser."),
        ("de", "19.30 Uhr – Der Saal füllt sich."),
        ("de", "Köln? Niemals, sagen sie in Düsseldorf."),
        ("de", "Köln: Dom, Rhein und Karneval ziehen Gäste an."),
        ("de", "Altersheim. Die Bewohner feiern ein Fest im Garten."),
        ("de", "Tipp – Der Fahrplan hängt am Rathaus aus."),
        ("de", "Zürich Versicherung – Der Konzern wächst weiter."),
        ("de", "Bayern München – Der Verein sucht einen Trainer."),
        ("de", "Berlin. Berlin. Wir fahren nach Berlin."),
        ("de", "Kassel-Calden, Halle 2: Hier wird gebaut."),
        ("de", "USA | Der Präsident reist nach Europa."),
        ("de", "München-Marathon. Die Strecke ist in diesem Jahr neu."),
        ("de", "Stadt | Der Markt zieht um."),
        ("de", "Kurz notiert – Der Markt zieht um."),
        ("de", "Foto: Der Markt am Morgen."),
        ("de", "Berlin-Warschau. Die Strecke ist seit Montag gesperrt."),
        ("de", "Wien – Budapest – Prag: Die Reise beginnt am Bahnhof."),
        ("de", "Bremen - Freiburg 0:2 (0:1), das Spiel war einseitig."),
        ("de", "Kiel | Lübeck | Rostock: Die Fähren fahren wieder."),
        ("de", "Mit Material von dpa – Der Markt zieht um."),
        ("de", "Quelle: dpa. Der Markt zieht um."),
        ("de", "Stuttgart: Herr Berger, wie geht es der Stadt?"),
        ("de", "Rom, offene Stadt – Der Film ist restauriert."),
        ("de", "Die Stadt. Der Fluss. Der Regen. Alles wie immer hier."),
        ("de", "Nein. Der Rat wird das nicht beschließen, sagt er."),
        ("de", "Schluss. Der Laden am Markt macht nach 50 Jahren zu."),
        ("en", "London Calling — The album turns forty this year."),
        ("en", "Washington Post — The paper has a new owner."),
        ("en", "NEW YORK TIMES — The paper has a new owner."),
        ("en", "BREAKING — The minister has resigned."),
        ("en", "BREAKING: The minister has resigned."),
        ("en", "OPINION | The budget is an insult."),
        ("en", "WATCH: The mayor explains the plan."),
        ("en", "EDITOR'S NOTE — The story has been corrected."),
        ("en", "CORRECTION: The story has been corrected."),
        ("en", "Oct. 13, 1962 — The crisis begins."),
        ("en", "Paris — the city of light — is dark tonight."),
        ("en", "Bath — or shower? The question divides households."),
        ("en", "Phoenix (the bird) rises from the ashes."),
        ("en", "Boston, the capital of Massachusetts, is growing."),
        ("en", "AP is short for Associated Press."),
        ("en", "Reuters reported the news on Monday."),
        ("en", "Chicago (Illinois) has a new mayor."),
        ("en", "New York, New York: The city never sleeps."),
        ("en", "Jane Miller (D) — The mayor runs again."),
        ("en", "I — The first chapter begins at sea."),
        ("en", "Q: How is the city?"),
        ("en", "PARIS HILTON — The heiress has a new show."),
        ("fr", "Paris vaut bien une messe."),
        ("fr", "POLITIQUE — Le ministre a démissionné."),
        ("fr", "Tours – et détours – de la Loire."),
        ("fr", "Lyon (Rhône) est une belle ville."),
        ("es", "DEPORTES — El equipo busca entrenador."),
        ("es", "Granada, la ciudad de la Alhambra, recibe turistas."),
        ("it", "SPORT - La squadra cerca un allenatore."),
        ("it", "Roma è una città eterna."),
        ("it", "Roma - Lazio 2-1, il derby è giallorosso."),
    ] {
        if let Some(found) = find_in_text(text, &context(language, &published)) {
            wrong.push(format!("{text}\n    {:?}", found.dateline));
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_portals_own_places_are_known() {
    let places = ["Kleinkleckersdorf-Süd".to_owned()];
    let published = published();
    let context = Context { language: Some("de"), published: Some(&published), places: &places };
    let found = find_in_text("Kleinkleckersdorf-Süd. Der Brunnen läuft wieder.", &context).unwrap();
    assert_eq!(found.dateline.place.as_deref(), Some("Kleinkleckersdorf-Süd"));
}

#[test]
fn the_first_paragraph_is_looked_at_and_the_lead_is_what_is_left() {
    let blocks = [
        TextBlock { kind: BlockKind::Headline, text: "Brunnen läuft" },
        TextBlock { kind: BlockKind::Subheadline, text: "Ulm (dpa) - so nicht" },
        TextBlock { kind: BlockKind::Byline, text: "Von Anna Berger" },
        TextBlock { kind: BlockKind::Paragraph, text: "Ulm (dpa) - Der Brunnen läuft wieder." },
        TextBlock { kind: BlockKind::Paragraph, text: "Mehr dazu morgen." },
    ];
    let published = published();
    let found = find(&blocks, &context("de", &published)).unwrap();
    assert_eq!((found.span.block, found.span.start, found.span.end), (3, 0, 12));
    assert_eq!(lead(&blocks, Some(&found)).as_deref(), Some("Der Brunnen läuft wieder."));
}

#[test]
fn a_marked_lead_wins_over_the_first_paragraph() {
    let blocks = [
        TextBlock { kind: BlockKind::Lead, text: "Der Brunnen läuft." },
        TextBlock { kind: BlockKind::Paragraph, text: "Ulm. Am Markt steht ein Brunnen." },
    ];
    let published = published();
    let found = find(&blocks, &context("de", &published)).unwrap();
    assert_eq!(found.span.block, 1);
    assert_eq!(lead(&blocks, Some(&found)).as_deref(), Some("Der Brunnen läuft."));
}

#[test]
fn a_byline_in_a_paragraph_of_its_own_is_stepped_over() {
    let blocks = [
        TextBlock { kind: BlockKind::Paragraph, text: "Von Anna Berger" },
        TextBlock { kind: BlockKind::Paragraph, text: "Ulm – Der Brunnen läuft wieder." },
    ];
    let published = published();
    let found = find(&blocks, &context("de", &published)).unwrap();
    assert_eq!(lead(&blocks, Some(&found)).as_deref(), Some("Der Brunnen läuft wieder."));
}

#[test]
fn a_portals_pattern_reads_its_named_groups() {
    let pattern = regex::Regex::new(r"^\[(?P<place>[^,\]]+), (?P<date>[^\]]+)\] (?P<agency>\w+): ").unwrap();
    let published = published();
    let found =
        find_with_pattern("[Ulm, 13. Oktober] dpa: Der Brunnen läuft.", &pattern, &context("de", &published))
            .unwrap();
    assert_eq!(found.dateline.place.as_deref(), Some("Ulm"));
    assert_eq!(found.dateline.agencies, ["dpa"]);
    assert_eq!(found.dateline.date.as_deref(), Some("2021-10-13"));
    assert_eq!(found.span.end, 24);
}

#[test]
fn long_runs_of_anything_end_at_once() {
    let published = published();
    for piece in [
        "1",
        ".",
        "Berlin",
        "Berlin ",
        "Berlin/",
        "(dpa",
        "(",
        "AP ",
        "- ",
        "6.4.",
        "Ä",
        "Bad ",
        "Stuttgart-",
    ] {
        let text = piece.repeat(250_000 / piece.len());
        let begun = std::time::Instant::now();
        find_in_text(&text, &context("de", &published));
        assert!(begun.elapsed().as_secs() < 5, "{piece:?} took {:?}", begun.elapsed());
    }
}

proptest::proptest! {
    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,120}") {
        holds_its_span(&text);
    }

    #[test]
    fn shuffled_parts_never_panic(parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..12)) {
        holds_its_span(&parts.join(" "));
        holds_its_span(&parts.concat());
    }
}

const PARTS: &[&str] = &[
    "Berlin",
    "(",
    ")",
    "dpa",
    "lsw",
    "/",
    ",",
    ".",
    "|",
    "-",
    "–",
    "--",
    "6. April",
    "2020",
    "31.02.2020",
    "Oct. 13",
    "(AP)",
    "PDT",
    "13:09",
    "Der",
    "läuft",
    "WASHINGTON",
    "Ky.",
    "/TASS/",
    "[",
    "]",
    "—",
    ":",
    "und",
    "Bad",
    "ä",
    "'s",
    "Montag",
    "(07-17)",
    "\u{a0}",
];

fn holds_its_span(text: &str) {
    let published = published();
    for language in ["de", "en", "it"] {
        if let Some(found) = find_in_text(text, &context(language, &published)) {
            let length = text.chars().count();
            assert!(found.span.start < found.span.end && found.span.end <= length, "{text:?}: {found:?}");
            let prefix: String = text.chars().take(found.span.end).collect();
            assert_eq!(prefix.trim(), found.dateline.text, "{text:?}");
        }
    }
}
