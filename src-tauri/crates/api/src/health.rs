//! How Baton itself is doing.

wire! {
    /// Asks how Baton is doing.
    pub struct HealthGet {}

    /// How Baton is doing.
    pub struct Health {
        /// One line a thing checked.
        pub checks: Vec<Check>,
        /// Figures by name.
        pub figures: std::collections::BTreeMap<String, f64>,
        /// Where the workspace is.
        pub folder: String,
        /// What secrets are kept in.
        pub secrets: String,
    }

    /// One thing checked.
    pub struct Check {
        /// A stable code.
        pub code: String,
        /// `ok`, `warn` or `bad`.
        pub state: String,
        /// What was found.
        pub text: String,
        /// What to do about it.
        pub hint: String,
    }

    /// Checks the whole log and database; takes a while on a large workspace.
    pub struct AuditVerify {}

    /// What the check found.
    pub struct AuditReport {
        /// Whether everything holds.
        pub ok: bool,
        /// How many events were checked.
        pub events: u64,
        /// The head of each device's chain.
        pub heads: std::collections::BTreeMap<String, String>,
        /// What does not hold.
        pub problems: Vec<String>,
    }

    /// Writes a backup.
    pub struct BackupMake {
        /// The file; empty for one in the workspace's `backups` folder.
        pub path: String,
    }

    /// A backup that was written.
    pub struct BackupMade {
        /// The file.
        pub path: String,
        /// Its size in bytes.
        pub bytes: u64,
    }

    /// Makes lists, rows and search anew from the log; takes a while on a large workspace.
    pub struct WorkspaceMend {}

    /// What was made anew.
    pub struct WorkspaceMended {
        /// How many events were read.
        pub events: u64,
    }

    /// Plays the demo again from the start.
    pub struct DemoRestart {}
}
