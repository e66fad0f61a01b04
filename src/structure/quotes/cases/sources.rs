//! Which source a quotation belongs to: verbs, colons, accounts, halves and paragraphs.

use super::{check, quotes};
use crate::model::annotation::{Quote, QuoteKind};

#[test]
fn verb_so_and_colon_name_the_speaker() {
    check(
        "de",
        &["„Die Wehr hält“, sagte Ortsvorsteherin Almut Pirck am Abend."],
        &[("Die Wehr hält", "Almut Pirck", "Ortsvorsteherin")],
    );
    check(
        "de",
        &["„Das Netz reicht nicht“, so Volker Tamm, Leiter der Netzplanung."],
        &[("Das Netz reicht nicht", "Volker Tamm", "Leiter der Netzplanung")],
    );
    check(
        "de",
        &["Volker Tamm, Leiter der Netzplanung: „Wir bauen neu.“"],
        &[("Wir bauen neu.", "Volker Tamm", "Leiter der Netzplanung")],
    );
    check(
        "de",
        &["Der Vorstand der Quellbrunn AG, Volker Tamm, teilte mit: „Wir bauen neu.“"],
        &[("Wir bauen neu.", "Volker Tamm", "Vorstand der Quellbrunn AG")],
    );
    check(
        "en",
        &["“The dam holds,” said Alma Pirk, a county engineer. “It will hold tomorrow.”"],
        &[
            ("The dam holds,", "Alma Pirk", "county engineer"),
            ("It will hold tomorrow.", "Alma Pirk", "county engineer"),
        ],
    );
    check(
        "en",
        &["Owen Tarrant, the harbor master, said: \"We close at noon.\""],
        &[("We close at noon.", "Owen Tarrant", "harbor master")],
    );
}

#[test]
fn headlines_point_forward() {
    check(
        "de",
        &["# Falkner: „Wir bauen trotzdem“", "„Das Geld ist da“, sagt Dezernentin Ines Falkner."],
        &[
            ("Wir bauen trotzdem", "Ines Falkner", "Dezernentin"),
            ("Das Geld ist da", "Ines Falkner", "Dezernentin"),
        ],
    );
}

#[test]
fn fragments_belong_to_the_source_of_their_clause() {
    check(
        "de",
        &["Kämmerer Jost Hagelin nannte den Vertrag „eine Zumutung“."],
        &[("eine Zumutung", "Jost Hagelin", "Kämmerer")],
    );
    check(
        "de",
        &["Die Kasse ist laut Kämmerer Jost Hagelin „leer bis auf den Boden“."],
        &[("leer bis auf den Boden", "Jost Hagelin", "Kämmerer")],
    );
    check(
        "en",
        &["Treasurer Joan Hackle called the deal “a slap in the face.”"],
        &[("a slap in the face.", "Joan Hackle", "Treasurer")],
    );
}

#[test]
fn the_one_spoken_to_and_the_paper_are_not_the_speaker() {
    check(
        "de",
        &["„Wir prüfen das“, sagte Landrätin Marga Stohl dem „Hafenboten“ (Montag)."],
        &[("Wir prüfen das", "Marga Stohl", "Landrätin")],
    );
    check(
        "en",
        &["“We will see,” Mayor Ada Stole told reporters."],
        &[("We will see,", "Ada Stole", "Mayor")],
    );
}

#[test]
fn the_second_half_of_a_split_quotation_continues() {
    for (language, text) in [
        ("de", "„Wir sind froh“, sagte Trainerin Lena Roloff, „dass es vorbei ist.“"),
        ("de", "„Wir sind froh“, sagte Trainerin Lena Roloff. „Es ist vorbei.“"),
        ("en", "“We are glad,” coach Lena Rolfe said, “that it is over.”"),
    ] {
        let found = quotes(language, &[text]);
        let continued: Vec<bool> = found.iter().map(|quote| quote.continued).collect();
        assert_eq!(continued, [false, true], "{text}");
        assert_eq!(found[0].speaker, found[1].speaker, "{text}");
    }
}

#[test]
fn reopened_paragraphs_continue_and_missing_marks_end_with_the_block() {
    let found = quotes("en", &["Mayor Ada Stole said: “We lost a year.", "“We will not lose another.”"]);
    assert_eq!(found.len(), 2);
    assert!(found[1].continued && found[1].speaker.as_deref() == Some("Ada Stole"));
}

