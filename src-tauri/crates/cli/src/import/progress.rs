//! Says how far an import is: one line rewritten on a terminal, a new line now and then elsewhere.

use std::io::{self, Write};
use std::time::{Duration, Instant};

/// What has been done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Tally {
    /// Messages or dialogs that are new.
    pub imported: u64,
    /// Those that were there already.
    pub known: u64,
    /// Those that could not be read or taken.
    pub faults: u64,
    /// Bytes read.
    pub bytes: u64,
}

/// Writes a [`Tally`] every so often.
pub struct Progress<W> {
    out: W,
    terminal: bool,
    began: Instant,
    last: Option<Instant>,
    shown: bool,
}

impl<W: Write> Progress<W> {
    /// Writes to `out`, by rewriting when it is a terminal.
    #[must_use]
    pub fn new(out: W, terminal: bool, now: Instant) -> Self {
        Self {
            out,
            terminal,
            began: now,
            last: None,
            shown: false,
        }
    }

    /// Tells how it stands, when it is time to.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn tell(&mut self, tally: &Tally, now: Instant) -> io::Result<()> {
        let pause = match self.terminal {
            true => Duration::from_millis(200),
            false => Duration::from_secs(5),
        };
        let last = self.last.unwrap_or(self.began);
        if now.duration_since(last) < pause {
            return Ok(());
        }
        self.last = Some(now);
        let line = sentence(tally, now.duration_since(self.began));
        if self.terminal {
            self.shown = true;
            write!(self.out, "\r\x1b[2K{line}")?;
        } else {
            writeln!(self.out, "{line}")?;
        }
        self.out.flush()
    }

    /// Makes room for a line of another kind.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn clear(&mut self) -> io::Result<()> {
        if self.shown {
            self.shown = false;
            write!(self.out, "\r\x1b[2K")?;
        }
        Ok(())
    }

    /// Reports something that could not be read.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn fault(&mut self, fault: &str) -> io::Result<()> {
        self.clear()?;
        writeln!(self.out, "left out: {fault}")
    }

    /// Tells how it ended.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn end(&mut self, tally: &Tally, now: Instant) -> io::Result<()> {
        self.clear()?;
        writeln!(
            self.out,
            "{}",
            sentence(tally, now.duration_since(self.began))
        )
    }
}

fn sentence(tally: &Tally, took: Duration) -> String {
    let seconds = took.as_secs_f64().max(0.001);
    let all = tally.imported + tally.known;
    let mut line = format!("{} imported", tally.imported);
    if tally.known > 0 {
        line.push_str(&format!(", {} known already", tally.known));
    }
    if tally.faults > 0 {
        line.push_str(&format!(", {} left out", tally.faults));
    }
    #[allow(clippy::cast_precision_loss, reason = "figures to be read by a person")]
    let (rate, megabytes) = (all as f64 / seconds, tally.bytes as f64 / 1e6);
    line.push_str(&format!(
        " ({rate:.0} a second, {megabytes:.1} MB in {seconds:.1} s)"
    ));
    line
}
