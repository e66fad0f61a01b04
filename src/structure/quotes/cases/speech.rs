//! Which quoted words are speech, and which are titles, names, mottos and scare quotes.

use super::{check, quotes};
use crate::model::annotation::QuoteKind;

#[test]
fn a_headline_may_begin_with_what_somebody_says() {
    check(
        "de",
        &[
            "# „Das war knapp“ – Pilot rettet Segler",
            "Pilot Jan Rübel kam zuerst. „Der Mast war weg“, sagt er.",
        ],
        &[("Das war knapp", "Jan Rübel", "Pilot"), ("Der Mast war weg", "Jan Rübel", "Pilot")],
    );
    check("de", &["# Theater zeigt „Faustus“ als Puppenspiel"], &[]);
}

#[test]
fn titles_names_and_mottos_are_no_speech() {
    check("de", &["Der Film „Der letzte Kahn“ läuft im Kino „Lichtburg“."], &[]);
    check("de", &["Unter dem Motto „Wir gehen nicht unter“ zogen sie durch die Stadt."], &[]);
    check("de", &["Das sagte der Bürgermeister dem „Hafenboten“."], &[]);
    check("en", &["Her novel “The Long Ferry” won a prize."], &[]);
}

#[test]
fn broadcasts_and_nicknames_are_no_speech() {
    check("en", &["“He lost,” Mr. Rhee said on Harbor TV’s “Morning Round.”"], &[("He lost,", "Rhee", "-")]);
    check("en", &["They are called “swing voters” by pollsters."], &[]);
}

#[test]
fn one_word_is_speech_where_a_person_says_it() {
    check("en", &["Mayor Ada Stole replied: “Nonsense.”"], &[("Nonsense.", "Ada Stole", "Mayor")]);
}

#[test]
fn words_at_arms_length_are_no_speech() {
    for (language, text) in [
        ("en", "A “miracle” cure was sold for £40, the court heard."),
        ("en", "The village has a “beach”: forty metres of gravel."),
        ("en", "Mr. Pugh, whose nickname is “the Badger”, said he would appeal."),
        ("en", "The theme of the festival is “Water and Stone”, organisers said."),
        ("en", "Police found the drug, which users call “snowflake”, in the boot."),
        ("en", "The firm markets it as “the quietest kettle in town”."),
        ("de", "Der „kostenlose“ Kurs kostete zwölf Euro, berichtete sie."),
        ("de", "Die Diebe „liehen“ sich das Denkmal aus, wie die Polizei mitteilte."),
        ("de", "Das Motto lautet „Zusammen wachsen“, sagte Pfarrer Ole Thiel."),
        ("de", "Verurteilt wurde er wegen „gefährlicher Körperverletzung“, sagte die Richterin."),
        ("de", "Bekannt ist er als „Eiserner Karl“, wie Nachbarn erzählen."),
        ("de", "Das Abendblatt titelte: „Endlich!“"),
        ("de", "Auf der Plakette liest man: „Dem Stifter – die dankbare Stadt“."),
        ("de", "Lokale Medien nennen es „El Dragón“."),
        ("de", "Die Gewerkschaft Land und Forst (kurz: „Lafo“) rechnet mit Streiks."),
        ("de", "Der Rat setzt eine „repräsentativ“ besetzte Versammlung ein."),
    ] {
        check(language, &[text], &[]);
    }
    // What is said of something, not before it, is.
    check("en", &["The dam was “safe,” engineer Lou Pratt said."], &[("safe,", "Lou Pratt", "engineer")]);
    check("de", &["Das Motto sei „albern“, sagte Pfarrer Ole Thiel."], &[("albern", "Ole Thiel", "Pfarrer")]);
}

#[test]
fn songs_titles_and_banners_are_no_speech() {
    for (language, text) in [
        ("de", "Der Chor sang „Hoch auf dem Wagen“ und ging."),
        ("de", "Seine Mutter rief ihn „Spatz“."),
        ("de", "Die Gäste nennen ihn „Schorsch“."),
        ("en", "The scheme’s “early bird” tickets sold out in an hour, organisers said."),
        ("en", "The report, “Broken Pipes,” blames the council."),
        ("en", "Under the banner “Save Our Bus”, 200 people marched."),
        ("en", "The minister’s “fair pay” plan was rejected."),
    ] {
        check(language, &[text], &[]);
    }
    check("de", &["Die Fans sangen „Hoch auf dem Wagen!“"], &[("Hoch auf dem Wagen!", "-", "-")]);
    check(
        "en",
        &["According to the museum, the picture is “probably not a Turner”."],
        &[("probably not a Turner", "museum", "-")],
    );
}

