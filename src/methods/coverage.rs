//! How many articles a portal published, those nobody saw included: two places where articles are listed are taken for
//! two catches of one population (Chapman 1951), where that can be defended, and otherwise it is said why not.
//!
//! Pure. Assumed: a place lists an article independently of whether the other does, and one of the two lists every
//! kind of article with the same chance (Seber 1982, §3.1). Neither can be proved; what the archive shows against
//! them is looked for: one place made from the other, shares that differ by section or with time in both places,
//! dependence among the articles of a third place.

use std::collections::BTreeMap;

/// Fewest articles seen in both places: with seven the estimator's bias is negligible (Robson and Regier 1964).
pub const LEAST_RECAPTURES: u64 = 7;

/// Fewest articles expected in each cell of a table that is tested.
const LEAST_EXPECTED: f64 = 5.0;

/// Sections told apart; the rest is one.
const MAX_STRATA: usize = 10;

/// Critical values of χ² at the level 0.01 for 1 to 9 degrees of freedom.
const CRITICAL: [f64; 9] = [6.635, 9.210, 11.345, 13.277, 15.086, 16.812, 18.475, 20.090, 21.666];

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_964;

/// A place where a portal lists its articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// Category pages.
    Listing,
    /// Feeds.
    Feed,
    /// Sitemaps.
    Sitemap,
}

impl Source {
    /// All, in the order of their bits.
    pub const ALL: [Self; 3] = [Self::Listing, Self::Feed, Self::Sitemap];

    /// The word used in data.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Listing => "listing",
            Self::Feed => "feed",
            Self::Sitemap => "sitemap",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// An archived article: where it was seen, when it was published, to which section it belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// Bits of [`Source`]: 1 listing, 2 feed, 4 sitemap.
    pub places: u8,
    /// Publication day, in days since any fixed day.
    pub day: i32,
    /// A number for its section.
    pub section: u32,
}

impl Sighting {
    fn is_in(&self, source: Source) -> bool {
        self.places & source.bit() != 0
    }
}

/// What two places say together.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// The two places.
    pub sources: (Source, Source),
    /// First and last publication day that both cover; `None`: none.
    pub days: Option<(i32, i32)>,
    /// Articles of these days seen in the first, in the second, in both.
    pub seen: (u64, u64, u64),
    /// Articles of these days in the archive, wherever they were seen.
    pub archived: u64,
    /// The estimate, or why none is given.
    pub estimate: Result<Estimate, Withheld>,
}

/// How many articles there were.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Chapman's estimate.
    pub total: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Why no estimate is given.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Withheld {
    /// The places cover no common days, or only the last, which is not over.
    NoCommonDays,
    /// Too few articles in both.
    TooFew {
        /// Those there are.
        recaptures: u64,
    },
    /// Everything in the one is in the other too: it may be made from it, and then says nothing of what both miss.
    Contained {
        /// The place that is contained.
        inner: Source,
        /// The place that has it all.
        outer: Source,
    },
    /// In both places the chance to be listed differs by section: what is missed is not like what is seen.
    UnequalBySection,
    /// The same with time.
    UnequalByTime,
    /// Among the articles of one place, being in another goes with being in the third: they are not independent.
    Dependent {
        /// The place among whose articles it shows.
        given: Source,
    },
}

/// What every pair of places says, the pair with the most recaptures first.
pub fn pairs(sightings: &[Sighting]) -> Vec<Pair> {
    let mut pairs: Vec<Pair> = [
        (Source::Listing, Source::Feed),
        (Source::Listing, Source::Sitemap),
        (Source::Feed, Source::Sitemap),
    ]
    .into_iter()
    .filter(|(a, b)| [a, b].iter().all(|source| sightings.iter().any(|seen| seen.is_in(**source))))
    .map(|sources| pair(sightings, sources))
    .collect();
    pairs.sort_by_key(|pair| std::cmp::Reverse(pair.seen.2));
    // Dependence of one pair mostly means that some articles are listed everywhere and some hardly anywhere, which
    // spoils the others just as well, though less visibly.
    let dependent = pairs.iter().find_map(|pair| dependence(sightings, pair));
    if let Some(given) = dependent {
        for pair in pairs.iter_mut().filter(|pair| pair.estimate.is_ok()) {
            pair.estimate = Err(Withheld::Dependent { given });
        }
    }
    pairs
}