#[test]
fn the_subjunctive_after_a_speaker_is_their_indirect_speech() {
    let found = quotes(
        "de",
        &[
            "Dezernentin Ines Falkner sagte: „Wir bauen.“ Das entlaste die Schulen. „Im Mai geht es los“, so Falkner weiter.",
        ],
    );
    let indirect: Vec<&Quote> = found.iter().filter(|quote| quote.kind == QuoteKind::Indirect).collect();
    assert_eq!(indirect.len(), 1);
    assert_eq!(indirect[0].text, "Das entlaste die Schulen.");
    assert_eq!(indirect[0].speaker.as_deref(), Some("Ines Falkner"));
    assert!(found[2].continued);
}

#[test]
fn interviews_are_answered_by_their_labels() {
    let found = quotes(
        "de",
        &[
            "Mit Imker Jan Wulff sprach die Redaktion über den Winter.",
            "Frage: Wie geht es den Bienen?",
            "Wulff: Sie sitzen eng zusammen.",
            "Frage: Und dem Imker?",
            "Wulff: Der wartet auf den März.",
        ],
    );
    let answers: Vec<(&str, Option<&str>)> =
        found.iter().map(|quote| (quote.kind.as_str(), quote.speaker.as_deref())).collect();
    assert_eq!(answers, [("interview", Some("Jan Wulff")), ("interview", Some("Jan Wulff"))]);
}

#[test]
fn offsets_count_code_points_and_hold_the_marks() {
    let text = "Öl für Übersee: „Größe zählt“, sagte Käthe Öhm.";
    let found = quotes("de", &[text]);
    let span = found[0].span;
    let spanned: String = text.chars().skip(span.start).take(span.end - span.start).collect();
    assert_eq!(spanned, "„Größe zählt“");
}

#[test]
fn appositions_and_relative_clauses_lead_back_to_the_subject() {
    for (text, speaker) in [
        (
            "Ann Thorne, a lawyer for the Harbor Forum, which sued, said the plan “sinks by itself.”",
            "Ann Thorne",
        ),
        (
            "Mark Ellery, 57, a host who likes to call himself “the last honest man,” told us he was “done.”",
            "Mark Ellery",
        ),
        (
            "A quarrel began with Mr. Dole and the ranking member, Carla Quist, who called it “a farce.”",
            "Carla Quist",
        ),
        ("Mark Ellery lost on Tuesday, saying that the vote had been “a coin toss.”", "Mark Ellery"),
    ] {
        let found = quotes("en", &[text]);
        let last = found.iter().rfind(|quote| quote.kind != QuoteKind::Indirect).unwrap();
        assert_eq!(last.speaker.as_deref(), Some(speaker), "{text}");
    }
}

#[test]
fn a_press_release_keeps_its_four_voices_apart() {
    let found = quotes(
        "de",
        &[
            "# Rathaus verlegt die Schreibtische nach Hause",
            "Ulm.| Die Stadt Ulm hat die Zahl ihrer Heimarbeitsplätze verzehnfacht. Das teilte sie am Montag, 6. April, mit.",
            "Erster Beigeordneter Anton Walser sagte: „Ein Rathaus muss auch in solchen Wochen erreichbar sein. Ohne Technik ginge das nicht“. Zugleich entlaste es die Familien. „Viele arbeiten nun abends. Das bestärkt uns in unserem Vorhaben ‚Amt MobiL‘“, so Walser weiter.",
            "Jörg Reblin, Geschäftsführer der Netze Donau: „Dass dies in neun Tagen gelang, liegt an kurzen Wegen.“",
            "Die Anbindung haben die Fachleute des Hauses besorgt. „Sicherheit stand obenan. Abstriche gab es nicht“, so Karl-Heinz Wesselmann, Leiter IT der Stadt Ulm.",
        ],
    );
    let voices: Vec<(QuoteKind, Option<&str>, Option<&str>, bool)> = found
        .iter()
        .map(|quote| (quote.kind, quote.speaker.as_deref(), quote.role.as_deref(), quote.continued))
        .collect();
    let walser = (Some("Anton Walser"), Some("Erster Beigeordneter"));
    assert_eq!(
        voices,
        [
            (QuoteKind::Direct, walser.0, walser.1, false),
            (QuoteKind::Indirect, walser.0, walser.1, false),
            (QuoteKind::Direct, walser.0, walser.1, true),
            (QuoteKind::Direct, Some("Jörg Reblin"), Some("Geschäftsführer der Netze Donau"), false),
            (QuoteKind::Direct, Some("Karl-Heinz Wesselmann"), Some("Leiter IT der Stadt Ulm"), false),
        ]
    );
    assert_eq!(found[1].text, "Zugleich entlaste es die Familien.");
}

