//! Who is meant: names, pronouns, roles and other words for somebody.

use super::{check, quotes};

#[test]
fn surnames_pronouns_and_roles_lead_to_the_full_name() {
    check(
        "de",
        &[
            "Baudezernentin Ines Falkner hat den Plan vorgestellt. „Er ist bezahlbar“, sagte sie.",
            "„Im Mai beginnen wir“, kündigte Falkner an. „Und zwar am Hafen“, ergänzte die Dezernentin.",
        ],
        &[
            ("Er ist bezahlbar", "Ines Falkner", "Baudezernentin"),
            ("Im Mai beginnen wir", "Ines Falkner", "Baudezernentin"),
            ("Und zwar am Hafen", "Ines Falkner", "Baudezernentin"),
        ],
    );
    check(
        "en",
        &[
            "“A roof is a roof,” the museum director said.",
            "“We waited,” said Paul Wragg, who runs the house.",
        ],
        &[
            ("A roof is a roof,", "Paul Wragg", "museum director"),
            ("We waited,", "Paul Wragg", "museum director"),
        ],
    );
}

#[test]
fn documents_and_people_without_a_name_have_a_mention_only() {
    check(
        "de",
        &["„Der Fahrer sang laut“, heißt es im Polizeibericht."],
        &[("Der Fahrer sang laut", "-", "-")],
    );
    check("de", &["„Es hat gekracht“, rief ein Zeuge."], &[("Es hat gekracht", "-", "Zeuge")]);
}

#[test]
fn short_words_and_pronouns_mean_the_organisation_before() {
    check(
        "de",
        &["Die Molkerei Almtal warnt vor Käse. „Wir tauschen um“, teilte das Unternehmen mit."],
        &[("Wir tauschen um", "Molkerei Almtal", "-")],
    );
    check(
        "de",
        &["Der Verein Waldfreunde Osthang klagt. „Bäume sind Wohnungen“, schreibt er."],
        &[("Bäume sind Wohnungen", "Verein Waldfreunde Osthang", "-")],
    );
    check(
        "en",
        &["The campaign group Clear Shores was pleased. “A quota is a savings book,” it said."],
        &[("A quota is a savings book,", "Clear Shores", "campaign group")],
    );
    check(
        "en",
        &["The Justice Department declined to comment. “We wait,” the department said later."],
        &[("We wait,", "Justice Department", "-")],
    );
}

#[test]
fn a_pronoun_means_the_subject_of_the_sentence_before() {
    check(
        "en",
        &[
            "Leader Mitch Grath said on Monday that Ray Remmington “should go.” “I believe the women,” he said.",
        ],
        &[("should go.", "Mitch Grath", "Leader"), ("I believe the women,", "Mitch Grath", "Leader")],
    );
    check(
        "de",
        &["Vor dem Rathaus standen 300 Leute. Bürgermeisterin Eva Roth sah zu. „Raus!“, riefen sie."],
        &[("Raus!", "-", "-")],
    );
}

#[test]
fn somebody_unknown_is_not_the_last_speaker() {
    check(
        "de",
        &["„Es geht nicht ums Geld“, sagte Wirt Udo Koch. „Doch“, flüsterte jemand im Flur."],
        &[("Es geht nicht ums Geld", "Udo Koch", "Wirt"), ("Doch", "-", "-")],
    );
    check(
        "de",
        &["Innenministerin Paola Greve schwieg. „Man prüft“, hieß es aus dem Ministerium."],
        &[("Man prüft", "-", "-")],
    );
}

#[test]
fn another_word_for_somebody_means_who_was_spoken_of() {
    check(
        "de",
        &["Klempner Udo Stell hat abgelehnt. „Das rechnet sich nicht“, sagt der Fachmann."],
        &[("Das rechnet sich nicht", "Udo Stell", "Klempner")],
    );
    check(
        "de",
        &[
            "Nach Ansicht von Professor Dr. Heinz Ohl fehlt Geld. Der Klimaforscher lehrt in Kiel. „Es reicht nie“, sagte der Wissenschaftler.",
        ],
        &[("Es reicht nie", "Heinz Ohl", "Professor")],
    );
    check(
        "en",
        &["Gunners manager Tom Reddick was pleased. “We earned it,” the Spaniard said."],
        &[("We earned it,", "Tom Reddick", "Gunners manager")],
    );
    check(
        "en",
        &["Sen. Mark Doyle met reporters. “We will vote,” the Arizona Democrat said."],
        &[("We will vote,", "Mark Doyle", "Sen.")],
    );
    // Somebody new, and somebody whose part is another.
    check(
        "de",
        &["Laut Sprecher Max Kuhn brannte es. Der Bewohner, ein Rentner, sagte: „Ich wollte nur kochen.“"],
        &[("Ich wollte nur kochen.", "-", "Bewohner")],
    );
    check(
        "de",
        &["Laut Sprecher Max Kuhn brannte es. „Es roch nach Fett“, sagte die Rentnerin."],
        &[("Es roch nach Fett", "-", "Rentnerin")],
    );
    // An office is somebody else's.
    check(
        "en",
        &["Capt. Lou Ferrer wrote the report. “It was surplus,” the resident said."],
        &[("It was surplus,", "-", "resident")],
    );
}

