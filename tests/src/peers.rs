//! Programs of other people that the stories talk with, installed once for every run.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where packages of node are installed; none where they cannot be had.
#[must_use]
pub fn of_node(packages: &[&str]) -> Option<PathBuf> {
    installed(packages, |folder| {
        let mut npm = Command::new("npm");
        npm.args([
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
        ])
        .arg(folder)
        .args(packages);
        npm
    })
}

/// Where a package of Python is installed, with others that it forgets to ask for; none where it
/// cannot be had.
#[must_use]
pub fn of_python(package: &str, beside: &[&str]) -> Option<PathBuf> {
    installed(&[package], |folder| {
        let mut pip = Command::new("python3");
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
        ])
        .arg(package)
        .args(beside)
        .arg("--target")
        .arg(folder);
        pip
    })
}

fn installed(packages: &[&str], install: impl FnOnce(&Path) -> Command) -> Option<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    let peers = cache.join("baton-peers");
    let home = peers.join(packages.join("+").replace('/', "-"));
    if home.exists() {
        return Some(home);
    }
    std::fs::create_dir_all(&peers).ok()?;
    let fresh = tempfile::tempdir_in(&peers).ok()?;
    let done = install(fresh.path())
        .current_dir(fresh.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    if !done.success() {
        return None;
    }
    // Whoever was faster has installed the same; then this one goes with its folder.
    if std::fs::rename(fresh.path(), &home).is_ok() {
        let _ = fresh.keep();
    }
    home.exists().then_some(home)
}
