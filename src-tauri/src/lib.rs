//! The desktop shell of Baton.
use tauri as _;
