//! The engine: frontier → fetch → warc → extract → store. Introduces the stages to each other.