/// The third place whose articles show that the two of `pair` depend on each other, where one does.
fn dependence(sightings: &[Sighting], pair: &Pair) -> Option<Source> {
    let (first, last) = pair.days?;
    let (a, b) = pair.sources;
    let given = Source::ALL.into_iter().find(|source| *source != a && *source != b)?;
    let inside: Vec<Sighting> =
        sightings.iter().filter(|seen| (first..=last).contains(&seen.day)).copied().collect();
    is_dependent(&inside, (a, b), given).then_some(given)
}

fn pair(sightings: &[Sighting], (a, b): (Source, Source)) -> Pair {
    let days = common_days(sightings, a, b);
    let Some((first, last)) = days else {
        let estimate = Err(Withheld::NoCommonDays);
        return Pair { sources: (a, b), days, seen: (0, 0, 0), archived: 0, estimate };
    };
    let inside: Vec<Sighting> =
        sightings.iter().filter(|seen| (first..=last).contains(&seen.day)).copied().collect();
    let count = |wanted: &dyn Fn(&Sighting) -> bool| inside.iter().filter(|seen| wanted(seen)).count() as u64;
    let in_a = count(&|seen| seen.is_in(a));
    let in_b = count(&|seen| seen.is_in(b));
    let in_both = count(&|seen| seen.is_in(a) && seen.is_in(b));
    let estimate = match objection(&inside, (a, b), (in_a, in_b, in_both), (first, last)) {
        Some(withheld) => Err(withheld),
        None => Ok(chapman(in_a, in_b, in_both)),
    };
    let archived = inside.len() as u64;
    Pair { sources: (a, b), days, seen: (in_a, in_b, in_both), archived, estimate }
}

/// The publication days both places cover: from where the later one begins in earnest (a twentieth of its articles
/// may be older: pinned stories) to the day before the last of the earlier one, since that day was not over.
fn common_days(sightings: &[Sighting], a: Source, b: Source) -> Option<(i32, i32)> {
    let mut first = i32::MIN;
    let mut last = i32::MAX;
    for source in [a, b] {
        let mut days: Vec<i32> =
            sightings.iter().filter(|seen| seen.is_in(source)).map(|seen| seen.day).collect();
        days.sort_unstable();
        first = first.max(*days.get(days.len() / 20)?);
        last = last.min(days.last()?.saturating_sub(1));
    }
    (first <= last).then_some((first, last))
}

/// What speaks against the estimate, if anything does.
fn objection(
    inside: &[Sighting],
    (a, b): (Source, Source),
    (in_a, in_b, in_both): (u64, u64, u64),
    (first, last): (i32, i32),
) -> Option<Withheld> {
    if in_both < LEAST_RECAPTURES {
        return Some(Withheld::TooFew { recaptures: in_both });
    }
    if in_b == in_both {
        return Some(Withheld::Contained { inner: b, outer: a });
    }
    if in_a == in_both {
        return Some(Withheld::Contained { inner: a, outer: b });
    }
    if is_unequal(inside, (a, b), &|seen| seen.section) {
        return Some(Withheld::UnequalBySection);
    }
    let length = i64::from(last) - i64::from(first) + 1;
    let third = |seen: &Sighting| ((i64::from(seen.day) - i64::from(first)) * 3 / length) as u32;
    is_unequal(inside, (a, b), &third).then_some(Withheld::UnequalByTime)
}

