//! Dates and times in running text, German and English: what they say and which day that is.
//!
//! A grammar over tokens makes forms (`grammar`, `days`, `units`, `clock`, `numeric`), the verbs of the clause say
//! where it looks (`tense`), the day of publication resolves them (`resolve`). Datelines are `dateline`'s.

use jiff::civil::{Date, Time};

use self::form::{Form, Point, YearSpec};
use self::grammar::{Expression, expressions, share_year};
use self::lexicon::Lexicon;
use self::reader::{Language, Reader};
use self::resolve::{Anchor, resolve};
use self::tense::{Direction, direction};
use self::token::{Token, tokens};
use super::{Context, TextBlock};
use crate::model::annotation::{DateMention, Span};

mod clock;
mod counted;
mod days;
pub(crate) mod form;
mod grammar;
mod holiday;
pub(crate) mod lexicon;
mod lists;
mod numeric;
pub(crate) mod reader;
mod resolve;
mod spans;
mod tense;
#[cfg(test)]
mod tests;
pub(crate) mod token;
mod told;
mod units;
mod verbs;
mod years;

/// How many tokens back a day last spoken of is still meant by "um 20 Uhr".
const MEMORY: usize = 60;
/// The same for "am Vortag", which says itself that it looks back.
const LONG_MEMORY: usize = 200;

/// Every date or time expression that can be resolved, in the order of the text. Never fails; linear in its length.
pub fn find(blocks: &[TextBlock<'_>], context: &Context<'_>) -> Vec<DateMention> {
    let language = language(blocks, context);
    let lexicon = match language {
        Language::German => Lexicon::german(),
        Language::English { .. } => Lexicon::english(),
    };
    let published = context.published.map(jiff::Zoned::date);
    let time = context.published.map(jiff::Zoned::time);
    let mut mentions = Vec::new();
    let mut memory = Memory::default();
    for (index, block) in blocks.iter().enumerate() {
        for (start, piece) in pieces(block.text) {
            let tokens = tokens(piece, lexicon);
            let reader = Reader::new(&tokens, language);
            let place = Piece { text: piece, block: index, start };
            find_in_piece(&reader, &tokens, (published, time), &place, &mut memory, &mut mentions);
            memory.tokens_before += tokens.len();
        }
    }
    mentions
}

/// A block, or one of the pieces a very long block is read in.
struct Piece<'t> {
    text: &'t str,
    block: usize,
    /// Code points of the block before it.
    start: usize,
}

/// The day last spoken of, in this paragraph or one before.
#[derive(Default)]
struct Memory {
    day: Option<(Date, usize)>,
    /// It is the morning after a night.
    is_night: bool,
    tokens_before: usize,
}

/// Bytes read at once: tokens take many times the room of the text.
const PIECE_BYTES: usize = 1 << 16;

/// The block in pieces that end at white space, each with the code points before it.
fn pieces(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    let mut start = 0;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut end = rest.len();
        if end > PIECE_BYTES {
            let from = (0..=PIECE_BYTES).rev().find(|at| rest.is_char_boundary(*at)).unwrap_or(rest.len());
            // A sentence's end is best ("6. April" has none), white space will do; else the text is cut where it is.
            let head = &rest[..from];
            let mut stops = head.rmatch_indices(". ").map(|(at, _)| at);
            let stop = stops.find(|at| !head[..*at].ends_with(|before: char| before.is_ascii_digit()));
            end = stop.map(|at| at + 2).or_else(|| head.rfind(' ').map(|at| at + 1)).unwrap_or(from);
        }
        let (piece, after) = rest.split_at(end);
        let place = start;
        start += piece.chars().count();
        rest = after;
        Some((place, piece))
    })
}

