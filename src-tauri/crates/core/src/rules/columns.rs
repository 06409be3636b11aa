//! Many decision points at once: facts in columns, truths as bitmaps, a rule as a few operations on
//! whole words. What it finds is what the evaluator of single decisions finds.
//!
//! Each distinct condition is evaluated once over a frame, in three-valued logic: one bitmap says
//! where it is true, one where it is false, and where neither says so it is unknown. A [`Sweep`]
//! remembers what each rule found in each frame by what the rule says, so that an edit of one rule
//! evaluates that rule alone.

mod atom;
pub mod bits;
pub mod frame;
mod ground;
mod key;
mod sweep;

pub use bits::{Bits, Truths};
pub use frame::{Frame, Point};
pub(in crate::rules) use ground::Grounds;
pub use key::Keys;
pub use sweep::{Found, Sweep, Swept};

#[cfg(test)]
mod tests;