#[test]
fn owners_objects_and_inner_clauses_are_not_the_subject() {
    for (language, text, speaker) in [
        (
            "en",
            "Minister Ann Pell later clarified Mason’s remarks, saying that help “must be quick.”",
            "Ann Pell",
        ),
        (
            "en",
            "Fears grew, with critic Ann Pell suggesting that the army runs “a farm of ears.”",
            "Ann Pell",
        ),
        (
            "de",
            "Rektorin Eva Lohr ist dafür. Technik sei kein Zweck, betont sie: „Sie muss nützen.“",
            "Eva Lohr",
        ),
        ("de", "Nora Feld nannte das „einen Fehler“, Parteichef Jens Abt sprach von „Murks“.", "Nora Feld"),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found[0].speaker.as_deref(), Some(speaker), "{text}");
    }
}

#[test]
fn a_quotation_alone_goes_back_over_sentences_about_things() {
    check(
        "de",
        &["Vereinschef Willi Kunz kennt das. Es fehle an allem. „Wir haben nicht einmal Bälle.“"],
        &[("Wir haben nicht einmal Bälle.", "Willi Kunz", "Vereinschef")],
    );
}

#[test]
fn clauses_about_the_subject_are_passed_over() {
    for (language, text, speaker) in [
        ("de", "Jan Puck, der in Jena lehrt, hält die Thesen für „gewagt“.", "Jan Puck"),
        (
            "de",
            "Die App speichert Daten, „auf fünf Meter genau“, wie es die Forscherin Jelena Tomić formuliert.",
            "Jelena Tomić",
        ),
        ("de", "Für den Historiker Jan Puck ist das Buch „ein Glücksfall“.", "Jan Puck"),
        ("en", "The owner, farmer Colin Ashby, collected the goat. “He is sorry,” he said.", "Colin Ashby"),
        ("en", "His mother, Meena, was watching. “I don’t understand it,” she said.", "Meena"),
        (
            "en",
            "Actor Tom Reeve spoke out. To a magazine, the 52-year-old said he felt “betrayed.”",
            "Tom Reeve",
        ),
        ("en", "Sotheran’s called the sale “a triumph.”", "Sotheran"),
        ("en", "Ada Trask said online: “They cheat!” The president added that she was “done.”", "Ada Trask"),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found[0].speaker.as_deref(), Some(speaker), "{text}");
    }
}

#[test]
fn a_verb_that_stands_only_once_has_two_speakers() {
    for (language, text, speaker) in [
        ("de", "Die Opposition sprach von Versagen, die Regierung von „Anlaufschwierigkeiten“.", "Regierung"),
        ("de", "Jan Keil sprach von Pannen, Eva Roth von „blanker Not“.", "Eva Roth"),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].speaker.as_deref(), Some(speaker), "{text}");
    }
}

#[test]
fn whose_judgement_it_is_stands_before_the_clause() {
    for (language, text, mention) in [
        ("de", "Für den Verband ist der Plan „ein Schlag ins Gesicht“.", "den Verband"),
        ("en", "To Ms. Lee, the verdict was “a slap in the face.”", "Ms. Lee"),
        ("en", "For coach Ann Hale, it was “just another game.”", "coach Ann Hale"),
        ("en", "To critics, the plan is “a giveaway.”", "critics"),
        ("en", "Opponents labeled it a “land grab.”", "Opponents"),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].speaker_mention.as_deref(), Some(mention), "{text}");
    }
    assert!(quotes("en", &["The trail, labeled “Difficult,” climbs."]).is_empty());
}

#[test]
fn what_is_held_for_something_is_no_speaker() {
    check("de", &["Die Gilde hält das Programm für „zu zaghaft“."], &[("zu zaghaft", "Gilde", "-")]);
    check(
        "de",
        &["Sibylle Kranz, Chefin der Neuen Mitte, warf dem Senat „Tricks“ vor."],
        &[("Tricks", "Sibylle Kranz", "Chefin der Neuen Mitte")],
    );
}
