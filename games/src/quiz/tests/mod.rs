//! Tests: transcripts of whole quizzes.
