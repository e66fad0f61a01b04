//! dateline: a polite news crawler and article archiver for researchers.
//!
//! Values flow one way: seeds → frontier → fetch → capture → WARC and extract → store → export.
//! `ARCHITECTURE.md` draws the whole; the modules below stand in reading order, lower layers first.

pub mod model;

pub mod portal;

pub mod decode;
pub mod robots;
pub mod select;
pub mod structure;

pub mod discover;
pub mod extract;

pub mod store;
pub mod warc;

pub mod archive;

pub mod fetch;
pub mod frontier;

pub mod config;
pub mod demo;

pub mod crawl;
pub mod export;
pub mod import;
pub mod methods;
pub mod reparse;

pub mod cli;
