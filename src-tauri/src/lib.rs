//! The desktop shell of Baton.
