//! The text of rules: conditions in CEL's spelling, inside a TOML file.

pub mod duration;
pub mod expr;
mod lexer;
pub mod parser;
mod print;
pub mod tree;

pub use expr::{Binary, Expr, ExprKind};
pub use parser::parse;

#[cfg(test)]
mod tests;
