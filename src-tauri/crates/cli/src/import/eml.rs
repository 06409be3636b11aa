//! One mail a file, alone or in folders.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::walk::{self, Step};
use super::{Content, Fault, Found, Item, Why, is_field, name_of, whole};

/// Reads a file, or all mails below a folder.
pub struct Eml {
    /// What is still to do, the next one last.
    todo: Vec<Step>,
    first: Option<Found>,
}

impl Eml {
    /// Begins with a file or folder. A file named here is read whatever it is called and wherever
    /// it links to; in a folder, files that do not begin like a mail are reported and left out.
    #[must_use]
    pub fn new(path: &Path) -> Self {
        let name = name_of(path);
        let (todo, first) = match fs::metadata(path) {
            Ok(about) if about.is_dir() => match walk::list(path, "", 0) {
                Ok(steps) => (reversed(steps), None),
                Err(fault) => (
                    Vec::new(),
                    Some(Err(Fault {
                        place: name,
                        ..fault
                    })),
                ),
            },
            Ok(about) if about.is_file() => (Vec::new(), Some(mail(path.to_owned(), name))),
            Ok(_) => (Vec::new(), Some(Err(Fault::new(name, Why::Special)))),
            Err(error) => (Vec::new(), Some(Err(Fault::new(name, error)))),
        };
        Self { todo, first }
    }
}

fn reversed(mut steps: Vec<Step>) -> Vec<Step> {
    steps.reverse();
    steps
}

fn mail(path: PathBuf, name: String) -> Found {
    match whole(&path) {
        Ok(raw) => Ok(Item {
            source: name,
            content: Content::Mail(raw),
            flags: String::new(),
        }),
        Err(why) => Err(Fault { place: name, why }),
    }
}

/// Whether a name is one that mail is kept under. Such a file is taken whatever is in it: a
/// damaged mail is to be seen, not left out.
fn is_named_like_mail(name: &str) -> bool {
    const ENDINGS: [&str; 7] = ["eml", "email", "mail", "mbx", "msg", "raw", "txt"];
    match Path::new(name).extension() {
        None => true,
        Some(ending) => ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known)),
    }
}

/// Whether a file begins as mail does, for files that do not say so by their name.
fn begins_like_mail(path: &Path) -> Result<bool, Why> {
    let mut start = Vec::new();
    File::open(path)?.take(512).read_to_end(&mut start)?;
    Ok(is_field(&start) || start.starts_with(b"From "))
}

impl Iterator for Eml {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        if let Some(first) = self.first.take() {
            return Some(first);
        }
        loop {
            let step = self.todo.pop()?;
            if step.file_name().starts_with('.') {
                continue;
            }
            if step.is_folder() {
                match walk::list(&step.path, &step.name, step.depth + 1) {
                    Ok(inner) => self.todo.extend(inner.into_iter().rev()),
                    Err(fault) => return Some(Err(fault)),
                }
                continue;
            }
            if let Err(fault) = step.check_file() {
                return Some(Err(fault));
            }
            let named = is_named_like_mail(step.file_name());
            return Some(
                match named || begins_like_mail(&step.path).unwrap_or(true) {
                    true => mail(step.path, step.name),
                    false => Err(Fault::new(
                        step.name,
                        Why::Unfit("it neither begins nor is named like a mail".to_owned()),
                    )),
                },
            );
        }
    }
}