#[test]
fn family_names_with_a_particle_begin_sentences() {
    check(
        "de",
        &["Kommissarin Ursula von der Lahn kam am Montag. Von der Lahn sagte: „Wir handeln jetzt.“"],
        &[("Wir handeln jetzt.", "Ursula von der Lahn", "Kommissarin")],
    );
    check("de", &["Von der Tribüne rief ein Zuschauer: „Aufhören!“"], &[("Aufhören!", "-", "Zuschauer")]);
    check("de", &["Von Experten empfohlen: „Viel trinken.“"], &[("Viel trinken.", "-", "-")]);
}

#[test]
fn names_are_read_behind_offices_ages_and_two_roles() {
    for (language, text, speaker, role) in [
        ("en", "“We hope,” said Secretary of State Mina Pell.", "Mina Pell", "Secretary of State"),
        ("de", "„Essen hilft“, erklärt Köchin und Autorin Rita Lamm.", "Rita Lamm", "Köchin und Autorin"),
        ("de", "„Mein Baum“, ruft der fünfjährige Mattie und klopft die Erde fest.", "Mattie", "-"),
        ("de", "Stefan Veit vom Verwalter Pelmo sagt: „Wir stimmen zu.“", "Stefan Veit", "-"),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found[0].speaker.as_deref(), Some(speaker), "{text}");
        assert_eq!(found[0].role.as_deref().unwrap_or("-"), role, "{text}");
    }
}

#[test]
fn a_pronoun_reaches_back_to_the_person_who_spoke_last() {
    let found = quotes(
        "de",
        &[
            "„Der Vertrag bricht das Gesetz“, sagte Analyst Rico Canto.",
            "Die Behörde sagt, sie könne nicht eingreifen.",
            "Mehrere Verbände stellten Fragen.",
            "„Der Tarif ist zu hoch“, sagte er.",
        ],
    );
    let last = found.last().unwrap();
    assert_eq!((last.text.as_str(), last.speaker.as_deref()), ("Der Tarif ist zu hoch", Some("Rico Canto")));
}

#[test]
fn a_role_is_found_behind_who_is_and_in_the_next_sentence() {
    for (language, text, speaker, role) in [
        ("en", "“It works,” said Lee Sears, who is the marina manager.", "Lee Sears", "marina manager"),
        (
            "en",
            "Brig. Gen. Ido Marsh, chief of military engineers, said: “It works.”",
            "Ido Marsh",
            "chief of military engineers",
        ),
        (
            "en",
            "Nora Kadi, a minister of state for trade, said: “It works.”",
            "Nora Kadi",
            "minister of state for trade",
        ),
        (
            "de",
            "Winfried Bock klagt. Der Fuhrunternehmer hat zwölf Wagen. „Es reicht“, sagt er.",
            "Winfried Bock",
            "Fuhrunternehmer",
        ),
        (
            "de",
            "Nach den Worten des Verkehrsministers Luka Berisin ist das „ein Denkmal“.",
            "Luka Berisin",
            "Verkehrsminister",
        ),
        (
            "de",
            "Oberst Kai Loren, Kommandeur der Brigade, sagte: „Es reicht.“",
            "Kai Loren",
            "Kommandeur der Brigade",
        ),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found[0].speaker.as_deref(), Some(speaker), "{text}");
        assert_eq!(found[0].role.as_deref(), Some(role), "{text}");
    }
}

#[test]
fn houses_short_names_and_clubs_are_known_by_their_name() {
    for (language, text, speaker) in [
        ("de", "Beim Bauhof Nord findet man das „nur mäßig komisch“.", "Bauhof Nord"),
        (
            "de",
            "Die Gewerkschaft Klinik und Pflege nannte das einen „Hauruckplan“.",
            "Gewerkschaft Klinik und Pflege",
        ),
        (
            "de",
            "Die Deutsche Moorhilfe (DMH) klagt. „Die Werte sind hoch“, erklärte die DMH.",
            "Deutsche Moorhilfe",
        ),
        ("de", "Das Gesundheitsamt warnt. Das Amt nannte die Lage „ärgerlich“.", "Gesundheitsamt"),
        ("de", "Der SV Westend sagt ab. „Lieber leise“, schrieb der Verein.", "SV Westend"),
        ("en", "The Federal Air Board (FAB) acted. “Safety first,” the FAB said.", "Federal Air Board"),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found[0].speaker.as_deref(), Some(speaker), "{text}");
    }
}