fn find_in_piece(
    reader: &Reader<'_>,
    tokens: &[Token<'_>],
    (published, time): (Option<Date>, Option<Time>),
    piece: &Piece<'_>,
    memory: &mut Memory,
    mentions: &mut Vec<DateMention>,
) {
    let mut cursor = TextCursor::new(piece.text);
    let mut free = 0;
    for mut expression in expressions(reader) {
        share_year(&mut expression.point);
        let Expression { point, first, past } = expression;
        let direction =
            if needs_direction(&point) { direction(reader, first, past) } else { Direction::Unknown };
        if direction == Direction::Past && is_span_ahead(&point) {
            continue;
        }
        let here = memory.tokens_before + first;
        let day = memory.day.filter(|(_, place)| here.saturating_sub(*place) < reach(&point.form));
        let mut told = day.map(|(day, _)| day);
        if memory.is_night && is_evening(&point) {
            // "in der Nacht zu Samstag um 23 Uhr" is still Friday
            told = told.and_then(|morning| morning.yesterday().ok());
        }
        if told.is_none() && direction == Direction::Past && lies_ahead(&point, time) {
            // At seven in the morning "um 23 Uhr piepte" was yesterday.
            told = published.and_then(|day| day.yesterday().ok());
        }
        let anchor = Anchor { published, told, direction, language: reader.language };
        let Some(value) = resolve(&point, &anchor) else { continue };
        if let Some(day) = value.day.filter(|_| !matches!(point.form, Form::FromTold(_) | Form::Time)) {
            memory.day = Some((day, memory.tokens_before + past));
            memory.is_night = matches!(point.form, Form::NightTo(_));
        }
        // A word that belongs to the mention before is not said twice: "vor 24 Jahren 2020".
        let first = first.max(free);
        if first >= past {
            continue;
        }
        free = past;
        let (start, end) = (tokens[first].start, tokens[past - 1].end());
        mentions.push(DateMention {
            text: cursor.slice(start, end).to_owned(),
            date: value.text,
            span: Span { block: piece.block, start: piece.start + start, end: piece.start + end },
        });
    }
}

/// A bare time late in the day.
fn is_evening(point: &Point) -> bool {
    matches!(point.form, Form::Time) && point.clock.is_some_and(|clock| clock.hour >= 17)
}

/// A bare time later than that of publication.
fn lies_ahead(point: &Point, published: Option<Time>) -> bool {
    let (Form::Time, Some(clock), Some(published)) = (&point.form, point.clock, published) else {
        return false;
    };
    (clock.hour, clock.minute) > (published.hour(), published.minute())
}

fn reach(form: &Form) -> usize {
    if matches!(form, Form::FromTold(days) if *days != 0) { LONG_MEMORY } else { MEMORY }
}

/// Only what gives no year or no week is decided by the verb.
fn needs_direction(point: &Point) -> bool {
    match &point.form {
        Form::Day { year, .. }
        | Form::Month { year, .. }
        | Form::Quarter { year, .. }
        | Form::Half { year, .. }
        | Form::Season { year, .. }
        | Form::NthWeekday { year, .. }
        | Form::Holiday { year, .. } => *year == YearSpec::Open,
        Form::DayOfMonth { .. } | Form::Weekend(_) | Form::Time => true,
        Form::Weekday { shift, .. } => matches!(shift, None | Some(0)),
        Form::Relative { by, .. } => *by > 0,
        Form::NightTo(morning) => needs_direction(&Point::new((**morning).clone())),
        Form::Range(from, to) => needs_direction(from) || needs_direction(to),
        _ => false,
    }
}

/// "in drei Tagen" of something done is how long it took.
fn is_span_ahead(point: &Point) -> bool {
    matches!(point.form, Form::Relative { by, .. } if by > 1)
}

/// German or English: what the context says, else what the words say.
fn language(blocks: &[TextBlock<'_>], context: &Context<'_>) -> Language {
    let tag = context.language.unwrap_or_default();
    let primary = tag.split(['-', '_']).next().unwrap_or_default();
    let is_english =
        if primary.is_empty() { reads_english(blocks) } else { primary.eq_ignore_ascii_case("en") };
    if is_english {
        Language::English { month_first: is_month_first(tag, context) }
    } else {
        Language::German
    }
}

/// The tag's region decides, then the zone; American where neither says.
fn is_month_first(tag: &str, context: &Context<'_>) -> bool {
    if let Some((_, region)) = tag.split_once(['-', '_']) {
        return region.eq_ignore_ascii_case("US");
    }
    let zone = context.published.and_then(|published| published.time_zone().iana_name()).unwrap_or("UTC");
    !(zone.starts_with("Europe/")
        || zone.starts_with("Australia/")
        || zone.starts_with("Pacific/Auckland")
        || zone.starts_with("Asia/")
        || zone.starts_with("Africa/"))
        || zone == "Asia/Manila"
}

/// Counts the commonest words of both languages at the beginning.
fn reads_english(blocks: &[TextBlock<'_>]) -> bool {
    let mut score = 0_i32;
    for word in blocks.iter().flat_map(|block| block.text.split_whitespace()).take(400) {
        score += match word {
            "the" | "The" | "of" | "and" | "to" | "said" | "that" | "on" => 1,
            "der" | "die" | "und" | "das" | "den" | "ist" | "Die" | "Der" | "mit" | "von" => -1,
            _ => 0,
        };
    }
    score > 0
}

/// Slices a text by code points, going forward only.
struct TextCursor<'t> {
    text: &'t str,
    byte: usize,
    point: usize,
}

impl<'t> TextCursor<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, byte: 0, point: 0 }
    }

    /// The text between two offsets; neither lies before the start of the last slice.
    fn slice(&mut self, start: usize, end: usize) -> &'t str {
        let rest = &self.text[self.byte..];
        let from = byte_of(rest, start.saturating_sub(self.point));
        self.byte += from;
        self.point = start;
        let rest = &self.text[self.byte..];
        &rest[..byte_of(rest, end.saturating_sub(start))]
    }
}

fn byte_of(text: &str, point: usize) -> usize {
    text.char_indices().nth(point).map_or(text.len(), |(byte, _)| byte)
}
