//! What a team knows: texts cut into passages that can be found and shown.

pub mod ground;
pub mod markdown;
pub mod passage;
pub mod word;
