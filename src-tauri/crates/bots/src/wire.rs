//! The words of the door: what a bot says and hears, as JSON.
//!
//! Requests refuse fields they do not know, so that a slip of the pen is told and not swallowed;
//! packets keep them, for they travel further than this version. What they say of customers stays
//! out of every log: their `Debug` is their name alone.

pub mod control;
pub mod customer;
pub mod event;
pub mod packet;
pub mod report;

/// Defines types of the wire.
macro_rules! asked {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$field:meta])* pub $member:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field])* pub $member: $type,)* }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

/// Defines answers of the wire.
macro_rules! told {
    ($($(#[$doc:meta])* pub struct $name:ident { $($(#[$field:meta])* pub $member:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, PartialEq, serde::Deserialize, serde::Serialize, schemars::JsonSchema)]
        pub struct $name { $($(#[$field])* pub $member: $type,)* }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}

use asked;
use told;