#[test]
fn words_within_a_clause_that_nobody_is_said_to_say_are_the_reporter_s() {
    check("de", &["Der Favorit gewann, weil er den Gegner im dritten Satz „demontierte“."], &[]);
    check(
        "de",
        &["Die Kasse ist laut Kämmerer Jost Hagelin „leer“."],
        &[("leer", "Jost Hagelin", "Kämmerer")],
    );
}

#[test]
fn judgements_reproaches_and_chants_are_speech() {
    for (text, rule) in [
        ("„Völlig überzogen“ findet das der Hafenverband.", "clause-after"),
        ("„Unverantwortlich“ findet Stadtrat Jens Behm die Pläne.", "clause-after"),
        ("Die Verteidigung warf der Staatsanwaltschaft „Voreingenommenheit“ vor.", "clause-before"),
        ("In einer Mitteilung bedauerte die Firma „die Verspätungen“.", "clause-before"),
        ("Laut Gutachten war die Brücke „stark beschädigt“.", "according"),
        ("Der Kritiker hatte den Dirigenten einst einen „Buchhalter der Romantik“ genannt.", "clause-after"),
        ("Die Jury lobte das Buch als „Kunststück der Auslassung“.", "clause-before"),
        ("Analyst Jens Behm schrieb von einer „Gewinnwarnung mit Ansage“.", "clause-before"),
        (
            "Der Staatsanwalt hatte dem Angeklagten „Gleichgültigkeit über Monate“ vorgeworfen.",
            "clause-after",
        ),
        ("Hunderte skandierten „Rücktritt“ und hielten Schilder hoch.", "verb-before"),
        ("Zuvor hatte Behm von „Erpressung“ gesprochen.", "clause-after"),
        ("Der Präsident des Verbandes warnte vor einem „Höfesterben“.", "clause-before"),
        ("Ein Sprecher der Bahn begründete die Sperrung mit „Vandalismus“.", "clause-before"),
        ("Begleitet von „Hau ab“-Rufen verließ der Redner Jens Behm die Bühne.", "chant"),
    ] {
        let found = quotes("de", &[text]);
        assert_eq!(found.first().map(|quote| quote.rule), Some(rule), "{text}");
        assert!(rule != "chant" || found[0].speaker.is_none(), "{text}");
    }
}

#[test]
fn works_and_terms_are_no_speech_beside_a_verb_of_saying() {
    for (language, text) in [
        ("de", "Bei „Wer rät mit?“ scheiterte er an der ersten Frage."),
        ("de", "„Nachtfahrt“ findet Jens Behm langweilig."),
        ("de", "Der Autor erklärte, „Das letzte Ufer“ sei sein persönlichstes Buch."),
        ("de", "Die Regisseurin nannte „Nordwind“ und „Die lange Fahrt“ als Vorbilder."),
        ("de", "Als Kind habe er „Sturmfahrt“ verschlungen, sagt Jens Behm."),
        ("de", "Für „Brot und Salz“ kamen 300 Euro zusammen, freute sich Pfarrer Lenz."),
        ("de", "Die Regisseurin dreht eine Fortsetzung von „Hafenkante“, verriet sie."),
        ("de", "„Neues vom Deich“ wird eingestellt, sagte ein Sprecher."),
        ("de", "Der Verein warb mit „Mitmachen statt meckern“ um Nachwuchs."),
        ("de", "Der Begriff „bezahlbar“ müsse neu gefasst werden, forderte der Mieterbund."),
        ("de", "Das Landesamt stuft den Vogel als „stark gefährdet“ ein."),
        ("de", "Die Prüfer bewerteten nur ein Gerät mit „sehr gut“."),
        ("de", "Juristen nennen das „Abwehrklage“."),
        ("de", "Der Chor sang „Hoher Himmel, wir grüßen dich“."),
        ("de", "Er wird von allen „Buchhalter der Romantik“ genannt."),
        ("en", "The drug is listed as “of concern” by the agency."),
        ("en", "Hackers used the password “admin123,” investigators said."),
        ("en", "As a child he devoured “Storm Island,” Hale said."),
        ("en", "Ann Hale, who wrote “The Long Field,” said she was done."),
        ("en", "“The Late Hour” has been canceled, a spokesman said."),
        ("en", "Fans know him as “the Hammer,” his agent said."),
        ("en", "In “The Long Field,” Hale argues that borders move."),
        ("en", "Scientists call the effect “tidal heating.”"),
    ] {
        assert!(quotes(language, &[text]).iter().all(|quote| quote.kind == QuoteKind::Indirect), "{text}");
    }
    check("en", &["Critics call the plan “a gift to donors.”"], &[("a gift to donors.", "-", "-")]);
}
