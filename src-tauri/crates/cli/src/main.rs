//! `baton` on the command line.
fn main() {}
