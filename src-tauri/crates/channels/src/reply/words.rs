//! The words by which mail programs mark what they quote, forward and sign, in the languages of
//! the world.

pub(super) mod devices;
pub(super) mod fields;
pub(super) mod intros;
pub(super) mod separators;
