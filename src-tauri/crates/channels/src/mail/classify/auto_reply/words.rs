//! The words of automatic answers, in the languages of the world.

pub(super) mod subjects;
pub(super) mod texts;
