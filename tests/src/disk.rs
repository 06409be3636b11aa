//! A small disk in memory, which only the administrator of a machine may mount.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// The size of the disk.
const DISK: u64 = 48 << 20;
/// What is left free of it when it is full: less than one of the mails needs.
const LEFT: u64 = 64 << 10;

/// A disk of its own, taken away when dropped.
pub struct Disk {
    folder: TempDir,
}

impl Disk {
    /// A small disk; none, with a line that says so, where it cannot be mounted.
    #[allow(clippy::print_stderr, reason = "what is skipped is to be seen")]
    #[must_use]
    pub fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={DISK}"), "baton-story"])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|ran| ran.status.success()) {
            return Some(Self { folder });
        }
        eprintln!("skipped: a disk cannot be mounted here (it takes the administrator)");
        None
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    fn ballast(&self) -> std::path::PathBuf {
        self.path().join("ballast")
    }

    /// Fills it up to almost nothing.
    pub fn fill(&self) {
        let block = vec![7_u8; 4096];
        let mut ballast = std::fs::File::create(self.ballast()).unwrap();
        while std::io::Write::write_all(&mut ballast, &block).is_ok() {}
        let full = ballast.metadata().unwrap().len();
        ballast.set_len(full.saturating_sub(LEFT)).unwrap();
    }

    /// From now on nobody may write on it, as on a snapshot or a card with its switch closed.
    pub fn close(&self) {
        let closed = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(self.path())
            .status();
        assert!(closed.unwrap().success(), "the disk cannot be closed");
    }

    /// Makes space.
    pub fn clear(&self) {
        std::fs::remove_file(self.ballast()).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a reader of the database may not have let go of it yet.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}
