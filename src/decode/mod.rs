//! Bytes to text: content-codings under a cap, then the charset. Pure; what came from where is the caller's.