/// Whether the chance to be listed differs between strata in both places. In one it may: then the other still is a
/// fair sample.
fn is_unequal(inside: &[Sighting], (a, b): (Source, Source), stratum: &dyn Fn(&Sighting) -> u32) -> bool {
    let differs = |caught: Source, recaught: Source| {
        let mut strata: BTreeMap<u32, [f64; 2]> = BTreeMap::new();
        for seen in inside.iter().filter(|seen| seen.is_in(caught)) {
            strata.entry(stratum(seen)).or_default()[usize::from(seen.is_in(recaught))] += 1.0;
        }
        differ(pooled(strata.into_values().collect()))
    };
    differs(a, b) && differs(b, a)
}

/// Whether, among the articles of a third place, being in the one goes with being in the other.
fn is_dependent(inside: &[Sighting], (a, b): (Source, Source), given: Source) -> bool {
    let mut table = [[0.0; 2]; 2];
    for seen in inside.iter().filter(|seen| seen.is_in(given)) {
        table[usize::from(seen.is_in(a))][usize::from(seen.is_in(b))] += 1.0;
    }
    let total: f64 = table.iter().flatten().sum();
    let row = |index: usize| table[index][0] + table[index][1];
    let column = |index: usize| table[0][index] + table[1][index];
    let least = row(0).min(row(1)) * column(0).min(column(1)) / total.max(1.0);
    least >= LEAST_EXPECTED && differ(table.to_vec())
}

/// Strata large enough to be tested; the small ones together are one.
fn pooled(mut strata: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    let total: f64 = strata.iter().flatten().sum();
    let rarer = [0, 1].map(|column| strata.iter().map(|row| row[column]).sum::<f64>()).into_iter();
    let share = rarer.fold(f64::INFINITY, f64::min) / total.max(1.0);
    let is_large = |row: &[f64; 2]| (row[0] + row[1]) * share >= LEAST_EXPECTED;
    strata.sort_by(|one, other| (other[0] + other[1]).total_cmp(&(one[0] + one[1])));
    let large = strata.iter().take(MAX_STRATA - 1).take_while(|row| is_large(row)).count();
    let rest =
        strata.split_off(large).into_iter().fold([0.0; 2], |sum, row| [sum[0] + row[0], sum[1] + row[1]]);
    if is_large(&rest) {
        strata.push(rest);
    }
    strata
}

/// Whether rows of two counts differ in their shares: χ² at the level 0.01.
fn differ(rows: Vec<[f64; 2]>) -> bool {
    let Some(critical) = rows.len().checked_sub(2).and_then(|index| CRITICAL.get(index)) else {
        return false;
    };
    let columns = [0, 1].map(|column| rows.iter().map(|row| row[column]).sum::<f64>());
    let total = columns[0] + columns[1];
    let mut statistic = 0.0;
    for row in rows {
        for (seen, column) in row.into_iter().zip(columns) {
            let expected = (row[0] + row[1]) * column / total;
            if expected > 0.0 {
                statistic += (seen - expected).powi(2) / expected;
            }
        }
    }
    statistic > *critical
}

/// Chapman's estimate with the log-normal interval of what was not seen (Burnham et al. 1987), which never lies below
/// what was.
fn chapman(in_a: u64, in_b: u64, in_both: u64) -> Estimate {
    let (a, b, both) = (in_a as f64, in_b as f64, in_both as f64);
    let total = (a + 1.0) * (b + 1.0) / (both + 1.0) - 1.0;
    let variance = (a + 1.0) * (b + 1.0) * (a - both) * (b - both) / ((both + 1.0).powi(2) * (both + 2.0));
    let seen = a + b - both;
    let unseen = total - seen;
    if unseen <= 0.0 || variance <= 0.0 {
        return Estimate { total, low: total, high: total };
    }
    let factor = (Z * (1.0 + variance / unseen.powi(2)).ln().sqrt()).exp();
    Estimate { total, low: seen + unseen / factor, high: seen + unseen * factor }
}

#[cfg(test)]
mod tests;