#[test]
fn people_without_a_name_are_mentioned_whole() {
    for (language, text, mention) in [
        ("de", "„Da war ein Punkt“, stotterte einer der Geretteten.", "einer der Geretteten"),
        ("en", "“It was dark,” one of her uncles said.", "one of her uncles"),
        // Not `a move campaigners`, and not the time the regulator spoke.
        ("en", "Bills will rise, in a move campaigners called “a catastrophe with a number”.", "campaigners"),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!((found[0].speaker_mention.as_deref(), found[0].speaker.as_deref()), (Some(mention), None));
    }
}

#[test]
fn double_names_and_sisters_are_told_apart() {
    check(
        "de",
        &[
            "Hella Brink und Thea Brink führen den Laden. „Wir streiten nie“, sagt Hella. „Fast nie“, sagt Thea.",
        ],
        &[("Wir streiten nie", "Hella Brink", "-"), ("Fast nie", "Thea Brink", "-")],
    );
    check(
        "de",
        &["Der Weihnachtsmann heißt im wahren Leben Karl-Otto Bühl. „Der Bart ist echt“, sagt er."],
        &[("Der Bart ist echt", "Karl-Otto Bühl", "-")],
    );
    check(
        "de",
        &["Nach dem 0:4 suchte Torwart Kai Roth nach Worten. „Peinlich“, sagte er."],
        &[("Peinlich", "Kai Roth", "Torwart")],
    );
    check(
        "de",
        &["Er habe „nur kurz Pause machen“ wollen, gab der Fahrer gegenüber der Polizei an."],
        &[("nur kurz Pause machen", "-", "Fahrer")],
    );
}

#[test]
fn named_among_others_behind_ranks_and_in_one_word() {
    for (text, speaker) in [
        (
            "Criticism came from members, including Senator Lydia Moss of Vermont, who called it “a gift.”",
            "Lydia Moss",
        ),
        ("His chief then, retired Col. Burt Ames, remembers: “He was the best we had.”", "Burt Ames"),
    ] {
        let found = quotes("en", &[text]);
        assert_eq!(found[0].speaker.as_deref(), Some(speaker), "{text}");
    }
    check(
        "en",
        &["Ann Adair is 80. “What would I do?” she asked. “Knit?”"],
        &[("What would I do?", "Ann Adair", "-"), ("Knit?", "Ann Adair", "-")],
    );
    // Whose chief it is does not become the chief.
    let found = quotes("en", &["“I knew nothing,” Tom Hollow said. His commander then was kind."]);
    assert_eq!((found[0].speaker.as_deref(), found[0].role.as_deref()), (Some("Tom Hollow"), None));
}

#[test]
fn given_names_that_are_other_words_are_names() {
    for (language, text, speaker) in [
        ("en", "“It works,” Will Harkin said.", Some("Will Harkin")),
        ("en", "“It works,” said May Tripp, the council leader.", Some("May Tripp")),
        ("en", "In May Tripp said it would be “fine.”", Some("Tripp")),
        ("de", "„Es geht“, sagte Ernst Kluge.", Some("Ernst Kluge")),
    ] {
        let found = quotes(language, &[text]);
        assert_eq!(found[0].speaker.as_deref(), speaker, "{text}");
    }
}

#[test]
fn what_somebody_heads_and_what_institutions_are_called_are_names() {
    for text in [
        "Der Sprecher der „Polizei von Unterau“, Jan Rübel, sagte, der Wagen sei weg.",
        "Die Chefin von „Rowi7“, Ada Stolz, sagte, das Werk bleibe.",
        "Wie „hafen online“ berichtet, wurde die Brücke gesperrt.",
        "Kurz nach dem Umsturz erklärte der neue „Rat zur Rettung des Landes“ die Grenzen für geschlossen.",
        "Der Deutsche Kahnbund, kurz „DKB“, verkündete am Montag, dass er sich bewerben werde.",
        "Der Strom aus Teilchen, der von der Sonne ausgeht und als „Sonnenwind“ bezeichnet wird, trifft die Erde.",
        "Sein erstes großes Werk entstand in den siebziger Jahren: „Der Lange Kahn“.",
        "Er wurde wegen „groben Unfugs und Körperverletzung“ angezeigt.",
    ] {
        check("de", &[text], &[]);
    }
    check(
        "de",
        &["Landrätin Marga Stohl nannte den Plan einen „Rat zur Rettung der Banken“."],
        &[("Rat zur Rettung der Banken", "Marga Stohl", "Landrätin")],
    );
}
