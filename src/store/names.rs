//! Names kept once and pointed at by number: authors, sections, tags, speakers, WARC files, readers, provenance.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use crate::store::error::Result;

/// Most numbers remembered per kind; beyond that they are looked up again.
const MAX_REMEMBERED: usize = 20_000;

/// A kind of name, with its statements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Name {
    Author,
    Section,
    Tag,
    Speaker,
    WarcFile,
    Provenance,
}

impl Name {
    fn statements(self) -> (&'static str, &'static str) {
        match self {
            Self::Author => {
                ("SELECT id FROM author WHERE name = ?1", "INSERT INTO author (name) VALUES (?1)")
            }
            Self::Section => {
                ("SELECT id FROM section WHERE name = ?1", "INSERT INTO section (name) VALUES (?1)")
            }
            Self::Tag => ("SELECT id FROM tag WHERE name = ?1", "INSERT INTO tag (name) VALUES (?1)"),
            Self::Speaker => {
                ("SELECT id FROM speaker WHERE name = ?1", "INSERT INTO speaker (name) VALUES (?1)")
            }
            Self::WarcFile => {
                ("SELECT id FROM warc_file WHERE name = ?1", "INSERT INTO warc_file (name) VALUES (?1)")
            }
            Self::Provenance => {
                ("SELECT id FROM provenance WHERE rules = ?1", "INSERT INTO provenance (rules) VALUES (?1)")
            }
        }
    }
}

/// Numbers of names met lately.
#[derive(Debug, Default)]
pub(crate) struct Names {
    numbers: HashMap<Name, HashMap<String, i64>>,
    readers: HashMap<(String, Option<String>), i64>,
}

impl Names {
    /// The number of `name`, given to it now if it is new.
    pub(crate) fn number(&mut self, connection: &Connection, kind: Name, name: &str) -> Result<i64> {
        let numbers = self.numbers.entry(kind).or_default();
        if let Some(number) = numbers.get(name) {
            return Ok(*number);
        }
        let (select, insert) = kind.statements();
        let found = connection.prepare_cached(select)?.query_row([name], |row| row.get(0)).optional()?;
        let number = if let Some(number) = found {
            number
        } else {
            connection.prepare_cached(insert)?.execute([name])?;
            connection.last_insert_rowid()
        };
        if numbers.len() >= MAX_REMEMBERED {
            numbers.clear();
        }
        numbers.insert(name.to_owned(), number);
        Ok(number)
    }

    /// The number of a program with its selectors.
    pub(crate) fn reader(
        &mut self,
        connection: &Connection,
        program: &str,
        selectors_hash: Option<String>,
    ) -> Result<i64> {
        let key = (program.to_owned(), selectors_hash);
        if let Some(number) = self.readers.get(&key) {
            return Ok(*number);
        }
        let found = connection
            .prepare_cached("SELECT id FROM reader WHERE program = ?1 AND selectors_hash IS ?2")?
            .query_row((&key.0, &key.1), |row| row.get(0))
            .optional()?;
        let number = if let Some(number) = found {
            number
        } else {
            connection
                .prepare_cached("INSERT INTO reader (program, selectors_hash) VALUES (?1, ?2)")?
                .execute((&key.0, &key.1))?;
            connection.last_insert_rowid()
        };
        self.readers.insert(key, number);
        Ok(number)
    }

    /// Forgets what was remembered: a batch was rolled back.
    pub(crate) fn forget(&mut self) {
        self.numbers.clear();
        self.readers.clear();
    }
}
