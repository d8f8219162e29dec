//! Tests of the arena's rules.
