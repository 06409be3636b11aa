//! Rules on the wire: the ones in force, the page that edits them, their versions and their way
//! from shadow to live.

mod check;
mod edit;
mod facts;
mod force;
mod form;
mod promotion;
mod version;

pub use self::{check::*, edit::*, facts::*, force::*, form::*, promotion::*, version::*};
