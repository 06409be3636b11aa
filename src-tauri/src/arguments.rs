//! The arguments of the app.

use std::ffi::OsString;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;

use crate::failure::Failure;
use crate::link;

/// The identifier of the app, which is also its name on the session bus.
const IDENTIFIER: &str = "dev.baton.desk";

const HELP: &str = "\
Baton, the desktop resolution inbox

Usage: baton-desktop [--demo] [--workspace DIR] [baton://c/CONVERSATION]

  --demo           play the demo: a lively hour in two minutes, without any account
  --workspace DIR  the folder to work in (otherwise one in the user's data folder)
  --help           this text
  --version        the version";

/// How the app is to run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// Whether to play the demo.
    pub(crate) demo: bool,
    /// The folder of the workspace, when it is not the usual one.
    pub(crate) workspace: Option<PathBuf>,
    /// The conversation that a link names.
    pub(crate) link: Option<String>,
}

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    /// To run.
    Run(Arguments),
    /// To print a text and end.
    Text(String),
}

impl Arguments {
    /// Reads what follows the name of the program.
    pub(crate) fn read(mut all: impl Iterator<Item = OsString>) -> Result<Asked, Failure> {
        let mut found = Self::default();
        while let Some(argument) = all.next() {
            let text = argument.to_string_lossy();
            match text.as_ref() {
                "--demo" => found.demo = true,
                "--workspace" => {
                    let folder = all.next().filter(|folder| !folder.is_empty());
                    let folder = folder.ok_or_else(|| {
                        Failure::Arguments("--workspace needs a folder.".to_owned())
                    })?;
                    found.workspace = Some(PathBuf::from(folder));
                }
                "--help" | "-h" => return Ok(Asked::Text(HELP.to_owned())),
                "--version" | "-V" => {
                    let version = env!("CARGO_PKG_VERSION");
                    return Ok(Asked::Text(format!("baton-desktop {version}")));
                }
                link if link.starts_with("baton:") => found.link = link::conversation(link),
                other => match other.strip_prefix("--workspace=") {
                    Some(folder) if !folder.is_empty() => {
                        found.workspace = Some(PathBuf::from(folder));
                    }
                    _ => {
                        return Err(Failure::Arguments(format!("{other:?} is not known.")));
                    }
                },
            }
        }
        Ok(Asked::Run(found))
    }

    /// Whether this is the workspace that a plain start opens.
    pub(crate) fn is_usual_workspace(&self) -> bool {
        !self.demo && self.workspace.is_none()
    }

    /// The folder to work in.
    pub(crate) fn folder(&self) -> Result<Folder, Failure> {
        let folder = match &self.workspace {
            Some(folder) => folder.clone(),
            None => {
                let base = etcetera::choose_base_strategy().map_err(|error| {
                    Failure::Start(format!("The user's data folder cannot be found: {error}."))
                })?;
                let name = if self.demo { "baton-demo" } else { "baton" };
                base.data_dir().join(name)
            }
        };
        std::path::absolute(&folder)
            .map(Folder)
            .map_err(|error| Failure::Start(format!("{}: {error}.", folder.display())))
    }
}

/// The folder of a workspace, as an absolute path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The name under which the one instance of this workspace is known to later starts.
    pub(crate) fn instance(&self, usual: bool) -> String {
        if usual {
            return IDENTIFIER.to_owned();
        }
        let mut hasher = DefaultHasher::new();
        self.0.hash(&mut hasher);
        format!("{IDENTIFIER}.w{:016x}", hasher.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Asked, Failure> {
        Arguments::read(words.iter().map(OsString::from))
    }

    #[test]
    fn all_can_stand_together() {
        let Ok(Asked::Run(read)) = read(&["--demo", "--workspace", "/w", "baton://c/cnv_1"]) else {
            panic!("they can be read");
        };
        assert!(read.demo);
        assert_eq!(read.workspace.as_deref(), Some(Path::new("/w")));
        assert_eq!(read.link.as_deref(), Some("cnv_1"));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        assert!(matches!(read(&["--workspace"]), Err(Failure::Arguments(_))));
        assert!(matches!(
            read(&["--frobnicate"]),
            Err(Failure::Arguments(_))
        ));
    }

    #[test]
    fn a_broken_link_still_opens_the_window() {
        assert_eq!(
            read(&["baton://nowhere/1"]).ok(),
            Some(Asked::Run(Arguments::default()))
        );
    }

    #[test]
    fn each_workspace_has_its_own_instance() {
        let name = |path: &str| Folder(PathBuf::from(path)).instance(false);
        assert_eq!(name("/a"), name("/a"));
        assert_ne!(name("/a"), name("/b"));
        assert_eq!(Folder(PathBuf::from("/a")).instance(true), IDENTIFIER);
    }
}
